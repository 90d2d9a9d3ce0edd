//! Messages that are meant for one service: the topic's name, an `@`, and the service's name.
//!
//! A subscriber takes what is published on its topic and what is addressed to a service of its bus;
//! a bus without a topology is the home of every service.

use std::sync::Arc;

/// The services whose messages a bus takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Home {
    /// All that there are: they share this process.
    All,
    /// Those of its node.
    Of(Arc<[String]>),
}

/// The topic's name without the service that it is addressed to, and that service.
pub(crate) fn split(topic: &str) -> (&str, Option<&str>) {
    match topic.split_once('@') {
        Some((topic, service)) => (topic, Some(service)),
        None => (topic, None),
    }
}

/// The name under which the topic's messages for one service travel.
pub(crate) fn join(topic: &str, service: &str) -> String {
    format!("{topic}@{service}")
}

impl Home {
    pub(crate) fn holds(&self, service: &str) -> bool {
        match self {
            Self::All => true,
            Self::Of(services) => services.iter().any(|known| known == service),
        }
    }

    /// The names by which peers are asked for what is addressed here, of a topic or a pattern.
    pub(crate) fn names_of<'a>(&'a self, topic: &'a str) -> impl Iterator<Item = String> + 'a {
        let services: &[String] = match self {
            // There are no peers to ask.
            Self::All => &[],
            Self::Of(services) => services,
        };
        services.iter().map(move |service| join(topic, service))
    }
}

//! What can be set on a bus.

use std::time::Duration;

use crate::address;
use crate::qos::{Qos, WhenFull};
use crate::selector::fits;
use crate::topology::Keep;
use crate::waiting::Waiting;

/// Limits and times of a bus. The defaults suit most programs.
///
/// ```
/// let mut options = mycelium::Options::default();
/// options.qos.capacity = 64;
/// let bus = mycelium::MessageBus::with_options(options);
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Options {
    /// What is promised for every topic for which nothing else is said.
    pub qos: Qos,
    /// Topics, by pattern, for which something else is promised; the first that fits counts. See
    /// [`topic`](Options::topic).
    pub topics: Vec<(String, Qos)>,
    /// How threads wait that block: for a message, or for room.
    pub waiting: Waiting,
    /// Bytes that wait to be written to one connection before publishers wait. Default: 1 MiB.
    pub outgoing_bytes: usize,
    /// Longest frame that is sent to, or accepted from, a connection. Default: 64 MiB.
    pub max_frame_bytes: usize,
    /// A peer that has not introduced itself after this time is cut off. Default: 5 s.
    pub handshake_timeout: Duration,
    /// A connection that is idle for this time carries a sign of life. Default: 1 s.
    pub heartbeat: Duration,
    /// A peer from which nothing comes for this time has vanished. Default: 5 s.
    pub peer_timeout: Duration,
    /// Longest that shutting down waits for live peers to take what was published. Default: 10 s.
    pub shutdown_timeout: Duration,
    /// Positions in `topics` of those that say nothing of what happens when a topic is full.
    pub(crate) silent: Vec<usize>,
    /// What is kept of them, by their positions in `topics`.
    pub(crate) kept: Vec<(usize, Keep)>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            qos: Qos::default(),
            topics: Vec::new(),
            waiting: Waiting::default(),
            outgoing_bytes: 1 << 20,
            max_frame_bytes: 64 << 20,
            handshake_timeout: Duration::from_secs(5),
            heartbeat: Duration::from_secs(1),
            peer_timeout: Duration::from_secs(5),
            shutdown_timeout: Duration::from_secs(10),
            silent: Vec::new(),
            kept: Vec::new(),
        }
    }
}

impl Options {
    /// The same with something else for the topics whose names fit the pattern, unless an earlier one
    /// fits too. In a pattern `*` stands for any run of characters but `.`, and `>` at the end for
    /// all that follows.
    #[must_use]
    pub fn topic(mut self, pattern: impl Into<String>, qos: Qos) -> Self {
        self.topics.push((pattern.into(), qos));
        self
    }

    /// What is promised for a topic on a way out of this process, whose endpoint says this for topics that say
    /// nothing themselves.
    pub(crate) fn way_out(&self, topic: &str, endpoint: WhenFull) -> Qos {
        let rule = self.rule_of(topic);
        let says = rule.is_some_and(|at| !self.silent.contains(&at));
        let qos = self.qos_of(topic);
        if says || endpoint == WhenFull::Block { qos } else { qos.when_full(endpoint) }
    }

    /// What is promised for a topic, also where its messages are addressed to a service.
    pub(crate) fn qos_of(&self, topic: &str) -> Qos {
        self.rule_of(topic).map_or(self.qos, |at| self.topics[at].1)
    }

    /// How much a server keeps of a topic; nothing where it is not durable, as what is addressed to one service is not.
    pub(crate) fn keep_of(&self, topic: &str) -> Option<Keep> {
        // It is asked for each message that comes.
        if self.kept.is_empty() {
            return None;
        }
        let at = self.rule_of(topic).filter(|_| address::split(topic).1.is_none())?;
        self.kept.iter().find(|(known, _)| *known == at).map(|(_, keep)| *keep)
    }

    /// The same where `capacity` messages may wait if no rule says otherwise.
    pub(crate) fn qos_with(&self, topic: &str, capacity: usize) -> Qos {
        self.rule_of(topic).map_or(self.qos.capacity(capacity), |at| self.topics[at].1)
    }

    /// The first rule that fits, by its position.
    fn rule_of(&self, topic: &str) -> Option<usize> {
        let (topic, _) = address::split(topic);
        self.topics.iter().position(|(pattern, _)| fits(pattern, topic))
    }
}

#[cfg(test)]
mod tests {
    use super::Options;
    use crate::qos::{Qos, WhenFull};

    fn options(rules: &[(&str, WhenFull)], silent: &[usize]) -> Options {
        let rule = |options: Options, (pattern, when_full): &(&str, WhenFull)| {
            options.topic(*pattern, Qos::default().when_full(*when_full))
        };
        let mut options = rules.iter().fold(Options::default(), rule);
        options.silent = silent.to_vec();
        options
    }

    fn on_a_way_out(options: &Options, endpoint: WhenFull) -> WhenFull {
        options.way_out("quotes.eu", endpoint).when_full
    }

    #[test]
    fn a_rule_that_says_nothing_silences_no_other_of_its_pattern() {
        let twice = [(">", WhenFull::DropOldest), (">", WhenFull::Block)];
        assert_eq!(on_a_way_out(&options(&twice, &[1]), WhenFull::Block), WhenFull::DropOldest);
        assert_eq!(on_a_way_out(&options(&twice, &[1]), WhenFull::Error), WhenFull::DropOldest);
        assert_eq!(on_a_way_out(&options(&twice, &[0, 1]), WhenFull::Error), WhenFull::Error);
    }

    #[test]
    fn a_topic_that_waits_here_waits_on_its_way() {
        let mut silent = options(&[("quotes.>", WhenFull::Block)], &[0]);
        silent.qos = Qos::default().when_full(WhenFull::DropOldest);
        assert_eq!(silent.qos_of("quotes.eu").when_full, WhenFull::Block);
        assert_eq!(on_a_way_out(&silent, WhenFull::Block), WhenFull::Block);
        assert_eq!(silent.way_out("trades", WhenFull::Block).when_full, WhenFull::DropOldest);
    }
}

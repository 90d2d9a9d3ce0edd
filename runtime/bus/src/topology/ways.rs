//! Who talks to whom, over what and why, for people.

use std::fmt;

use super::links::way;
use super::model::{Endpoint, Topology};
use crate::qos::WhenFull;

/// How messages get from one node to another.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Way {
    /// The node that publishes.
    pub from: String,
    /// The node that subscribes.
    pub to: String,
    /// What they take.
    pub endpoint: Endpoint,
    /// Why that one.
    pub why: Why,
    /// What a topic that says nothing itself does where it is full.
    pub policy: WhenFull,
}

/// Why messages take an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// It is the receiver's.
    Receivers,
    /// It is the sender's, for the receiver has none.
    NoneAtReceiver,
    /// It is the sender's, for the receiver's does not leave its machine.
    ReceiversOutOfReach,
}

impl Topology {
    /// The way of each node to each other node, in the order of the file.
    pub fn ways(&self) -> Vec<Way> {
        let pairs = self.nodes.iter().flat_map(|from| self.nodes.iter().map(move |to| (from, to)));
        let ways = pairs.filter(|(from, to)| from.name != to.name).filter_map(|(from, to)| {
            let owner = way(from, to)?;
            let why = match &to.endpoint {
                _ if owner.name == to.name => Why::Receivers,
                None => Why::NoneAtReceiver,
                Some(_) => Why::ReceiversOutOfReach,
            };
            let endpoint = owner.endpoint.clone()?;
            let (from, to) = (from.name.clone(), to.name.clone());
            Some(Way { from, to, endpoint, why, policy: owner.policy })
        });
        ways.collect()
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Receivers => "the receiver's endpoint",
            Self::NoneAtReceiver => "the sender's endpoint: the receiver has none",
            Self::ReceiversOutOfReach => {
                "the sender's endpoint: the receiver's is on another machine"
            }
        })
    }
}

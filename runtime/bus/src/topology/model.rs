//! A checked topology, as plain data.

use std::fmt;
use std::path::PathBuf;

use crate::qos::Qos;

/// A deployment whose nodes can all reach each other.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Topology {
    /// The file that it was read from.
    pub path: PathBuf,
    /// Its nodes, in the order of the file.
    pub nodes: Vec<Node>,
    /// What is promised for topics, in every process of it; the first rule that fits a topic counts.
    pub topics: Vec<TopicRule>,
}

/// What is promised for the topics whose names fit a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TopicRule {
    /// The name of a topic, or a pattern as of [`Options::topic`](crate::Options::topic).
    pub pattern: String,
    /// What is promised.
    pub qos: Qos,
}

/// One process of a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Node {
    /// Unique in the topology; also names files, so it holds letters, digits, `.`, `_` and `-`.
    pub name: String,
    /// What runs in it; each name is unique in the topology.
    pub services: Vec<String>,
    /// Machine that it runs on; `localhost` where the file says nothing.
    pub host: String,
    /// Where others reach it. A node without one is the side that dials.
    pub endpoint: Option<Endpoint>,
}

/// Where a node is reached.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Endpoint {
    /// A folder of shared-memory rings, one per node that writes.
    Shm {
        /// The folder; private to the user.
        folder: PathBuf,
        /// Room of each ring.
        capacity_bytes: u64,
    },
    /// A Unix socket.
    Unix {
        /// The socket file.
        path: PathBuf,
    },
    /// A TCP socket.
    Tcp {
        /// `host:port`.
        address: String,
    },
}

impl Topology {
    /// The node that holds `service`.
    pub fn node_of(&self, service: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.services.iter().any(|name| name == service))
    }
}

impl Endpoint {
    /// Whether it can be reached from another machine.
    pub fn crosses_hosts(&self) -> bool {
        matches!(self, Self::Tcp { .. })
    }

    /// The word that a topology file uses for it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Shm { .. } => "shm",
            Self::Unix { .. } => "unix",
            Self::Tcp { .. } => "tcp",
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shm { folder: path, .. } | Self::Unix { path } => {
                write!(f, "{}:{}", self.kind(), path.display())
            }
            Self::Tcp { address } => write!(f, "tcp:{address}"),
        }
    }
}

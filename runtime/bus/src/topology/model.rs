//! A checked topology, as plain data.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;

use super::command::{Command, Restart};
use crate::qos::{Qos, WhenFull};

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
    /// Messages that wait for a subscriber before the topic is full for it, where the rule says so.
    pub capacity: Option<usize>,
    /// What happens then, where the rule says so.
    pub when_full: Option<WhenFull>,
    /// How many of the last messages a later subscriber receives, where the rule says so.
    pub history: Option<usize>,
    /// The largest message, in bytes, where the rule says so. Checks hold rings against it.
    pub max_message_bytes: Option<u64>,
    /// How much of them a NATS server keeps, also for those who come later; nothing where they are not durable.
    pub keep: Option<Keep>,
}

/// How much of a topic a server keeps: as far as the first bound that is reached. One is there at least.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Keep {
    /// So many messages.
    pub messages: Option<u64>,
    /// So many bytes.
    pub bytes: Option<u64>,
    /// For so long.
    pub seconds: Option<u64>,
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
    /// What a topic that says nothing itself does where the way to this endpoint is full.
    pub policy: WhenFull,
    /// Who it is where TLS is spoken, and whom it trusts.
    pub tls: Option<Tls>,
    /// How `mycelium up` starts it.
    pub command: Option<Command>,
    /// Whether it is started again when it has ended.
    pub restart: Restart,
}

/// Who a node is, and whom it trusts: PEM files, read by whoever speaks TLS.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tls {
    /// The node's certificate, whose DNS name is the node's, and those that lead to its authority.
    pub certificate: PathBuf,
    /// The certificate's private key.
    pub key: PathBuf,
    /// The certificates that must have signed those of peers.
    pub authority: PathBuf,
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
        /// What is spoken there.
        security: Security,
    },
    /// A NATS server, where all nodes meet that name it.
    Nats {
        /// `host:port` of the server.
        address: String,
        /// What the subjects begin with under which they meet.
        subject: String,
        /// How the server is spoken to, and as whom.
        access: Box<Access>,
    },
}

/// How a NATS server is spoken to, and as whom: where the secrets are, never the secrets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Access {
    /// PEM file: the certificates that must have signed the server's. TLS is spoken where it is there.
    pub authority: Option<PathBuf>,
    /// The user that the server knows this node as.
    pub user: Option<String>,
    /// The user's password; without a user a token, or the text of a NATS credentials file.
    pub secret: Option<Secret>,
}

/// Where a secret is found.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Secret {
    /// In a file.
    File(PathBuf),
    /// In a variable of the environment.
    Variable(String),
}

/// What is spoken over TCP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Security {
    /// TLS, with certificates at both sides.
    Tls,
    /// Frames as they are: for one machine, or where the network is trusted.
    Plain,
}

impl TopicRule {
    /// What is promised, with the usual values where the rule says nothing.
    pub fn qos(&self) -> Qos {
        let usual = Qos::default();
        Qos {
            capacity: self.capacity.unwrap_or(usual.capacity),
            when_full: self.when_full.unwrap_or(usual.when_full),
            history: self.history.unwrap_or(usual.history),
        }
    }
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
        match self {
            Self::Shm { .. } | Self::Unix { .. } => false,
            Self::Tcp { address, .. } | Self::Nats { address, .. } => !is_loopback(address),
        }
    }

    /// Whether who names one and who names the other meet: as whom each is there is its own affair.
    pub(super) fn is_one_place(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Nats { address, subject, .. },
                Self::Nats { address: its_address, subject: its_subject, .. },
            ) => (address, subject) == (its_address, its_subject),
            _ => self == other,
        }
    }

    /// The word that a topology file uses for it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Shm { .. } => "shm",
            Self::Unix { .. } => "unix",
            Self::Tcp { .. } => "tcp",
            Self::Nats { .. } => "nats",
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shm { folder: path, .. } | Self::Unix { path } => {
                write!(f, "{}:{}", self.kind(), path.display())
            }
            Self::Tcp { address, .. } => write!(f, "tcp:{address}"),
            Self::Nats { address, subject, .. } => write!(f, "nats:{address}/{subject}"),
        }
    }
}

/// As a topology's links write it.
impl fmt::Display for Security {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tls => "tls",
            Self::Plain => "plain",
        })
    }
}

impl Access {
    /// What is spoken with the server.
    pub fn security(&self) -> Security {
        if self.authority.is_some() { Security::Tls } else { Security::Plain }
    }
}

/// Whether `host:port` stays within its machine.
pub(super) fn is_loopback(address: &str) -> bool {
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

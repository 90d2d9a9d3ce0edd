//! Which nodes of a topology run on this machine.

use mycelium::topology::Node;
use std::net::{IpAddr, UdpSocket};

/// The machine that is asked for, or this one under any of its names.
pub(crate) struct Here {
    host: Option<String>,
    name: Option<String>,
}

impl Here {
    pub(crate) fn new(host: Option<&String>) -> Self {
        let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
        Self { host: host.cloned(), name: name.map(|name| name.trim().to_owned()) }
    }

    /// Whether the node runs here.
    pub(crate) fn is_home_of(&self, node: &Node) -> bool {
        let host = node.host.trim_start_matches('[').trim_end_matches(']');
        match &self.host {
            Some(asked) => *asked == node.host || asked == host,
            None => host == "localhost" || self.name.as_deref() == Some(host) || is_own(host),
        }
    }
}

/// Whether this machine has the address: only then can a socket be bound to it.
fn is_own(host: &str) -> bool {
    host.parse::<IpAddr>().is_ok_and(|address| UdpSocket::bind((address, 0)).is_ok())
}

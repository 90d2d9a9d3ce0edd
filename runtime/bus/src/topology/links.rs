//! What one node opens so that it reaches all others: a function of topology and service.
//!
//! From node A to node B messages take B's endpoint; where B has none, A's. So a node with a socket
//! listens and every other node dials it; on the connection the listener subscribes to what it
//! wants, and the dialer does too if it has no endpoint of its own. A node with a shared-memory
//! folder reads there one ring for each other node, and writes one for the node that has no endpoint.

use std::fmt;
use std::path::PathBuf;

use super::model::{Endpoint, Node, Topology};

/// Everything that one node opens.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Links {
    /// The node.
    pub node: String,
    /// The service that asked.
    pub service: String,
    /// The other nodes.
    pub peers: Vec<String>,
    /// What it opens.
    pub links: Vec<Link>,
}

/// One thing that a node opens.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Link {
    /// Listen at the node's own socket; every peer dials it.
    Listen {
        /// Where.
        endpoint: Endpoint,
    },
    /// Dial a peer's socket.
    Dial {
        /// Where.
        endpoint: Endpoint,
        /// Whose.
        peer: String,
        /// Whether this side also receives over the connection.
        subscribes: bool,
    },
    /// Write one ring, which several peers may read.
    WriteRing {
        /// The ring's file.
        path: PathBuf,
        /// Its room.
        capacity_bytes: u64,
        /// Who reads it.
        readers: Vec<String>,
    },
    /// Read a peer's ring.
    ReadRing {
        /// The ring's file.
        path: PathBuf,
        /// Who writes it.
        peer: String,
    },
}

pub(super) fn links(topology: &Topology, node: &Node, service: &str) -> Links {
    let peers: Vec<&Node> = topology.nodes.iter().filter(|peer| peer.name != node.name).collect();
    let mut links = own_endpoint(node, &peers);
    links.extend(peers.iter().flat_map(|peer| peer_endpoint(node, peer)));
    Links {
        node: node.name.clone(),
        service: service.to_owned(),
        peers: peers.into_iter().map(|peer| peer.name.clone()).collect(),
        links,
    }
}

/// What goes over the node's own endpoint.
fn own_endpoint(node: &Node, peers: &[&Node]) -> Vec<Link> {
    if peers.is_empty() {
        return Vec::new();
    }
    match &node.endpoint {
        None => Vec::new(),
        Some(endpoint @ (Endpoint::Unix { .. } | Endpoint::Tcp { .. })) => {
            vec![Link::Listen { endpoint: endpoint.clone() }]
        }
        Some(Endpoint::Shm { folder, capacity_bytes }) => {
            let mut links: Vec<Link> = peers
                .iter()
                .map(|peer| Link::ReadRing { path: ring(folder, peer), peer: peer.name.clone() })
                .collect();
            let readers = peers.iter().filter(|peer| peer.endpoint.is_none());
            let readers: Vec<String> = readers.map(|peer| peer.name.clone()).collect();
            if !readers.is_empty() {
                let path = ring(folder, node);
                links.push(Link::WriteRing { path, capacity_bytes: *capacity_bytes, readers });
            }
            links
        }
    }
}

/// What goes over the endpoint of a peer.
fn peer_endpoint(node: &Node, peer: &Node) -> Vec<Link> {
    match &peer.endpoint {
        None => Vec::new(),
        Some(endpoint @ (Endpoint::Unix { .. } | Endpoint::Tcp { .. })) => vec![Link::Dial {
            endpoint: endpoint.clone(),
            peer: peer.name.clone(),
            subscribes: node.endpoint.is_none(),
        }],
        Some(Endpoint::Shm { folder, capacity_bytes }) => {
            let mut links = vec![Link::WriteRing {
                path: ring(folder, node),
                capacity_bytes: *capacity_bytes,
                readers: vec![peer.name.clone()],
            }];
            if node.endpoint.is_none() {
                links.push(Link::ReadRing { path: ring(folder, peer), peer: peer.name.clone() });
            }
            links
        }
    }
}

fn ring(folder: &std::path::Path, writer: &Node) -> PathBuf {
    folder.join(format!("{}.ring", writer.name))
}

/// One link a line, as `key=value` separated by tabs: for programs in other languages.
///
/// Each line begins with `link=listen|dial|write_ring|read_ring` and names the node and the service;
/// then follow `kind`, `path` or `addr`, `peer`, `peers` or `readers` (both separated by commas),
/// `subscribes`, `capacity`, as far as the link has them.
impl fmt::Display for Links {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for link in &self.links {
            let head = format!("node={}\tservice={}", self.node, self.service);
            match link {
                Link::Listen { endpoint } => {
                    let peers = self.peers.join(",");
                    writeln!(f, "link=listen\t{head}\t{}\tpeers={peers}", place(endpoint))?;
                }
                Link::Dial { endpoint, peer, subscribes } => writeln!(
                    f,
                    "link=dial\t{head}\t{}\tpeer={peer}\tsubscribes={subscribes}",
                    place(endpoint)
                )?,
                Link::WriteRing { path, capacity_bytes, readers } => writeln!(
                    f,
                    "link=write_ring\t{head}\tkind=shm\tpath={}\tcapacity={capacity_bytes}\treaders={}",
                    path.display(),
                    readers.join(",")
                )?,
                Link::ReadRing { path, peer } => writeln!(
                    f,
                    "link=read_ring\t{head}\tkind=shm\tpath={}\tpeer={peer}",
                    path.display()
                )?,
            }
        }
        Ok(())
    }
}

fn place(endpoint: &Endpoint) -> String {
    match endpoint {
        Endpoint::Shm { folder: path, .. } | Endpoint::Unix { path } => {
            format!("kind={}\tpath={}", endpoint.kind(), path.display())
        }
        Endpoint::Tcp { address } => format!("kind=tcp\taddr={address}"),
    }
}

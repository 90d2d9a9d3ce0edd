//! What one node opens so that it reaches all others: a function of topology and service.
//!
//! From node A to node B messages take B's endpoint; where B has none that A reaches, A's. So a node
//! with a socket listens and the others dial it; on the connection the listener subscribes to what it
//! wants, and the dialer does too if the listener does not reach an endpoint of the dialer. A node with
//! a shared-memory folder reads there one ring for each node of its machine, and writes one for those
//! that have no endpoint. At a NATS server all meet whose messages take an endpoint there, each by one link.

use std::fmt;
use std::path::PathBuf;

use super::model::{Endpoint, Node, Tls, Topology};
use crate::qos::WhenFull;

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
    /// Who the node is where TLS is spoken.
    pub tls: Option<Tls>,
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
        /// What a topic that says nothing itself does where the way out is full.
        policy: WhenFull,
    },
    /// Dial a peer's socket.
    Dial {
        /// Where.
        endpoint: Endpoint,
        /// Whose.
        peer: String,
        /// Whether this side also receives over the connection.
        subscribes: bool,
        /// What a topic that says nothing itself does where the way out is full.
        policy: WhenFull,
    },
    /// Write one ring, which several peers may read.
    WriteRing {
        /// The ring's file.
        path: PathBuf,
        /// Its room.
        capacity_bytes: u64,
        /// Who reads it.
        readers: Vec<String>,
        /// What a topic that says nothing itself does where the ring is full.
        policy: WhenFull,
    },
    /// Read a peer's ring.
    ReadRing {
        /// The ring's file.
        path: PathBuf,
        /// Who writes it.
        peer: String,
    },
    /// Meet peers at a server, which hands on to each what it subscribes to.
    Meet {
        /// Where.
        endpoint: Endpoint,
        /// Who receives there what this node publishes.
        publishes: Vec<String>,
        /// Whose messages this node receives there.
        subscribes: Vec<String>,
        /// What a topic that says nothing itself does where the way out is full.
        policy: WhenFull,
    },
}

pub(super) fn links(topology: &Topology, node: &Node, service: &str) -> Links {
    let peers: Vec<&Node> = topology.nodes.iter().filter(|peer| peer.name != node.name).collect();
    let mut links = own_endpoint(node, &peers);
    links.extend(peers.iter().flat_map(|peer| peer_endpoint(node, peer)));
    let keeps = topology.topics.iter().any(|rule| rule.keep.is_some());
    links.extend(meetings(node, &peers, keeps));
    Links {
        node: node.name.clone(),
        service: service.to_owned(),
        peers: peers.into_iter().map(|peer| peer.name.clone()).collect(),
        tls: node.tls.clone(),
        links,
    }
}

/// Whose endpoint messages take; the first rule of topologies. None where neither reaches the other.
pub(super) fn way<'a>(from: &'a Node, to: &'a Node) -> Option<&'a Node> {
    let is_reached = |owner: &Node, other: &Node| {
        let is_here = machine(&owner.host) == machine(&other.host);
        owner.endpoint.as_ref().is_some_and(|endpoint| is_here || endpoint.crosses_hosts())
    };
    if is_reached(to, from) { Some(to) } else { is_reached(from, to).then_some(from) }
}

/// The ways to write this machine are one.
pub(super) fn machine(host: &str) -> &str {
    match host {
        "127.0.0.1" | "::1" | "[::1]" => "localhost",
        other => other,
    }
}

/// Whether messages between the two take the endpoint of `owner`.
fn goes_by(owner: &Node, from: &Node, to: &Node) -> bool {
    way(from, to).is_some_and(|by| by.name == owner.name)
}

/// What goes over the node's own endpoint.
fn own_endpoint(node: &Node, peers: &[&Node]) -> Vec<Link> {
    let writers = peers.iter().filter(|peer| goes_by(node, peer, node));
    let readers = peers.iter().filter(|peer| goes_by(node, node, peer));
    let readers: Vec<String> = readers.map(|peer| peer.name.clone()).collect();
    match &node.endpoint {
        None | Some(Endpoint::Nats { .. }) => Vec::new(),
        Some(endpoint @ (Endpoint::Unix { .. } | Endpoint::Tcp { .. })) => {
            let listen = Link::Listen { endpoint: endpoint.clone(), policy: node.policy };
            let is_dialled = writers.count() > 0 || !readers.is_empty();
            is_dialled.then_some(listen).into_iter().collect()
        }
        Some(Endpoint::Shm { folder, capacity_bytes }) => {
            let mut links: Vec<Link> = writers
                .map(|peer| Link::ReadRing { path: ring(folder, peer), peer: peer.name.clone() })
                .collect();
            if !readers.is_empty() {
                let path = ring(folder, node);
                let (capacity_bytes, policy) = (*capacity_bytes, node.policy);
                links.push(Link::WriteRing { path, capacity_bytes, readers, policy });
            }
            links
        }
    }
}

/// What goes over the endpoint of a peer.
fn peer_endpoint(node: &Node, peer: &Node) -> Vec<Link> {
    if !goes_by(peer, node, peer) {
        return Vec::new();
    }
    let is_way_back = goes_by(peer, peer, node);
    match &peer.endpoint {
        None | Some(Endpoint::Nats { .. }) => Vec::new(),
        Some(endpoint @ (Endpoint::Unix { .. } | Endpoint::Tcp { .. })) => vec![Link::Dial {
            endpoint: endpoint.clone(),
            peer: peer.name.clone(),
            subscribes: is_way_back,
            policy: peer.policy,
        }],
        Some(Endpoint::Shm { folder, capacity_bytes }) => {
            let mut links = vec![Link::WriteRing {
                path: ring(folder, node),
                capacity_bytes: *capacity_bytes,
                readers: vec![peer.name.clone()],
                policy: peer.policy,
            }];
            if is_way_back {
                links.push(Link::ReadRing { path: ring(folder, peer), peer: peer.name.clone() });
            }
            links
        }
    }
}

/// Whether messages from one node to the other take that endpoint, whosever it is.
fn goes_to(place: &Endpoint, from: &Node, to: &Node) -> bool {
    way(from, to)
        .is_some_and(|by| by.endpoint.as_ref().is_some_and(|endpoint| endpoint.is_one_place(place)))
}

/// The servers at which the node meets others, each once; where it names one itself, as it says. Its own it needs
/// also for what is kept there.
fn meetings(node: &Node, peers: &[&Node], keeps: bool) -> Vec<Link> {
    let mut places: Vec<(&Endpoint, WhenFull)> = Vec::new();
    for owner in std::iter::once(node).chain(peers.iter().copied()) {
        if let Some(endpoint @ Endpoint::Nats { .. }) = &owner.endpoint
            && places.iter().all(|(known, _)| !known.is_one_place(endpoint))
        {
            places.push((endpoint, owner.policy));
        }
    }
    let meet = |(place, policy): (&Endpoint, WhenFull)| {
        let names = |goes: &dyn Fn(&Node) -> bool| -> Vec<String> {
            let there = peers.iter().filter(|peer| goes(peer));
            there.map(|peer| peer.name.clone()).collect()
        };
        let publishes = names(&|peer| goes_to(place, node, peer));
        let subscribes = names(&|peer| goes_to(place, peer, node));
        let is_own = node.endpoint.as_ref().is_some_and(|own| own.is_one_place(place));
        let is_used = !publishes.is_empty() || !subscribes.is_empty() || (keeps && is_own);
        is_used.then(|| Link::Meet { endpoint: place.clone(), publishes, subscribes, policy })
    };
    places.into_iter().filter_map(meet).collect()
}

fn ring(folder: &std::path::Path, writer: &Node) -> PathBuf {
    folder.join(format!("{}.ring", writer.name))
}

/// One link a line, as `key=value` separated by tabs: for programs in other languages.
///
/// Each line begins with `link=listen|dial|write_ring|read_ring|meet` and names the node and the service;
/// then follow `kind`, `path` or `addr`, `subject`, `security`, `peer`, `peers`, `readers` or `publishes`
/// (separated by commas), `receives` (whose messages, separated by commas), `subscribes`, `capacity`, `policy`, as far as the link has them.
impl fmt::Display for Links {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for link in &self.links {
            let head = format!("node={}\tservice={}", self.node, self.service);
            match link {
                Link::Listen { endpoint, policy } => {
                    let (place, peers) = (place(endpoint), self.peers.join(","));
                    writeln!(f, "link=listen\t{head}\t{place}\tpeers={peers}\tpolicy={policy}")?;
                }
                Link::Dial { endpoint, peer, subscribes, policy } => writeln!(
                    f,
                    "link=dial\t{head}\t{}\tpeer={peer}\tsubscribes={subscribes}\tpolicy={policy}",
                    place(endpoint)
                )?,
                Link::WriteRing { path, capacity_bytes, readers, policy } => writeln!(
                    f,
                    "link=write_ring\t{head}\tkind=shm\tpath={}\tcapacity={capacity_bytes}\treaders={}\tpolicy={policy}",
                    path.display(),
                    readers.join(",")
                )?,
                Link::ReadRing { path, peer } => writeln!(
                    f,
                    "link=read_ring\t{head}\tkind=shm\tpath={}\tpeer={peer}",
                    path.display()
                )?,
                Link::Meet { endpoint, publishes, subscribes, policy } => writeln!(
                    f,
                    "link=meet\t{head}\t{}\tpublishes={}\treceives={}\tpolicy={policy}",
                    place(endpoint),
                    publishes.join(","),
                    subscribes.join(",")
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
        Endpoint::Tcp { address, security } => {
            format!("kind=tcp\taddr={address}\tsecurity={security}")
        }
        Endpoint::Nats { address, subject, access } => {
            let security = access.security();
            format!("kind=nats\taddr={address}\tsubject={subject}\tsecurity={security}")
        }
    }
}

//! Where something can be seen.

use std::path::PathBuf;

use mycelium_ring::RingDirectory;

use crate::topology::{Endpoint, Link, Node, Tls, Topology};

/// Where something can be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// A ring.
    Ring(PathBuf),
    /// All rings of a folder, those too that come later.
    Rings(PathBuf),
    /// A socket at which a node listens.
    Socket {
        /// Where.
        endpoint: Endpoint,
        /// The node that listens, which its certificate must name where TLS is spoken.
        node: String,
        /// Whose credentials are shown where TLS is spoken: a node of the topology, and its files.
        credentials: Option<(String, Tls)>,
    },
}

impl Place {
    /// For each node of a topology the one place where all that it publishes is seen: a ring that it writes, else the
    /// socket at which it listens. Where TLS is spoken, the credentials of the first node whose key this process can
    /// read are shown.
    pub fn of_topology(topology: &Topology) -> Vec<Self> {
        let credentials = topology.nodes.iter().find_map(readable);
        topology.nodes.iter().filter_map(|node| of_node(topology, node, &credentials)).collect()
    }

    /// What [`Channel::place`](super::Channel::place) says of it; nothing for a folder, whose rings go by their own
    /// paths.
    pub fn name(&self) -> Option<String> {
        match self {
            Self::Ring(path) => Some(path.display().to_string()),
            Self::Rings(_) => None,
            Self::Socket { endpoint, .. } => Some(endpoint.to_string()),
        }
    }

    /// The rings that are seen there: the one that it names, whether it is there or not yet, or those that a folder has now.
    pub fn rings(&self) -> Vec<PathBuf> {
        match self {
            Self::Ring(path) => vec![path.clone()],
            Self::Rings(folder) => match RingDirectory::open(folder) {
                Ok(Some(folder)) => {
                    let names = folder.rings().unwrap_or_default();
                    names.iter().filter_map(|name| folder.ring_path(name).ok()).collect()
                }
                _ => Vec::new(),
            },
            Self::Socket { .. } => Vec::new(),
        }
    }

    /// The node of a topology whose messages are seen there.
    pub fn node_in<'t>(&self, topology: &'t Topology) -> Option<&'t Node> {
        let is_seen_here = |node: &&Node| {
            of_node(topology, node, &None).is_some_and(|place| place.name() == self.name())
        };
        topology.nodes.iter().find(is_seen_here)
    }

    /// The nodes of a topology whose messages are not seen anywhere: those that write no ring and only dial.
    pub fn hidden_nodes(topology: &Topology) -> Vec<String> {
        let is_hidden = |node: &&Node| of_node(topology, node, &None).is_none();
        topology.nodes.iter().filter(is_hidden).map(|node| node.name.clone()).collect()
    }
}

fn of_node(topology: &Topology, node: &Node, credentials: &Option<(String, Tls)>) -> Option<Place> {
    let links = topology.links(node.services.first()?).ok()?.links;
    let ring = links.iter().find_map(|link| match link {
        Link::WriteRing { path, .. } => Some(Place::Ring(path.clone())),
        _ => None,
    });
    let socket = || {
        links.iter().find_map(|link| match link {
            Link::Listen { endpoint, .. } => Some(Place::Socket {
                endpoint: endpoint.clone(),
                node: node.name.clone(),
                credentials: credentials.clone(),
            }),
            _ => None,
        })
    };
    ring.or_else(socket)
}

fn readable(node: &Node) -> Option<(String, Tls)> {
    let tls = node.tls.as_ref()?;
    std::fs::File::open(&tls.key).ok()?;
    Some((node.name.clone(), tls.clone()))
}

//! Where something can be seen.

use std::path::PathBuf;

use crate::topology::{Endpoint, Node, Tls, Topology};

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
    /// All places of a topology that can be seen from this machine. Where TLS is spoken, the credentials of the first
    /// node whose key this process can read are shown.
    pub fn of_topology(topology: &Topology) -> Vec<Self> {
        let credentials = topology.nodes.iter().find_map(readable);
        let mut places: Vec<Self> = Vec::new();
        for node in &topology.nodes {
            let Some(endpoint) = &node.endpoint else { continue };
            let place = match endpoint {
                Endpoint::Shm { folder, .. } => Self::Rings(folder.clone()),
                _ => Self::Socket {
                    endpoint: endpoint.clone(),
                    node: node.name.clone(),
                    credentials: credentials.clone(),
                },
            };
            if !places.contains(&place) {
                places.push(place);
            }
        }
        places
    }
}

fn readable(node: &Node) -> Option<(String, Tls)> {
    let tls = node.tls.as_ref()?;
    std::fs::File::open(&tls.key).ok()?;
    Some((node.name.clone(), tls.clone()))
}

//! The monitor, a service in Python: where the topology puts it.

use std::path::Path;

use mycelium::topology::Topology;

use crate::failure::Failure;

/// The monitor's service.
pub(super) const MONITOR: &str = "monitor";

/// Which process the monitor runs in.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Monitor {
    /// None: the topology does not name it.
    Absent,
    /// The engine's, which hosts it.
    Hosted,
    /// Its own.
    Alone,
}

impl Monitor {
    /// What a topology says.
    pub(super) fn of(topology: &Path) -> Result<Self, Failure> {
        let topology = Topology::load(topology).map_err(|error| Failure::new(error.to_string()))?;
        let node_of = |service: &str| topology.node_of(service).map(|node| &node.name);
        Ok(match node_of(MONITOR) {
            None => Self::Absent,
            node if node == node_of("market-data") => Self::Hosted,
            Some(_) => Self::Alone,
        })
    }
}

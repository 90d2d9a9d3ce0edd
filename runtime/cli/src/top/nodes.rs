//! Which node is seen at which place, and which rings there are to look at.

use crate::watch::Target;
use mycelium::observe::Place;
use mycelium::topology::{Link, Topology};
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

/// What is known of nodes before anything is seen.
pub(super) struct Nodes {
    by_place: HashMap<String, String>,
    /// Where rings are looked for.
    rings: Vec<Place>,
}

impl Nodes {
    pub(super) fn of(target: &Target) -> Self {
        match target {
            Target::Topology(topology) => Self::of_topology(topology),
            Target::Place(place) => Self { by_place: HashMap::new(), rings: vec![place.clone()] },
        }
    }

    fn of_topology(topology: &Topology) -> Self {
        let named = |place: &Place| {
            Some((place.name()?, place.node_in(topology).map(|node| node.name.clone())?))
        };
        let by_place = Place::of_topology(topology).iter().filter_map(named).collect();
        let services = topology.nodes.iter().filter_map(|node| node.services.first());
        let links = services.filter_map(|service| topology.links(service).ok());
        // A ring has one writer, and each node writes those that others read.
        let rings: BTreeSet<PathBuf> = links
            .flat_map(|links| links.links)
            .filter_map(|link| match link {
                Link::WriteRing { path, .. } => Some(path),
                _ => None,
            })
            .collect();
        Self { by_place, rings: rings.into_iter().map(Place::Ring).collect() }
    }

    /// The node that is seen at a place: as the topology says, or as a ring is called; else the place itself.
    pub(super) fn node<'n>(&'n self, place: &'n str) -> &'n str {
        let path = Path::new(place);
        let of_ring = || {
            let is_ring = path.extension().is_some_and(|extension| extension == "ring");
            path.file_stem().filter(|_| is_ring)?.to_str()
        };
        self.by_place.get(place).map(String::as_str).or_else(of_ring).unwrap_or(place)
    }

    /// The rings that there are, or that are to be.
    pub(super) fn rings(&self) -> Vec<PathBuf> {
        self.rings.iter().flat_map(Place::rings).collect()
    }
}

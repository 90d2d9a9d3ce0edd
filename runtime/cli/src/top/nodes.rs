//! Which node is seen at which place, and which rings there are to look at.

use crate::watch::Target;
use mycelium::observe::Place;
use mycelium::topology::{Link, Topology};
use mycelium_ring::RingDirectory;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

/// What is known of nodes before anything is seen.
pub(super) struct Nodes {
    by_place: HashMap<String, String>,
    rings: Rings,
}

enum Rings {
    These(Vec<PathBuf>),
    /// All of a folder, those too that come later.
    Of(PathBuf),
}

impl Nodes {
    pub(super) fn of(target: &Target) -> Self {
        match target {
            Target::Topology(topology) => Self::of_topology(topology),
            Target::Place(place) => Self { by_place: HashMap::new(), rings: rings_at(place) },
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
        Self { by_place, rings: Rings::These(rings.into_iter().collect()) }
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
        match &self.rings {
            Rings::These(paths) => paths.clone(),
            Rings::Of(folder) => match RingDirectory::open(folder) {
                Ok(Some(folder)) => {
                    let names = folder.rings().unwrap_or_default();
                    names.iter().filter_map(|name| folder.ring_path(name).ok()).collect()
                }
                _ => Vec::new(),
            },
        }
    }
}

fn rings_at(place: &Place) -> Rings {
    match place {
        Place::Ring(path) => Rings::These(vec![path.clone()]),
        Place::Rings(folder) => Rings::Of(folder.clone()),
        _ => Rings::These(Vec::new()),
    }
}

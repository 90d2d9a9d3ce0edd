//! How long the frames are that a route is measured with.

use super::Options;
use super::probe;
use super::route::Route;
use crate::failure::Failure;
use mycelium::topology::Topology;

/// Frames of one size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Size {
    /// The topic whose messages are so long, where that is known.
    pub(super) topic: Option<String>,
    pub(super) frame_bytes: usize,
}

impl Size {
    /// As near as a frame comes to it.
    fn of(topic: Option<String>, asked: usize) -> Self {
        Self { topic, frame_bytes: probe::frame_bytes(asked) }
    }
}

/// Says how long frames are.
pub(super) struct Sizes {
    /// As they were asked for, on every route.
    asked: Vec<Size>,
    /// Or else as a node was recorded to publish them.
    recorded: Option<Vec<(String, Size)>>,
}

impl Sizes {
    pub(super) fn of(options: &Options, topology: &Topology) -> Result<Self, Failure> {
        let asked = options.sizes.iter().map(|&asked| Size::of(None, asked)).collect();
        Ok(Self { asked, recorded: recorded(options, topology)? })
    }

    /// What a route is measured with.
    pub(super) fn of_route(&self, route: &Route) -> Vec<Size> {
        match &self.recorded {
            None => self.asked.clone(),
            Some(sizes) => {
                let own = sizes.iter().filter(|(node, _)| *node == route.from);
                own.map(|(_, size)| size.clone()).collect()
            }
        }
    }
}

/// Sizes by node, where a recording is to tell them.
#[cfg(feature = "recordings")]
fn recorded(
    options: &Options,
    topology: &Topology,
) -> Result<Option<Vec<(String, Size)>>, Failure> {
    let Some(file) = &options.recording else { return Ok(None) };
    let places = mycelium::observe::Place::of_topology(topology);
    let node_at = |place: &str| {
        let seen = places.iter().find(|known| known.name().as_deref() == Some(place));
        Some(seen?.node_in(topology)?.name.clone())
    };
    let lengths = crate::recording::frame_lengths(file)?.into_iter();
    let found: Vec<(String, Size)> = lengths
        .filter_map(|length| {
            let node = node_at(&length.place)?;
            Some((node, Size::of(Some(length.topic), length.median_bytes)))
        })
        .collect();
    if found.is_empty() {
        let reason = "nothing in it was published at a place of this topology";
        return Err(Failure::Input(format!("{}: {reason}", file.display())));
    }
    Ok(Some(found))
}

#[cfg(not(feature = "recordings"))]
fn recorded(_: &Options, _: &Topology) -> Result<Option<Vec<(String, Size)>>, Failure> {
    Ok(None)
}

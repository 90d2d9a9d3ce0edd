//! How long the messages of a recording are.

use super::read::{Range, Recorded};
use crate::failure::Failure;
use hdrhistogram::Histogram;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

/// How long the frames of a topic are that was recorded at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FrameLength {
    pub(crate) topic: String,
    pub(crate) place: String,
    pub(crate) median_bytes: usize,
}

/// By topic and place.
pub(crate) fn frame_lengths(file: &Path) -> Result<Vec<FrameLength>, Failure> {
    let mut recorded = Recorded::open(file)?;
    // Of each channel, for a process that comes back has another one.
    let mut lengths: BTreeMap<(String, String), Histogram<u64>> = BTreeMap::new();
    recorded.read(Range::ALL, |entry| {
        let name = (entry.track.topic.clone(), entry.track.place.clone());
        let lengths = match lengths.entry(name) {
            std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::btree_map::Entry::Vacant(new) => {
                let histogram = Histogram::new(3);
                new.insert(histogram.map_err(|error| Failure::Input(error.to_string()))?)
            }
        };
        let length = entry.frame.len() as u64;
        lengths.record(length).map_err(|error| Failure::Input(error.to_string()))?;
        Ok(ControlFlow::Continue(()))
    })?;
    let length = |((topic, place), lengths): ((String, String), Histogram<u64>)| {
        // Of lengths that count as one, the histogram gives the longest: no frame is made longer for that.
        let median = lengths.lowest_equivalent(lengths.value_at_quantile(0.5));
        let median_bytes = usize::try_from(median).unwrap_or(usize::MAX);
        FrameLength { topic, place, median_bytes }
    };
    Ok(lengths.into_iter().map(length).collect())
}

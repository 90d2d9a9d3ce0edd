//! What was observed in an interval, and how it is told.

use super::meter::{Age, Meter, TopicCount};
use super::nodes::Nodes;
use super::rings::{Reader, Ring, Rings};
use crate::shm::reader_kind;
use mycelium_wire::Timestamp;
use serde_json::{Value, json};
use std::time::Duration;

/// What was observed in an interval.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Observation {
    /// When it ended.
    pub(super) time: Timestamp,
    pub(super) length: Duration,
    pub(super) topics: Vec<Topic>,
    pub(super) rings: Vec<Ring>,
    pub(super) places: Vec<Place>,
    /// That no type has the field that ages are to be counted from.
    pub(super) unknown_field: Option<String>,
    /// Messages, since we have watched, of more topics than are kept.
    pub(super) uncounted: u64,
}

/// A topic that a node publishes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Topic {
    pub(super) node: String,
    pub(super) count: TopicCount,
    /// Messages a second.
    pub(super) rate: f64,
    /// As long as those that were seen, if any were: of the others nobody knows.
    pub(super) bytes_per_second: Option<f64>,
}

/// Where something is seen, or is to be.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Place {
    pub(super) node: String,
    pub(super) place: String,
    /// Why it is not watched.
    pub(super) fault: Option<String>,
}

impl Observation {
    /// Takes what was counted in an interval that ends now.
    pub(super) fn take(
        meter: &mut Meter<'_>,
        rings: &mut Rings,
        nodes: &Nodes,
        length: Duration,
    ) -> Self {
        let seconds = length.as_secs_f64().max(1e-9);
        let topic = |count: TopicCount| {
            let rate = count.published as f64 / seconds;
            let node = nodes.node(&count.place).to_owned();
            let nothing = (count.published == 0).then_some(0.0);
            let bytes_per_second = count.mean_bytes.map(|mean| rate * mean).or(nothing);
            Topic { node, rate, bytes_per_second, count }
        };
        let topics = meter.take().into_iter().map(topic).collect();
        let places = meter.places().iter().map(|(place, fault)| Place {
            node: nodes.node(place).to_owned(),
            place: place.to_string(),
            fault: fault.clone(),
        });
        Self {
            time: Timestamp::now(),
            length,
            topics,
            rings: rings.look(nodes),
            places: places.collect(),
            unknown_field: meter.unknown_field(),
            uncounted: meter.uncounted(),
        }
    }

    pub(super) fn as_json(&self) -> Value {
        json!({
            "time": self.time.to_string(),
            "seconds": self.length.as_secs_f64(),
            "topics": self.topics.iter().map(Topic::as_json).collect::<Vec<_>>(),
            "rings": self.rings.iter().map(|ring| self.ring_as_json(ring)).collect::<Vec<_>>(),
            "places": self.places.iter().map(Place::as_json).collect::<Vec<_>>(),
            "uncounted": self.uncounted,
        })
    }

    fn ring_as_json(&self, ring: &Ring) -> Value {
        json!({
            "node": ring.node,
            "path": ring.path.display().to_string(),
            "alive": ring.is_live,
            "capacity_bytes": ring.capacity_bytes,
            "waiting_bytes": ring.waiting_bytes,
            "bytes_per_second": ring.published_bytes as f64 / self.length.as_secs_f64(),
            "readers": ring.readers.iter().map(reader_as_json).collect::<Vec<_>>(),
        })
    }
}

impl Topic {
    fn as_json(&self) -> Value {
        let count = &self.count;
        json!({
            "node": self.node,
            "place": &*count.place,
            "topic": &*count.topic,
            "type": count.type_name,
            "type_id": count.type_id,
            "digest": count.digest.to_string(),
            "published": count.published,
            "per_second": self.rate,
            "bytes_per_second": self.bytes_per_second,
            "mean_bytes": count.mean_bytes,
            "longest_bytes": count.longest_bytes,
            "age": count.age.as_ref().map(age_as_json),
            "missed": count.missed,
            "total": count.total,
        })
    }
}

impl Place {
    fn as_json(&self) -> Value {
        json!({ "node": self.node, "place": self.place, "fault": self.fault })
    }
}

fn age_as_json(age: &Age) -> Value {
    json!({
        "p50_nanos": age.p50_nanos,
        "p99_nanos": age.p99_nanos,
        "most_nanos": age.most_nanos,
        "early": age.early,
    })
}

fn reader_as_json(reader: &Reader) -> Value {
    json!({
        "pid": reader.pid,
        "node": reader.node,
        "program": reader.program,
        "kind": reader_kind(reader.kind),
        "alive": reader.is_alive,
        "behind_bytes": reader.behind_bytes,
        "lost": reader.lost,
        "lost_total": reader.lost_total,
    })
}

//! What the benchmarks print.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// Everything that was measured.
pub(super) struct Results {
    pub(super) rust: Codec,
    pub(super) python: Codec,
    pub(super) ocaml: Codec,
    pub(super) transports: Transports,
}

/// Times of a language's codec, by kind of event.
pub(super) type Codec = BTreeMap<String, Times>;

/// Times of one kind, for each event.
#[derive(Deserialize)]
pub(super) struct Times {
    pub(super) count: u64,
    pub(super) bytes: u64,
    pub(super) encode_ns: f64,
    pub(super) decode_ns: f64,
    /// In place, where the language can.
    pub(super) view_ns: Option<f64>,
}

/// Latencies between two cores, and streams between two processes.
#[derive(Deserialize)]
pub(super) struct Transports {
    pub(super) frame_bytes: u64,
    pub(super) rows: Vec<Latency>,
    pub(super) streams: Vec<Stream>,
}

/// Messages one way at full speed.
#[derive(Deserialize)]
pub(super) struct Stream {
    pub(super) name: String,
    pub(super) count: u64,
    pub(super) messages_per_second: f64,
}

/// One way, half of a round trip.
#[derive(Deserialize)]
pub(super) struct Latency {
    pub(super) name: String,
    pub(super) count: u64,
    pub(super) p50_ns: f64,
    pub(super) p99_ns: f64,
}

/// Reads the JSON object that a benchmark printed last.
pub(super) fn read<T: DeserializeOwned>(output: &str) -> Result<T, Failure> {
    let last = output.lines().last().unwrap_or_default();
    serde_json::from_str(last).map_err(|error| {
        Failure::new(format!("a benchmark printed no result: {error}")).seen(output)
    })
}

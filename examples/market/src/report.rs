//! What a service leaves behind when it ends in order: one JSON file, compared by whoever started it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use mycelium_generated::market::BookTicker;
use serde::Serialize;

use crate::tally::Tally;

/// The report of a service.
#[derive(Serialize)]
pub struct Report {
    /// Name of the service in the topology.
    pub service: &'static str,
    /// What it is written in.
    pub language: &'static str,
    /// What it published, by topic.
    pub published: BTreeMap<String, Tally>,
    /// What it received, by topic.
    pub received: BTreeMap<String, Tally>,
    /// Mid prices on the way.
    pub mid: MidPrices,
}

/// Mid prices by symbol, ten in a second of market time: event time in nanoseconds, price.
#[derive(Serialize, Default)]
#[serde(transparent)]
pub struct MidPrices {
    by_symbol: BTreeMap<String, Vec<(i64, f64)>>,
}

const MID_EVERY_NS: i64 = 100_000_000;

impl MidPrices {
    /// Keeps the mid price, unless one was kept shortly before.
    pub fn note(&mut self, ticker: &BookTicker) {
        let symbol = ticker.symbol.as_str();
        let time_ns = ticker.event_time.0;
        let is_due = |kept: &Vec<(i64, f64)>| {
            kept.last().is_none_or(|(last_ns, _)| time_ns - last_ns >= MID_EVERY_NS)
        };
        if self.by_symbol.get(symbol).is_none_or(is_due) {
            let mid = (ticker.bid.price.to_f64() + ticker.ask.price.to_f64()) / 2.0;
            self.by_symbol.entry(symbol.to_owned()).or_default().push((time_ns, mid));
        }
    }
}

impl Report {
    /// An empty report of a service.
    pub fn new(service: &'static str) -> Self {
        Self {
            service,
            language: "Rust",
            published: BTreeMap::new(),
            received: BTreeMap::new(),
            mid: MidPrices::default(),
        }
    }

    /// Writes `<folder>/<service>.json`.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        write(folder, self.service, self)
    }
}

/// Writes `<folder>/<service>.json`.
pub fn write(folder: &Path, service: &str, report: &impl Serialize) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(folder.join(service).with_extension("json"))?);
    serde_json::to_writer(&mut file, report)?;
    file.flush()
}

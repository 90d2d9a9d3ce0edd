//! The services' reports, as they write them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::failure::{Failure, io_failure};

/// What a service saw.
#[derive(Deserialize)]
pub(super) struct Report {
    pub(super) service: String,
    pub(super) language: String,
    #[serde(default)]
    pub(super) published: BTreeMap<String, Tally>,
    #[serde(default)]
    pub(super) received: BTreeMap<String, Tally>,
    /// Mid prices by symbol: event time in nanoseconds, price.
    #[serde(default)]
    pub(super) mid: BTreeMap<String, Vec<(i64, f64)>>,
    #[serde(default)]
    pub(super) signals: Vec<Signal>,
    /// Numbers of the signals that were turned down.
    #[serde(default)]
    pub(super) rejected: Vec<u64>,
    /// What was traded, where the service had a part in that.
    pub(super) trading: Option<Trading>,
}

/// What one side of the trading has written down.
#[derive(Deserialize)]
pub(super) struct Trading {
    pub(super) orders: u64,
    pub(super) cancels: u64,
    pub(super) fills: u64,
    /// Counts of its actors, by name.
    pub(super) actors: BTreeMap<String, Actor>,
    pub(super) accounts: Accounts,
}

/// What an actor has counted.
#[derive(Deserialize, Default, Clone, Copy)]
pub(super) struct Actor {
    pub(super) received: u64,
    pub(super) published: u64,
    pub(super) faults: u64,
    pub(super) failures: u64,
}

/// Accounts; money is the digits of a whole number of 1e-22 each.
#[derive(Deserialize, Debug, PartialEq)]
pub(super) struct Accounts {
    pub(super) position: i64,
    pub(super) cash: String,
    pub(super) fees: String,
    pub(super) volume: String,
    pub(super) realised: String,
    pub(super) unrealised: String,
    pub(super) equity: String,
}

/// The account of one topic.
#[derive(Deserialize, Default)]
pub(super) struct Tally {
    pub(super) count: u64,
    pub(super) lost: u64,
    pub(super) bytes: u64,
    pub(super) levels: u64,
    pub(super) quantity: String,
    pub(super) sha256: String,
    /// Lowest value of a bucket, and how many fell into it.
    pub(super) latency_ns: Vec<(u64, u64)>,
}

/// A signal of the strategy.
#[derive(Deserialize)]
pub(super) struct Signal {
    pub(super) id: u64,
    pub(super) symbol: String,
    pub(super) is_buy: bool,
    pub(super) event_time: i64,
    pub(super) mid: f64,
}

/// All reports by service.
pub(super) type Reports = BTreeMap<String, Report>;

/// Reads the reports in a folder.
pub(super) fn read_all(folder: &Path) -> Result<Reports, Failure> {
    let entries = fs::read_dir(folder).map_err(io_failure("read the folder", folder))?;
    let mut reports = Reports::new();
    let paths = entries.flatten().map(|entry| entry.path());
    for path in paths.filter(|path| path.extension().is_some_and(|found| found == "json")) {
        let text = fs::read_to_string(&path).map_err(io_failure("read", &path))?;
        let report: Report = serde_json::from_str(&text).map_err(|error| {
            Failure::new(format!("{} is not a report: {error}", path.display()))
        })?;
        reports.insert(report.service.clone(), report);
    }
    Ok(reports)
}

/// The report of a service, which a run that ended in order has left.
pub(super) fn of<'a>(reports: &'a Reports, service: &str) -> Result<&'a Report, Failure> {
    reports.get(service).ok_or_else(|| Failure::new(format!("{service} left no report")))
}

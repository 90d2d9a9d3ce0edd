//! What a service of the trading leaves behind when it ends in order: one JSON file, compared by whoever started it.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use super::{Ended, Fault};
use crate::books::Written;

#[derive(Serialize)]
struct Report<'a> {
    service: &'a str,
    language: &'static str,
    trading: Trading,
}

#[derive(Serialize)]
struct Trading {
    orders: u64,
    cancels: u64,
    fills: u64,
    actors: BTreeMap<String, Actor>,
    accounts: Accounts,
}

#[derive(Serialize)]
struct Actor {
    received: u64,
    published: u64,
    faults: u64,
    failures: u64,
}

/// Money as digits, in units of 1e-22: JSON's numbers have fewer.
#[derive(Serialize)]
struct Accounts {
    position: i64,
    cash: String,
    fees: String,
    volume: String,
    realised: String,
    unrealised: String,
    equity: String,
}

/// Writes `<folder>/<service>.json`: what the books say, and what these actors have counted.
pub(super) fn write(folder: &Path, service: &str, ended: &Ended) -> Result<(), Fault> {
    let Ended { written, actors } = ended;
    let actors = actors
        .iter()
        .map(|stats| {
            let counts = (stats.received, stats.published, stats.faults, stats.failures);
            let (received, published, faults, failures) = counts;
            (stats.actor.clone(), Actor { received, published, faults, failures })
        })
        .collect();
    let portfolio = &written.portfolio;
    let accounts = Accounts {
        position: portfolio.position,
        cash: portfolio.cash.to_string(),
        fees: portfolio.fees.to_string(),
        volume: portfolio.volume.to_string(),
        realised: portfolio.realised.to_string(),
        unrealised: portfolio.unrealised().to_string(),
        equity: portfolio.equity().to_string(),
    };
    let Written { orders, cancels, .. } = *written;
    let trading = Trading { orders, cancels, fills: portfolio.fills, actors, accounts };
    market::report::write(folder, service, &Report { service, language: "Rust", trading })
        .map_err(|error| format!("cannot write a report to {}: {error}", folder.display()).into())
}

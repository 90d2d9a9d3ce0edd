//! The market pipeline: Rust, Python and OCaml services from one topology.
//!
//! `market-engine` (this crate's binary) hosts two services in one process: *market-data* publishes
//! a feed, *execution* receives it and the risk service's verdicts. `python/strategy.py` and
//! `ocaml/risk.ml` are the others. Each subscriber decodes and re-encodes every message and keeps a
//! [`tally`] of it, so that the whole pipeline is checked to the last bit by comparing reports.

pub mod feed;
pub mod histogram;
pub mod pace;
pub mod report;
pub mod service;
pub mod tally;

//! `mycelium shm ls`

use super::{Places, json, places};
use crate::failure::Failure;
use crate::harmless::harmless_json;
use crate::table;
use mycelium_ring::{AttachError, RingStatus};
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;

type Found = (PathBuf, Result<RingStatus, AttachError>);

pub(super) fn run(args: &Places) -> Result<(), Failure> {
    let found: Vec<Found> = places::rings(&args.paths)?
        .into_iter()
        .map(|path| (path.clone(), RingStatus::read(path)))
        // Gone since the folder was read.
        .filter(|(path, status)| {
            args.paths.contains(path) || !matches!(status, Err(AttachError::NotFound { .. }))
        })
        .collect();
    let mut out = std::io::stdout().lock();
    match args.json {
        true => {
            let json = Value::Array(found.iter().map(as_json).collect());
            writeln!(out, "{}", harmless_json(&json, true))?;
        }
        false if found.is_empty() => writeln!(out, "no rings")?,
        false => write!(out, "{}", as_table(&found))?,
    }
    let errors: Vec<String> =
        found.into_iter().filter_map(|(_, status)| Some(status.err()?.to_string())).collect();
    if errors.is_empty() { Ok(()) } else { Err(Failure::Input(errors.join("\nerror: "))) }
}

fn as_json((path, status): &Found) -> Value {
    match status {
        Ok(status) => json::ring(path, status),
        Err(error) => json!({ "path": path.display().to_string(), "error": error.to_string() }),
    }
}

fn as_table(found: &[Found]) -> String {
    let heading =
        ["RING", "CAPACITY", "WRITER", "STATE", "FRAMES", "READERS", "DEAD", "BEHIND", "LOST"];
    let rows: Vec<Vec<String>> = found
        .iter()
        .filter_map(|(path, status)| Some((path, status.as_ref().ok()?)))
        .map(|(path, status)| {
            let dead = status.readers.iter().filter(|reader| !reader.alive).count();
            let behind = status.readers.iter().map(|reader| reader.behind_bytes).max();
            let lost = status.readers.iter().map(|reader| reader.lost_frames);
            // The numbers are the file's, and may be any.
            let lost = lost.fold(0, u64::saturating_add);
            vec![
                path.display().to_string(),
                table::bytes(status.capacity_bytes),
                status.writer_pid.to_string(),
                state(status).to_owned(),
                status.published_frames.to_string(),
                (status.readers.len() - dead).to_string(),
                dead.to_string(),
                table::bytes(behind.unwrap_or_default()),
                lost.to_string(),
            ]
        })
        .collect();
    table::lines(&heading, &rows)
}

/// How a ring is, in a word.
pub(super) fn state(status: &RingStatus) -> &'static str {
    match (status.writer_alive, status.closed) {
        (true, false) => "live",
        (_, true) => "closed",
        (false, false) => "dead",
    }
}

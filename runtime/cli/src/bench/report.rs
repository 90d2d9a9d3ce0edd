//! What was measured, as a table and as JSON.

use super::measure::Measured;
use super::route::Route;
use super::sizes::Size;
use crate::harmless::harmless;
use crate::table;
use crate::units;
use serde_json::{Value, json};

/// A route with frames of one size, and what came of it.
pub(super) struct Row {
    pub(super) route: Route,
    /// Nothing where it was never begun.
    pub(super) size: Option<Size>,
    pub(super) outcome: Result<Measured, NotMeasured>,
}

/// Why there are no figures.
pub(super) enum NotMeasured {
    /// It is none that can be measured here, or by this recording: that is no fault.
    Obstacle(String),
    /// It was tried.
    Failed(String),
}

impl NotMeasured {
    fn reason(&self) -> &str {
        match self {
            Self::Obstacle(reason) | Self::Failed(reason) => reason,
        }
    }
}

impl Row {
    pub(super) fn topic(&self) -> Option<&str> {
        self.size.as_ref()?.topic.as_deref()
    }
}

const HEADING: [&str; 13] = [
    "FROM", "TO", "OVER", "TOPIC", "BYTES", "P50", "P90", "P99", "P99.9", "MOST", "MSG/S",
    "BYTES/S", "LOST",
];

/// The columns that a table shows: topics only where they are known.
pub(super) fn as_table(rows: &[Row]) -> String {
    let has_topics = rows.iter().any(|row| row.topic().is_some());
    let is_shown = |column: &usize| has_topics || HEADING[*column] != "TOPIC";
    let columns: Vec<usize> = (0..HEADING.len()).filter(is_shown).collect();
    let heading: Vec<&str> = columns.iter().map(|&column| HEADING[column]).collect();
    let measured: Vec<Vec<String>> = rows
        .iter()
        .filter_map(cells)
        .map(|cells| columns.iter().map(|&column| cells[column].clone()).collect())
        .collect();
    let mut text =
        if measured.is_empty() { String::new() } else { table::lines(&heading, &measured) };
    for row in rows {
        if let Err(reason) = &row.outcome {
            let Route { from, to, over, .. } = &row.route;
            let bytes = row.size.as_ref().map(|size| format!(", {} bytes", size.frame_bytes));
            let (bytes, reason) = (bytes.unwrap_or_default(), reason.reason());
            let line = format!("{from} to {to} over {over}{bytes}: not measured: {reason}");
            text.push_str(&format!("{}\n", harmless(&line)));
        }
    }
    text
}

fn cells(row: &Row) -> Option<Vec<String>> {
    let (measured, size) = (row.outcome.as_ref().ok()?, row.size.as_ref()?);
    let nanos = |of: &str| units::nanos(measured.latency[of].as_f64().unwrap_or_default());
    Some(vec![
        row.route.from.clone(),
        row.route.to.clone(),
        row.route.over.clone(),
        row.topic().unwrap_or_default().to_owned(),
        size.frame_bytes.to_string(),
        nanos("p50_nanos"),
        nanos("p90_nanos"),
        nanos("p99_nanos"),
        nanos("p999_nanos"),
        nanos("most_nanos"),
        units::count(measured.per_second),
        units::bytes(measured.per_second * size.frame_bytes as f64),
        measured.lost.to_string(),
    ])
}

pub(super) fn as_json(rows: &[Row], rate: u32, seconds: f64) -> Value {
    let row = |row: &Row| {
        let mut value = json!({
            "from": row.route.from,
            "to": row.route.to,
            "over": row.route.over,
            "topic": row.topic(),
            "frame_bytes": row.size.as_ref().map(|size| size.frame_bytes),
        });
        match &row.outcome {
            Ok(measured) => {
                value["latency"] = measured.latency.clone();
                value["per_second"] = json!(measured.per_second);
                let bytes = row.size.as_ref().map(|size| size.frame_bytes as f64);
                value["bytes_per_second"] = json!(bytes.map(|bytes| measured.per_second * bytes));
                value["published"] = json!(measured.published);
                value["lost"] = json!(measured.lost);
            }
            Err(reason) => value["not_measured"] = json!(reason.reason()),
        }
        value
    };
    json!({
        "rate": rate,
        "seconds": seconds,
        "processors": std::thread::available_parallelism().map_or(1, usize::from),
        "routes": rows.iter().map(row).collect::<Vec<_>>(),
    })
}

//! What was measured, as a table and as JSON.

use super::measure::Measured;
use super::route::Route;
use super::sizes::Size;
use crate::table;
use crate::tap::harmless;
use crate::units;
use serde_json::{Value, json};

/// A route with frames of one size, and what came of it.
pub(super) struct Row {
    pub(super) route: Route,
    pub(super) size: Size,
    pub(super) outcome: Result<Measured, String>,
}

const HEADING: [&str; 13] = [
    "FROM", "TO", "OVER", "TOPIC", "BYTES", "P50", "P90", "P99", "P99.9", "MOST", "MSG/S",
    "BYTES/S", "LOST",
];

/// The columns that a table shows: topics only where they are known.
pub(super) fn as_table(rows: &[Row]) -> String {
    let has_topics = rows.iter().any(|row| row.size.topic.is_some());
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
            let line = format!("{from} to {to} over {over}: not measured: {reason}");
            text.push_str(&format!("{}\n", harmless(&line)));
        }
    }
    text
}

fn cells(row: &Row) -> Option<Vec<String>> {
    let measured = row.outcome.as_ref().ok()?;
    let nanos = |of: &str| units::nanos(measured.latency[of].as_f64().unwrap_or_default());
    Some(vec![
        row.route.from.clone(),
        row.route.to.clone(),
        row.route.over.clone(),
        harmless(row.size.topic.as_deref().unwrap_or_default()),
        row.size.frame_bytes.to_string(),
        nanos("p50_nanos"),
        nanos("p90_nanos"),
        nanos("p99_nanos"),
        nanos("p999_nanos"),
        nanos("most_nanos"),
        units::count(measured.per_second),
        units::bytes(measured.per_second * row.size.frame_bytes as f64),
        measured.lost.to_string(),
    ])
}

pub(super) fn as_json(rows: &[Row], rate: u32, seconds: f64) -> Value {
    let row = |row: &Row| {
        let mut value = json!({
            "from": row.route.from,
            "to": row.route.to,
            "over": row.route.over,
            "topic": row.size.topic,
            "frame_bytes": row.size.frame_bytes,
        });
        match &row.outcome {
            Ok(measured) => {
                value["latency"] = measured.latency.clone();
                value["per_second"] = json!(measured.per_second);
                value["bytes_per_second"] =
                    json!(measured.per_second * row.size.frame_bytes as f64);
                value["published"] = json!(measured.published);
                value["lost"] = json!(measured.lost);
            }
            Err(reason) => value["not_measured"] = json!(reason),
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

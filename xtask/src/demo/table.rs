//! The routes as a table.

use super::format::{duration, grouped};
use super::routes::Route;

const HEADINGS: [&str; 8] = ["route", "over", "sent", "received", "lost", "p50", "p99", "p99.9"];
/// Columns of words stand at the left, columns of numbers at the right.
const WORD_COLUMNS: usize = 2;

/// A line for each route, below the headings.
pub(super) fn of_routes(routes: &[Route]) -> String {
    let rows: Vec<[String; 8]> =
        std::iter::once(HEADINGS.map(str::to_owned)).chain(routes.iter().map(row)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<usize> = (0..HEADINGS.len()).map(|column| width(column).unwrap_or(0)).collect();
    let line = |row: &[String; 8]| {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
            if column < WORD_COLUMNS {
                format!("{cell:<width$}")
            } else {
                format!("{cell:>width$}")
            }
        });
        cells.collect::<Vec<_>>().join("  ")
    };
    format!("\n{}\n", rows.iter().map(line).collect::<Vec<_>>().join("\n"))
}

fn row(route: &Route) -> [String; 8] {
    let quantile = |share: f64| route.quantile(share).map_or("–".to_owned(), duration);
    [
        format!("{} → {} ({})", route.from, route.to, route.language),
        route.transport.to_owned(),
        grouped(route.sent),
        grouped(route.received),
        grouped(route.lost()),
        quantile(0.5),
        quantile(0.99),
        quantile(0.999),
    ]
}

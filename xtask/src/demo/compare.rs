//! Whether all services saw the same bits.

use super::format::grouped;
use super::report::{self, Report, Reports, Tally};
use super::routes::Route;
use crate::failure::Failure;

/// Compares each subscriber with the publisher, topic by topic; gives the words for the end.
pub(super) fn check(reports: &Reports, routes: &[Route]) -> Result<String, Failure> {
    let mut differences = Vec::new();
    for route in routes {
        let publisher = report::of(reports, route.from)?;
        let subscriber = report::of(reports, route.to)?;
        for (topic, sent) in &publisher.published {
            if let Some(received) = subscriber.received.get(topic) {
                differences.extend(compare(route, topic, sent, received));
            }
        }
        if route.lost() > 0 {
            differences.push(format!("{} → {}: {} lost", route.from, route.to, route.lost()));
        }
    }
    if differences.is_empty() {
        return Ok(summary(report::of(reports, "market-data")?));
    }
    Err(Failure::new("the services did not all see the same messages")
        .seen(differences.join("\n"))
        .remedy("compare the reports in target/demo/reports"))
}

fn compare(route: &Route, topic: &str, sent: &Tally, received: &Tally) -> Vec<String> {
    let pairs = [
        ("messages", sent.count.to_string(), received.count.to_string()),
        ("bytes", sent.bytes.to_string(), received.bytes.to_string()),
        ("levels", sent.levels.to_string(), received.levels.to_string()),
        ("traded quantity", sent.quantity.clone(), received.quantity.clone()),
        ("SHA-256", sent.sha256.clone(), received.sha256.clone()),
    ];
    let different = pairs.into_iter().filter(|(_, sent, received)| sent != received);
    different
        .map(|(what, sent, received)| {
            let (from, to) = (route.from, route.to);
            format!("{topic}, {what}: {from} sent {sent}, {to} received {received}")
        })
        .collect()
}

/// The same in every language, so it is told once.
fn summary(publisher: &Report) -> String {
    let mut lines = vec!["alike in Rust, Python and OCaml, to the last bit:".to_owned()];
    for (topic, tally) in &publisher.published {
        let mut line = format!("  {topic:<20} {:>9} messages", grouped(tally.count));
        line.push_str(&format!("  SHA-256 {}…", tally.sha256.get(..16).unwrap_or_default()));
        if tally.levels > 0 {
            line.push_str(&format!("  {} levels", grouped(tally.levels)));
        }
        if tally.quantity.chars().any(|c| c.is_ascii_digit() && c != '0') {
            line.push_str(&format!("  traded {}", tally.quantity));
        }
        lines.push(line);
    }
    let total = publisher.published.values().map(|tally| tally.count).sum();
    lines.push(format!("  {:<20} {:>9} messages", "in all", grouped(total)));
    lines.join("\n")
}

//! What travelled on each route, measured at both of its ends.

use std::collections::BTreeMap;
use std::path::Path;

use mycelium::topology::{Endpoint, Topology};

use super::monitor::MONITOR;
use super::report::{self, Reports};
use crate::failure::Failure;

/// From one service to another, with all topics between them.
pub(super) struct Route {
    pub(super) from: &'static str,
    pub(super) to: &'static str,
    /// Language of the receiving service.
    pub(super) language: String,
    pub(super) transport: &'static str,
    pub(super) sent: u64,
    pub(super) received: u64,
    /// Missing messages that the transport told the subscriber of.
    pub(super) told_lost: u64,
    pub(super) bytes: u64,
    /// Lowest value of a bucket in nanoseconds, and how many fell into it.
    pub(super) latency_ns: BTreeMap<u64, u64>,
}

/// Which services have something to say to which; to the monitor, where there is one.
const ROUTES: &[(&str, &str)] = &[
    ("market-data", "execution"),
    ("market-data", MONITOR),
    ("market-data", "strategy"),
    ("market-data", "risk"),
    ("strategy", "risk"),
    ("risk", "execution"),
];

/// Puts the two ends of each route together.
pub(super) fn measure(reports: &Reports, topology: &Path) -> Result<Vec<Route>, Failure> {
    let topology = Topology::load(topology).map_err(|error| Failure::new(error.to_string()))?;
    let is_there = |to: &str| to != MONITOR || topology.node_of(to).is_some();
    let measured = |&(from, to)| {
        let language = report::of(reports, to)?.language.clone();
        measure_one(reports, from, to, over(&topology, from, to, &language)?, language)
    };
    ROUTES.iter().filter(|(_, to)| is_there(to)).map(measured).collect()
}

/// What a topology puts between two services, the second of them in this language.
fn over(
    topology: &Topology,
    from: &str,
    to: &str,
    language: &str,
) -> Result<&'static str, Failure> {
    let node = |service: &str| {
        let node = topology.node_of(service).map(|node| node.name.clone());
        node.ok_or_else(|| Failure::new(format!("the topology has no service `{service}`")))
    };
    let (from, to) = (node(from)?, node(to)?);
    if from == to {
        // Between languages messages cross as frames, on the one bus of the process.
        return Ok(if language == "Rust" { "Arc" } else { "same process" });
    }
    let way = topology.ways().into_iter().find(|way| way.from == from && way.to == to);
    match way.map(|way| way.endpoint) {
        Some(Endpoint::Shm { .. }) => Ok("shared memory"),
        Some(Endpoint::Unix { .. }) => Ok("Unix socket"),
        Some(Endpoint::Tcp { .. }) => Ok("TCP"),
        _ => Err(Failure::new(format!("the topology has no way from `{from}` to `{to}`"))),
    }
}

fn measure_one(
    reports: &Reports,
    from: &'static str,
    to: &'static str,
    transport: &'static str,
    language: String,
) -> Result<Route, Failure> {
    let (publisher, subscriber) = (report::of(reports, from)?, report::of(reports, to)?);
    let mut route = Route {
        from,
        to,
        language,
        transport,
        sent: 0,
        received: 0,
        told_lost: 0,
        bytes: 0,
        latency_ns: BTreeMap::new(),
    };
    for (topic, published) in &publisher.published {
        let Some(tally) = subscriber.received.get(topic) else { continue };
        route.sent += published.count;
        route.received += tally.count;
        route.told_lost += tally.lost;
        route.bytes += tally.bytes;
        for (lowest, count) in &tally.latency_ns {
            *route.latency_ns.entry(*lowest).or_default() += count;
        }
    }
    Ok(route)
}

impl Route {
    /// Messages that did not arrive.
    pub(super) fn lost(&self) -> u64 {
        self.sent.saturating_sub(self.received).max(self.told_lost)
    }

    /// The latency that this share of the messages stays below, in nanoseconds.
    pub(super) fn quantile(&self, share: f64) -> Option<f64> {
        let counted: u64 = self.latency_ns.values().sum();
        let wanted = ((share * counted as f64).ceil() as u64).max(1);
        let mut below = 0;
        let found = self.latency_ns.iter().find(|(_, count)| {
            below += *count;
            below >= wanted
        });
        found.map(|(lowest, _)| *lowest as f64)
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::measure;
    use crate::demo::report::Reports;
    use crate::repo;

    fn reports(received: u64) -> Reports {
        let tally = |count: u64| {
            format!(
                r#"{{"count":{count},"lost":0,"bytes":96,"levels":0,"quantity":"1.00000000",
                     "sha256":"ab","latency_ns":[[100,90],[200,9],[900,1]]}}"#
            )
        };
        let report = |service: &str, published: &str, received: &str| {
            let language = if service == "monitor" { "Python" } else { "Rust" };
            let text = format!(
                r#"{{"service":"{service}","language":"{language}",
                     "published":{{{published}}},"received":{{{received}}}}}"#
            );
            (service.to_owned(), serde_json::from_str(&text).expect("a report"))
        };
        let (sent, got) = (format!("\"t\":{}", tally(100)), format!("\"t\":{}", tally(received)));
        Reports::from([
            report("market-data", &sent, ""),
            report("execution", "", &got),
            report("monitor", "", &got),
            report("strategy", "", &got),
            report("risk", "", &got),
        ])
    }

    /// The example's topologies.
    fn example(name: &str) -> PathBuf {
        repo::root().join("examples/market").join(name)
    }

    #[test]
    fn losses_and_quantiles_are_measured() {
        let routes = measure(&reports(97), &example("topology.toml"));
        let routes = routes.expect("all services have a report");
        let route = &routes[1];
        assert_eq!((route.sent, route.received, route.lost()), (100, 97, 3));
        assert_eq!(route.quantile(0.5), Some(100.0));
        assert_eq!(route.quantile(0.99), Some(200.0));
        assert_eq!(route.quantile(0.999), Some(900.0));
    }

    #[test]
    fn the_topology_says_what_a_route_is() {
        let over = |name| {
            let routes = measure(&reports(100), &example(name)).expect("there are reports");
            routes.iter().map(|route| route.transport).collect::<Vec<_>>()
        };
        let (unix, tcp) = ("Unix socket", "TCP");
        assert_eq!(over("topology.toml"), ["Arc", "shared memory", unix, unix, unix]);
        let same = "same process";
        assert_eq!(over("hybrid.toml"), ["Arc", same, "shared memory", tcp, tcp, unix]);
    }

    #[test]
    fn a_missing_report_is_named() {
        let mut reports = reports(100);
        reports.remove("risk");
        let measured = measure(&reports, &example("topology.toml"));
        let failure = measured.map(drop).expect_err("risk has no report");
        assert!(failure.to_string().contains("risk left no report"));
    }
}

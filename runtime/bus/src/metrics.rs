//! The counts of a bus, for the recorder of the `metrics` crate.

use metrics::{counter, gauge};

use crate::stats::{BusStats, RouteStats, TopicStats};

/// Sets every metric to what was counted. Messages themselves pass no metric.
pub(crate) fn record(stats: &BusStats) {
    stats.topics.iter().for_each(record_topic);
    stats.routes.iter().for_each(record_route);
    gauge!("mycelium_faults").set(stats.faults.len() as f64);
}

fn record_topic(stats: &TopicStats) {
    let topic = || stats.topic.clone();
    counter!("mycelium_published", "topic" => topic()).absolute(stats.published);
    counter!("mycelium_lost", "topic" => topic()).absolute(stats.lost);
    counter!("mycelium_conflated", "topic" => topic()).absolute(stats.conflated);
    gauge!("mycelium_waiting", "topic" => topic()).set(stats.waiting as f64);
    gauge!("mycelium_publishers", "topic" => topic()).set(stats.publishers as f64);
    gauge!("mycelium_subscribers", "topic" => topic()).set(stats.subscribers as f64);
}

fn record_route(stats: &RouteStats) {
    let labels = || [("route", stats.route.clone()), ("topic", stats.topic.clone())];
    counter!("mycelium_route_sent", &labels()).absolute(stats.sent);
    counter!("mycelium_route_received", &labels()).absolute(stats.received);
    counter!("mycelium_route_lost", &labels()).absolute(stats.lost);
    counter!("mycelium_route_dropped", &labels()).absolute(stats.dropped);
    counter!("mycelium_route_conflated", &labels()).absolute(stats.conflated);
}

//! Spans of a bus as a `tracing` subscriber gets them.
//!
//! Alone in its program: a place that makes spans is registered once, and not for a subscriber that is being
//! made on another thread at that moment.

mod common;

use std::sync::{Arc, Mutex};

use common::{Tick, tick};
use mycelium::MessageBus;
use tracing::span;

/// Writes down the names of spans.
struct Spans(Arc<Mutex<Vec<&'static str>>>);

impl tracing::Subscriber for Spans {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.name().starts_with("mycelium::")
    }

    fn new_span(&self, span: &span::Attributes<'_>) -> span::Id {
        let mut names = self.0.lock().unwrap();
        names.push(span.metadata().name());
        span::Id::from_u64(names.len() as u64)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, _: &tracing::Event<'_>) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

#[test]
fn opening_and_leaving_have_spans_and_messages_have_none() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("topology.toml");
    std::fs::write(&file, "[[nodes]]\nname = \"a\"\nservices = [\"a\"]\n").unwrap();
    let names = Arc::<Mutex<Vec<&'static str>>>::default();
    tracing::subscriber::with_default(Spans(names.clone()), || {
        let bus = MessageBus::from_topology(&file, "a").unwrap();
        let mut subscriber = bus.subscriber::<Tick>().unwrap();
        bus.publisher::<Tick>().unwrap().publish(tick(1)).unwrap();
        subscriber.recv_blocking().unwrap();
        bus.shutdown();
    });
    let names = names.lock().unwrap();
    assert_eq!(names.first(), Some(&"mycelium::open"));
    assert!(names[1..].iter().all(|name| *name == "mycelium::leave"), "{names:?}");
    assert!(names.len() >= 2);
}

//! Counts of a bus as a recorder of the `metrics` crate gets them.

mod common;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use common::{Tick, tick};
use metrics::{
    Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit,
    with_local_recorder,
};
use mycelium::{Message, MessageBus, Options, Qos, WhenFull};

/// Keeps the last figure of each metric.
#[derive(Default)]
struct Kept(Mutex<BTreeMap<String, Arc<AtomicU64>>>);

impl Kept {
    fn of(&self, key: &Key) -> Arc<AtomicU64> {
        let labels: Vec<&str> = key.labels().map(|label| label.value()).collect();
        let name = format!("{} {}", key.name(), labels.join(" "));
        self.0.lock().unwrap().entry(name.trim().to_owned()).or_default().clone()
    }
}

impl Recorder for Kept {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.of(key))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.of(key))
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

/// What a recorder gets of a bus, by metric and labels.
fn recorded(bus: &MessageBus) -> impl Fn(&str) -> u64 {
    let kept = Kept::default();
    with_local_recorder(&kept, || bus.record_metrics());
    let kept = kept.0.into_inner().unwrap();
    move |name| kept[name].load(Ordering::Relaxed)
}

#[test]
fn every_count_is_recorded() {
    let mut options = Options::default();
    options.qos = Qos::default().capacity(2).when_full(WhenFull::DropOldest);
    let bus = MessageBus::with_options(options);
    let publisher = bus.publisher::<Tick>().unwrap();
    let _subscriber = bus.subscriber::<Tick>().unwrap();
    (0..5).for_each(|number| publisher.publish(tick(number)).unwrap());
    let figure = recorded(&bus);
    assert_eq!(figure("mycelium_published test.tick"), 5);
    assert_eq!(figure("mycelium_lost test.tick"), 3);
    assert_eq!(figure("mycelium_conflated test.tick"), 0);
    // Gauges keep the bits of a float.
    assert_eq!(f64::from_bits(figure("mycelium_waiting test.tick")), 2.0);
    assert_eq!(f64::from_bits(figure("mycelium_publishers test.tick")), 1.0);
    assert_eq!(f64::from_bits(figure("mycelium_subscribers test.tick")), 1.0);
    assert_eq!(f64::from_bits(figure("mycelium_faults")), 0.0);
}

#[test]
fn a_topic_counts_messages_and_raw_frames_together() {
    let bus = MessageBus::new();
    let raw = || bus.frame_publisher(Tick::TOPIC, Tick::TYPE_ID, Tick::DIGEST).unwrap();
    let (typed, first, second) = (bus.publisher::<Tick>().unwrap(), raw(), raw());
    let _subscriber = bus.subscriber::<Tick>().unwrap();
    (0..5).for_each(|number| typed.publish(tick(number)).unwrap());
    (0..2).for_each(|number| first.publish(&tick(number).to_frame()).unwrap());
    second.publish(&tick(7).to_frame()).unwrap();
    let figure = recorded(&bus);
    assert_eq!(figure("mycelium_published test.tick"), 8);
    assert_eq!(f64::from_bits(figure("mycelium_publishers test.tick")), 3.0);
    assert_eq!(f64::from_bits(figure("mycelium_subscribers test.tick")), 1.0);
    let stats = bus.stats();
    assert_eq!((stats.topics.len(), stats.topics[0].message), (1, Tick::NAME));
}

#[test]
fn actors_have_metrics_by_name() {
    use mycelium::actor::{Supervisor, each};
    let bus = MessageBus::new();
    let ticks = bus.publisher::<Tick>().unwrap();
    let supervisor = Supervisor::new(&bus);
    let relay = || {
        each(|tick: &Tick| -> Option<common::Note> {
            assert!(tick.number < 2, "too many");
            Some(common::note(tick.number))
        })
    };
    supervisor.thread("relay", relay).unwrap();
    (0..3).for_each(|number| ticks.publish(tick(number)).unwrap());
    drop(ticks);
    supervisor.join().unwrap();
    let kept = Kept::default();
    with_local_recorder(&kept, || supervisor.record_metrics());
    let kept = kept.0.into_inner().unwrap();
    let of = |name: &str| kept[&format!("mycelium_actor_{name} relay")].load(Ordering::Relaxed);
    assert_eq!(["received", "published", "failures", "restarts"].map(of), [3, 2, 1, 1]);
    assert_eq!(of("up"), 0);
}

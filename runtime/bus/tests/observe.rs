//! Observers: they see everything, hold nobody, and leave nothing behind.

mod common;
#[path = "../src/mycelium.control.rs"]
mod generated;

use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::fs::FileExt;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use common::deployment::{Deployment, Kind, for_each_kind};
use common::{Note, PATIENCE, Tick, note, tick};
use mycelium::observe::{Channel, Event, Observer, ObserverOptions, Place, Seen};
use mycelium::topology::Topology;
use mycelium::wire::canon;
use mycelium::{Message, MessageBus, Options, Qos, TryRecvError, WhenFull};
use mycelium_ring::{Writer, WriterOptions};

for_each_kind! {
    what_is_published_is_seen_with_its_type,
    an_observer_is_no_subscriber_and_leaves_no_fault,
    nobody_waits_for_an_observer_and_its_losses_are_counted,
    one_that_is_in_no_hurry_counts_what_it_passes_over,
    topics_are_chosen_by_name_and_pattern,
    a_place_that_comes_later_is_watched,
}

fn observe(deployment: &Deployment, topics: &[&str]) -> Observer {
    let topology = Topology::load(deployment.topology()).unwrap();
    let options = ObserverOptions::new(Place::of_topology(&topology)).topics(topics.to_vec());
    Observer::open(options).unwrap()
}

/// The next event that is meant.
fn next<T>(observer: &mut Observer, mut meant: impl FnMut(Event) -> Option<T>) -> T {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Some(found) = observer.recv_timeout(PATIENCE).and_then(&mut meant) {
            return found;
        }
    }
    panic!("nothing came");
}

fn wait_until_open(observer: &mut Observer) {
    next(observer, |event| matches!(event, Event::Opened(_)).then_some(()));
}

/// Publishes ticks until one of them is seen: an observer asks, but nobody tells it that it is heard.
fn publish_until_seen(observer: &mut Observer, publish: &mut dyn FnMut()) -> Seen {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        publish();
        if let Some(Event::Seen(seen)) = observer.recv_timeout(Duration::from_millis(5)) {
            return seen[0].clone();
        }
    }
    panic!("nothing was seen");
}

fn what_is_published_is_seen_with_its_type(kind: Kind) {
    let deployment = Deployment::new(kind);
    let (bus, _other) = (deployment.bus("b"), deployment.bus("a"));
    let publisher = bus.publisher::<Note>().unwrap();
    let mut observer = observe(&deployment, &[">"]);
    let mut number = 0;
    let seen = publish_until_seen(&mut observer, &mut || {
        publisher.publish(note(number)).unwrap();
        number += 1;
    });
    let Channel { topic, type_id, digest, text, .. } = &*seen.channel;
    assert_eq!((&**topic, *type_id, *digest), (Note::TOPIC, Note::TYPE_ID, Note::DIGEST));
    assert_eq!(text.as_deref(), Some(&*canon::texts(Note::DEF)));
    let first = Note::from_frame(&seen.bytes).unwrap();
    assert_eq!(first, note(first.number));
    assert_eq!(seen.missed, 0);
}

fn an_observer_is_no_subscriber_and_leaves_no_fault(kind: Kind) {
    let deployment = Deployment::new(kind);
    let bus = deployment.bus("b");
    let publisher = bus.publisher::<Tick>().unwrap();
    let mut observer = observe(&deployment, &[">"]);
    publish_until_seen(&mut observer, &mut || publisher.publish(tick(1)).unwrap());
    let before = bus.stats().faults;
    assert!(publisher.wait_for_subscribers(1, Duration::ZERO).is_err());
    drop(observer);
    for _ in 0..100 {
        publisher.publish(tick(2)).unwrap();
    }
    assert_eq!(bus.stats().faults, before);
    drop(publisher);
    let start = Instant::now();
    bus.shutdown();
    assert!(start.elapsed() < PATIENCE / 4, "{:?}", start.elapsed());
    drop(bus);
    deployment.assert_clean();
}

/// Far more is published than it takes, and the others are counted. It never takes more, however slow the machine is.
#[test]
fn an_observer_takes_no_more_than_it_has_said() {
    const PACE: u64 = 4_000_000;
    let deployment = Deployment::new(Kind::Unix);
    let bus = deployment.bus("b");
    let publisher = bus.publisher::<Tick>().unwrap();
    let topology = Topology::load(deployment.topology()).unwrap();
    let options = ObserverOptions::new(Place::of_topology(&topology)).bytes_per_second(PACE);
    let start = Instant::now();
    let mut observer = Observer::open(options).unwrap();
    let (mut bytes, mut largest, mut seen, mut missed, mut number) = (0, 0, 0, 0, 0);
    while bytes < PACE || missed == 0 {
        for _ in 0..1_000 {
            publisher.publish(tick(number)).unwrap();
            number += 1;
        }
        while let Some(event) = observer.recv_timeout(Duration::ZERO) {
            let Event::Seen(batch) = event else { continue };
            let batch_bytes = batch.iter().map(|seen| seen.bytes.len() as u64).sum();
            (bytes, largest) = (bytes + batch_bytes, largest.max(batch_bytes));
            seen += batch.len() as u64;
            missed += batch.iter().map(|seen| seen.missed).sum::<u64>();
        }
    }
    let elapsed = start.elapsed();
    // At first what 20 ms stand for, and at last a batch for which it still has to rest.
    let most = PACE as f64 * (elapsed.as_secs_f64() + 0.02) + largest as f64;
    assert!(bytes as f64 <= most, "{bytes} bytes in {elapsed:?}, {largest} at once");
    assert!(seen + missed <= number, "{seen} seen, {missed} missed, {number} published");
}

/// The observer is not asked for anything while far more is published than there is room for anywhere; a
/// subscriber in another process's place receives every message meanwhile.
fn nobody_waits_for_an_observer_and_its_losses_are_counted(kind: Kind) {
    losses_are_counted(kind, |options| options);
}

/// Whether or not a processor is free for it just now.
fn one_that_is_in_no_hurry_counts_what_it_passes_over(kind: Kind) {
    losses_are_counted(kind, ObserverOptions::unhurried);
}

fn losses_are_counted(kind: Kind, how: fn(ObserverOptions) -> ObserverOptions) {
    const COUNT: u64 = 200_000;
    let deployment = Deployment::new(kind);
    let (publishing, receiving) = (deployment.bus("b"), deployment.bus("a"));
    let mut subscriber = receiving.subscriber::<Tick>().unwrap();
    let publisher = publishing.publisher::<Tick>().unwrap();
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    let topology = Topology::load(deployment.topology()).unwrap();
    let options = ObserverOptions::new(Place::of_topology(&topology)).topics(["test.tick"]);
    let mut observer = Observer::open(how(options)).unwrap();
    let mut before = 0;
    publish_until_seen(&mut observer, &mut || {
        publisher.publish(tick(0)).unwrap();
        before += 1;
    });
    std::thread::scope(|scope| {
        scope.spawn(|| (1..=COUNT).for_each(|number| publisher.publish(tick(number)).unwrap()));
        let mut received = before;
        while received < before + COUNT {
            subscriber.recv_timeout(PATIENCE).unwrap().unwrap();
            received += 1;
        }
    });
    drop(publisher);
    // What it has seen, and what it missed before that and behind it, is all from the first frame that it saw on.
    let (mut last, mut total) = (None, 0);
    let missed_last = loop {
        match observer.recv_timeout(PATIENCE).expect("the channel ends") {
            Event::Seen(batch) => {
                for seen in batch {
                    let number = Tick::from_frame(&seen.bytes).unwrap().number;
                    assert!(number == 0 || last < Some(number));
                    last = Some(number);
                    total += 1 + seen.missed;
                }
            }
            Event::Missed { count, .. } => break count,
            Event::Closed { .. } => break 0,
            _ => {}
        }
        if last == Some(COUNT) {
            break 0;
        }
    };
    assert!(total + missed_last <= before + COUNT, "{total} {missed_last} {before}");
    assert!(total + missed_last >= COUNT, "{total} {missed_last} {before}");
}

fn topics_are_chosen_by_name_and_pattern(kind: Kind) {
    let deployment = Deployment::new(kind);
    let bus = deployment.bus("b");
    let ticks = bus.publisher::<Tick>().unwrap();
    let trades = bus.publisher_on::<Tick>("market.eu.trades").unwrap();
    let cancels = bus.publisher_to::<Note>("a").unwrap();
    for (topics, expected) in [
        (&["market.>"][..], &["market.eu.trades"][..]),
        (&["test.*"], &["test.note@a", "test.tick"]),
        (&["*.*@a"], &["test.note@a"]),
        (&["test.tick", "market.eu.trades"], &["market.eu.trades", "test.tick"]),
    ] {
        let mut observer = observe(&deployment, topics);
        wait_until_open(&mut observer);
        let mut found = std::collections::BTreeSet::new();
        let start = Instant::now();
        while found.len() < expected.len() && start.elapsed() < PATIENCE {
            ticks.publish(tick(1)).unwrap();
            trades.publish(tick(2)).unwrap();
            cancels.publish(&note(3)).unwrap();
            if let Some(Event::Seen(batch)) = observer.recv_timeout(Duration::from_millis(5)) {
                found.extend(batch.iter().map(|seen| seen.channel.topic.to_string()));
            }
        }
        assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    }
}

fn a_place_that_comes_later_is_watched(kind: Kind) {
    let deployment = Deployment::new(kind);
    let mut observer = observe(&deployment, &[">"]);
    for _ in 0..2 {
        let bus = deployment.bus("b");
        let publisher = bus.publisher::<Tick>().unwrap();
        publish_until_seen(&mut observer, &mut || publisher.publish(tick(1)).unwrap());
        drop((publisher, bus));
        next(&mut observer, |event| matches!(event, Event::Closed { .. }).then_some(()));
    }
}

/// Where a ring's first frame lies in its file.
const FIRST_FRAME: u64 = 81_920;

/// Its end is told once, and it is looked at again when a writer brings another.
#[test]
fn a_damaged_ring_is_left_alone_until_there_is_another() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.ring");
    let options = WriterOptions::with_capacity(64 << 10);
    let writer = Writer::create(&path, &options).unwrap();
    let places = vec![Place::Ring(path.clone())];
    let mut observer = Observer::open(ObserverOptions::new(places)).unwrap();
    wait_until_open(&mut observer);
    // A length that leaves the ring.
    let file = File::options().write(true).open(&path).unwrap();
    file.write_all_at(&u32::MAX.to_le_bytes(), FIRST_FRAME).unwrap();
    next(&mut observer, |event| matches!(event, Event::Closed { .. }).then_some(()));
    // Several looks at the folder.
    let more = observer.recv_timeout(Duration::from_millis(300));
    assert!(more.is_none(), "{more:?}");
    drop(writer);
    let _writer = Writer::create(&path, &options).unwrap();
    wait_until_open(&mut observer);
}

/// Who waits in a task may block its thread, or not.
#[test]
fn events_are_received_in_a_task_too() {
    let deployment = Deployment::new(Kind::Unix);
    let _bus = deployment.bus("b");
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let mut observer = observe(&deployment, &[">"]);
        assert!(matches!(observer.recv_timeout(PATIENCE), Some(Event::Opened(_))));
        assert!(observer.recv_timeout(Duration::ZERO).is_none());
        let other = observe(&deployment, &["test.>"]).recv().await;
        assert!(matches!(other, Some(Event::Opened(_))));
    });
}

/// A node with a Unix socket, and a stream on which somebody has said to be an observer.
fn stranger(deployment: &Deployment) -> (MessageBus, UnixStream) {
    let options = Options::default().topic(">", Qos::default().when_full(WhenFull::Block));
    let bus = deployment.bus_with("b", options);
    let stream = UnixStream::connect(deployment.run_folder().join("b.sock")).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    (bus, stream)
}

/// What is read of a stream until it ends.
fn read_all(mut stream: UnixStream) -> String {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn an_observer_that_publishes_is_cut_off() {
    let deployment = Deployment::new(Kind::Unix);
    let (_bus, mut stream) = stranger(&deployment);
    stream.write_all(&control::hello("@observer")).unwrap();
    stream.write_all(&control::channel("test.tick")).unwrap();
    let answer = read_all(stream);
    assert!(answer.contains("an observer publishes nothing"), "{answer}");
}

/// What one who only watches says of types concerns nobody else.
#[test]
fn an_observer_that_judges_is_cut_off_and_nobody_hears_of_it() {
    let deployment = Deployment::new(Kind::Unix);
    let (bus, mut stream) = stranger(&deployment);
    let mut ticks = bus.subscriber::<Tick>().unwrap();
    let notes = bus.publisher::<Note>().unwrap();
    stream.write_all(&control::hello("@observer")).unwrap();
    stream.write_all(&control::wish("test.note", Note::TYPE_ID, [9; 32])).unwrap();
    stream.write_all(&control::refusal(Tick::TOPIC, [9; 32])).unwrap();
    let answer = read_all(stream);
    assert!(answer.contains("an observer asks, and judges nothing"), "{answer}");
    assert!(matches!(ticks.try_recv(), Err(TryRecvError::Empty)));
    let faults = bus.stats().faults;
    assert!(!faults.iter().any(|fault| fault.contains("digest")), "{faults:?}");
    drop(notes);
}

#[test]
fn an_observer_that_reads_nothing_does_not_hold_a_bus_that_leaves() {
    let deployment = Deployment::new(Kind::Unix);
    let (bus, mut stream) = stranger(&deployment);
    let publisher = bus.publisher::<Note>().unwrap();
    stream.write_all(&control::hello("@observer")).unwrap();
    stream.write_all(&control::subscribe("*")).unwrap();
    // More than all buffers hold.
    for number in 0..50_000 {
        publisher.publish(note(number)).unwrap();
    }
    drop(publisher);
    let start = Instant::now();
    bus.shutdown();
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
}

/// Control frames, as somebody else would write them.
mod control {
    use super::generated::{Body, Channel, Control, Hello, PROTOCOL, Refusal, Subscribe};
    use mycelium::Message;

    fn frame(body: Body) -> Vec<u8> {
        Control { body }.to_frame()
    }

    pub(super) fn hello(node: &str) -> Vec<u8> {
        let (node, service) = (node.to_owned(), "test".to_owned());
        frame(Body::Hello(Hello { protocol: PROTOCOL, process_id: 1, node, service }))
    }

    pub(super) fn subscribe(topic: &str) -> Vec<u8> {
        wish(topic, 0, [0; 32])
    }

    pub(super) fn wish(topic: &str, type_id: u16, digest: [u8; 32]) -> Vec<u8> {
        frame(Body::Subscribe(Subscribe { topic: topic.to_owned(), type_id, digest }))
    }

    pub(super) fn refusal(topic: &str, digest: [u8; 32]) -> Vec<u8> {
        let (topic, reason) = (topic.to_owned(), "it is ugly".to_owned());
        frame(Body::Refusal(Refusal { topic, digest, reason }))
    }

    pub(super) fn channel(topic: &str) -> Vec<u8> {
        let topic = topic.to_owned();
        frame(Body::Channel(Channel { channel: 1, type_id: 1, digest: [1; 32], topic }))
    }
}

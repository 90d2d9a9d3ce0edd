//! The screen, drawn into memory, and what is counted.

use super::meter::{Age, Meter, TopicCount};
use super::nodes::Nodes;
use super::observation::{Observation, Place, Topic};
use super::rings::{Reader, Ring, Rings};
use super::screen;
use super::view::View;
use crate::types::Types;
use crate::watch::Target;
use bumpalo::Bump;
use mycelium::observe::{Channel, Event, Observer, ObserverOptions, Place as Watched};
use mycelium::{Message, MessageBus, Timestamp};
use mycelium_ring::ReaderKind;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use std::sync::Arc;
use std::time::Duration;

#[derive(Debug, Message)]
#[myc(package = "toptest", id = 1)]
struct Tick {
    number: u64,
    sent_time: Timestamp,
    text: String,
}

const TOPOLOGY: &str = "\
[[nodes]]
name = \"a\"
services = [\"a\"]
[[nodes]]
name = \"b\"
services = [\"b\"]
endpoint.kind = \"shm\"
endpoint.path = \"run\"
";

/// Messages of a bus as they are seen: nothing else can make a channel.
fn seen(ticks: u64, sent: impl Fn(u64) -> Timestamp) -> Vec<Event> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("topology.toml");
    std::fs::write(&file, TOPOLOGY).expect("a file");
    let bus = MessageBus::from_topology(&file, "b").expect("a bus");
    let publisher = bus.publisher::<Tick>().expect("a publisher");
    let place = Watched::Ring(folder.path().join("run/b.ring"));
    let mut observer = Observer::open(ObserverOptions::new(vec![place])).expect("an observer");
    let mut events = Vec::new();
    let mut next = |events: &mut Vec<Event>| {
        events.extend(observer.recv_timeout(Duration::from_secs(10)));
    };
    while !matches!(events.last(), Some(Event::Opened(_))) {
        next(&mut events);
    }
    for number in 0..ticks {
        let text = "x".repeat(number as usize);
        publisher.publish(Tick { number, sent_time: sent(number), text }).expect("published");
    }
    let count = |events: &[Event]| -> usize {
        let seen = events.iter().map(|event| match event {
            Event::Seen(batch) => batch.len(),
            _ => 0,
        });
        seen.sum()
    };
    while count(&events) < ticks as usize {
        next(&mut events);
    }
    events
}

#[test]
fn messages_are_counted_measured_and_timed() {
    let arena = Bump::new();
    let mut meter = Meter::new(Types::new(&arena), "sent_time".to_owned());
    let now = Timestamp::now();
    // One comes from a clock that is a minute ahead, the others were sent a minute ago.
    let at = |number| Timestamp(now.0 + if number == 0 { 60_000_000_000 } else { -60_000_000_000 });
    let mut events = seen(10, at);
    let Some(Event::Seen(batch)) = events.iter_mut().find(|event| matches!(event, Event::Seen(_)))
    else {
        panic!("nothing was seen")
    };
    batch[0].missed = 32;
    events.iter().for_each(|event| meter.hear(event.clone()));
    let [count] = meter.take().try_into().expect("one topic");
    assert_eq!((&*count.topic, count.type_name.as_deref()), (Tick::TOPIC, Some("toptest.Tick")));
    assert_eq!((count.published, count.missed, count.total), (42, 32, 42));
    let lengths: Vec<usize> = (0..10)
        .map(|number| Tick { number, sent_time: now, text: "x".repeat(number as usize) })
        .map(|tick| tick.to_frame().len())
        .collect();
    assert_eq!(count.longest_bytes, Some(lengths[9] as u64));
    assert_eq!(count.mean_bytes, Some(lengths.iter().sum::<usize>() as f64 / 10.0));
    // They have waited for us.
    assert_eq!(count.age, None);
    for event in &mut events {
        if let Event::Seen(batch) = event {
            batch.iter_mut().for_each(|seen| seen.missed = 0);
        }
    }
    events.into_iter().for_each(|event| meter.hear(event));
    let [count] = meter.take().try_into().expect("one topic");
    let age = count.age.expect("there is a time");
    assert_eq!(age.early, 1);
    let p50 = age.p50_nanos.expect("most were not early");
    assert!((59_000_000_000..120_000_000_000).contains(&p50), "{age:?}");
    // The next interval begins with nothing.
    let [count] = meter.take().try_into().expect("one topic");
    assert_eq!((count.published, count.total, count.age), (0, 52, None));
    assert_eq!((count.mean_bytes, count.longest_bytes), (None, None));
}

/// Of a clock that is ahead there is no age, least of all the one of a message that has just been sent.
#[test]
fn messages_that_were_sent_later_than_they_were_seen_are_early() {
    let arena = Bump::new();
    let mut meter = Meter::new(Types::new(&arena), "sent_time".to_owned());
    let at = |ahead: u64| {
        move |number| {
            let sign = if number < ahead { 1 } else { -1 };
            Timestamp(Timestamp::now().0 + sign * 60_000_000_000)
        }
    };
    let mut age_of = |ahead| {
        seen(10, at(ahead)).into_iter().for_each(|event| meter.hear(event));
        // Each bus has a place of its own.
        meter.take().pop().and_then(|count| count.age).expect("there are times")
    };
    let all = age_of(10);
    assert_eq!((all.p50_nanos, all.p99_nanos, all.most_nanos, all.early), (None, None, None, 10));
    let most = age_of(6);
    assert_eq!((most.p50_nanos, most.early), (None, 6));
    assert!(most.p99_nanos.is_some() && most.most_nanos.is_some());
    // The sixth of ten is the second of those that were not early.
    assert!(age_of(4).p50_nanos.is_some());
}

/// Two processes may publish one topic with different types, or one may be of today and one of yesterday.
#[test]
fn each_publisher_of_a_topic_has_its_times_where_its_own_type_says() {
    let arena = Bump::new();
    let mut meter = Meter::new(Types::new(&arena), "sent_time".to_owned());
    let known = seen(3, |_| Timestamp::now());
    let unknown = on_channel(&known, |channel| {
        channel.digest.0[0] ^= 1;
        channel.text = None;
    });
    for _ in 0..2 {
        for event in known.iter().chain(&unknown) {
            meter.hear(event.clone());
        }
    }
    // One topic, all of whose messages are counted, and six of which have a time.
    let [count] = meter.take().try_into().expect("one topic");
    assert_eq!((count.published, count.total), (12, 12));
    let first = count.age.expect("one of the two tells its type");
    assert_eq!(first.early, 0);
    known.iter().for_each(|event| meter.hear(event.clone()));
    let [count] = meter.take().try_into().expect("one topic");
    assert!(count.age.is_some(), "the other has come between");
}

#[test]
fn a_field_that_no_type_has_is_told_where_it_was_asked_for() {
    let arena = Bump::new();
    let told = |field: &str| {
        let mut meter = Meter::new(Types::new(&arena), field.to_owned());
        assert_eq!(meter.unknown_field(), None);
        seen(1, |_| Timestamp::now()).into_iter().for_each(|event| meter.hear(event));
        meter.unknown_field()
    };
    assert_eq!(told("sent_time"), None);
    // It is there, but no time.
    for field in ["number", "sent"] {
        assert!(told(field).expect(field).contains(&format!("has a timestamp `{field}`")));
    }
}

/// Sums of nothing are no negative numbers.
#[test]
fn a_screen_of_no_topics_shows_zeros() {
    let mut seen = observation();
    seen.topics.clear();
    let lines = drawn_of(&seen, 120, 16, &View::default());
    assert!(lines[0].ends_with("  0 topics  0 msg/s  0 B/s"), "{}", lines[0]);
}

#[test]
fn topics_beyond_the_most_are_told() {
    let arena = Bump::new();
    let mut meter = Meter::new(Types::new(&arena), "sent_time".to_owned());
    let one = seen(1, |_| Timestamp::now());
    for number in 0..10_003 {
        let other = on_channel(&one, |channel| channel.topic = format!("t{number}").into());
        other.into_iter().for_each(|event| meter.hear(event));
    }
    assert_eq!((meter.take().len(), meter.uncounted()), (10_000, 3));
}

#[test]
fn a_ring_that_has_begun_since_the_last_look_counts_from_its_beginning() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("topology.toml");
    std::fs::write(&file, TOPOLOGY).expect("a file");
    let nodes = Nodes::of(&Target::Place(Watched::Ring(folder.path().join("run/b.ring"))));
    let mut rings = Rings::default();
    assert_eq!(rings.look(&nodes), []);
    for _ in 0..2 {
        // A process that has restarted between two looks.
        let bus = MessageBus::from_topology(&file, "b").expect("a bus");
        let publisher = bus.publisher::<Tick>().expect("a publisher");
        let tick = |number| Tick { number, sent_time: Timestamp(0), text: "x".repeat(1000) };
        publisher.publish(tick(1)).expect("published");
        let [ring] = rings.look(&nodes).try_into().expect("one ring");
        assert!(ring.published_bytes >= 1000, "{ring:?}");
        let [ring] = rings.look(&nodes).try_into().expect("one ring");
        assert_eq!(ring.published_bytes, 0);
    }
}

/// The messages that were seen, as if they came on another channel.
fn on_channel(events: &[Event], change: impl Fn(&mut Channel)) -> Vec<Event> {
    let mut other: Option<Arc<Channel>> = None;
    let mut events = events.to_vec();
    for event in &mut events {
        let Event::Seen(batch) = event else { continue };
        for seen in batch {
            let changed = || {
                let mut channel = (*seen.channel).clone();
                change(&mut channel);
                Arc::new(channel)
            };
            seen.channel = other.get_or_insert_with(changed).clone();
        }
    }
    events
}

#[test]
fn where_messages_of_one_topic_were_missed_no_topic_of_the_place_has_ages() {
    let arena = Bump::new();
    let mut meter = Meter::new(Types::new(&arena), "sent_time".to_owned());
    let near = seen(1, |_| Timestamp::now());
    let next_to_it = on_channel(&near, |channel| channel.topic = "next".into());
    let away = on_channel(&near, |channel| channel.place = "unix:away".into());
    for event in [near, next_to_it, away].into_iter().flatten() {
        meter.hear(event.clone());
        let Event::Seen(batch) = event else { continue };
        if &*batch[0].channel.topic == "next" {
            meter.hear(Event::Missed { channel: batch[0].channel.clone(), count: 1 });
        }
    }
    let has_age: Vec<bool> = meter.take().iter().map(|count| count.age.is_some()).collect();
    assert_eq!(has_age, [false, false, true]);
}

#[test]
fn a_type_that_is_told_wrong_is_read_once_and_others_are_still_read() {
    let arena = Bump::new();
    let mut meter = Meter::new(Types::new(&arena), "sent_time".to_owned());
    let right = seen(1, |_| Timestamp::now());
    let wrong = on_channel(&right, |channel| {
        channel.topic = "wrong".into();
        channel.digest.0[0] ^= 1;
        channel.text = Some("x".repeat(1 << 20).into());
    });
    for _ in 0..70 {
        wrong.iter().for_each(|event| meter.hear(event.clone()));
        meter.take();
    }
    right.into_iter().for_each(|event| meter.hear(event));
    let counts = meter.take();
    let names: Vec<Option<&str>> = counts.iter().map(|count| count.type_name.as_deref()).collect();
    assert_eq!(names, [None, Some("toptest.Tick")]);
}

/// An observation of three topics.
pub(super) fn observation() -> Observation {
    let topic = |node: &str, topic: &str, rate: f64, bytes: f64, age: Option<Age>| Topic {
        node: node.to_owned(),
        rate,
        bytes_per_second: Some(rate * bytes),
        count: TopicCount {
            place: "/dev/shm/market/engine.ring".into(),
            topic: topic.into(),
            type_id: 1,
            digest: Tick::DIGEST,
            type_name: Some("market.Type".to_owned()),
            published: rate as u64,
            missed: 0,
            mean_bytes: Some(bytes).filter(|_| rate > 0.0),
            longest_bytes: Some(bytes as u64).filter(|_| rate > 0.0),
            age,
            total: 100,
        },
    };
    let (p50, p99, most) = (Some(1_500), Some(250_000), Some(300_000));
    let age = Age { p50_nanos: p50, p99_nanos: p99, most_nanos: most, early: 0 };
    let reader = |pid, kind, behind_bytes, lost| Reader {
        pid,
        node: (pid == 7).then(|| "ml".to_owned()),
        program: "python3".to_owned(),
        kind,
        is_alive: true,
        behind_bytes: Some(behind_bytes),
        lost,
        lost_total: lost * 10,
    };
    Observation {
        time: Timestamp(1_723_161_255_030_314_667),
        length: Duration::from_secs(1),
        topics: vec![
            topic("engine", "market.quotes", 12_345.0, 96.0, Some(age)),
            topic("engine", "market.trades", 3_000.0, 1_200.0, None),
            topic("risk", "risk.verdicts", 0.0, 0.0, None),
        ],
        rings: vec![Ring {
            path: "/dev/shm/market/engine.ring".into(),
            node: "engine".to_owned(),
            is_live: true,
            capacity_bytes: 16 << 20,
            waiting_bytes: 4 << 20,
            published_bytes: 5_000_000,
            readers: vec![
                reader(7, ReaderKind::Reliable, 4 << 20, 0),
                reader(8, ReaderKind::Lossy, 1_000, 3),
                reader(8, ReaderKind::Lossy, 2_000, 1),
            ],
        }],
        unknown_field: None,
        uncounted: 0,
        places: vec![Place {
            node: "risk".to_owned(),
            place: "unix:run/risk.sock".to_owned(),
            fault: Some("nobody\u{1b} listens".to_owned()),
        }],
    }
}

fn drawn(width: u16, height: u16, view: &View) -> Vec<String> {
    drawn_of(&observation(), width, height, view)
}

fn drawn_of(observation: &Observation, width: u16, height: u16, view: &View) -> Vec<String> {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("memory");
    terminal.draw(|frame| screen::draw(frame, "topology.toml", observation, view)).expect("memory");
    let buffer = terminal.backend().buffer();
    let line = |y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>();
    (0..height).map(|y| line(y).trim_end().to_owned()).collect()
}

#[test]
fn the_screen_shows_topics_rings_readers_and_what_is_not_watched() {
    let lines = drawn(120, 16, &View::default());
    let all = lines.join("\n");
    assert!(
        lines[0].starts_with("mycelium top topology.toml  23:54:15 UTC  3 topics  15.3 k msg/s"),
        "{all}"
    );
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words(&lines[1])[..3], ["NODE", "TOPIC", "TYPE"], "{all}");
    let quotes = words(&lines[2]);
    assert_eq!(quotes[..5], ["engine", "market.quotes", "market.Type", "12.3", "k"], "{all}");
    assert!(lines[2].ends_with("96 B  1.50 µs   250 µs        0"), "{all}");
    let reader = lines.iter().find(|line| line.contains("reliable")).expect(&all);
    assert_eq!(words(reader)[..4], ["engine", "5.00", "MB/s", "25"], "{all}");
    assert!(reader.contains("25 % of 16.0 MiB") && reader.contains(" ml "), "{all}");
    let lossy = lines.iter().find(|line| line.contains("lossy")).expect(&all);
    // The ring stands in the first line of its readers.
    assert_eq!(words(lossy), ["(python3)", "×2", "8", "lossy", "2.00", "kB", "4", "40"], "{all}");
    assert_eq!(lossy.find("(python3)"), reader.find("ml "), "{all}");
    // What comes from outside does nothing to a terminal.
    assert!(all.contains("unix:run/risk.sock: nobody\\u{1b} listens"), "{all}");
    assert!(lines[15].starts_with("q quit  s sort: node  r reverse  / filter"), "{all}");
}

/// What nobody has measured is not shown as if somebody had.
#[test]
fn what_is_not_known_is_not_shown_as_a_number() {
    let mut seen = observation();
    let early = Age { p50_nanos: None, p99_nanos: None, most_nanos: None, early: 3 };
    let [quotes, trades, verdicts] = seen.topics.as_mut_slice() else { panic!("three topics") };
    quotes.count.age = Some(early);
    trades.count.missed = 10;
    (verdicts.rate, verdicts.bytes_per_second) = (5.0, None);
    (verdicts.count.published, verdicts.count.missed) = (5, 5);
    seen.uncounted = 7;
    seen.unknown_field = Some("no type has `sent\u{1b}`".to_owned());
    let ring = &mut seen.rings[0];
    ring.is_live = false;
    ring.readers.truncate(1);
    let reader = &mut ring.readers[0];
    (reader.is_alive, reader.behind_bytes, reader.node) = (false, None, None);
    reader.program = String::new();
    let lines = drawn_of(&seen, 120, 16, &View::default());
    let all = lines.join("\n");
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert!(lines[0].ends_with("  7 messages of more topics"), "{all}");
    assert_eq!(words(&lines[2])[7..], ["96", "B", "early", "early", "0"], "{all}");
    // Rates count what was missed, whose length is taken to be that of what was seen.
    assert!(lines[3].contains("3.00 k  ~3.60 MB"), "{all}");
    assert_eq!(words(&lines[4])[3..], ["5", "?", "5"], "{all}");
    assert!(all.contains("no type has `sent\\u{1b}`"), "{all}");
    let dead = lines.iter().find(|line| line.contains("dead")).expect(&all);
    let wanted =
        ["engine", "no", "writer", "25", "%", "of", "16.0", "MiB", "?", "7", "dead", "0", "0"];
    assert_eq!(words(dead), wanted, "{all}");
}

#[test]
fn a_small_screen_shows_what_it_can() {
    for (width, height) in [(80, 24), (40, 8), (10, 3), (1, 1)] {
        let view = View { first: usize::MAX, is_typing: true, ..View::default() };
        assert_eq!(drawn(width, height, &view).len(), height as usize);
    }
}

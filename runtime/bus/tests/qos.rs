//! What is promised for a topic, when it is full and for those who come late.

mod common;

use std::thread;
use std::time::Duration;

use common::{Note, PATIENCE, Tick, block_on, note, tick};
use mycelium::{
    Message, MessageBus, Options, PublishError, Qos, RecvError, TryPublishError, WhenFull,
};

fn bus(qos: Qos) -> MessageBus {
    let mut options = Options::default();
    options.qos = qos;
    MessageBus::with_options(options)
}

fn full(capacity: usize, when_full: WhenFull) -> MessageBus {
    bus(Qos::default().capacity(capacity).when_full(when_full))
}

/// A message with an instance.
#[derive(Message, Debug, Clone, PartialEq)]
#[myc(package = "test", id = 3)]
struct Quote {
    #[myc(key)]
    symbol: String,
    price: i64,
}

/// What a subscriber gets until nothing is there: numbers, and losses as negative ones.
fn numbers(subscriber: &mut mycelium::Subscriber<Tick>) -> Vec<i64> {
    let next = || match subscriber.recv_timeout(Duration::ZERO) {
        Ok(Some(tick)) => Some(tick.number as i64),
        Err(mycelium::TryRecvError::Failed(RecvError::Lost(count))) => Some(-(count as i64)),
        _ => None,
    };
    std::iter::from_fn(next).collect()
}

#[test]
fn error_refuses_and_loses_nothing() {
    let bus = full(2, WhenFull::Error);
    let (mut slow, mut fast) = (bus.subscriber::<Tick>().unwrap(), bus.subscriber().unwrap());
    let publisher = bus.publisher::<Tick>().unwrap();
    publisher.publish(tick(0)).unwrap();
    publisher.publish(tick(1)).unwrap();
    assert_eq!(numbers(&mut fast), [0, 1]);
    let refused = publisher.publish(tick(2)).unwrap_err();
    assert_eq!(refused, PublishError::Full { topic: "test.tick".into(), capacity: 2 });
    let back = block_on(publisher.publish_async(tick(2))).unwrap_err();
    assert!(matches!(back, PublishError::Full { .. }), "{back}");
    assert_eq!(numbers(&mut slow), [0, 1]);
    publisher.publish(tick(3)).unwrap();
    assert_eq!((numbers(&mut slow), numbers(&mut fast)), (vec![3], vec![3]));
    assert_eq!(publisher.published(), 3);
}

#[test]
fn trying_gives_the_message_back() {
    let bus = full(1, WhenFull::Block);
    let mut subscriber = bus.subscriber::<Note>().unwrap();
    let publisher = bus.publisher::<Note>().unwrap();
    publisher.try_publish(note(1)).unwrap();
    assert_eq!(publisher.try_publish(note(2)), Err(TryPublishError::Full(note(2))));
    assert_eq!(subscriber.recv_blocking().unwrap().unwrap(), note(1));
    publisher.try_publish(note(2)).unwrap();
    assert_eq!(subscriber.recv_blocking().unwrap().unwrap(), note(2));
    bus.shutdown();
    let closed = publisher.try_publish(note(3));
    assert_eq!(closed, Err(TryPublishError::Failed(PublishError::Closed)));
}

#[test]
fn a_task_waits_for_room() {
    let bus = full(1, WhenFull::Block);
    let mut subscriber = bus.subscriber::<Tick>().unwrap();
    let publisher = bus.publisher::<Tick>().unwrap();
    let writer = thread::spawn(move || {
        block_on(async {
            for number in 0..200 {
                publisher.publish_async(tick(number)).await.unwrap();
            }
        })
    });
    for number in 0..200 {
        assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap().unwrap().number, number);
    }
    writer.join().unwrap();
    assert!(subscriber.recv_blocking().unwrap().is_none());
}

#[test]
fn the_oldest_are_dropped_for_the_slow_one_alone() {
    let bus = full(3, WhenFull::DropOldest);
    let (mut slow, mut fast) = (bus.subscriber::<Tick>().unwrap(), bus.subscriber().unwrap());
    let publisher = bus.publisher::<Tick>().unwrap();
    let mut received = Vec::new();
    for number in 0..10 {
        publisher.publish(tick(number)).unwrap();
        received.extend(numbers(&mut fast));
    }
    assert_eq!(received, (0..10).collect::<Vec<_>>());
    assert_eq!(numbers(&mut slow), [-7, 7, 8, 9]);
    assert_eq!((slow.stats().received, slow.stats().lost), (3, 7));
    assert_eq!(fast.stats().lost, 0);
    drop(slow);
    assert_eq!(bus.stats().topics[0].lost, 7, "also once it has left");
}

#[test]
fn the_newest_are_dropped_for_the_slow_one_alone() {
    let bus = full(2, WhenFull::DropNewest);
    let (mut slow, mut fast) = (bus.subscriber::<Tick>().unwrap(), bus.subscriber().unwrap());
    let publisher = bus.publisher::<Tick>().unwrap();
    for number in 0..6 {
        publisher.publish(tick(number)).unwrap();
        assert_eq!(numbers(&mut fast), [number as i64]);
    }
    drop(publisher);
    // What was lost behind the last message is told before the end.
    assert_eq!(numbers(&mut slow), [0, 1, -4]);
    assert!(slow.recv_blocking().unwrap().is_none());
}

#[test]
fn the_newest_of_each_key_is_kept() {
    let bus = full(8, WhenFull::Conflate);
    let mut subscriber = bus.subscriber::<Quote>().unwrap();
    let publisher = bus.publisher::<Quote>().unwrap();
    for price in 0..100 {
        for symbol in ["A", "B"] {
            publisher.publish(Quote { symbol: symbol.into(), price }).unwrap();
        }
    }
    publisher.publish(Quote { symbol: "C".into(), price: 7 }).unwrap();
    let mut next = || subscriber.recv_blocking().unwrap().unwrap().into_inner();
    assert_eq!(next(), Quote { symbol: "A".into(), price: 99 });
    publisher.publish(Quote { symbol: "A".into(), price: 100 }).unwrap();
    assert_eq!(next(), Quote { symbol: "B".into(), price: 99 });
    assert_eq!(next(), Quote { symbol: "C".into(), price: 7 });
    assert_eq!(next(), Quote { symbol: "A".into(), price: 100 });
    let stats = subscriber.stats();
    assert_eq!((stats.received, stats.lost, stats.conflated), (4, 0, 198));
}

#[test]
fn one_who_comes_late_gets_the_last_messages() {
    for when_full in WhenFull::ALL {
        let bus = bus(Qos::default().when_full(when_full).history(3));
        let publisher = bus.publisher::<Tick>().unwrap();
        (0..5).for_each(|number| publisher.publish(tick(number)).unwrap());
        let mut late = bus.subscriber::<Tick>().unwrap();
        publisher.publish(tick(5)).unwrap();
        drop(publisher);
        assert_eq!(numbers(&mut late), [2, 3, 4, 5], "{when_full}");
        assert!(late.recv_blocking().unwrap().is_none());
    }
}

#[test]
fn between_the_past_and_the_present_nothing_is_missing_or_twice() {
    let bus = bus(Qos::default().capacity(64).history(16));
    let publisher = bus.publisher::<Tick>().unwrap();
    thread::scope(|scope| {
        scope.spawn(|| (0..20_000).for_each(|number| publisher.publish(tick(number)).unwrap()));
        for _ in 0..200 {
            let mut guest = bus.subscriber::<Tick>().unwrap();
            let seen: Vec<u64> = (0..40)
                .filter_map(|_| guest.recv_timeout(Duration::from_micros(200)).ok()?)
                .map(|tick| tick.number)
                .collect();
            assert!(seen.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{seen:?}");
        }
    });
}

#[test]
fn topics_differ_by_pattern() {
    let qos = |capacity| Qos::default().capacity(capacity).when_full(WhenFull::Error);
    let options = Options::default().topic("quotes.fast.*", qos(1)).topic("quotes.>", qos(2));
    let bus = MessageBus::with_options(options);
    let room = |topic: &str| {
        let _subscriber = bus.subscriber_on::<Tick>(topic).unwrap();
        let publisher = bus.publisher_on::<Tick>(topic).unwrap();
        (0..100).take_while(|number| publisher.publish(tick(*number)).is_ok()).count()
    };
    assert_eq!((room("quotes.fast.a"), room("quotes.slow.b"), room("other")), (1, 2, 100));
}

#[test]
fn a_topology_says_it_too() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("topology.toml");
    let text = "[[nodes]]\nname = \"a\"\nservices = [\"a\"]\n\n\
                [[topics]]\nname = \"test.*\"\ncapacity = 2\nwhen_full = \"drop_oldest\"\nhistory = 1\n";
    std::fs::write(&file, text).unwrap();
    let options = Options::default().topic(">", Qos::default().capacity(100));
    let bus = MessageBus::from_topology_with(&file, "a", options).unwrap();
    let publisher = bus.publisher::<Tick>().unwrap();
    publisher.publish(tick(0)).unwrap();
    let mut subscriber = bus.subscriber::<Tick>().unwrap();
    (1..5).for_each(|number| publisher.publish(tick(number)).unwrap());
    assert_eq!(numbers(&mut subscriber), [0, -2, 3, 4]);
    let shown = bus.stats().to_string();
    assert!(shown.contains("test.tick") && shown.contains("drop_oldest"), "{shown}");
}

//! What happens where a peer takes less than is published: as the topic says, and exactly counted.

mod common;

use std::thread;

use common::deployment::{Deployment, Kind, for_each_kind};
use common::{Note, PATIENCE, Tick, note, tick};
use mycelium::{
    Carried, Message, MessageBus, Options, PublishError, Qos, RecvError, RouteStats, Subscriber,
    TryRecvError, WhenFull,
};

for_each_kind!(
    the_newest_are_lost_and_counted,
    what_was_lost_last_is_told_before_the_next_message,
    the_oldest_are_lost_and_counted,
    the_newest_of_each_key_arrives,
    the_newest_of_each_key_arrives_at_a_service,
    publishing_fails_and_nothing_is_lost,
    an_endpoint_says_it_for_topics_that_do_not,
);

/// A message that fills buffers fast.
#[derive(Message, Debug, Clone, PartialEq)]
#[myc(package = "test", id = 21)]
struct Blob {
    #[myc(key)]
    key: u64,
    number: u64,
    filling: Vec<u64>,
}

const COUNT: u64 = 20_000;
const KEYS: u64 = 8;

fn blob(number: u64) -> Blob {
    Blob { key: number % KEYS, number, filling: vec![number; 120] }
}

/// A publishing node with that policy, and one that receives and takes its time.
fn buses(deployment: &Deployment, when_full: WhenFull) -> (MessageBus, MessageBus) {
    let mut options = Options::default();
    options.qos = Qos::default().capacity(64).when_full(when_full);
    options.outgoing_bytes = 16 << 10;
    let mut slow = Options::default();
    slow.qos = Qos::default().capacity(4);
    (deployment.bus_with("a", options), deployment.bus_with("b", slow))
}

/// Publishes all without anybody receiving, each by `publish`, which is given the publishing bus, a number and
/// what publishes it; then receives what is left. Gives numbers, how many were lost, and the sender's counts.
fn overflow(
    kind: Kind,
    when_full: WhenFull,
    mut publish: impl FnMut(&MessageBus, u64, &dyn Fn()),
) -> (Vec<u64>, u64, RouteStats) {
    let deployment = Deployment::new(kind);
    let (a, b) = buses(&deployment, when_full);
    let mut subscriber = b.subscriber::<Blob>().unwrap();
    let publisher = a.publisher::<Blob>().unwrap();
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    // It ends, for publishing never waits.
    (0..COUNT).for_each(|number| publish(&a, number, &|| publisher.publish(blob(number)).unwrap()));
    // A ring is left to its readers only when they have made room for its last frames.
    let closing = thread::spawn(move || drop(publisher));
    let (numbers, lost) = receive(&mut subscriber, |blob| {
        assert_eq!(blob.filling, vec![blob.number; 120]);
        blob.number
    });
    closing.join().unwrap();
    let sent = route(&a);
    let received = route(&b);
    for key in 0..KEYS {
        assert!(numbers.iter().filter(|number| **number % KEYS == key).is_sorted(), "out of order");
    }
    assert_eq!((sent.sent, received.received), (numbers.len() as u64, numbers.len() as u64));
    assert_eq!((sent.dropped, received.lost, subscriber.stats().lost), (lost, lost, lost));
    assert_eq!(sent.sent + sent.dropped + sent.conflated, COUNT);
    (numbers, lost, sent)
}

fn at_once(_: &MessageBus, _: u64, publish: &dyn Fn()) {
    publish();
}

fn route(bus: &MessageBus) -> RouteStats {
    bus.stats().routes.into_iter().find(|route| route.topic == "test.blob").unwrap()
}

/// What comes until the end, and how many were lost.
fn receive<T: Carried + std::fmt::Debug>(
    subscriber: &mut Subscriber<T>,
    number: impl Fn(&T) -> u64,
) -> (Vec<u64>, u64) {
    let (mut numbers, mut lost) = (Vec::new(), 0);
    loop {
        match subscriber.recv_timeout(PATIENCE) {
            Ok(Some(message)) => numbers.push(number(&message)),
            Ok(None) => return (numbers, lost),
            Err(TryRecvError::Failed(RecvError::Lost(count))) => lost += count,
            Err(other) => panic!("{other}"),
        }
    }
}

fn the_newest_are_lost_and_counted(kind: Kind) {
    let mut taken = Vec::new();
    let (numbers, lost, _) = overflow(kind, WhenFull::DropNewest, |a, number, publish| {
        let before = route(a).dropped;
        publish();
        if route(a).dropped == before {
            taken.push(number);
        }
    });
    assert!(lost > COUNT / 4, "only {lost} were lost");
    assert_eq!(numbers.len() as u64 + lost, COUNT);
    assert!(numbers == taken, "a message was kept for a newer one, or lost for an older");
}

fn the_oldest_are_lost_and_counted(kind: Kind) {
    let (numbers, lost, _) = overflow(kind, WhenFull::DropOldest, at_once);
    assert!(lost > COUNT / 4, "only {lost} were lost");
    assert_eq!(numbers.len() as u64 + lost, COUNT);
    assert!(numbers.is_sorted(), "out of order");
    assert!(numbers.ends_with(&(COUNT - 64..COUNT).collect::<Vec<_>>()), "the last are kept");
}

fn what_was_lost_last_is_told_before_the_next_message(kind: Kind) {
    let deployment = Deployment::new(kind);
    let (a, b) = buses(&deployment, WhenFull::DropNewest);
    let mut subscriber = b.subscriber::<Blob>().unwrap();
    let publisher = a.publisher::<Blob>().unwrap();
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    let mut count = 0;
    let mut last_is_lost = false;
    while count < COUNT || !last_is_lost {
        let before = route(&a).dropped;
        publisher.publish(blob(count)).unwrap();
        count += 1;
        last_is_lost = route(&a).dropped > before;
    }
    let (mut received, mut lost) = (0, 0);
    let is_on_its_way = |received| {
        let sent = route(&a);
        received < sent.sent || sent.sent + sent.dropped < count
    };
    while is_on_its_way(received) {
        match subscriber.recv_timeout(PATIENCE) {
            Ok(Some(_)) => received += 1,
            Err(TryRecvError::Failed(RecvError::Lost(count))) => lost += count,
            other => panic!("{other:?} after {received} messages"),
        }
    }
    publisher.publish(blob(count)).unwrap();
    match subscriber.recv_timeout(PATIENCE) {
        Err(TryRecvError::Failed(RecvError::Lost(count))) => lost += count,
        other => panic!("{other:?} before the loss of the last is told"),
    }
    assert_eq!((lost, received), (route(&a).dropped, count - lost));
    assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap().unwrap().number, count);
}

fn the_newest_of_each_key_arrives(kind: Kind) {
    let (numbers, lost, sent) = overflow(kind, WhenFull::Conflate, at_once);
    assert_eq!(lost, 0);
    assert!(sent.conflated > COUNT / 4, "only {} were replaced", sent.conflated);
    assert!(
        (COUNT - KEYS..COUNT).all(|last| numbers.contains(&last)),
        "the newest of a key is missing"
    );
}

fn the_newest_of_each_key_arrives_at_a_service(kind: Kind) {
    let deployment = Deployment::new(kind);
    let (a, b) = buses(&deployment, WhenFull::Conflate);
    let mut subscriber = b.subscriber::<Blob>().unwrap();
    let publisher = a.publisher_to::<Blob>("b").unwrap();
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    (0..COUNT).for_each(|number| publisher.publish(&blob(number)).unwrap());
    let closing = thread::spawn(move || drop(publisher));
    let (numbers, lost) = receive(&mut subscriber, |blob| blob.number);
    closing.join().unwrap();
    assert_eq!(lost, 0);
    assert!(
        (COUNT - KEYS..COUNT).all(|last| numbers.contains(&last)),
        "the newest of a key is missing"
    );
}

#[test]
fn a_topic_that_may_lose_messages_goes_out_with_no_room_to_wait_in() {
    let deployment = Deployment::new(Kind::Unix);
    let mut options = Options::default();
    options.qos = Qos::default().when_full(WhenFull::DropOldest);
    options.outgoing_bytes = 0;
    let (a, b) = (deployment.bus_with("a", options), deployment.bus("b"));
    let mut subscriber = b.subscriber::<Blob>().unwrap();
    let publisher = a.publisher::<Blob>().unwrap();
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    (0..COUNT).for_each(|number| publisher.publish(blob(number)).unwrap());
    let mut last = None;
    while last != Some(COUNT - 1) {
        match subscriber.recv_timeout(PATIENCE) {
            Ok(Some(blob)) => last = Some(blob.number),
            Err(TryRecvError::Failed(RecvError::Lost(_))) => {}
            other => panic!("{other:?} after {last:?}"),
        }
    }
}

fn publishing_fails_and_nothing_is_lost(kind: Kind) {
    let deployment = Deployment::new(kind);
    let (a, b) = buses(&deployment, WhenFull::Error);
    let mut subscriber = b.subscriber::<Blob>().unwrap();
    let publisher = a.publisher::<Blob>().unwrap();
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    let mut accepted = Vec::new();
    for number in 0..COUNT {
        match publisher.publish(blob(number)) {
            Ok(()) => accepted.push(number),
            Err(PublishError::RouteFull { route }) => assert!(route.contains(':'), "{route}"),
            Err(other) => panic!("{other}"),
        }
    }
    assert!((accepted.len() as u64) < COUNT * 3 / 4, "{} were accepted", accepted.len());
    assert_eq!(publisher.published(), accepted.len() as u64);
    let closing = thread::spawn(move || drop(publisher));
    assert!(receive(&mut subscriber, |blob| blob.number) == (accepted, 0), "not all arrived");
    closing.join().unwrap();
}

fn an_endpoint_says_it_for_topics_that_do_not(kind: Kind) {
    let deployment = Deployment::new(kind);
    let text = std::fs::read_to_string(deployment.topology()).unwrap();
    let rules = "endpoint.policy = \"drop_newest\"\n\n[[topics]]\nname = \"test.note\"\n\
                 when_full = \"error\"\n\n[[topics]]\nname = \"test.blob\"\ncapacity = 9\n";
    std::fs::write(deployment.topology(), format!("{text}{rules}")).unwrap();
    let mut options = Options::default();
    options.outgoing_bytes = 16 << 10;
    let (a, b) = (deployment.bus_with("a", options.clone()), deployment.bus_with("b", options));
    let (_blobs, _notes) = (b.subscriber::<Blob>().unwrap(), b.subscriber::<Note>().unwrap());
    let (blobs, notes) = (a.publisher::<Blob>().unwrap(), a.publisher::<Note>().unwrap());
    blobs.wait_for_subscribers(1, PATIENCE).unwrap();
    notes.wait_for_subscribers(1, PATIENCE).unwrap();
    (0..COUNT).for_each(|number| blobs.publish(blob(number)).unwrap());
    assert!(route(&a).dropped > 0);
    let mut refused = (0..COUNT).map(|number| notes.publish(note(number))).filter_map(Result::err);
    assert!(matches!(refused.next(), Some(PublishError::RouteFull { .. })));
    drop((_blobs, _notes));
}

/// A ring is left out: who reads none of it holds its writer, whatever its topics are.
#[test]
fn a_topic_that_loses_messages_holds_no_other() {
    for kind in [Kind::Unix, Kind::Tcp] {
        let deployment = Deployment::new(kind);
        let loses = Qos::default().capacity(8).when_full(WhenFull::DropOldest);
        let options = Options::default().topic("test.blob", loses);
        let (a, b) = (deployment.bus_with("a", options.clone()), deployment.bus_with("b", options));
        let _never_received = b.subscriber::<Blob>().unwrap();
        let mut ticks = b.subscriber::<Tick>().unwrap();
        let (blobs, other) = (a.publisher::<Blob>().unwrap(), a.publisher::<Tick>().unwrap());
        blobs.wait_for_subscribers(1, PATIENCE).unwrap();
        other.wait_for_subscribers(1, PATIENCE).unwrap();
        for number in 0..COUNT {
            blobs.publish(blob(number)).unwrap();
            other.publish(tick(number)).unwrap();
            assert_eq!(ticks.recv_timeout(PATIENCE).unwrap().unwrap().number, number);
        }
    }
}

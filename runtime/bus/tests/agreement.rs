//! Two nodes that know a topic's type by different digests: who understands whom, and what the others are
//! told.

mod common;

use std::time::{Duration, Instant};

use common::PATIENCE;
use common::deployment::{Deployment, Kind, for_each_kind};
use mycelium::{Carried, Enum, Message, MessageBus, RecvError, Subscriber, TryRecvError};

for_each_kind!(
    what_only_appends_is_read_both_ways,
    a_released_ancestor_is_read_both_ways,
    members_that_one_does_not_know_are_kept,
    the_first_fact_that_differs_is_told_on_both_sides,
    what_was_refused_opens_once_it_is_understood,
    a_tool_beside_a_subscriber_changes_nothing,
    what_is_addressed_is_read_by_other_versions,
);

/// The first version of an order.
#[derive(Message, Debug, Clone, PartialEq)]
#[myc(package = "test", name = "Order", id = 11)]
struct First {
    number: u64,
    kind: OrderKind,
}

#[derive(Enum, Debug, Clone, Copy, PartialEq)]
#[myc(package = "test", name = "OrderKind", open, repr = u8)]
enum OrderKind {
    #[myc(value = 1)]
    Limit,
    #[myc(unknown)]
    Unknown(u8),
}

/// A later one, which has only more of everything.
#[derive(Message, Debug, Clone, PartialEq)]
#[myc(package = "test", name = "Order", id = 11)]
struct Grown {
    number: u64,
    kind: GrownKind,
    note: Option<String>,
    #[myc(default = 5)]
    priority: u16,
}

#[derive(Enum, Debug, Clone, Copy, PartialEq)]
#[myc(package = "test", name = "OrderKind", open, repr = u8)]
enum GrownKind {
    #[myc(value = 1)]
    Limit,
    #[myc(value = 2)]
    Market,
    #[myc(unknown)]
    Unknown(u8),
}

/// One that calls a field by another name, which only a release can tell.
#[derive(Message, Debug, Clone, PartialEq)]
#[myc(package = "test", name = "Order", id = 11)]
#[myc(older = "myc1:be093d40739beb02518b5e02a2a0bffc5ef3b2ea002f8d25f65de6c4f0aa5cb9")]
struct Renamed {
    count: u64,
    kind: OrderKind,
}

/// One that nobody else understands.
#[derive(Message, Debug, Clone, PartialEq)]
#[myc(package = "test", name = "Order", id = 11)]
struct Other {
    number: u32,
    kind: OrderKind,
}

fn first(number: u64) -> First {
    First { number, kind: OrderKind::Limit }
}

fn grown(number: u64) -> Grown {
    Grown { number, kind: GrownKind::Limit, note: Some("x".to_owned()), priority: 9 }
}

fn renamed(count: u64) -> Renamed {
    Renamed { count, kind: OrderKind::Limit }
}

#[test]
fn the_ancestor_is_the_first_version() {
    assert_eq!(Renamed::ANCESTORS, [First::DIGEST]);
}

/// Publishes one message from a node to the other, both ways of the route, whoever of the two comes first.
fn carried<From: Carried + Clone, To: Carried + Clone>(kind: Kind, sent: &From) -> To {
    let there = |from: &str, to: &str, is_publisher_first: bool| {
        let deployment = Deployment::new(kind);
        let (from, to) = (deployment.bus(from), deployment.bus(to));
        let early = is_publisher_first.then(|| from.publisher::<From>().unwrap());
        let mut subscriber = to.subscriber::<To>().unwrap();
        let publisher = early.unwrap_or_else(|| from.publisher::<From>().unwrap());
        publisher.wait_for_subscribers(1, PATIENCE).unwrap_or_else(|error| panic!("{error}"));
        publisher.publish(sent.clone()).unwrap();
        drop(publisher);
        let received = subscriber.recv_timeout(PATIENCE).unwrap().unwrap().into_inner();
        assert!(subscriber.recv_timeout(PATIENCE).unwrap().is_none());
        let faults = [from.stats().faults, to.stats().faults].concat();
        assert!(faults.is_empty(), "{faults:?}");
        received
    };
    there("a", "b", true);
    there("b", "a", true);
    there("a", "b", false);
    there("b", "a", false)
}

fn what_only_appends_is_read_both_ways(kind: Kind) {
    let read: Grown = carried(kind, &first(7));
    assert_eq!(read, Grown { number: 7, kind: GrownKind::Limit, note: None, priority: 5 });
    assert_eq!(carried::<Grown, First>(kind, &grown(8)), first(8));
}

fn a_released_ancestor_is_read_both_ways(kind: Kind) {
    assert_eq!(carried::<First, Renamed>(kind, &first(7)), renamed(7));
    assert_eq!(carried::<Renamed, First>(kind, &renamed(8)), first(8));
}

fn members_that_one_does_not_know_are_kept(kind: Kind) {
    let market = Grown { kind: GrownKind::Market, ..grown(1) };
    assert_eq!(carried::<Grown, First>(kind, &market).kind, OrderKind::Unknown(2));
}

fn what_is_addressed_is_read_by_other_versions(kind: Kind) {
    let deployment = Deployment::new(kind);
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    let mut orders = b.subscriber::<Grown>().unwrap();
    let to_b = a.publisher_to::<First>("b").unwrap();
    to_b.wait_for_subscribers(1, PATIENCE).unwrap_or_else(|error| panic!("{error}"));
    to_b.publish(&first(7)).unwrap();
    assert_eq!(orders.recv_timeout(PATIENCE).unwrap().unwrap().number, 7);
    let mut counts = a.subscriber::<Renamed>().unwrap();
    let to_a = b.publisher_to::<First>("a").unwrap();
    to_a.wait_for_subscribers(1, PATIENCE).unwrap_or_else(|error| panic!("{error}"));
    to_a.publish(&first(8)).unwrap();
    assert_eq!(*counts.recv_timeout(PATIENCE).unwrap().unwrap(), renamed(8));
}

/// The mismatch that a subscriber is told.
fn mismatch<T: Carried + std::fmt::Debug>(subscriber: &mut Subscriber<T>) -> String {
    match subscriber.recv_timeout(PATIENCE) {
        Err(TryRecvError::Failed(RecvError::DigestMismatch(mismatch))) => mismatch.to_string(),
        other => panic!("{other:?} instead of a mismatch"),
    }
}

/// Waits until one of the bus's faults says so.
fn wait_for_fault(bus: &MessageBus, fact: &str) {
    let deadline = Instant::now() + PATIENCE;
    while !bus.stats().faults.iter().any(|fault| fault.contains(fact)) {
        assert!(Instant::now() < deadline, "{:?} does not say `{fact}`", bus.stats().faults);
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn the_first_fact_that_differs_is_told_on_both_sides(kind: Kind) {
    let deployment = Deployment::new(kind);
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    let mut subscriber = b.subscriber::<Other>().unwrap();
    let publisher = a.publisher::<First>().unwrap();
    let told = mismatch(&mut subscriber);
    assert!(told.contains("test.Order.number: u32 here, u64 at node `a`"), "{told}");
    publisher.publish(first(1)).unwrap();
    assert_eq!(subscriber.try_recv(), Err(TryRecvError::Empty));
    // A ring has no way back.
    if kind != Kind::Shm {
        wait_for_fault(&a, "test.Order.number: u64 here, u32 at node `b`");
        let waited = publisher.wait_for_subscribers(1, Duration::ZERO).unwrap_err();
        assert!(waited.to_string().contains("u64 here, u32 at node `b`"), "{waited}");
    }
}

fn what_was_refused_opens_once_it_is_understood(kind: Kind) {
    let deployment = Deployment::new(kind);
    let (a, mut b) = (deployment.bus("a"), deployment.bus("b"));
    let publisher = a.publisher::<First>().unwrap();
    let mut other = b.subscriber::<Other>().unwrap();
    mismatch(&mut other);
    drop(other);
    drop(b);
    b = deployment.bus("b");
    let mut subscriber = b.subscriber::<Grown>().unwrap();
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    publisher.publish(first(3)).unwrap();
    let read = loop {
        // The end of the first connection may come before.
        if let Ok(Some(read)) = subscriber.recv_timeout(PATIENCE) {
            break read;
        }
    };
    assert_eq!(read.number, 3);
    let faults = a.stats().faults;
    assert!(faults.is_empty(), "{faults:?}");
}

fn a_tool_beside_a_subscriber_changes_nothing(kind: Kind) {
    let deployment = Deployment::new(kind);
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    let publisher = a.publisher::<First>().unwrap();
    let mut frames = b.frames(&["test.*"]).unwrap();
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    publisher.publish(first(1)).unwrap();
    assert_eq!(frames.recv_timeout(PATIENCE).unwrap().unwrap().header.type_id, First::TYPE_ID);
    // The channel is open already.
    let mut subscriber = b.subscriber::<Grown>().unwrap();
    let mut number = 1;
    let read = loop {
        number += 1;
        publisher.publish(first(number)).unwrap();
        match subscriber.recv_timeout(Duration::from_millis(20)) {
            Ok(Some(read)) => break read,
            Err(TryRecvError::Empty) => {}
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(read.priority, 5);
}

#[test]
fn frames_of_an_ancestor_are_read_in_one_process() {
    let bus = MessageBus::new();
    let mut subscriber = bus.subscriber::<Renamed>().unwrap();
    let frames = bus.frame_publisher(First::TOPIC, First::TYPE_ID, First::DIGEST).unwrap();
    frames.publish(&first(4).to_frame()).unwrap();
    assert_eq!(*subscriber.recv_timeout(PATIENCE).unwrap().unwrap(), renamed(4));
    let refused = bus.frame_publisher(First::TOPIC, Other::TYPE_ID, Other::DIGEST).unwrap_err();
    assert!(refused.to_string().contains("digest"), "{refused}");
}

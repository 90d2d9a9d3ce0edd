//! What arrives, where, and in which order.

use mycelium::{OpenError, Options, Qos, RecvError, TryRecvError, WhenFull};

use crate::common::{Note, OldTick, PATIENCE, Tick, note, tick};
use crate::server_or_skip;

#[test]
fn messages_arrive_in_order_and_then_the_end() {
    let server = server_or_skip!();
    let deployment = server.deployment(&["a", "b"], "");
    let (_a, _b, publisher, mut subscriber) = deployment.one_way::<Tick>();
    for number in 0..500 {
        publisher.publish(tick(number)).unwrap();
    }
    for number in 0..500 {
        assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap().unwrap().number, number);
    }
    drop(publisher);
    assert!(subscriber.recv_timeout(PATIENCE).unwrap().is_none());
}

#[test]
fn one_message_goes_to_all_who_subscribe_and_is_published_once() {
    let server = server_or_skip!();
    let deployment = server.deployment(&["a", "b", "c", "d"], "");
    let buses = ["a", "b", "c", "d"].map(|node| deployment.bus(node));
    let mut subscribers = [1, 2, 3].map(|index| buses[index].subscriber::<Note>().unwrap());
    let publisher = buses[0].publisher::<Note>().unwrap();
    publisher.wait_for_subscribers(3, PATIENCE).unwrap();
    for number in 0..100 {
        publisher.publish(note(number)).unwrap();
    }
    for subscriber in &mut subscribers {
        for number in 0..100 {
            assert_eq!(*subscriber.recv_timeout(PATIENCE).unwrap().unwrap(), note(number));
        }
    }
    let stats = buses[0].stats();
    let sent: u64 = stats.routes.iter().map(|route| route.sent).sum();
    assert_eq!(sent, 100, "{stats:?}");
}

#[test]
fn both_ways_and_from_many_at_once() {
    let server = server_or_skip!();
    let deployment = server.deployment(&["a", "b", "c"], "");
    let buses = ["a", "b", "c"].map(|node| deployment.bus(node));
    let mut subscribers: Vec<_> =
        buses.iter().map(|bus| bus.subscriber::<Tick>().unwrap()).collect();
    let publishers: Vec<_> = buses.iter().map(|bus| bus.publisher::<Tick>().unwrap()).collect();
    for publisher in &publishers {
        // The one here, and two others.
        publisher.wait_for_subscribers(3, PATIENCE).unwrap();
    }
    for number in 0..100 {
        for (source, publisher) in (0..).zip(&publishers) {
            publisher.publish(Tick { number, source }).unwrap();
        }
    }
    for subscriber in &mut subscribers {
        let mut next = [0; 3];
        for _ in 0..300 {
            let Tick { number, source } = *subscriber.recv_timeout(PATIENCE).unwrap().unwrap();
            assert_eq!(number, next[source as usize]);
            next[source as usize] += 1;
        }
    }
}

#[test]
fn patterns_and_names_take_each_message_once() {
    let server = server_or_skip!();
    let deployment = server.deployment(&["a", "b"], "");
    let (a, b, publisher, mut named) = deployment.one_way::<Tick>();
    publisher.publish(tick(0)).unwrap();
    assert_eq!(named.recv_timeout(PATIENCE).unwrap().unwrap().number, 0);
    // From here on a wider subscription stands in for the name's.
    let mut all = b.frames(&[">"]).unwrap();
    let others = a.publisher::<Note>().unwrap();
    others.wait_for_subscribers(1, PATIENCE).unwrap();
    for number in 1..100 {
        publisher.publish(tick(number)).unwrap();
    }
    for number in 1..100 {
        assert_eq!(named.recv_timeout(PATIENCE).unwrap().unwrap().number, number);
        assert_eq!(&*all.recv_timeout(PATIENCE).unwrap().unwrap().topic, publisher.topic());
    }
    drop(all);
    for number in 100..200 {
        publisher.publish(tick(number)).unwrap();
        assert_eq!(named.recv_timeout(PATIENCE).unwrap().unwrap().number, number);
    }
}

#[test]
fn a_subscription_that_takes_over_leaves_no_gap() {
    let server = server_or_skip!();
    let deployment = server.deployment(&["a", "b"], "");
    let (_a, b, publisher, mut named) = deployment.one_way::<Tick>();
    let mut numbers = 0..;
    for _ in 0..50 {
        // While messages are on their way, a wider subscription comes, and goes.
        let burst = |from: u64| (from..from + 100).try_for_each(|at| publisher.publish(tick(at)));
        let first = numbers.start;
        burst(first).unwrap();
        let wider = b.frames(&[">"]).unwrap();
        burst(first + 100).unwrap();
        drop(wider);
        burst(first + 200).unwrap();
        for number in numbers.by_ref().take(300) {
            assert_eq!(named.recv_timeout(PATIENCE).unwrap().unwrap().number, number);
        }
    }
}

#[test]
fn what_is_addressed_goes_to_its_service() {
    let server = server_or_skip!();
    let deployment = server.deployment(&["a", "b", "c"], "");
    let buses = ["a", "b", "c"].map(|node| deployment.bus(node));
    let mut there = buses[1].subscriber::<Tick>().unwrap();
    let mut elsewhere = buses[2].subscriber::<Tick>().unwrap();
    let (to_one, to_all) =
        (buses[0].publisher_to::<Tick>("b").unwrap(), buses[0].publisher::<Tick>().unwrap());
    to_one.wait_for_subscribers(1, PATIENCE).unwrap();
    to_all.wait_for_subscribers(2, PATIENCE).unwrap();
    to_one.publish(&tick(1)).unwrap();
    to_all.publish(tick(2)).unwrap();
    let mut found = [0, 0].map(|_| there.recv_timeout(PATIENCE).unwrap().unwrap().number);
    found.sort_unstable();
    assert_eq!(found, [1, 2]);
    assert_eq!(elsewhere.recv_timeout(PATIENCE).unwrap().unwrap().number, 2);
}

#[test]
fn another_version_is_told_at_both_sides() {
    let server = server_or_skip!();
    let deployment = server.deployment(&["a", "b", "c"], "");
    let [a, b, c] = ["a", "b", "c"].map(|node| deployment.bus(node));
    let mut subscriber = b.subscriber::<OldTick>().unwrap();
    let publisher = a.publisher::<Tick>().unwrap();
    let fault = subscriber.recv_timeout(PATIENCE).unwrap_err();
    let TryRecvError::Failed(RecvError::DigestMismatch(mismatch)) = fault else {
        panic!("{fault:?}")
    };
    assert_eq!(mismatch.peer, "a");
    assert!(mismatch.difference.is_some(), "{mismatch}");
    // It hears so once, also where the frames go by to another who reads them.
    let mut reader = c.subscriber::<Tick>().unwrap();
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    publisher.publish(tick(1)).unwrap();
    assert_eq!(reader.recv_timeout(PATIENCE).unwrap().unwrap().number, 1);
    // What is said to it alone goes before, so all of that has come.
    let (mut last, marks) = (b.subscriber::<Note>().unwrap(), a.publisher::<Note>().unwrap());
    marks.wait_for_subscribers(1, PATIENCE).unwrap();
    marks.publish(note(1)).unwrap();
    assert_eq!(*last.recv_timeout(PATIENCE).unwrap().unwrap(), note(1));
    assert!(matches!(subscriber.try_recv(), Err(TryRecvError::Empty)));
    assert_eq!(publisher.subscribers(), 1);
    assert!(b.stats().faults.iter().any(|fault| fault.contains("Tick")), "{:?}", b.stats().faults);
}

#[test]
fn what_a_server_cannot_keep_is_refused() {
    let server = server_or_skip!();
    let deployment = server.deployment(&["a", "b"], "");
    let waits = Options::default().topic("test.tick", Qos::default().when_full(WhenFull::Block));
    let bus = deployment.bus_with("a", waits);
    let refused = bus.publisher::<Tick>().unwrap_err();
    assert!(matches!(refused, OpenError::Route { .. }), "{refused}");
    assert!(refused.to_string().contains("promises `block`"), "{refused}");
    for topic in ["two words", "a..b", "$who", "all.>"] {
        let refused = bus.publisher_on::<Note>(topic).unwrap_err();
        assert!(matches!(refused, OpenError::Route { .. }), "{refused}");
    }
    bus.publisher::<Note>().unwrap();
}

#[test]
fn a_message_that_the_server_would_refuse_is_refused_here() {
    let server = server_or_skip!();
    let deployment = server.deployment(&["a", "b"], "");
    let (_a, _b, publisher, mut subscriber) = deployment.one_way::<Note>();
    let long = Note { text: "x".repeat(60_000), values: vec![0; 200_000], ..note(1) };
    let refused = publisher.publish(long).unwrap_err();
    assert!(matches!(refused, mycelium::PublishError::TooLong { .. }), "{refused}");
    let fits = Note { values: vec![0; 120_000], ..note(2) };
    publisher.publish(fits.clone()).unwrap();
    assert_eq!(*subscriber.recv_timeout(PATIENCE).unwrap().unwrap(), fits);
}

#[test]
fn a_topology_that_promises_too_much_is_none() {
    let server = server_or_skip!();
    let rule = "[[topics]]\nname = \"orders.>\"\nwhen_full = \"block\"\n";
    let deployment = server.deployment(&["a", "b"], rule);
    let refused = mycelium::MessageBus::from_topology(deployment.topology(), "a").unwrap_err();
    assert!(matches!(refused, mycelium::topology::TopologyError::Invalid(_)), "{refused}");
}

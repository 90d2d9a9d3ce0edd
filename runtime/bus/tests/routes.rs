//! Two buses in one process, joined by each kind of route: they behave alike.

mod common;

use std::thread;
use std::time::Instant;

use bytes::Bytes;
use common::deployment::{Deployment, Kind, for_each_kind};
use common::{Note, OldTick, PATIENCE, Tick, block_on, note, tick};
use mycelium::{
    Carried, FramePublisher, FrameType, Message, MessageBus, OpenError, Options, PublishError,
    RecvError, TryRecvError,
};

for_each_kind!(
    messages_cross_in_order_both_ways,
    the_order_of_coming_does_not_matter,
    frames_of_all_topics_cross_in_order,
    a_task_receives_as_a_thread_does,
    a_dropped_future_loses_nothing,
    several_subscribers_each_get_everything,
    a_slow_subscriber_holds_the_publisher,
    to_close_a_publisher_frees_who_waits_in_it,
    another_digest_is_refused,
    another_digest_hurts_nobody_else,
    a_topic_opens_again,
    a_bus_that_leaves_ends_its_subscribers,
    a_bus_that_comes_back_is_found,
    too_long_a_message_is_refused,
    services_of_a_node_share_a_bus,
    counts_add_up,
    who_is_after_another_topic_does_not_count,
);

fn messages_cross_in_order_both_ways(kind: Kind) {
    const COUNT: u64 = 3_000;
    let deployment = Deployment::new(kind);
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    thread::scope(|scope| {
        let notes = b.subscriber::<Note>().unwrap();
        scope.spawn(|| {
            let publisher = a.publisher::<Note>().unwrap();
            publisher.wait_for_subscribers(1, PATIENCE).unwrap();
            (0..COUNT).for_each(|number| publisher.publish(note(number)).unwrap());
        });
        let ticks = a.subscriber::<Tick>().unwrap();
        scope.spawn(|| {
            let publisher = b.publisher::<Tick>().unwrap();
            publisher.wait_for_subscribers(1, PATIENCE).unwrap();
            (0..COUNT).for_each(|number| publisher.publish(tick(number)).unwrap());
        });
        scope.spawn(move || expect_all(notes, COUNT, note));
        scope.spawn(move || expect_all(ticks, COUNT, tick));
    });
    drop((a, b));
    deployment.assert_clean();
}

fn the_order_of_coming_does_not_matter(kind: Kind) {
    for publisher_first in [true, false] {
        for owner_first in [true, false] {
            let deployment = Deployment::new(kind);
            let (first, second) = if owner_first { ("b", "a") } else { ("a", "b") };
            let one = deployment.bus(first);
            let (publisher, subscriber) = if publisher_first {
                let publisher = one.publisher::<Tick>().unwrap();
                let subscriber = deployment.bus(second).subscriber::<Tick>().unwrap();
                (publisher, subscriber)
            } else {
                let subscriber = one.subscriber::<Tick>().unwrap();
                (deployment.bus(second).publisher::<Tick>().unwrap(), subscriber)
            };
            publisher.wait_for_subscribers(1, PATIENCE).unwrap();
            publisher.publish(tick(0)).unwrap();
            drop(publisher);
            expect_all(subscriber, 1, tick);
        }
    }
}

fn frames_of_all_topics_cross_in_order(kind: Kind) {
    let deployment = Deployment::new(kind);
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    let mut frames = b.frames(&["test.*"]).unwrap();
    let (ticks, notes) = (a.publisher::<Tick>().unwrap(), a.publisher::<Note>().unwrap());
    ticks.wait_for_subscribers(1, PATIENCE).unwrap();
    notes.wait_for_subscribers(1, PATIENCE).unwrap();
    for number in 0..100 {
        ticks.publish(tick(number)).unwrap();
        notes.publish(note(number)).unwrap();
    }
    drop((ticks, notes));
    for number in 0..100 {
        let frame = frames.recv_timeout(PATIENCE).unwrap().unwrap();
        assert_eq!(Tick::from_frame(&frame.bytes).unwrap(), tick(number));
        let frame = frames.recv_timeout(PATIENCE).unwrap().unwrap();
        assert_eq!(&*frame.topic, "test.note");
        assert_eq!(Note::from_frame(&frame.bytes).unwrap(), note(number));
    }
    assert_eq!(frames.recv_timeout(PATIENCE), Ok(None));
}

fn a_task_receives_as_a_thread_does(kind: Kind) {
    let deployment = Deployment::new(kind);
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    let publisher = a.publisher::<Note>().unwrap();
    let mut subscriber = b.subscriber::<Note>().unwrap();
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    let (answer, answers) = std::sync::mpsc::channel();
    let reader = thread::spawn(move || {
        block_on(async {
            while let Some(received) = subscriber.recv().await.unwrap() {
                answer.send(received.number).unwrap();
            }
        });
    });
    // One after the other: the task sleeps in between.
    for number in 0..50 {
        publisher.publish(note(number)).unwrap();
        assert_eq!(answers.recv_timeout(PATIENCE), Ok(number));
    }
    drop(publisher);
    reader.join().unwrap();
}

fn a_dropped_future_loses_nothing(kind: Kind) {
    let deployment = Deployment::new(kind);
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    let publisher = a.publisher::<Tick>().unwrap();
    let mut subscriber = b.subscriber::<Tick>().unwrap();
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    for number in 0..20 {
        {
            let mut waiting = std::pin::pin!(subscriber.recv());
            let waker = std::task::Waker::noop();
            let mut context = std::task::Context::from_waker(waker);
            assert!(waiting.as_mut().poll(&mut context).is_pending());
        }
        publisher.publish(tick(number)).unwrap();
        assert_eq!(next(&mut subscriber).number, number);
    }
}

fn several_subscribers_each_get_everything(kind: Kind) {
    let deployment = Deployment::new(kind);
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    let publisher = b.publisher::<Note>().unwrap();
    let here = b.subscriber::<Note>().unwrap();
    let there: Vec<_> = (0..3).map(|_| a.subscriber::<Note>().unwrap()).collect();
    wait_until_attached(&publisher, kind, 1, 3);
    let reading = there
        .into_iter()
        .chain([here])
        .map(|subscriber| thread::spawn(move || expect_all(subscriber, 500, note)));
    let reading: Vec<_> = reading.collect();
    (0..500).for_each(|number| publisher.publish(note(number)).unwrap());
    drop(publisher);
    reading.into_iter().for_each(|thread| thread.join().unwrap());
}

fn a_slow_subscriber_holds_the_publisher(kind: Kind) {
    const COUNT: u64 = 20_000;
    let mut options = Options::default();
    options.qos.capacity = 4;
    options.outgoing_bytes = 4096;
    let deployment = Deployment::new(kind);
    let (a, b) = (deployment.bus_with("a", options.clone()), deployment.bus_with("b", options));
    let publisher = a.publisher::<Note>().unwrap();
    let subscriber = b.subscriber::<Note>().unwrap();
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    let writer = thread::spawn(move || {
        (0..COUNT).for_each(|number| publisher.publish(note(number)).unwrap());
    });
    expect_all(subscriber, COUNT, note);
    writer.join().unwrap();
}

/// Two of them, since the one that is closed first says so where it has room, which it waits for.
fn to_close_a_publisher_frees_who_waits_in_it(kind: Kind) {
    let deployment = Deployment::new(kind);
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    let nobody_reads = b.subscriber::<Note>().unwrap();
    let notes = FrameType::new(Note::TOPIC, Note::TYPE_ID, Note::DIGEST);
    let [first, second, probe] = [(); 3].map(|()| a.frame_publisher_of(&notes).unwrap());
    a.publisher::<Note>().unwrap().wait_for_subscribers(1, PATIENCE).unwrap();
    let frame = note(1).to_frame();
    thread::scope(|scope| {
        let flood = |publisher: &FramePublisher| loop {
            if let Err(fault) = publisher.publish(&frame) {
                return fault;
            }
        };
        let waiting = [&first, &second].map(|publisher| scope.spawn(move || flood(publisher)));
        // Until the way is full, and stays so.
        while probe.publish_until(Bytes::from(frame.clone()), Some(Instant::now())).is_ok() {}
        for publisher in [&first, &second] {
            scope.spawn(|| publisher.close());
        }
        for waiting in waiting {
            assert_eq!(waiting.join().unwrap(), PublishError::Closed);
        }
        drop(nobody_reads);
    });
}

fn another_digest_is_refused(kind: Kind) {
    let deployment = Deployment::new(kind);
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    let publisher = a.publisher::<Tick>().unwrap();
    let mut subscriber = b.subscriber::<OldTick>().unwrap();
    let Err(TryRecvError::Failed(RecvError::DigestMismatch(mismatch))) =
        subscriber.recv_timeout(PATIENCE)
    else {
        panic!("a digest mismatch was to be reported");
    };
    assert_eq!(mismatch.topic, "test.tick");
    assert_eq!((mismatch.ours, mismatch.theirs), (OldTick::DIGEST, Tick::DIGEST));
    assert_eq!(mismatch.peer, "a");
    publisher.publish(tick(1)).unwrap();
    assert_eq!(subscriber.try_recv(), Err(TryRecvError::Empty));
    if kind != Kind::Shm {
        let faults = a.stats().faults.join("\n");
        assert!(faults.contains("test.tick") && faults.contains("node `b`"), "{faults}");
    }
}

fn another_digest_hurts_nobody_else(kind: Kind) {
    let deployment = Deployment::new(kind);
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    let _refused = b.subscriber::<OldTick>().unwrap();
    let notes = b.subscriber::<Note>().unwrap();
    let (ticks, publisher) = (a.publisher::<Tick>().unwrap(), a.publisher::<Note>().unwrap());
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    ticks.publish(tick(1)).unwrap();
    publisher.publish(note(0)).unwrap();
    drop(publisher);
    expect_all(notes, 1, note);
}

fn a_topic_opens_again(kind: Kind) {
    let deployment = Deployment::new(kind);
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    let mut subscriber = b.subscriber::<Tick>().unwrap();
    for _ in 0..3 {
        let publisher = a.publisher::<Tick>().unwrap();
        publisher.wait_for_subscribers(1, PATIENCE).unwrap();
        (0..10).for_each(|number| publisher.publish(tick(number)).unwrap());
        for number in 0..10 {
            assert_eq!(next(&mut subscriber).number, number);
        }
    }
}

fn a_bus_that_leaves_ends_its_subscribers(kind: Kind) {
    let deployment = Deployment::new(kind);
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    let subscriber = b.subscriber::<Note>().unwrap();
    let publisher = a.publisher::<Note>().unwrap();
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    let reader = thread::spawn(move || expect_all(subscriber, 300, note));
    (0..300).for_each(|number| publisher.publish(note(number)).unwrap());
    a.shutdown();
    assert_eq!(publisher.publish(note(0)), Err(PublishError::Closed));
    reader.join().unwrap();
    drop(b);
    deployment.assert_clean();
}

fn a_bus_that_comes_back_is_found(kind: Kind) {
    let deployment = Deployment::new(kind);
    for stays in ["a", "b"] {
        let comes = if stays == "a" { "b" } else { "a" };
        let bus = deployment.bus(stays);
        let mut subscriber = bus.subscriber::<Tick>().unwrap();
        for number in 0..3 {
            let other = deployment.bus(comes);
            let publisher = other.publisher::<Tick>().unwrap();
            publisher.wait_for_subscribers(1, PATIENCE).unwrap();
            publisher.publish(tick(number)).unwrap();
            drop((publisher, other));
            assert_eq!(next(&mut subscriber).number, number);
        }
    }
    deployment.assert_clean();
}

fn too_long_a_message_is_refused(kind: Kind) {
    let mut options = Options::default();
    options.max_frame_bytes = 10_000;
    let deployment = Deployment::new(kind);
    let (a, b) = (deployment.bus_with("a", options.clone()), deployment.bus_with("b", options));
    let publisher = a.publisher::<Note>().unwrap();
    let mut subscriber = b.subscriber::<Note>().unwrap();
    let mut here = a.subscriber::<Note>().unwrap();
    wait_until_attached(&publisher, kind, 1, 1);
    let long = Note { values: vec![1; 10_000], ..note(1) };
    let refused = publisher.publish(long).unwrap_err();
    assert!(matches!(refused, PublishError::TooLong { .. }), "{refused}");
    publisher.publish(note(2)).unwrap();
    assert_eq!(*next(&mut subscriber), note(2));
    assert_eq!(*next(&mut here), note(2));
}

fn services_of_a_node_share_a_bus(kind: Kind) {
    let deployment = Deployment::new(kind);
    let (one, two) = (deployment.bus("a"), deployment.bus("a-too"));
    let mut subscriber = two.subscriber::<Tick>().unwrap();
    let publisher = one.publisher::<Tick>().unwrap();
    drop((one, two));
    publisher.publish(tick(1)).unwrap();
    assert_eq!(next(&mut subscriber).number, 1);
}

fn counts_add_up(kind: Kind) {
    let deployment = Deployment::new(kind);
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    let publisher = a.publisher::<Tick>().unwrap();
    let subscriber = b.subscriber::<Tick>().unwrap();
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    (0..100).for_each(|number| publisher.publish(tick(number)).unwrap());
    drop(publisher);
    expect_all(subscriber, 100, tick);
    let sum = |bus: &MessageBus, count: fn(&mycelium::RouteStats) -> u64| -> u64 {
        bus.stats().routes.iter().map(count).sum()
    };
    assert_eq!(sum(&a, |route| route.sent), 100);
    assert_eq!(sum(&b, |route| route.received), 100);
    assert_eq!(sum(&b, |route| route.lost), 0);
}

/// Receives exactly these messages, then the end.
fn expect_all<T: Carried + PartialEq + std::fmt::Debug>(
    mut subscriber: mycelium::Subscriber<T>,
    count: u64,
    expected: fn(u64) -> T,
) {
    for number in 0..count {
        assert_eq!(*next(&mut subscriber), expected(number));
    }
    assert_eq!(subscriber.recv_timeout(PATIENCE), Ok(None));
    assert_eq!(subscriber.stats().lost, 0);
}

fn who_is_after_another_topic_does_not_count(kind: Kind) {
    let deployment = Deployment::new(kind);
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    let _one = b.subscriber_on::<Tick>("one").unwrap();
    let (one, two) =
        (a.publisher_on::<Tick>("one").unwrap(), a.publisher_on::<Tick>("two").unwrap());
    one.wait_for_subscribers(1, PATIENCE).unwrap();
    assert_eq!((one.subscribers(), two.subscribers()), (1, 0));
    let _two = b.subscriber_on::<Tick>("two").unwrap();
    two.wait_for_subscribers(1, PATIENCE).unwrap();
    assert_eq!((one.subscribers(), two.subscribers()), (1, 1));
    // Whatever may fit a pattern is counted for each topic.
    let _all = b.frames(&["*"]).unwrap();
    let count = if kind == Kind::Shm { 2 } else { 1 };
    two.wait_for_subscribers(count, PATIENCE).unwrap();
    assert_eq!((one.subscribers(), two.subscribers()), (count, count));
}

/// The next message, past the ends of publishers that have closed.
fn next<T: Carried + std::fmt::Debug>(
    subscriber: &mut mycelium::Subscriber<T>,
) -> mycelium::Received<T> {
    let deadline = std::time::Instant::now() + PATIENCE;
    loop {
        match subscriber.recv_timeout(PATIENCE).unwrap() {
            Some(message) => return message,
            None => assert!(std::time::Instant::now() < deadline, "nothing came"),
        }
    }
}

/// Waits until subscribers here and there are seen: a connection counts as one, a ring's readers
/// each for itself.
fn wait_until_attached<T: Carried>(
    publisher: &mycelium::Publisher<T>,
    kind: Kind,
    here: usize,
    there: usize,
) {
    let there = if kind == Kind::Shm { there } else { there.min(1) };
    publisher.wait_for_subscribers(here + there, PATIENCE).unwrap();
}

#[test]
fn what_one_route_refuses_is_closed_on_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("topology.toml");
    let ring = |node: &str| {
        format!(
            "[[nodes]]\nname = \"{node}\"\nservices = [\"{node}\"]\n\
             endpoint.kind = \"shm\"\nendpoint.path = \"{node}\"\n\n"
        )
    };
    let alone = "[[nodes]]\nname = \"a\"\nservices = [\"a\"]\n\n";
    std::fs::write(&file, [alone, &ring("b"), &ring("c")].concat()).unwrap();
    let open = |node| MessageBus::from_topology(&file, node).unwrap();
    let (a, b) = (open("a"), open("b"));
    let mut ticks = b.subscriber::<Tick>().unwrap();
    let mut notes = b.subscriber::<Note>().unwrap();
    // No ring can be made where a file lies.
    let _ = std::fs::remove_dir(folder.path().join("c"));
    std::fs::write(folder.path().join("c"), "").unwrap();
    let typed = a.publisher::<Tick>().unwrap_err();
    let raw = a.frame_publisher(Note::TOPIC, Note::TYPE_ID, Note::DIGEST).unwrap_err();
    for refused in [typed, raw] {
        assert!(matches!(refused, OpenError::Ring { .. }), "{refused}");
    }
    assert_eq!(ticks.recv_timeout(PATIENCE), Ok(None), "it was opened, and is closed");
    assert_eq!(notes.recv_timeout(PATIENCE), Ok(None));
}

//! Raw frames in and out, patterns, and messages that are bytes already.

mod common;

use common::{Note, OldTick, PATIENCE, Tick, note, tick};
use mycelium::{Message, MessageBus, OpenError, Options, PublishError, RecvError, TryRecvError};

#[test]
fn a_pattern_takes_what_it_says() {
    let bus = MessageBus::new();
    let topics = ["market.trades", "market.eu.trades", "risk.trades"];
    let publishers: Vec<_> =
        topics.iter().map(|topic| bus.publisher_on::<Tick>(topic).unwrap()).collect();
    let taken = |patterns: &[&str]| -> Vec<String> {
        let mut frames = bus.frames(patterns).unwrap();
        publishers.iter().for_each(|publisher| publisher.publish(tick(1)).unwrap());
        let next = || Some(frames.try_recv().ok()??.topic.to_string());
        std::iter::from_fn(next).collect()
    };
    assert_eq!(taken(&["market.*"]), ["market.trades"]);
    assert_eq!(taken(&["market.>"]), ["market.trades", "market.eu.trades"]);
    assert_eq!(taken(&["*.trades"]), ["market.trades", "risk.trades"]);
    assert_eq!(taken(&["market.eu.*", "risk.>"]), ["market.eu.trades", "risk.trades"]);
    assert_eq!(taken(&[">"]), topics);
}

#[test]
fn frames_reach_typed_and_raw_subscribers() {
    let bus = MessageBus::new();
    let mut before = bus.subscriber::<Note>().unwrap();
    let frames = bus.frame_publisher(Note::TOPIC, Note::TYPE_ID, Note::DIGEST).unwrap();
    let mut after = bus.subscriber::<Note>().unwrap();
    let mut raw = bus.frames(&["test.>"]).unwrap();
    assert_eq!(frames.subscribers(), 3);
    assert!(matches!(before.try_recv(), Err(TryRecvError::Empty)), "there is a publisher");
    for number in 0..3 {
        frames.publish(&note(number).to_frame()).unwrap();
    }
    drop(frames);
    for number in 0..3 {
        assert_eq!(before.recv_timeout(PATIENCE).unwrap().unwrap(), note(number));
        assert_eq!(after.recv_timeout(PATIENCE).unwrap().unwrap(), note(number));
        let frame = raw.recv_timeout(PATIENCE).unwrap().unwrap();
        assert_eq!((frame.header.sequence, &*frame.topic), (number as u32, "test.note"));
        assert_eq!(Note::from_frame(&frame.bytes).unwrap(), note(number));
    }
    assert!(before.recv_timeout(PATIENCE).unwrap().is_none());
    assert!(after.recv_timeout(PATIENCE).unwrap().is_none());
    assert!(raw.recv_timeout(PATIENCE).unwrap().is_none());
}

#[test]
fn typed_and_raw_publishers_end_a_subscriber_together() {
    let bus = MessageBus::new();
    let mut subscriber = bus.subscriber::<Tick>().unwrap();
    let typed = bus.publisher::<Tick>().unwrap();
    let raw = bus.frame_publisher(Tick::TOPIC, Tick::TYPE_ID, Tick::DIGEST).unwrap();
    typed.publish(tick(1)).unwrap();
    drop(typed);
    assert_eq!(subscriber.recv_blocking().unwrap().unwrap(), tick(1));
    assert!(matches!(subscriber.try_recv(), Err(TryRecvError::Empty)));
    raw.publish(&tick(2).to_frame()).unwrap();
    bus.shutdown();
    assert_eq!(raw.publish(&tick(3).to_frame()), Err(PublishError::Closed));
    assert_eq!(subscriber.recv_blocking().unwrap().unwrap(), tick(2));
    assert!(subscriber.recv_blocking().unwrap().is_none());
}

#[test]
fn frames_that_are_none_are_refused_or_told() {
    let bus = MessageBus::new();
    let mut subscriber = bus.subscriber::<Note>().unwrap();
    let frames = bus.frame_publisher(Note::TOPIC, Note::TYPE_ID, Note::DIGEST).unwrap();
    let good = note(3).to_frame();
    for bad in [&good[..7], &good[..good.len() - 8], &[&good[..], &[0; 8]].concat()] {
        let refused = frames.publish(bad).unwrap_err();
        assert!(matches!(refused, PublishError::Malformed(_)), "{refused}");
    }
    let other = frames.publish(&tick(1).to_frame()).unwrap_err();
    assert!(other.to_string().contains("type"), "{other}");
    let mut broken = good.clone();
    let len = broken.len();
    broken[16..len].fill(0xff);
    frames.publish(&broken).unwrap();
    frames.publish(&good).unwrap();
    assert!(matches!(subscriber.recv_blocking(), Err(RecvError::Decode(_))));
    assert_eq!(subscriber.recv_blocking().unwrap().unwrap(), note(3));
}

#[test]
fn one_topic_has_one_digest() {
    let bus = MessageBus::new();
    let _typed = bus.publisher::<Tick>().unwrap();
    let refused = bus.frame_publisher(Tick::TOPIC, Tick::TYPE_ID, OldTick::DIGEST).unwrap_err();
    assert!(matches!(refused, OpenError::OtherDigest { .. }), "{refused}");
    let _raw = bus.frame_publisher("other", OldTick::TYPE_ID, OldTick::DIGEST).unwrap();
    let refused = bus.subscriber_on::<Tick>("other").unwrap_err();
    assert!(matches!(refused, OpenError::OtherDigest { .. }), "{refused}");
}

#[test]
fn a_full_subscriber_holds_a_raw_publisher() {
    let mut options = Options::default();
    options.qos.capacity = 2;
    let bus = MessageBus::with_options(options);
    let mut subscriber = bus.subscriber::<Tick>().unwrap();
    let raw = bus.frame_publisher(Tick::TOPIC, Tick::TYPE_ID, Tick::DIGEST).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            (0..50).for_each(|number| raw.publish(&tick(number).to_frame()).unwrap());
        });
        for number in 0..50 {
            assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap().unwrap(), tick(number));
        }
    });
}

#[test]
fn bytes_are_checked_and_received_as_messages() {
    let bus = MessageBus::new();
    let publisher = bus.publisher::<Note>().unwrap();
    let good = note(5).to_frame();
    publisher.publish_bytes(&good).unwrap();
    assert!(matches!(publisher.publish_bytes(&good[..9]), Err(PublishError::Malformed(_))));
    let mut raw = bus.frames(&[">"]).unwrap();
    // Nobody decodes: it is checked and passed on.
    publisher.publish_bytes(&good).unwrap();
    assert!(matches!(publisher.publish_bytes(&good[..9]), Err(PublishError::Malformed(_))));
    assert_eq!(Note::from_frame(&raw.recv_blocking().unwrap().unwrap().bytes).unwrap(), note(5));
    let mut first = bus.subscriber::<Note>().unwrap();
    let mut second = bus.subscriber::<Note>().unwrap();
    publisher.publish_bytes(&good).unwrap();
    let received = [&mut first, &mut second].map(|one| one.recv_blocking().unwrap().unwrap());
    let [first, second] = received.map(mycelium::Received::into_arc);
    assert_eq!(*first, note(5));
    assert!(std::sync::Arc::ptr_eq(&first, &second), "decoded once");
    assert_eq!(publisher.published(), 3);
}

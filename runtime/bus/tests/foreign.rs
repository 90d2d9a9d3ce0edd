//! Frames of types whose code is elsewhere, as other languages publish and receive them.

mod common;

use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use bytes::Bytes;
use common::deployment::{Deployment, Kind};
use common::{Note, OldTick, PATIENCE, Tick, note, tick};
use mycelium::{
    FrameType, Message, MessageBus, Options, PublishError, Qos, RecvError, TryPublishError,
    TryRecvError, Unpublished, WhenFull,
};

fn type_of<M: Message>() -> FrameType {
    FrameType::new(M::TOPIC, M::TYPE_ID, M::DIGEST)
}

fn frame_of<M: Message>(message: &M) -> Bytes {
    message.to_frame().into()
}

#[test]
fn several_types_make_one_stream_of_typed_and_raw_publishers() {
    let bus = MessageBus::new();
    let mut frames = bus.frames_of(&[type_of::<Tick>(), type_of::<Note>()], 64).unwrap();
    let ticks = bus.publisher::<Tick>().unwrap();
    let notes = bus.frame_publisher_of(&type_of::<Note>()).unwrap();
    assert_eq!((ticks.subscribers(), notes.subscribers()), (1, 1));
    for number in 0..4 {
        ticks.publish(tick(number)).unwrap();
        notes.publish_bytes(frame_of(&note(number))).unwrap();
    }
    drop((ticks, notes));
    for number in 0..4 {
        let first = frames.recv_timeout(PATIENCE).unwrap().unwrap();
        assert_eq!(
            (&*first.topic, &*first.bytes),
            (Tick::TOPIC, &*frame_with(&tick(number), number))
        );
        let second = frames.recv_timeout(PATIENCE).unwrap().unwrap();
        assert_eq!(Note::from_frame(&second.bytes).unwrap(), note(number));
    }
    assert_eq!(frames.recv_timeout(PATIENCE).unwrap(), None);
}

/// The frame of a message that was numbered on its way.
fn frame_with<M: Message>(message: &M, number: u64) -> Vec<u8> {
    let mut frame = message.to_frame();
    frame[12..16].copy_from_slice(&(number as u32).to_le_bytes());
    frame
}

#[test]
fn a_publisher_that_publishes_nothing_holds_a_subscriber_that_came_later() {
    let bus = MessageBus::new();
    let quiet = bus.frame_publisher_of(&type_of::<Tick>()).unwrap();
    let mut frames = bus.frames_of(&[type_of::<Tick>()], 64).unwrap();
    let mut typed = bus.subscriber::<Tick>().unwrap();
    let busy = bus.frame_publisher_of(&type_of::<Tick>()).unwrap();
    busy.publish_bytes(frame_of(&tick(1))).unwrap();
    drop(busy);
    assert!(frames.recv_blocking().unwrap().is_some());
    assert!(typed.recv_blocking().unwrap().is_some());
    assert_eq!(frames.try_recv(), Err(TryRecvError::Empty), "there is another publisher");
    assert!(matches!(typed.try_recv(), Err(TryRecvError::Empty)), "there is another publisher");
    drop(quiet);
    assert_eq!(frames.recv_blocking().unwrap(), None);
    assert!(typed.recv_blocking().unwrap().is_none());
}

#[test]
fn another_version_in_the_same_process_is_told() {
    for is_raw in [false, true] {
        let bus = MessageBus::new();
        let mut frames = bus.frames_of(&[type_of::<OldTick>()], 64).unwrap();
        if is_raw {
            let _ = bus.frame_publisher_of(&type_of::<Tick>()).unwrap();
        } else {
            let _ = bus.publisher::<Tick>().unwrap();
        }
        let fault = frames.recv_timeout(PATIENCE).unwrap_err();
        let TryRecvError::Failed(RecvError::DigestMismatch(mismatch)) = fault else {
            panic!("{fault:?}");
        };
        assert_eq!((mismatch.ours, mismatch.theirs), (OldTick::DIGEST, Tick::DIGEST));
        assert!(
            matches!(frames.try_recv(), Err(TryRecvError::Empty)),
            "told once, and nothing came"
        );
    }
    let bus = MessageBus::new();
    let newer = type_of::<Tick>().ancestors(vec![OldTick::DIGEST]);
    let mut frames = bus.frames_of(&[newer], 64).unwrap();
    let older = bus.publisher::<OldTick>().unwrap();
    older.publish(OldTick { number: 7 }).unwrap();
    assert!(frames.recv_timeout(PATIENCE).unwrap().is_some(), "a released ancestor is read");
}

#[test]
fn what_some_have_taken_goes_on_to_the_others() {
    let bus = MessageBus::new();
    let mut wide = bus.frames_of(&[type_of::<Tick>()], 64).unwrap();
    let mut narrow = bus.frames_of(&[type_of::<Tick>()], 1).unwrap();
    let publisher = bus.frame_publisher_of(&type_of::<Tick>()).unwrap();
    publisher.try_publish(frame_of(&tick(0))).unwrap();
    let Err(TryPublishError::Full(back)) = publisher.try_publish(frame_of(&tick(1))) else {
        panic!("the second has no room");
    };
    assert!(matches!(publisher.try_publish(frame_of(&tick(2))), Err(TryPublishError::Full(_))));
    thread::scope(|scope| {
        scope.spawn(|| publisher.publish_bytes(back).unwrap());
        assert_eq!(narrow.recv_timeout(PATIENCE).unwrap().unwrap().bytes, frame_of(&tick(0)));
    });
    assert_eq!(publisher.published(), 2);
    assert_eq!(narrow.recv_timeout(PATIENCE).unwrap().unwrap().bytes, frame_of(&tick(1)));
    let taken: Vec<Bytes> = std::iter::from_fn(|| Some(wide.try_recv().ok()??.bytes)).collect();
    assert_eq!(taken, [frame_of(&tick(0)), frame_of(&tick(1))], "once, in order");
}

/// Another thread may see to it that all have a frame before the one to whom it was given back is there again.
#[test]
fn what_others_have_published_is_not_published_again() {
    let bus = MessageBus::new();
    let mut wide = bus.frames_of(&[type_of::<Tick>()], 64).unwrap();
    let mut narrow = bus.frames_of(&[type_of::<Tick>()], 1).unwrap();
    let publisher = bus.frame_publisher_of(&type_of::<Tick>()).unwrap();
    let given_back = |published: Result<(), TryPublishError<Unpublished>>| match published {
        Err(TryPublishError::Full(back)) => back,
        other => panic!("{other:?} where there is no room"),
    };
    let mut take = |number| {
        assert_eq!(narrow.recv_blocking().unwrap().unwrap().bytes, frame_of(&tick(number)));
    };
    publisher.try_publish(frame_of(&tick(0))).unwrap();
    let first = given_back(publisher.try_publish(frame_of(&tick(1))));
    take(0);
    let second = given_back(publisher.publish_until(frame_of(&tick(2)), Some(Instant::now())));
    assert_eq!(second.frame(), &frame_of(&tick(2)));
    publisher.try_publish(first.clone()).unwrap();
    take(1);
    publisher.publish_until(first, Some(Instant::now())).unwrap();
    publisher.publish_bytes(second).unwrap();
    take(2);
    assert_eq!(publisher.published(), 3);
    let taken: Vec<Bytes> = std::iter::from_fn(|| Some(wide.try_recv().ok()??.bytes)).collect();
    assert_eq!(taken, [0, 1, 2].map(|number| frame_of(&tick(number))), "once, in order");
}

/// A ring with room is a way out on which nothing has to be waited for.
#[test]
fn a_ring_takes_at_once_what_it_has_room_for() {
    let deployment = Deployment::new(Kind::Shm);
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    let mut there = b.subscriber::<Tick>().unwrap();
    let mut here = a.frames_of(&[type_of::<Tick>()], 1 << 16).unwrap();
    let publisher = a.frame_publisher_of(&type_of::<Tick>()).unwrap();
    while publisher.subscribers() < 2 {
        thread::yield_now();
    }
    let mut count = 0;
    let back = loop {
        match publisher.try_publish(frame_of(&tick(count))) {
            Ok(()) => count += 1,
            Err(TryPublishError::Full(back)) => break back,
            Err(other) => panic!("{other}"),
        }
    };
    assert!(count > 100, "{count} fill a ring of 64 KiB");
    assert_eq!(publisher.published(), count);
    // Whoever is here has the last one, which goes on to the ring by the next who publishes.
    assert!(matches!(publisher.try_publish(back.clone()), Err(TryPublishError::Full(_))));
    for number in 0..count {
        assert_eq!(there.recv_timeout(PATIENCE).unwrap().as_deref(), Some(&tick(number)));
    }
    publisher.publish_bytes(back).unwrap();
    publisher.try_publish(frame_of(&tick(count + 1))).unwrap();
    for number in [count, count + 1] {
        assert_eq!(there.recv_timeout(PATIENCE).unwrap().as_deref(), Some(&tick(number)));
    }
    assert_eq!(publisher.published(), count + 2);
    for number in 0..count + 2 {
        assert_eq!(here.try_recv().unwrap().unwrap().bytes, frame_of(&tick(number)), "once");
    }
}

/// What is copied at once goes by one ring and nowhere else, or not at all.
#[test]
fn a_frame_that_stays_the_caller_s_is_copied_into_a_ring_alone() {
    let alone = MessageBus::new();
    let publisher = alone.frame_publisher_of(&type_of::<Tick>()).unwrap();
    assert_eq!(publisher.try_publish_copy(&frame_of(&tick(0))), Ok(false), "there is no ring");

    let deployment = Deployment::new(Kind::Shm);
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    let mut there = b.subscriber::<Tick>().unwrap();
    let publisher = a.frame_publisher_of(&type_of::<Tick>()).unwrap();
    while publisher.subscribers() == 0 {
        thread::yield_now();
    }
    let mut count = 0;
    while publisher.try_publish_copy(&frame_of(&tick(count))).unwrap() {
        count += 1;
    }
    assert!(count > 100, "{count} fill a ring of 64 KiB");
    assert_eq!(publisher.published(), count);
    for number in 0..count {
        assert_eq!(there.recv_timeout(PATIENCE).unwrap().as_deref(), Some(&tick(number)));
    }
    let mut here = a.frames_of(&[type_of::<Tick>()], 64).unwrap();
    assert_eq!(publisher.try_publish_copy(&frame_of(&tick(count))), Ok(false), "it is shared");
    publisher.try_publish(frame_of(&tick(count))).unwrap();
    assert_eq!(here.try_recv().unwrap().unwrap().bytes, frame_of(&tick(count)));
    assert_eq!(there.recv_timeout(PATIENCE).unwrap().as_deref(), Some(&tick(count)));
    publisher.close();
    assert_eq!(publisher.try_publish_copy(&frame_of(&tick(0))), Err(PublishError::Closed));
}

/// Another thread may keep the ring for as long as it likes.
#[test]
fn a_ring_that_is_lent_is_not_waited_for() {
    let deployment = Deployment::new(Kind::Shm);
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    let mut ticks = b.subscriber::<Tick>().unwrap();
    let publisher = a.frame_publisher_of(&type_of::<Tick>()).unwrap();
    while publisher.subscribers() == 0 {
        thread::yield_now();
    }
    let (lent, is_lent) = mpsc::channel();
    let (tried, was_tried) = mpsc::channel();
    thread::scope(|scope| {
        let publisher = &publisher;
        scope.spawn(move || {
            let frame = frame_of(&tick(0));
            let mut loan = publisher.loan(frame.len(), None).unwrap().unwrap();
            assert!(loan.is_in_ring());
            lent.send(()).unwrap();
            loan.frame_mut().copy_from_slice(&frame);
            was_tried.recv().unwrap();
            assert!(publisher.publish_loan(loan).unwrap().is_none());
        });
        is_lent.recv().unwrap();
        let refused = publisher.try_publish(frame_of(&tick(1)));
        tried.send(()).unwrap();
        assert!(matches!(refused, Err(TryPublishError::Full(_))), "{refused:?}");
    });
    publisher.try_publish(frame_of(&tick(1))).unwrap();
    for number in [0, 1] {
        assert_eq!(ticks.recv_timeout(PATIENCE).unwrap().as_deref(), Some(&tick(number)));
    }
}

#[test]
fn frames_of_the_transports_are_nobodys_to_publish() {
    let bus = MessageBus::new();
    let of = FrameType::new("test.any", 0, Tick::DIGEST);
    let publisher = bus.frame_publisher_of(&of).unwrap();
    let mut frame = tick(1).to_frame();
    frame[4..6].fill(0);
    let refused = publisher.publish(&frame);
    assert!(matches!(refused, Err(PublishError::Malformed(_))), "{refused:?}");
}

#[test]
fn one_who_waits_for_room_is_let_go_by_either_side() {
    let bus = MessageBus::new();
    let mut kept = bus.frames_of(&[type_of::<Tick>()], 64).unwrap();
    let narrow = bus.frames_of(&[type_of::<Tick>()], 1).unwrap();
    let publisher = bus.frame_publisher_of(&type_of::<Tick>()).unwrap();
    publisher.publish_bytes(frame_of(&tick(0))).unwrap();
    thread::scope(|scope| {
        let waiting = scope.spawn(|| publisher.publish_bytes(frame_of(&tick(1))));
        // The first has it, so that it is the second that is waited for.
        while kept.stats().received < 2 {
            kept.recv_timeout(PATIENCE).unwrap();
        }
        narrow.closer().close();
        assert_eq!(waiting.join().unwrap(), Ok(()), "a subscriber that ends is not waited for");
    });
    drop(narrow);
    let narrow = bus.frames_of(&[type_of::<Tick>()], 1).unwrap();
    publisher.publish_bytes(frame_of(&tick(2))).unwrap();
    thread::scope(|scope| {
        let waiting = scope.spawn(|| publisher.publish_bytes(frame_of(&tick(3))));
        while kept.stats().received < 4 {
            kept.recv_timeout(PATIENCE).unwrap();
        }
        publisher.close();
        assert_eq!(waiting.join().unwrap(), Err(PublishError::Closed));
    });
    assert_eq!(kept.recv_timeout(PATIENCE).unwrap(), None, "the last publisher is gone");
    drop(narrow);
}

#[test]
fn one_who_waits_may_look_up_in_between() {
    let bus = MessageBus::new();
    let mut wide = bus.frames_of(&[type_of::<Tick>()], 64).unwrap();
    let mut narrow = bus.frames_of(&[type_of::<Tick>()], 1).unwrap();
    let publisher = bus.frame_publisher_of(&type_of::<Tick>()).unwrap();
    let at_once = || Some(Instant::now());
    publisher.publish_until(frame_of(&tick(0)), at_once()).unwrap();
    let mut frame = Unpublished::from(frame_of(&tick(1)));
    for _ in 0..3 {
        let Err(TryPublishError::Full(back)) = publisher.publish_until(frame, at_once()) else {
            panic!("there is no room");
        };
        frame = back;
    }
    let Err(TryPublishError::Full(_)) = publisher.publish_until(frame_of(&tick(2)), at_once())
    else {
        panic!("the one before has no room");
    };
    narrow.recv_blocking().unwrap().unwrap();
    publisher.publish_until(frame, at_once()).unwrap();
    drop(publisher);
    assert_eq!(narrow.recv_blocking().unwrap().unwrap().bytes, frame_of(&tick(1)));
    assert_eq!(narrow.recv_blocking().unwrap(), None);
    let taken: Vec<Bytes> = std::iter::from_fn(|| Some(wide.try_recv().ok()??.bytes)).collect();
    assert_eq!(taken, [frame_of(&tick(0)), frame_of(&tick(1))], "once, in order");
}

#[test]
fn a_subscriber_is_ended_from_another_thread() {
    let bus = MessageBus::new();
    let mut frames = bus.frames_of(&[type_of::<Tick>()], 64).unwrap();
    let closer = frames.closer();
    let publisher = bus.frame_publisher_of(&type_of::<Tick>()).unwrap();
    publisher.publish_bytes(frame_of(&tick(0))).unwrap();
    thread::scope(|scope| {
        let waiting = scope.spawn(move || {
            assert!(frames.recv_blocking().unwrap().is_some(), "what has reached it is handed out");
            frames.recv_blocking().unwrap()
        });
        closer.close();
        assert_eq!(waiting.join().unwrap(), None);
    });
    assert_eq!(publisher.subscribers(), 0, "it is forgotten");
}

#[test]
fn what_a_topic_promises_holds_for_frames() {
    let quotes = Qos::default().capacity(2);
    for (when_full, expected) in [
        (WhenFull::DropOldest, [3, 4]),
        (WhenFull::DropNewest, [0, 1]),
        (WhenFull::Conflate, [3, 4]),
    ] {
        let options = Options::default().topic(Tick::TOPIC, quotes.when_full(when_full));
        let bus = MessageBus::with_options(options);
        let mut frames = bus.frames_of(&[type_of::<Tick>()], 64).unwrap();
        let publisher = bus.frame_publisher_of(&type_of::<Tick>()).unwrap();
        (0..5).for_each(|number| publisher.try_publish(frame_of(&tick(number))).unwrap());
        drop(publisher);
        let (mut taken, mut lost) = (Vec::new(), 0);
        loop {
            match frames.recv_timeout(PATIENCE) {
                Ok(Some(frame)) => taken.push(Tick::from_frame(&frame.bytes).unwrap()),
                Ok(None) => break,
                Err(TryRecvError::Failed(RecvError::Lost(count))) => lost += count,
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!((taken, lost), (expected.map(tick).to_vec(), 3), "{when_full}");
    }
}

#[test]
fn handles_of_one_bus_know_each_other() {
    let bus = MessageBus::new();
    assert!(bus.is_same(&bus.clone()));
    assert!(!bus.is_same(&MessageBus::new()));
}

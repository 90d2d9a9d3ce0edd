//! Publishers and subscribers of one process.

mod common;

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use common::{Note, PATIENCE, Tick, block_on, note, tick};
use mycelium::{MessageBus, OpenError, Options, PublishError, TryRecvError, Waiting};

fn small_bus(inbox_capacity: usize) -> MessageBus {
    let mut options = Options::default();
    options.qos.capacity = inbox_capacity;
    MessageBus::with_options(options)
}

#[test]
fn subscribers_share_one_arc() {
    let bus = MessageBus::new();
    let mut first = bus.subscriber::<Tick>().unwrap();
    let mut second = bus.subscriber::<Tick>().unwrap();
    let publisher = bus.publisher::<Tick>().unwrap();
    let sent = Arc::new(tick(7));
    publisher.publish_arc(sent.clone()).unwrap();
    let received = [first.recv_blocking(), second.recv_blocking()];
    for message in received {
        assert!(Arc::ptr_eq(&message.unwrap().unwrap().into_arc(), &sent));
    }
}

#[test]
fn a_subscriber_receives_what_is_published_after_it_came() {
    let bus = MessageBus::new();
    let publisher = bus.publisher::<Tick>().unwrap();
    publisher.publish(tick(1)).unwrap();
    let mut late = bus.subscriber::<Tick>().unwrap();
    publisher.publish(tick(2)).unwrap();
    drop(publisher);
    assert_eq!(late.recv_blocking().unwrap().unwrap().number, 2);
    assert!(late.recv_blocking().unwrap().is_none());
}

#[test]
fn nothing_is_lost_or_reordered_between_many_threads() {
    const PUBLISHERS: u32 = 4;
    const SUBSCRIBERS: usize = 3;
    const EACH: u64 = 5_000;
    let bus = small_bus(16);
    let subscribers: Vec<_> = (0..SUBSCRIBERS).map(|_| bus.subscriber::<Tick>().unwrap()).collect();
    let publishers: Vec<_> = (0..PUBLISHERS).map(|_| bus.publisher::<Tick>().unwrap()).collect();
    thread::scope(|scope| {
        for (source, publisher) in (0..).zip(publishers) {
            scope.spawn(move || {
                for number in 0..EACH {
                    publisher.publish(Tick { number, source }).unwrap();
                }
            });
        }
        for mut subscriber in subscribers {
            scope.spawn(move || {
                let mut next = [0; PUBLISHERS as usize];
                while let Some(tick) = subscriber.recv_blocking().unwrap() {
                    let expected = &mut next[tick.source as usize];
                    assert_eq!(tick.number, *expected);
                    *expected += 1;
                }
                assert_eq!(next, [EACH; PUBLISHERS as usize]);
                assert_eq!(subscriber.stats().received, EACH * u64::from(PUBLISHERS));
            });
        }
    });
}

#[test]
fn a_shared_publisher_keeps_one_order_for_all_subscribers() {
    let bus = small_bus(8);
    let mut subscribers: Vec<_> = (0..2).map(|_| bus.subscriber::<Tick>().unwrap()).collect();
    let publisher = bus.publisher::<Tick>().unwrap();
    let seen: Vec<Vec<(u32, u64)>> = thread::scope(|scope| {
        let readers: Vec<_> = subscribers
            .iter_mut()
            .map(|subscriber| {
                scope.spawn(move || {
                    let mut seen = Vec::new();
                    while let Some(tick) = subscriber.recv_blocking().unwrap() {
                        seen.push((tick.source, tick.number));
                    }
                    seen
                })
            })
            .collect();
        thread::scope(|writers| {
            for source in 0..3 {
                let publisher = &publisher;
                writers.spawn(move || {
                    for number in 0..500 {
                        publisher.publish(Tick { number, source }).unwrap();
                    }
                });
            }
        });
        drop(publisher);
        readers.into_iter().map(|reader| reader.join().unwrap()).collect()
    });
    assert_eq!(seen[0].len(), 1_500);
    assert_eq!(seen[0], seen[1]);
}

#[test]
fn a_full_subscriber_holds_the_publisher_until_it_reads_or_leaves() {
    let bus = small_bus(2);
    let mut reads = bus.subscriber::<Tick>().unwrap();
    let leaves = bus.subscriber::<Tick>().unwrap();
    let publisher = bus.publisher::<Tick>().unwrap();
    let writer = thread::spawn(move || (0..10).try_for_each(|n| publisher.publish(tick(n))));
    assert_eq!(reads.recv_timeout(PATIENCE).unwrap().unwrap().number, 0);
    // Two lie in the queue of the one that does not read; the publisher is held at the third.
    drop(leaves);
    for expected in 1..10 {
        assert_eq!(reads.recv_timeout(PATIENCE).unwrap().unwrap().number, expected);
    }
    writer.join().unwrap().unwrap();
    assert_eq!(reads.recv_blocking().unwrap(), None);
}

#[test]
fn polling_tells_empty_from_ended() {
    let bus = MessageBus::new();
    let mut subscriber = bus.subscriber::<Tick>().unwrap();
    assert_eq!(subscriber.try_recv(), Err(TryRecvError::Empty));
    let publisher = bus.publisher::<Tick>().unwrap();
    assert_eq!(subscriber.try_recv(), Err(TryRecvError::Empty));
    assert_eq!(subscriber.recv_timeout(Duration::from_millis(1)), Err(TryRecvError::Empty));
    publisher.publish(tick(1)).unwrap();
    drop(publisher);
    assert_eq!(subscriber.try_recv().unwrap().unwrap().number, 1);
    assert_eq!(subscriber.try_recv(), Ok(None));
    let _again = bus.publisher::<Tick>().unwrap();
    assert_eq!(subscriber.try_recv(), Err(TryRecvError::Empty));
}

#[test]
fn a_timeout_is_kept_however_long_one_may_spin() {
    for (spin, yields) in [(Duration::MAX, 0), (Duration::ZERO, u32::MAX)] {
        let mut options = Options::default();
        options.waiting = Waiting { spin, yields };
        let bus = MessageBus::with_options(options);
        let mut subscriber = bus.subscriber::<Tick>().unwrap();
        assert_eq!(subscriber.recv_timeout(Duration::from_millis(1)), Err(TryRecvError::Empty));
    }
}

#[test]
fn a_batch_holds_one_at_least() {
    let bus = MessageBus::new();
    let mut subscriber = bus.subscriber::<Tick>().unwrap();
    let publisher = bus.publisher::<Tick>().unwrap();
    (0..4).for_each(|number| publisher.publish(tick(number)).unwrap());
    drop(publisher);
    let mut batch = Vec::new();
    assert_eq!(subscriber.recv_batch_blocking(&mut batch, 0), Ok(1));
    assert_eq!(block_on(subscriber.recv_batch(&mut batch, 1)), Ok(1));
    assert_eq!(subscriber.recv_batch_blocking(&mut batch, 9), Ok(2));
    assert_eq!(subscriber.recv_batch_blocking(&mut batch, 9), Ok(0), "the end");
    assert!(batch.iter().map(|tick| tick.number).eq(0..4));
}

#[test]
fn a_clone_is_a_publisher_of_its_own() {
    let bus = MessageBus::new();
    let mut subscriber = bus.subscriber::<Tick>().unwrap();
    let publisher = bus.publisher::<Tick>().unwrap();
    let clone = publisher.clone();
    drop(publisher);
    assert_eq!(subscriber.try_recv(), Err(TryRecvError::Empty));
    clone.publish(tick(1)).unwrap();
    drop(clone);
    assert_eq!(subscriber.recv_blocking().unwrap().unwrap().number, 1);
    assert_eq!(subscriber.recv_blocking().unwrap(), None);
}

#[test]
fn a_waiting_task_is_woken() {
    let bus = MessageBus::new();
    let mut subscriber = bus.subscriber::<Note>().unwrap();
    let publisher = bus.publisher::<Note>().unwrap();
    let reader = thread::spawn(move || {
        block_on(async {
            let mut received = Vec::new();
            while let Some(note) = subscriber.recv().await.unwrap() {
                received.push((*note).clone());
            }
            received
        })
    });
    for number in 0..100 {
        publisher.publish(note(number)).unwrap();
    }
    drop(publisher);
    assert_eq!(reader.join().unwrap(), (0..100).map(note).collect::<Vec<_>>());
}

#[test]
fn frames_come_in_the_order_of_publishing_across_topics() {
    let bus = MessageBus::new();
    let ticks = bus.publisher::<Tick>().unwrap();
    let mut frames = bus.frames(&["test.*"]).unwrap();
    let notes = bus.publisher::<Note>().unwrap();
    for number in 0..10 {
        ticks.publish(tick(number)).unwrap();
        notes.publish(note(number)).unwrap();
    }
    drop((ticks, notes));
    for number in 0..10 {
        let frame = frames.recv_blocking().unwrap().unwrap();
        assert_eq!((&*frame.topic, frame.header.sequence), ("test.tick", number as u32));
        assert_eq!(<Tick as mycelium::Message>::from_frame(&frame.bytes).unwrap(), tick(number));
        let frame = frames.recv_blocking().unwrap().unwrap();
        assert_eq!(&*frame.topic, "test.note");
        assert_eq!(<Note as mycelium::Message>::from_frame(&frame.bytes).unwrap(), note(number));
    }
    assert_eq!(frames.recv_blocking().unwrap(), None);
}

#[test]
fn a_topic_carries_one_type() {
    let bus = MessageBus::new();
    let _ticks = bus.publisher_on::<Tick>("shared").unwrap();
    let refused = bus.subscriber_on::<Note>("shared").unwrap_err();
    assert!(matches!(refused, OpenError::OtherType { .. }), "{refused}");
    assert!(refused.to_string().contains("test.Tick"), "{refused}");
}

#[test]
fn waiting_for_subscribers_ends_when_they_are_there() {
    let bus = MessageBus::new();
    let publisher = bus.publisher::<Tick>().unwrap();
    let short = publisher.wait_for_subscribers(1, Duration::from_millis(5)).unwrap_err();
    assert_eq!((short.found, short.wanted), (0, 1));
    thread::scope(|scope| {
        let waiter = scope.spawn(|| publisher.wait_for_subscribers(2, PATIENCE));
        let _typed = bus.subscriber::<Tick>().unwrap();
        let _frames = bus.frames(&["test.tick"]).unwrap();
        waiter.join().unwrap().unwrap();
    });
}

#[test]
fn waiting_for_subscribers_ends_with_the_bus() {
    let bus = MessageBus::new();
    let publisher = bus.publisher::<Tick>().unwrap();
    thread::scope(|scope| {
        let waiter = scope.spawn(|| publisher.wait_for_subscribers(1, Duration::MAX));
        bus.shutdown();
        let fault = waiter.join().unwrap().unwrap_err();
        assert!(fault.to_string().contains("the bus was shut down"), "{fault}");
    });
}

#[test]
fn shutdown_ends_everybody() {
    let bus = small_bus(1);
    let mut subscriber = bus.subscriber::<Tick>().unwrap();
    let publisher = bus.publisher::<Tick>().unwrap();
    publisher.publish(tick(1)).unwrap();
    thread::scope(|scope| {
        let held = scope.spawn(|| publisher.publish(tick(2)));
        assert!(!bus.is_shut_down());
        bus.clone().shutdown();
        let _ = held.join().unwrap();
    });
    assert!(bus.is_shut_down());
    assert_eq!(publisher.publish(tick(3)), Err(PublishError::Closed));
    assert_eq!(bus.publisher::<Tick>().unwrap_err(), OpenError::Closed);
    assert_eq!(bus.subscriber::<Tick>().unwrap_err(), OpenError::Closed);
    assert_eq!(subscriber.recv_blocking().unwrap().unwrap().number, 1);
    while let Some(rest) = subscriber.recv_blocking().unwrap() {
        assert_eq!(rest.number, 2);
    }
}

#[test]
fn counts_add_up() {
    let bus = MessageBus::new();
    let mut subscriber = bus.subscriber::<Tick>().unwrap();
    let publisher = bus.publisher::<Tick>().unwrap();
    (0..5).for_each(|number| publisher.publish(tick(number)).unwrap());
    subscriber.recv_blocking().unwrap();
    let stats = &bus.stats().topics[0];
    assert_eq!((stats.published, stats.waiting), (5, 4));
    assert_eq!((stats.publishers, stats.subscribers), (1, 1));
    drop(publisher);
    assert_eq!(bus.stats().topics[0].published, 5);
}

//! What messages, topics and subscribers take from the allocator.
#![allow(unsafe_code)]

mod common;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::Arc;

use common::{Note, Tick, note, tick};
use mycelium::{Carried, Message, MessageBus, Options, Publisher, Qos, Subscriber, WhenFull};

/// Counts what this thread asks for, and holds.
struct Counting;

thread_local! {
    static CALLS: Cell<usize> = const { Cell::new(0) };
    static LIVE: Cell<isize> = const { Cell::new(0) };
}

// SAFETY: all is done by the system's allocator; `realloc` is what the trait makes of the two.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALLS.set(CALLS.get() + 1);
        LIVE.set(LIVE.get() + layout.size() as isize);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        LIVE.set(LIVE.get() - layout.size() as isize);
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Plain and small: it travels by value.
#[derive(Message, Debug, Clone, PartialEq)]
#[myc(package = "test", id = 4)]
#[repr(C)]
struct Level {
    price: i64,
    size: i64,
}

/// It travels as an `Arc`, for text is not plain, and nobody else uses the memory of its type.
#[derive(Message, Debug, Clone, PartialEq)]
#[myc(package = "test", id = 6)]
struct Parcel {
    label: String,
}

const MESSAGES: usize = 10_000;

/// Allocations of so many messages, published and received, once all is warm.
fn allocations<T: Carried>(qos: Qos, publish: impl Fn(&Publisher<T>)) -> usize {
    let mut options = Options::default();
    options.qos = qos;
    let bus = MessageBus::with_options(options);
    let mut subscribers: Vec<Subscriber<T>> = (0..3).map(|_| bus.subscriber().unwrap()).collect();
    let publisher = bus.publisher::<T>().unwrap();
    let mut pass = || {
        for _ in 0..MESSAGES / 100 {
            (0..100).for_each(|_| publish(&publisher));
            for subscriber in &mut subscribers {
                while let Ok(Some(message)) = subscriber.try_recv() {
                    drop(message);
                }
            }
        }
    };
    pass();
    let before = CALLS.get();
    pass();
    CALLS.get() - before
}

#[test]
fn a_message_takes_its_arc_and_nothing_else() {
    for when_full in WhenFull::ALL {
        let qos = Qos::default().when_full(when_full);
        let few = allocations::<Parcel>(qos, |publisher| {
            publisher.publish(Parcel { label: String::new() }).unwrap();
        });
        // Most find the memory of one that was freed.
        assert!(few <= MESSAGES / 10, "{when_full}: {few}");
        let shared = Arc::new(note(9));
        let none = allocations::<Note>(qos, |publisher| {
            publisher.publish_arc(shared.clone()).unwrap();
        });
        assert_eq!(none, 0, "{when_full}");
        let none = allocations::<Level>(qos, |publisher| {
            publisher.publish(Level { price: 1, size: 2 }).unwrap();
        });
        assert_eq!(none, 0, "{when_full}, by value");
    }
}

#[test]
fn a_message_is_freed_when_the_last_has_dropped_it() {
    let bus = MessageBus::new();
    let mut subscribers = [(); 2].map(|()| bus.subscriber::<Note>().unwrap());
    let publisher = bus.publisher::<Note>().unwrap();
    let message = Arc::new(note(1));
    publisher.publish_arc(message.clone()).unwrap();
    for subscriber in &mut subscribers {
        assert!(Arc::strong_count(&message) > 1);
        drop(subscriber.recv_blocking().unwrap());
    }
    assert_eq!(Arc::strong_count(&message), 1);
}

#[test]
fn an_idle_topic_takes_less_than_4_kib() {
    let bus = MessageBus::new();
    let name = |index: usize| format!("topic.{index}");
    // Tables grow by doubling: what they take is shared by all.
    let _warm: Vec<_> = (0..10).map(|i| bus.publisher_on::<Tick>(&name(i)).unwrap()).collect();
    let before = LIVE.get();
    let topics: Vec<_> = (10..110).map(|i| bus.publisher_on::<Tick>(&name(i)).unwrap()).collect();
    let subscribers: Vec<_> =
        (10..110).map(|i| bus.subscriber_on::<Tick>(&name(i)).unwrap()).collect();
    let each = (LIVE.get() - before) / 100;
    assert!(each < 4096, "a topic with a publisher and a subscriber takes {each} bytes");
    drop((topics, subscribers));
}

#[test]
fn a_thousand_topics_and_ten_thousand_subscribers() {
    let bus = MessageBus::new();
    let before = LIVE.get();
    let publishers: Vec<_> =
        (0..1_000).map(|i| bus.publisher_on::<Tick>(&format!("topic.{i}")).unwrap()).collect();
    let mut subscribers: Vec<_> = (0..10_000)
        .map(|i| bus.subscriber_on::<Tick>(&format!("topic.{}", i % 1_000)).unwrap())
        .collect();
    let each = (LIVE.get() - before) / 10_000;
    assert!(each < 2048, "a tenth of a topic, and a subscriber, take {each} bytes");
    for (number, publisher) in (0..).zip(&publishers) {
        publisher.publish(tick(number)).unwrap();
    }
    for (index, subscriber) in subscribers.iter_mut().enumerate() {
        assert_eq!(subscriber.try_recv().unwrap().unwrap().number, index as u64 % 1_000);
    }
    // Many on one topic.
    let mut crowd: Vec<_> = (0..2_000).map(|_| bus.subscriber::<Tick>().unwrap()).collect();
    bus.publisher::<Tick>().unwrap().publish(tick(7)).unwrap();
    for subscriber in &mut crowd {
        assert_eq!(subscriber.try_recv().unwrap().unwrap().number, 7);
    }
}

#[test]
fn a_slow_subscriber_holds_no_more_than_its_capacity() {
    let kept = |when_full| {
        let mut options = Options::default();
        options.qos = Qos::default().capacity(16).when_full(when_full);
        let bus = MessageBus::with_options(options);
        let _slow = bus.subscriber::<Note>().unwrap();
        let publisher = bus.publisher::<Note>().unwrap();
        let message = Arc::new(note(1));
        for _ in 0..1_000 {
            let _ = publisher.try_publish_arc(message.clone());
        }
        Arc::strong_count(&message) - 1
    };
    assert_eq!(kept(WhenFull::Error), 16);
    assert_eq!(kept(WhenFull::Block), 16);
    assert_eq!(kept(WhenFull::DropOldest), 16);
    assert_eq!(kept(WhenFull::DropNewest), 16);
    assert_eq!(kept(WhenFull::Conflate), 1);
}

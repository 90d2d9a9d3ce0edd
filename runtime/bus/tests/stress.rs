//! Many threads on few cores: nothing is lost, twice or out of order, and nobody sleeps for ever.

mod common;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use common::{Note, PATIENCE, Tick, block_on, note};
use mycelium::{
    Message, MessageBus, Options, PublishError, Publisher, Qos, RecvError, Subscriber,
    TryRecvError, Waiting, WhenFull,
};

/// Plain and small.
#[derive(Message, Debug, Clone, PartialEq)]
#[myc(package = "test", id = 5)]
#[repr(C)]
struct Step {
    number: u64,
    source: u64,
}

/// How a subscriber receives.
#[derive(Clone, Copy)]
enum Way {
    Blocking,
    Task,
    Polling,
    Batches,
    Each,
}

const WAYS: [Way; 5] = [Way::Blocking, Way::Task, Way::Polling, Way::Batches, Way::Each];

fn bus(capacity: usize, when_full: WhenFull, waiting: Waiting) -> MessageBus {
    let mut options = Options::default();
    options.qos = Qos::default().capacity(capacity).when_full(when_full);
    options.waiting = waiting;
    MessageBus::with_options(options)
}

/// Receives to the end, and hands each message to `take`.
fn receive(mut subscriber: Subscriber<Step>, way: Way, mut take: impl FnMut(&Step)) {
    match way {
        Way::Blocking => subscriber.iter().for_each(|step| take(&step.unwrap())),
        Way::Task => block_on(async {
            while let Some(step) = subscriber.recv().await.unwrap() {
                take(&step);
            }
        }),
        Way::Polling => loop {
            match subscriber.try_recv() {
                Ok(Some(step)) => take(&step),
                Ok(None) => return,
                Err(TryRecvError::Empty) => thread::yield_now(),
                Err(fault) => panic!("{fault}"),
            }
        },
        Way::Batches => {
            let mut batch = Vec::new();
            while subscriber.recv_batch_blocking(&mut batch, 7).unwrap() > 0 {
                assert!(batch.len() <= 7);
                batch.drain(..).for_each(|step| take(&step));
            }
        }
        Way::Each => while subscriber.recv_each_blocking(7, &mut take).unwrap() > 0 {},
    }
}

fn pass_all(capacity: usize, waiting: Waiting) {
    const PUBLISHERS: u64 = 8;
    const EACH: u64 = 1_000;
    let bus = bus(capacity, WhenFull::Block, waiting);
    let publishers: Vec<Publisher<Step>> =
        (0..PUBLISHERS).map(|_| bus.publisher().unwrap()).collect();
    let subscribers: Vec<_> =
        WAYS.iter().chain(&WAYS).map(|way| (bus.subscriber().unwrap(), *way)).collect();
    thread::scope(|scope| {
        for (source, publisher) in (0..).zip(publishers) {
            scope.spawn(move || {
                for number in 0..EACH {
                    let step = Step { number, source };
                    match source % 2 {
                        0 => publisher.publish(step).unwrap(),
                        _ => block_on(publisher.publish_async(step)).unwrap(),
                    }
                }
            });
        }
        for (subscriber, way) in subscribers {
            scope.spawn(move || {
                let mut next = [0; PUBLISHERS as usize];
                receive(subscriber, way, |step| {
                    assert_eq!(step.number, next[step.source as usize]);
                    next[step.source as usize] += 1;
                });
                assert_eq!(next, [EACH; PUBLISHERS as usize]);
            });
        }
    });
}

#[test]
fn sixteen_threads_that_sleep_at_once() {
    pass_all(4, Waiting { spin: Duration::ZERO, yields: 0 });
}

#[test]
fn sixteen_threads_that_wait_as_usual() {
    pass_all(64, Waiting::default());
}

#[test]
fn sixteen_threads_and_one_place() {
    pass_all(1, Waiting::default());
}

#[test]
fn subscribers_come_and_go_while_others_miss_nothing() {
    const EACH: u64 = 5_000;
    let bus = bus(16, WhenFull::Block, Waiting::default());
    let publisher = bus.publisher::<Note>().unwrap();
    let mut stays = bus.subscriber::<Note>().unwrap();
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    let mut guest = bus.subscriber::<Note>().unwrap();
                    let first = guest.recv_timeout(Duration::from_micros(50));
                    let second = guest.recv_timeout(Duration::from_micros(50));
                    if let (Ok(Some(first)), Ok(Some(second))) = (first, second) {
                        assert_eq!(second.number, first.number + 1);
                    }
                }
            });
        }
        scope.spawn(|| (0..EACH).for_each(|number| publisher.publish(note(number)).unwrap()));
        for number in 0..EACH {
            assert_eq!(stays.recv_timeout(PATIENCE).unwrap().unwrap(), note(number));
        }
        is_over.store(true, Ordering::Relaxed);
    });
}

#[test]
fn what_is_lost_and_what_is_received_is_what_was_published() {
    const PUBLISHERS: u64 = 4;
    const EACH: u64 = 5_000;
    for when_full in [WhenFull::DropOldest, WhenFull::DropNewest] {
        let bus = bus(8, when_full, Waiting::default());
        let publishers: Vec<Publisher<Step>> =
            (0..PUBLISHERS).map(|_| bus.publisher().unwrap()).collect();
        let subscribers: Vec<Subscriber<Step>> =
            (0..4).map(|_| bus.subscriber().unwrap()).collect();
        let all_lost = AtomicU64::new(0);
        thread::scope(|scope| {
            for (source, publisher) in (0..).zip(publishers) {
                scope.spawn(move || {
                    (0..EACH)
                        .for_each(|number| publisher.publish(Step { number, source }).unwrap());
                });
            }
            for mut subscriber in subscribers {
                let all_lost = &all_lost;
                scope.spawn(move || {
                    let (mut received, mut lost) = (0, 0);
                    let mut last = [None; PUBLISHERS as usize];
                    for step in subscriber.iter() {
                        match step {
                            Ok(step) => {
                                assert!(last[step.source as usize] < Some(step.number), "in order");
                                last[step.source as usize] = Some(step.number);
                                received += 1;
                            }
                            Err(RecvError::Lost(count)) => lost += count,
                            Err(fault) => panic!("{fault}"),
                        }
                    }
                    assert_eq!(received + lost, PUBLISHERS * EACH, "{when_full}");
                    assert_eq!(
                        (subscriber.stats().received, subscriber.stats().lost),
                        (received, lost)
                    );
                    all_lost.fetch_add(lost, Ordering::Relaxed);
                });
            }
        });
        assert_eq!(bus.stats().topics[0].lost, all_lost.into_inner());
    }
}

#[test]
fn shutting_down_wakes_everybody() {
    for _ in 0..50 {
        let bus = bus(1, WhenFull::Block, Waiting { spin: Duration::ZERO, yields: 0 });
        let _full = bus.subscriber::<Step>().unwrap();
        let publisher = bus.publisher::<Step>().unwrap();
        let mut idle = bus.subscriber::<Tick>().unwrap();
        let _quiet = bus.publisher::<Tick>().unwrap();
        publisher.publish(Step { number: 0, source: 0 }).unwrap();
        thread::scope(|scope| {
            let step = Step { number: 1, source: 0 };
            let another = step.clone();
            let blocked = scope.spawn(|| publisher.publish(step));
            let waiting = scope.spawn(|| block_on(publisher.publish_async(another)));
            let receiving = scope.spawn(|| idle.recv_blocking().map(|message| message.is_none()));
            bus.shutdown();
            assert_eq!(blocked.join().unwrap(), Err(PublishError::Closed));
            assert_eq!(waiting.join().unwrap(), Err(PublishError::Closed));
            assert_eq!(receiving.join().unwrap(), Ok(true));
        });
    }
}

#[test]
fn shutting_down_wakes_a_raw_publisher() {
    for _ in 0..50 {
        let bus = bus(1, WhenFull::Block, Waiting { spin: Duration::ZERO, yields: 0 });
        let mut first = bus.subscriber::<Note>().unwrap();
        let _full = bus.subscriber::<Note>().unwrap();
        let raw = bus.frame_publisher(Note::TOPIC, Note::TYPE_ID, Note::DIGEST).unwrap();
        let frame = note(1).to_frame();
        raw.publish(&frame).unwrap();
        assert!(first.recv_blocking().unwrap().is_some());
        thread::scope(|scope| {
            let blocked = scope.spawn(|| raw.publish(&frame));
            // What the first subscriber has, the other is waited for to take.
            assert!(first.recv_blocking().unwrap().is_some());
            bus.shutdown();
            assert_eq!(blocked.join().unwrap(), Err(PublishError::Closed));
        });
        assert_eq!(raw.published(), 1);
    }
}

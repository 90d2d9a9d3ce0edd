//! Messages that are shown where they lie, several at a time.

mod common;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use common::{Note, OldTick, block_on, note};
use mycelium::{
    Carried, Message, MessageBus, Options, Qos, RecvError, Subscriber, TryRecvError, WhenFull,
};

/// Plain and small: it travels by value.
#[derive(Message, Debug, Clone, PartialEq)]
#[myc(package = "test", id = 6)]
#[repr(C)]
struct Step {
    number: u64,
    rest: [u64; 7],
}

trait Numbered: Carried {
    fn make(number: u64) -> Self;
    fn number(&self) -> u64;
}

impl Numbered for Step {
    fn make(number: u64) -> Self {
        Self { number, rest: [number; 7] }
    }

    fn number(&self) -> u64 {
        assert_eq!(self.rest, [self.number; 7]);
        self.number
    }
}

impl Numbered for Note {
    fn make(number: u64) -> Self {
        note(number)
    }

    fn number(&self) -> u64 {
        assert_eq!(*self, note(self.number));
        self.number
    }
}

fn bus(qos: Qos) -> MessageBus {
    let mut options = Options::default();
    options.qos = qos;
    MessageBus::with_options(options)
}

/// What one call shows.
fn shown<T: Numbered>(
    subscriber: &mut Subscriber<T>,
    most: usize,
) -> Result<Vec<u64>, TryRecvError> {
    let mut numbers = Vec::new();
    let count = subscriber.try_recv_each(most, |message| numbers.push(message.number()))?;
    assert_eq!(count, numbers.len());
    Ok(numbers)
}

fn no_more_than_asked_for<T: Numbered>() {
    let bus = MessageBus::new();
    let mut subscriber = bus.subscriber::<T>().unwrap();
    let publisher = bus.publisher::<T>().unwrap();
    assert_eq!(shown(&mut subscriber, 9), Err(TryRecvError::Empty));
    (0..100).for_each(|number| publisher.publish(T::make(number)).unwrap());
    assert_eq!(shown(&mut subscriber, 0), Ok(vec![0]), "none would be the end");
    assert_eq!(shown(&mut subscriber, 1), Ok(vec![1]));
    let mut numbers = Vec::new();
    assert_eq!(subscriber.recv_each_blocking(0, |one| numbers.push(one.number())), Ok(1));
    assert_eq!(block_on(subscriber.recv_each(3, |one| numbers.push(one.number()))), Ok(3));
    assert_eq!(numbers, [2, 3, 4, 5]);
    assert_eq!(shown(&mut subscriber, usize::MAX), Ok((6..100).collect()));
    assert_eq!(subscriber.stats().received, 100);
    drop(publisher);
    assert_eq!(shown(&mut subscriber, 9), Ok(vec![]), "the end");
    assert_eq!(subscriber.recv_each_blocking(9, |_| unreachable!()), Ok(0));
}

#[test]
fn no_more_are_shown_than_asked_for() {
    no_more_than_asked_for::<Step>();
    no_more_than_asked_for::<Note>();
}

fn room_is_given_back<T: Numbered>() {
    let bus = bus(Qos::default().capacity(4).when_full(WhenFull::Error));
    let mut subscriber = bus.subscriber::<T>().unwrap();
    let publisher = bus.publisher::<T>().unwrap();
    for round in 0..5 {
        (0..4).for_each(|number| publisher.publish(T::make(number)).unwrap());
        publisher.publish(T::make(4)).unwrap_err();
        assert_eq!(shown(&mut subscriber, 9), Ok((0..4).collect()), "round {round}");
    }
}

#[test]
fn what_was_shown_leaves_room() {
    room_is_given_back::<Step>();
    room_is_given_back::<Note>();
}

fn what_panics_is_taken<T: Numbered>() {
    let bus = bus(Qos::default().capacity(4).when_full(WhenFull::Error));
    let mut subscriber = bus.subscriber::<T>().unwrap();
    let publisher = bus.publisher::<T>().unwrap();
    (0..4).for_each(|number| publisher.publish(T::make(number)).unwrap());
    let mut count = 0;
    let show = |_: &T| {
        count += 1;
        assert_ne!(count, 2, "the second is not liked");
    };
    catch_unwind(AssertUnwindSafe(|| subscriber.try_recv_each(9, show))).unwrap_err();
    (4..6).for_each(|number| publisher.publish(T::make(number)).unwrap());
    assert_eq!(shown(&mut subscriber, 9), Ok(vec![2, 3, 4, 5]));
    assert_eq!(subscriber.stats().received, 6);
}

#[test]
fn a_message_whose_turn_has_come_is_taken_also_if_showing_it_panics() {
    what_panics_is_taken::<Step>();
    what_panics_is_taken::<Note>();
}

#[test]
fn history_is_shown_first() {
    let bus = bus(Qos::default().capacity(8).history(3));
    let publisher = bus.publisher::<Step>().unwrap();
    (0..5).for_each(|number| publisher.publish(Step::make(number)).unwrap());
    let mut late = bus.subscriber::<Step>().unwrap();
    publisher.publish(Step::make(5)).unwrap();
    let show = |step: &Step| assert_ne!(step.number, 2, "the first is not liked");
    catch_unwind(AssertUnwindSafe(|| late.try_recv_each(2, show))).unwrap_err();
    let mut rest = Vec::new();
    while let Ok(more) = shown(&mut late, 9) {
        rest.extend(more);
    }
    assert_eq!(rest, [3, 4, 5]);
}

#[test]
fn frames_are_shown_and_faults_told_behind_what_came_before_them() {
    let bus = MessageBus::new();
    let mut subscriber = bus.subscriber::<Note>().unwrap();
    let frames = bus.frame_publisher(Note::TOPIC, Note::TYPE_ID, Note::DIGEST).unwrap();
    frames.publish(&note(0).to_frame()).unwrap();
    frames.publish(&note(1).to_frame()).unwrap();
    assert_eq!(shown(&mut subscriber, 9), Ok(vec![0, 1]));
    assert_eq!(shown(&mut subscriber, 9), Err(TryRecvError::Empty));
    let lossy = self::bus(Qos::default().capacity(2).when_full(WhenFull::DropOldest));
    let mut slow = lossy.subscriber::<Step>().unwrap();
    let publisher = lossy.publisher().unwrap();
    (0..5).for_each(|number| publisher.publish(Step::make(number)).unwrap());
    assert_eq!(shown(&mut slow, 9), Err(TryRecvError::Failed(RecvError::Lost(3))));
    assert_eq!(shown(&mut slow, 9), Ok(vec![3, 4]));
    // Nothing of another type disturbs it.
    bus.publisher_on::<OldTick>("elsewhere").unwrap().publish(OldTick { number: 1 }).unwrap();
    assert_eq!(shown(&mut slow, 9), Err(TryRecvError::Empty));
}

#[test]
fn a_stream_of_another_thread_is_shown_whole() {
    const COUNT: u64 = 20_000;
    let bus = bus(Qos::default().capacity(64));
    let mut subscribers: Vec<_> = (0..2).map(|_| bus.subscriber::<Step>().unwrap()).collect();
    let publisher = bus.publisher::<Step>().unwrap();
    thread::scope(|scope| {
        scope.spawn(move || {
            (0..COUNT).for_each(|number| publisher.publish(Step::make(number)).unwrap());
        });
        for subscriber in &mut subscribers {
            scope.spawn(move || {
                let mut next = 0;
                let mut show = |step: &Step| {
                    assert_eq!(step.number(), next);
                    next += 1;
                };
                while subscriber.recv_each_blocking(50, &mut show).unwrap() > 0 {}
                assert_eq!(next, COUNT);
            });
        }
    });
}

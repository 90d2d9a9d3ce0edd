//! Models of the protocol, which loom runs through every order of events that the memory model allows
//! (up to a number of preemptions). Run them with
//!
//! ```text
//! RUSTFLAGS="--cfg loom" cargo test -p mycelium-ring --release --lib
//! ```
//!
//! The ring has room for two frames of two words and a pad: so three frames already wrap.

mod eviction;

use crate::consumer::{Consumer, Found};
use crate::frame::Geometry;
use crate::memory::Memory;
use crate::park;
use crate::producer::Producer;
use crate::slot::{Mode, Start, State};
use crate::sync::{AtomicU32, Ordering};
use loom::sync::Arc;
use loom::thread;
use std::time::Duration;

const TINY: Geometry = Geometry { capacity: 64, frame_align: 8 };
const FRAME_LEN: u32 = 16;
/// Models of readers' sleep have no timeout.
const NO_TIMEOUT: Duration = Duration::MAX;

fn explore(model: impl Fn() + Send + Sync + 'static) {
    explore_within(3, model);
}

/// With at most so many preemptions, unless `LOOM_MAX_PREEMPTIONS` says otherwise.
fn explore_within(preemptions: usize, model: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = builder.preemption_bound.or(Some(preemptions));
    builder.check(model);
}

fn claim(memory: &Memory, slot: usize) -> State {
    let words = &memory.shared().slots[slot];
    words.claim(words.state()).expect("nobody else claims it")
}

fn join(memory: &Memory, slot: usize, start: Start) -> Consumer {
    join_as(memory, slot, Mode::Reliable, start)
}

fn join_as(memory: &Memory, slot: usize, mode: Mode, start: Start) -> Consumer {
    Consumer::join(memory.clone(), slot, claim(memory, slot), mode, start).expect("nobody reaps it")
}

fn try_write(producer: &mut Producer, value: u64) -> bool {
    let claim = producer.claim(FRAME_LEN);
    if !producer.has_room(&claim) {
        producer.find_room(&claim);
    }
    if !producer.has_room(&claim) {
        return false;
    }
    producer.memory().write_payload(claim.frame, value);
    producer.commit(claim);
    true
}

fn write(producer: &mut Producer, value: u64) {
    while !try_write(producer, value) {
        thread::yield_now();
    }
}

/// Takes the next frame if there is one.
fn try_read(consumer: &mut Consumer) -> Option<u64> {
    match consumer.peek() {
        Found::Frame { len } => {
            assert_eq!(len, FRAME_LEN);
            let value = consumer.memory().read_payload(consumer.position());
            consumer.release(len);
            Some(value)
        }
        Found::Nothing => None,
        other => panic!("{other:?}"),
    }
}

fn read(consumer: &mut Consumer) -> u64 {
    loop {
        if let Some(value) = try_read(consumer) {
            return value;
        }
        thread::yield_now();
    }
}

/// Reads until the writer has closed.
fn read_to_end(consumer: &mut Consumer) -> Vec<u64> {
    let mut values = Vec::new();
    loop {
        let closed = consumer.is_closed();
        match try_read(consumer) {
            Some(value) => values.push(value),
            None if closed => return values,
            None => thread::yield_now(),
        }
    }
}

#[test]
fn a_reader_gets_every_frame_once_and_in_order_over_a_wrap() {
    explore(|| {
        let memory = Memory::new(TINY);
        let mut producer = Producer::new(memory.clone());
        let mut consumer = join(&memory, 0, Start::First);
        let writer = thread::spawn(move || (1..=4).for_each(|value| write(&mut producer, value)));
        for value in 1..=4 {
            assert_eq!(read(&mut consumer), value);
        }
        writer.join().expect("no panic");
    });
}

/// Nobody waits here: whoever finds nothing goes on. What a reader has got must be a beginning of what
/// was written, and loom watches that no payload is written over while it is read.
#[test]
fn the_slowest_of_two_readers_holds_the_writer() {
    explore(|| {
        let memory = Memory::new(TINY);
        let mut producer = Producer::new(memory.clone());
        let readers: Vec<_> = (0..2)
            .map(|slot| {
                let mut consumer = join(&memory, slot, Start::First);
                thread::spawn(move || {
                    let values: Vec<u64> = (0..2).filter_map(|_| try_read(&mut consumer)).collect();
                    assert!([1, 2].starts_with(&values), "{values:?}");
                })
            })
            .collect();
        let written = (1..=4).filter(|&value| try_write(&mut producer, value)).count();
        assert!(written >= 2);
        for reader in readers {
            reader.join().expect("no panic");
        }
    });
}

#[test]
fn frames_before_a_close_are_seen_after_it() {
    explore(|| {
        let memory = Memory::new(TINY);
        let mut producer = Producer::new(memory.clone());
        let mut consumer = join(&memory, 0, Start::First);
        let writer = thread::spawn(move || {
            write(&mut producer, 1);
            producer.close();
        });
        assert_eq!(read_to_end(&mut consumer), [1]);
        writer.join().expect("no panic");
    });
}

/// Without readers the writer writes over old frames. Who joins meanwhile gets an unbroken run up to
/// the end, and never a frame that is being written over: loom watches the payloads.
fn check_join_while_the_writer_laps(start: Start) {
    explore_within(2, move || {
        let memory = Memory::new(TINY);
        let mut producer = Producer::new(memory.clone());
        (1..=2).for_each(|value| write(&mut producer, value));
        let writer = thread::spawn(move || {
            (3..=4).for_each(|value| write(&mut producer, value));
            producer.close();
        });
        let values = read_to_end(&mut join(&memory, 0, start));
        let expected: Vec<u64> = (1..=4).collect();
        assert!(expected.ends_with(&values), "{values:?}");
        writer.join().expect("no panic");
    });
}

#[test]
fn joining_at_the_first_frame_is_safe_while_the_writer_laps() {
    check_join_while_the_writer_laps(Start::First);
}

#[test]
fn joining_at_the_newest_frame_is_safe_while_the_writer_laps() {
    check_join_while_the_writer_laps(Start::Newest);
}

#[test]
fn joining_at_the_oldest_frame_is_safe_while_the_writer_laps() {
    check_join_while_the_writer_laps(Start::Oldest);
}

/// Who starts at a number gets that frame or is refused, whatever the writer does meanwhile.
#[test]
fn joining_at_a_number_gives_that_frame_or_none() {
    explore(|| {
        let memory = Memory::new(TINY);
        let mut producer = Producer::new(memory.clone());
        (1..=2).for_each(|value| write(&mut producer, value));
        let writer = thread::spawn(move || write(&mut producer, 3));
        let claimed = claim(&memory, 0);
        let start = Start::Sequence(1);
        let joined = Consumer::join(memory.clone(), 0, claimed, Mode::Reliable, start);
        if let Some(mut reader) = joined {
            assert_eq!(reader.sequence(), 1);
            assert_eq!(try_read(&mut reader), Some(2));
        } else {
            assert!(memory.shared().slots[0].state().is_free());
        }
        writer.join().expect("no panic");
    });
}

/// Takes the next frame of a lossy reader, if there is one that is whole.
fn try_watch(reader: &mut Consumer) -> Option<u64> {
    let mut found = reader.watch();
    loop {
        match found {
            Found::Frame { len } => {
                assert_eq!(len, FRAME_LEN);
                let value = reader.memory().read_changing(reader.position());
                if reader.is_intact() {
                    // Frames count from 0, values from 1.
                    assert_eq!(value, reader.sequence() + 1, "torn, or counted wrongly");
                    reader.release(len);
                    return Some(value);
                }
            }
            Found::Lapped => {}
            Found::Nothing => return None,
            other => panic!("{other:?}"),
        }
        if !reader.catch_up(false) {
            thread::yield_now();
        }
        found = reader.watch();
    }
}

/// The writer laps a lossy reader. What that gets is whole, in order, and together with what it has lost
/// everything.
#[test]
fn a_lossy_reader_counts_exactly_what_it_has_lost() {
    explore_within(2, || {
        let memory = Memory::new(TINY);
        let mut producer = Producer::new(memory.clone());
        let mut reader = join_as(&memory, 0, Mode::Lossy, Start::First);
        let writer = thread::spawn(move || {
            (1..=4).for_each(|value| assert!(try_write(&mut producer, value), "nobody holds it"));
            producer.close();
        });
        let mut received = 0;
        let mut last = 0;
        loop {
            let closed = reader.is_closed();
            match try_watch(&mut reader) {
                Some(value) => {
                    assert!(value > last);
                    last = value;
                    received += 1;
                }
                None if closed => break,
                None => thread::yield_now(),
            }
        }
        writer.join().expect("no panic");
        assert_eq!(received + reader.lost(), 4);
    });
}

/// Reads one frame, sleeping when there is none. If a wake-up is lost, it sleeps for ever.
fn read_sleeping(consumer: &mut Consumer) -> Option<u64> {
    loop {
        let ticket = park::announce_sleep(consumer.memory().shared());
        let closed = consumer.is_closed();
        if let Some(value) = try_read(consumer) {
            return Some(value);
        }
        if closed {
            return None;
        }
        park::sleep(consumer.memory().shared(), ticket, NO_TIMEOUT);
    }
}

#[test]
fn no_wake_up_is_lost() {
    explore(|| {
        let memory = Memory::new(TINY);
        let mut producer = Producer::new(memory.clone());
        let mut consumer = join(&memory, 0, Start::First);
        let writer = thread::spawn(move || {
            write(&mut producer, 1);
            producer.close();
        });
        assert_eq!(read_sleeping(&mut consumer), Some(1));
        assert_eq!(read_sleeping(&mut consumer), None);
        writer.join().expect("no panic");
    });
}

#[test]
fn no_wake_up_is_lost_by_one_of_two_sleepers() {
    explore(|| {
        let memory = Memory::new(TINY);
        let mut producer = Producer::new(memory.clone());
        let readers: Vec<_> = (0..2)
            .map(|slot| {
                let mut consumer = join(&memory, slot, Start::First);
                thread::spawn(move || assert_eq!(read_sleeping(&mut consumer), Some(1)))
            })
            .collect();
        write(&mut producer, 1);
        for reader in readers {
            reader.join().expect("no panic");
        }
    });
}

/// The writer reaps a dead reader's slot just as a new reader claims it. `lock` stands for the slot's
/// file lock: 0 is free.
#[test]
fn reaping_the_dead_never_takes_the_slot_from_the_living() {
    explore(|| {
        let memory = Memory::new(TINY);
        let producer = Producer::new(memory.clone());
        drop(join(&memory, 0, Start::First));
        let lock = Arc::new(AtomicU32::new(0));

        let reaper = thread::spawn({
            let lock = lock.clone();
            move || {
                let slot = &producer.memory().shared().slots[0];
                let seen = slot.state();
                if seen.is_live() && lock.load(Ordering::SeqCst) == 0 {
                    slot.vacate(seen);
                }
            }
        });
        assert_eq!(lock.swap(1, Ordering::SeqCst), 0);
        let slot = &memory.shared().slots[0];
        let claimed = loop {
            if let Some(claimed) = slot.claim(slot.state()) {
                break claimed;
            }
        };
        let mut consumer = Consumer::join(memory.clone(), 0, claimed, Mode::Reliable, Start::First)
            .expect("still ours");
        reaper.join().expect("no panic");
        assert_eq!(consumer.peek(), Found::Nothing);
    });
}

//! Readers whose slots are taken away at any moment.

use super::{TINY, explore, join, try_write, write};
use crate::consumer::Found;
use crate::memory::Memory;
use crate::producer::Producer;
use crate::slot::Start;
use loom::thread;

/// The writer evicts a reader that is copying a frame. The copy is refused, or it was whole.
#[test]
fn an_evicted_reader_never_takes_what_was_written_over() {
    explore(|| {
        let memory = Memory::new(TINY);
        let mut producer = Producer::new(memory.clone());
        let mut reader = join(&memory, 0, Start::First);
        write(&mut producer, 1);
        let writer = thread::spawn(move || {
            let slot = &producer.memory().shared().slots[0];
            assert!(slot.vacate(slot.state()));
            (2..=3).for_each(|value| assert!(try_write(&mut producer, value), "nobody holds it"));
        });
        match reader.peek() {
            Found::Frame { .. } => {
                let value = reader.memory().read_changing(reader.position());
                assert!(!reader.holds() || value == 1, "{value}");
            }
            other => assert!(!reader.holds(), "{other:?}"),
        }
        writer.join().expect("no panic");
        assert!(!reader.holds());
    });
}

/// The writer evicts a reader that is on its way from a mark to the newest frame, and writes over that way. It
/// has joined all the same: what it is to be told is that it was evicted.
#[test]
fn a_reader_that_is_evicted_while_it_joins_is_told_so() {
    explore(|| {
        let memory = Memory::new(TINY);
        let mut producer = Producer::new(memory.clone());
        (1..=2).for_each(|value| write(&mut producer, value));
        let writer = thread::spawn(move || {
            let slot = &producer.memory().shared().slots[0];
            let state = slot.state();
            if state.is_live() {
                assert!(slot.vacate(state));
                (3..=4)
                    .for_each(|value| assert!(try_write(&mut producer, value), "nobody holds it"));
            }
        });
        let mut reader = join(&memory, 0, Start::Newest);
        let found = reader.peek();
        assert!(found == Found::Nothing || !reader.holds(), "{found:?}");
        writer.join().expect("no panic");
    });
}

/// A reader that is taken for dead finds out at its next look, and its cursor holds nobody.
#[test]
fn an_evicted_reader_finds_out() {
    explore(|| {
        let memory = Memory::new(TINY);
        let mut producer = Producer::new(memory.clone());
        let mut consumer = join(&memory, 0, Start::First);
        let writer = thread::spawn(move || {
            let slot = &producer.memory().shared().slots[0];
            assert!(slot.vacate(slot.state()));
            (1..=4).for_each(|value| write(&mut producer, value));
        });
        while consumer.peek() == Found::Nothing {
            thread::yield_now();
        }
        writer.join().expect("no panic");
        assert_eq!(consumer.peek(), Found::Evicted);
    });
}

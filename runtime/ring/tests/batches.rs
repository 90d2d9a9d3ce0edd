//! Many frames at once, and many threads at one writer.

mod common;

use common::{LONG, Place, next, reader, writer};
use mycelium_ring::{
    PollError, Reader, ReaderOptions, ReserveError, SharedWriter, Stuck, Waiting, Writer,
    WriterOptions,
};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

#[test]
fn a_batch_is_handed_out_in_order_and_given_back_at_once() {
    let place = Place::new();
    let mut writer = writer(&place.ring());
    let mut reader = reader(&place.ring());
    for lap in 0..50_u64 {
        (0..20).for_each(|count| writer.write(&(lap * 20 + count).to_le_bytes()).expect("room"));
        let mut seen = Vec::new();
        let mut take = |frame: &[u8]| seen.push(u64::from_le_bytes(frame.try_into().expect("8")));
        assert_eq!(reader.poll_batch(7, &mut take), Ok(7));
        assert_eq!(reader.poll_batch(100, &mut take), Ok(13));
        assert_eq!(reader.poll_batch(100, &mut take), Ok(0));
        assert_eq!(seen, (lap * 20..lap * 20 + 20).collect::<Vec<_>>());
        assert_eq!(reader.behind(), 0);
    }
}

#[test]
fn the_room_of_a_batch_is_held_until_its_end() {
    let place = Place::new();
    let mut writer = writer(&place.ring());
    let mut reader = reader(&place.ring());
    while writer.try_reserve(1000).map(|slot| slot.commit()).is_ok() {}
    let mut refused = 0;
    reader
        .poll_batch(2, |_| {
            let full = writer.try_reserve(1000).map(drop);
            refused += u32::from(matches!(full, Err(ReserveError::Full { .. })));
        })
        .expect("frames");
    assert_eq!(refused, 2);
    writer.try_reserve(1000).expect("room after the batch").commit();
}

#[test]
fn a_frame_at_which_the_taker_panics_comes_again_and_no_other() {
    let place = Place::new();
    let mut writer = writer(&place.ring());
    let mut reader = reader(&place.ring());
    for frame in [b"one", b"two", b"3rd"] {
        writer.write(frame).expect("room");
    }
    let taken = catch_unwind(AssertUnwindSafe(|| {
        reader.poll_batch(3, |frame| assert_ne!(frame, b"two", "as meant"))
    }));
    assert!(taken.is_err());
    assert_eq!(next(&mut reader), b"two");
    assert_eq!(next(&mut reader), b"3rd");
}

#[test]
fn the_end_comes_after_the_last_batch() {
    let place = Place::new();
    let mut writer = writer(&place.ring());
    let mut reader = reader(&place.ring());
    writer.write(b"last").expect("room");
    writer.close();
    assert_eq!(reader.poll_batch(9, |frame| assert_eq!(frame, b"last")), Ok(1));
    assert_eq!(reader.poll_batch(9, |_| panic!("nothing is left")), Err(PollError::Closed));
}

/// Every batch is far longer than the ring, and both sides sleep whenever they can.
#[test]
fn sleepers_are_woken_by_batches_also_when_the_ring_is_full() {
    let place = Place::new();
    let mut options = WriterOptions::with_capacity(4096);
    options.waiting = Waiting::SLEEP;
    let mut writer = Writer::create(place.ring(), &options).expect("a ring");
    let mut options = ReaderOptions::default();
    options.waiting = Waiting::SLEEP;
    let mut reader = Reader::attach(place.ring(), &options).expect("a reader");
    let checker = std::thread::spawn(move || {
        let mut expected = 0_u64;
        loop {
            match reader.wait(LONG) {
                Ok(true) => {}
                Ok(false) => panic!("a wake-up was lost"),
                Err(error) => return (error, expected),
            }
            let take = |frame: &[u8]| {
                assert_eq!(frame, expected.to_le_bytes());
                expected += 1;
            };
            reader.poll_batch(16, take).expect("frames");
        }
    });
    for lap in 0..200_u64 {
        let mut batch = writer.batch();
        (0..300).for_each(|count| batch.write(&(lap * 300 + count).to_le_bytes()).expect("room"));
    }
    writer.close();
    assert_eq!(checker.join().expect("no panic"), (PollError::Closed, 60_000));
}

#[test]
fn frames_of_several_threads_are_whole_and_in_the_order_of_each() {
    const THREADS: usize = 4;
    const FRAMES: u64 = 5000;
    let place = Place::new();
    let writer = SharedWriter::new(writer(&place.ring()));
    let mut reader = reader(&place.ring());
    let threads: Vec<_> = (0..THREADS)
        .map(|thread| {
            let writer = writer.clone();
            std::thread::spawn(move || {
                for count in 0..FRAMES {
                    let mut slot = writer.reserve(16 + count as usize % 50).expect("room");
                    slot.fill(thread as u8);
                    slot[..8].copy_from_slice(&count.to_le_bytes());
                    slot.commit();
                }
            })
        })
        .collect();
    drop(writer);
    let mut next = [0; THREADS];
    let error = loop {
        let frame = match reader.receive(LONG) {
            Ok(frame) => frame.expect("a frame in time"),
            Err(error) => break error,
        };
        let thread = frame[8];
        assert!(frame[8..].iter().all(|&byte| byte == thread), "torn");
        assert_eq!(frame[..8], u64::to_le_bytes(next[usize::from(thread)]));
        next[usize::from(thread)] += 1;
    };
    assert_eq!((error, next), (PollError::Closed, [FRAMES; THREADS]));
    threads.into_iter().for_each(|thread| thread.join().expect("no panic"));
}

#[test]
fn a_thread_that_panics_with_a_slot_publishes_nothing_and_holds_up_nobody() {
    let place = Place::new();
    let writer = SharedWriter::new(writer(&place.ring()));
    let mut reader = reader(&place.ring());
    let other = writer.clone();
    let panicked = std::thread::spawn(move || {
        let mut slot = other.reserve(100).expect("room");
        slot.fill(1);
        panic!("as meant");
    });
    assert!(panicked.join().is_err());
    assert!(reader.poll().expect("a healthy ring").is_none());
    writer.write(b"go on").expect("room");
    assert_eq!(next(&mut reader), b"go on");
}

#[test]
fn a_shared_writer_gives_up_after_its_timeout_and_lets_others_have_their_turn() {
    let place = Place::new();
    let writer = SharedWriter::new(writer(&place.ring()));
    let _reader = reader(&place.ring());
    while writer.with(|writer| writer.try_reserve(1000).map(|slot| slot.commit())).is_ok() {}
    let timeout = Duration::from_millis(20);
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| writer.reserve_timeout(1000, timeout).map(drop));
        writer.announce(b"in between").expect("its turn");
        let refused = waiting.join().expect("no panic");
        assert!(matches!(refused, Err(ReserveError::Full { waited, .. }) if waited >= timeout));
    });
    let refused = writer.reserve_timeout(5000, timeout).map(drop);
    assert!(matches!(refused, Err(ReserveError::TooLong { limit: 1024, .. })));
}

#[test]
fn a_reader_that_is_evicted_within_a_batch_gets_nothing_torn() {
    let place = Place::new();
    let mut options = WriterOptions::with_capacity(4096);
    options.stuck = Stuck::Evict(Duration::ZERO);
    let mut writer = Writer::create(place.ring(), &options).expect("a ring");
    let mut reader = reader(&place.ring());
    for count in 0..40_u8 {
        writer.write(&[count; 50]).expect("room");
    }
    let mut seen = 0;
    let taken = reader.poll_batch(100, |frame| {
        assert_eq!(frame, [seen; 50]);
        seen += 1;
        // Writes over everything, while the reader is in the middle.
        (0..100).for_each(|_| writer.write(&[255; 50]).expect("room, after an eviction"));
        assert_eq!(frame, [seen - 1; 50], "what was handed out stays as it was");
    });
    assert_eq!((taken, seen), (Ok(1), 1));
    assert_eq!(reader.poll_batch(1, |_| ()), Err(PollError::Evicted));
}

//! Readers for which the writer does not wait, and where readers begin.

mod common;

use common::{LONG, Place, next, reader, writer};
use mycelium_ring::{
    AttachError, LossyReader, PollError, Reader, ReaderOptions, ReserveError, Start, Stuck,
    Waiting, Writer, WriterOptions,
};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

fn lossy(place: &Place) -> LossyReader {
    LossyReader::attach(place.ring(), &ReaderOptions::default()).expect("a reader")
}

/// A frame whose bytes follow from its number: so a torn one shows.
fn frame(count: u64) -> Vec<u8> {
    let mut frame = count.to_le_bytes().to_vec();
    frame.resize(8 + count as usize * 7 % 900, count as u8);
    frame
}

#[test]
fn a_lossy_reader_that_keeps_up_loses_nothing() {
    let place = Place::new();
    let mut writer = writer(&place.ring());
    let mut reader = lossy(&place);
    for count in 0..2000 {
        writer.write(&frame(count)).expect("room");
        let got = reader.poll().expect("a healthy ring").expect("a frame");
        assert_eq!((&got[..], got.sequence(), got.lost()), (&frame(count)[..], count, 0));
        assert!(reader.poll().expect("a healthy ring").is_none());
    }
}

#[test]
fn a_lossy_reader_never_holds_the_writer_and_counts_what_it_lost() {
    let place = Place::new();
    let mut writer = writer(&place.ring());
    let mut reader = lossy(&place);
    let (mut received, mut lost) = (0, 0);
    let mut count = 0;
    for burst in [3, 40, 500, 1, 0, 77] {
        for _ in 0..burst {
            let mut slot = writer.try_reserve(frame(count).len()).expect("room");
            slot.copy_from_slice(&frame(count));
            slot.commit();
            count += 1;
        }
        while let Some(got) = reader.poll().expect("a healthy ring") {
            assert_eq!(got[..], frame(got.sequence()));
            received += 1;
            lost += got.lost();
            assert_eq!(
                got.sequence() + 1,
                received + lost,
                "each loss is told with the next frame"
            );
        }
        assert_eq!(received + lost, count);
        assert_eq!(reader.lost(), lost);
    }
    assert!(lost > 300 && received > 20, "{lost} {received}");
}

/// The frame that a wait has seen may be gone when it is taken, and the reader then go on where nothing is
/// yet. That is no timeout.
#[test]
fn a_lossy_reader_that_is_overtaken_again_and_again_waits_for_its_frame() {
    let place = Place::new();
    let mut writer = writer(&place.ring());
    let mut reader = lossy(&place);
    let enough = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !enough.load(Ordering::Relaxed) {
                let mut slot = writer.try_reserve(1000).expect("nobody holds it up");
                slot.fill(1);
                slot.commit();
            }
        });
        let in_vain = (0..5000).find(|_| !matches!(reader.receive(LONG), Ok(Some(_))));
        enough.store(true, Ordering::Relaxed);
        assert_eq!(in_vain, None, "it waited for so many frames, and not for the next");
    });
}

#[test]
fn lossy_and_reliable_readers_share_a_ring() {
    let place = Place::new();
    let mut writer = writer(&place.ring());
    let mut slow = lossy(&place);
    let mut all = reader(&place.ring());
    for count in 0..1000 {
        writer.write(&frame(count)).expect("room");
        assert_eq!(next(&mut all), frame(count));
    }
    assert_eq!(writer.live_readers(), 2);
    assert!(slow.poll().expect("a healthy ring").expect("a frame").lost() > 900);
    while !matches!(
        writer.try_reserve(1000).map(|slot| slot.commit()),
        Err(ReserveError::Full { .. })
    ) {}
}

/// Whatever the speed of the two, nothing is torn and everything is counted.
#[test]
fn under_full_load_received_and_lost_make_up_everything() {
    const FRAMES: u64 = 300_000;
    let place = Place::new();
    let mut options = WriterOptions::with_capacity(1 << 16);
    options.stuck = Stuck::Overwrite;
    let mut writer = Writer::create(place.ring(), &options).expect("a ring");
    let mut reader = lossy(&place);
    let checker = std::thread::spawn(move || {
        let mut received = 0;
        let mut next = 0;
        loop {
            match reader.receive(LONG) {
                Ok(got) => {
                    let got = got.expect("a frame in time");
                    assert_eq!(got.sequence(), next + got.lost());
                    assert_eq!(got[..], frame(got.sequence()), "a torn frame");
                    next = got.sequence() + 1;
                    received += 1;
                }
                Err(error) => return (error, received + reader.lost()),
            }
        }
    });
    for count in 0..FRAMES {
        writer.write(&frame(count)).expect("nobody holds it");
    }
    writer.close();
    assert_eq!(checker.join().expect("no torn frame"), (PollError::Closed, FRAMES));
}

#[test]
fn a_ring_that_waits_for_nobody_refuses_reliable_readers() {
    let place = Place::new();
    let mut options = WriterOptions::with_capacity(4096);
    options.stuck = Stuck::Overwrite;
    let _writer = Writer::create(place.ring(), &options).expect("a ring");
    let refused = Reader::attach(place.ring(), &ReaderOptions::default());
    let error = refused.expect_err("refused");
    assert!(matches!(error, AttachError::LossyOnly { .. }));
    assert!(error.to_string().contains("attach a lossy reader"), "{error}");
    lossy(&place);
}

/// Writes so many frames, and gives the number of the oldest that is kept.
fn write_and_find_oldest(place: &Place, writer: &mut Writer, frames: u64) -> u64 {
    (0..frames).for_each(|count| writer.write(&count.to_le_bytes()).expect("room"));
    let oldest = Reader::attach(place.ring(), &ReaderOptions::starting_at(Start::Oldest));
    oldest.expect("a reader").sequence()
}

#[test]
fn readers_start_where_they_are_told_to() {
    let place = Place::new();
    let mut writer = writer(&place.ring());
    // 64 frames fit.
    let oldest = write_and_find_oldest(&place, &mut writer, 1000);
    assert!((1000 - 64..1000 - 64 * 3 / 4).contains(&oldest), "{oldest}");
    assert_eq!(writer.sequence(), 1000);
    for lossy_too in [false, true] {
        for (start, expected) in [
            (Start::Oldest, Some(oldest)),
            (Start::Newest, Some(1000)),
            (Start::First, Some(1000)),
            (Start::Sequence(oldest + 5), Some(oldest + 5)),
            (Start::Sequence(999), Some(999)),
            (Start::Sequence(1000), Some(1000)),
            (Start::Sequence(1001), None),
            (Start::Sequence(1000 - 65), None),
            (Start::Sequence(0), None),
        ] {
            let options = ReaderOptions::starting_at(start);
            let first = match lossy_too {
                false => Reader::attach(place.ring(), &options).map(|mut reader| {
                    let frame = reader.poll().expect("a healthy ring");
                    (frame.map(|frame| frame.to_vec()), reader.sequence())
                }),
                true => LossyReader::attach(place.ring(), &options).map(|mut reader| {
                    let frame = reader.poll().expect("a healthy ring");
                    (frame.map(|frame| frame.to_vec()), reader.sequence())
                }),
            };
            match (first, expected) {
                (Ok((frame, next)), Some(1000)) => assert_eq!((frame, next), (None, 1000)),
                (Ok((frame, next)), Some(expected)) => {
                    assert_eq!(frame.as_deref(), Some(&expected.to_le_bytes()[..]), "{start:?}");
                    assert_eq!(next, expected + 1);
                }
                (Err(AttachError::NotKept { sequence, .. }), None) => {
                    assert_eq!(Start::Sequence(sequence), start);
                }
                (other, _) => panic!("{start:?}: {other:?}"),
            }
        }
    }
    assert_eq!(writer.live_readers(), 0, "whoever was refused has left no slot behind");
}

#[test]
fn before_the_first_lap_the_oldest_frame_is_the_first() {
    let place = Place::new();
    let mut writer = writer(&place.ring());
    assert_eq!(write_and_find_oldest(&place, &mut writer, 60), 0);
}

#[test]
fn numbers_stay_true_with_frames_of_any_length() {
    let place = Place::new();
    let mut writer = writer(&place.ring());
    for count in 0..500 {
        writer.write(&frame(count)).expect("room");
        let options = ReaderOptions::starting_at(Start::Oldest);
        let mut reader = Reader::attach(place.ring(), &options).expect("a reader");
        while let Some(got) = reader.poll().expect("a healthy ring") {
            assert_eq!(got[..], frame(got.sequence()), "after {count}");
        }
        assert_eq!(reader.sequence(), count + 1);
    }
}

#[test]
fn a_stuck_reader_is_evicted_and_told_so() {
    let place = Place::new();
    let mut options = WriterOptions::with_capacity(4096);
    options.stuck = Stuck::Evict(Duration::from_millis(20));
    options.waiting = Waiting::SLEEP;
    let mut writer = Writer::create(place.ring(), &options).expect("a ring");
    let mut stuck = reader(&place.ring());
    writer.write(&frame(0)).expect("room");
    let held = stuck.poll().expect("a healthy ring").expect("a frame");
    for count in 1..100 {
        writer.write(&frame(count)).expect("room, after an eviction");
    }
    assert_eq!(writer.evicted(), 1);
    assert_eq!(held[..], frame(0), "what was handed out stays as it was");
    drop(held);
    assert_eq!(stuck.poll().map(drop), Err(PollError::Evicted));
    assert_eq!(stuck.poll_batch(9, |_| panic!("nothing comes")), Err(PollError::Evicted));
    assert_eq!(writer.live_readers(), 0);

    // It may come again; and one that reads is not evicted.
    let mut again = Reader::attach(place.ring(), &ReaderOptions::starting_at(Start::Newest));
    let again = again.as_mut().expect("a reader");
    for count in 100..400 {
        writer.write(&frame(count)).expect("room");
        assert_eq!(next(again), frame(count));
    }
    assert_eq!(writer.evicted(), 1);
}

#[test]
fn a_writer_that_only_tries_evicts_too() {
    let place = Place::new();
    let mut options = WriterOptions::with_capacity(4096);
    options.stuck = Stuck::Evict(Duration::from_millis(1));
    let mut writer = Writer::create(place.ring(), &options).expect("a ring");
    let _stuck = reader(&place.ring());
    let started = std::time::Instant::now();
    while writer.evicted() == 0 {
        let _ = writer.try_reserve(500).map(|slot| slot.commit());
        assert!(started.elapsed() < LONG);
    }
    writer.try_reserve(500).expect("room").commit();
}

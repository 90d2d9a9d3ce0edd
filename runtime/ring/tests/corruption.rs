//! Whatever stands in a ring's file: readers and writers answer with errors, and never leave the mapping.

mod common;

use common::{Place, next, reader, writer};
use mycelium_ring::{
    AttachError, LossyReader, PollError, Reader, ReaderOptions, RingStatus, Start, Stuck, Writer,
    WriterOptions,
};
use proptest::prelude::*;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::mpsc;
use std::time::Duration;

/// Where things lie in the file.
const WRITER_WORDS: u64 = 128;
const KEPT: u64 = WRITER_WORDS + 128;
const ANNOUNCED: u64 = KEPT + 12;
const MARKS: u64 = WRITER_WORDS + 256;
const SLOTS: u64 = 69_632 + 256;
const DATA: u64 = 81_920;
const FILE_LEN: u64 = DATA + 4096;

fn open(place: &Place) -> File {
    File::options().read(true).write(true).open(place.ring()).expect("the file")
}

/// A value and a place for it, more often where it hurts.
fn a_hit() -> impl Strategy<Value = (u64, u64)> {
    let place = prop_oneof![
        0..WRITER_WORDS - 8,
        WRITER_WORDS..MARKS + 64 * 16,
        SLOTS - 256..SLOTS + 8 * 128,
        DATA..FILE_LEN - 8,
        0..FILE_LEN - 8,
    ];
    let value = prop_oneof![
        any::<u64>(),
        0..10_000_u64,
        Just(u64::MAX),
        // Near a commit word: any kind, a small length.
        (0..256_u64, 0..8192_u64).prop_map(|(kind, len)| kind << 56 | len),
    ];
    // Mostly aligned, as words are.
    (prop_oneof![place.clone().prop_map(|at| at & !7), place], value)
}

fn read_a_while(reader: &mut Reader) -> u64 {
    let mut sum = 0;
    for _ in 0..300 {
        match reader.poll() {
            Ok(Some(frame)) => sum += frame.iter().map(|&byte| u64::from(byte)).sum::<u64>(),
            Ok(None) => {}
            Err(_) => break,
        }
    }
    sum + reader.announcements().len() as u64 + reader.behind()
}

fn watch_a_while(reader: &mut LossyReader) -> u64 {
    let mut sum = 0;
    for _ in 0..300 {
        match reader.poll() {
            Ok(Some(frame)) => sum += frame.iter().map(|&byte| u64::from(byte)).sum::<u64>(),
            Ok(None) => {}
            Err(_) => break,
        }
    }
    sum + reader.lost()
}

fn write_a_while(writer: &mut Writer) {
    for len in [0, 8, 56, 57, 500, 1024, 1024, 1024, 1024, 1024] {
        if let Ok(mut slot) = writer.try_reserve(len) {
            slot.fill(1);
            slot.commit();
        }
    }
    let _ = writer.announce(b"more");
    writer.live_readers();
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_hits_give_errors_at_worst(
        before in 0..20_usize,
        start in prop_oneof![
            Just(Start::First),
            Just(Start::Newest),
            Just(Start::Oldest),
            (0..30_u64).prop_map(Start::Sequence),
        ],
        stuck in prop_oneof![Just(Stuck::Wait), Just(Stuck::Evict(Duration::ZERO))],
        hits in prop::collection::vec(a_hit(), 1..8),
    ) {
        let place = Place::new();
        let mut options = WriterOptions::with_capacity(4096);
        options.stuck = stuck;
        let mut writer = Writer::create(place.ring(), &options).expect("a ring");
        let mut early = reader(&place.ring());
        let mut lossy =
            LossyReader::attach(place.ring(), &ReaderOptions::default()).expect("a reader");
        for len in 0..before {
            let _ = writer.try_reserve(len * 50).map(|mut slot| { slot.fill(2); slot.commit() });
        }
        let file = open(&place);
        for (at, value) in hits {
            file.write_all_at(&value.to_le_bytes(), at).expect("the file");
        }
        let options = ReaderOptions::starting_at(start);
        let late = Reader::attach(place.ring(), &options);
        let late_lossy = LossyReader::attach(place.ring(), &options);
        let _ = RingStatus::read(place.ring());
        write_a_while(&mut writer);
        read_a_while(&mut early);
        watch_a_while(&mut lossy);
        if let Ok(mut late) = late_lossy {
            watch_a_while(&mut late);
        }
        if let Ok(mut late) = late {
            read_a_while(&mut late);
        }
        write_a_while(&mut writer);
    }
}

#[test]
fn a_frame_that_would_leave_the_ring_is_corrupt() {
    let place = Place::new();
    let mut writer = writer(&place.ring());
    let mut reader = reader(&place.ring());
    writer.write(&[1; 100]).expect("room");
    for len in [1025_u32, 4096, u32::MAX] {
        open(&place).write_all_at(&len.to_le_bytes(), DATA).expect("the file");
        let error = reader.poll().map(drop).expect_err("refused");
        assert!(matches!(error, PollError::Corrupt { position: 0, .. }), "{error}");
    }
}

#[test]
fn announcements_beyond_their_area_are_cut() {
    let place = Place::new();
    let _writer = writer(&place.ring());
    open(&place).write_all_at(&u32::MAX.to_le_bytes(), ANNOUNCED).expect("the file");
    assert_eq!(reader(&place.ring()).announcements().len(), 65_536);
}

#[test]
fn words_that_send_a_new_reader_astray_are_refused() {
    let place = Place::new();
    let mut writer = writer(&place.ring());
    writer.write(b"frame").expect("room");
    let file = open(&place);
    let mark_all = |position: u64, sequence: u64| {
        for mark in 0..64 {
            let words = [position.to_le_bytes(), sequence.to_le_bytes()].concat();
            file.write_all_at(&words, MARKS + mark * 16).expect("the file");
        }
    };
    let refused = |start| {
        let refused = Reader::attach(place.ring(), &ReaderOptions::starting_at(start));
        matches!(refused, Err(AttachError::Corrupt { .. } | AttachError::NotKept { .. }))
    };
    // No frame begins there, and none is there.
    for position in [3, 64 * 7, u64::MAX - 8, u64::MAX] {
        mark_all(position, 0);
        for start in [Start::Newest, Start::Oldest, Start::Sequence(1)] {
            let lenient = position % 64 == 0 && start != Start::Sequence(1);
            assert!(lenient || refused(start), "{position} {start:?}");
        }
    }
    // Everything is written over, says the ring.
    file.write_all_at(&u64::MAX.to_le_bytes(), KEPT).expect("the file");
    mark_all(0, 0);
    assert!(refused(Start::First) && refused(Start::Oldest));
    assert_eq!(writer.live_readers(), 0);
}

/// Tags of commit words come again every 128 MiB: in a ring of that size frames are good in each lap.
#[test]
fn words_that_lead_a_new_reader_in_a_circle_are_refused() {
    const CAPACITY: u64 = 1 << 27;
    const STRIDE: u64 = CAPACITY / 8;
    let place = Place::new();
    let mut options = WriterOptions::with_capacity(CAPACITY);
    options.prefault = false;
    let _writer = Writer::create(place.ring(), &options).expect("a ring");
    let file = open(&place);
    for frame in 0..8 {
        let at = frame * STRIDE;
        let word = (STRIDE - 8) | (at / 8) << 32 | 1 << 56;
        file.write_all_at(&word.to_le_bytes(), DATA + at).expect("the file");
    }
    file.write_all_at(&u64::MAX.to_le_bytes(), WRITER_WORDS).expect("the file");
    let (tell, told) = mpsc::channel();
    let ring = place.ring();
    std::thread::spawn(move || {
        for start in [Start::Newest, Start::Sequence(u64::MAX)] {
            let mut options = ReaderOptions::starting_at(start);
            options.prefault = false;
            let reliable = Reader::attach(&ring, &options).map(drop);
            let lossy = LossyReader::attach(&ring, &options).map(drop);
            let _ = tell.send([reliable, lossy]);
        }
    });
    for _ in 0..2 {
        let refused = told.recv_timeout(common::LONG).expect("they come to an end");
        assert!(refused.iter().all(Result::is_err), "{refused:?}");
    }
}

#[test]
fn a_lossy_reader_that_is_sent_astray_gives_up() {
    let place = Place::new();
    let mut writer = writer(&place.ring());
    let mut reader =
        LossyReader::attach(place.ring(), &ReaderOptions::default()).expect("a reader");
    writer.write(b"frame").expect("room");
    // Written over, and no mark to go on from.
    open(&place).write_all_at(&u64::MAX.to_le_bytes(), KEPT).expect("the file");
    assert!(matches!(reader.poll().map(drop), Err(PollError::Corrupt { .. })));
}

#[test]
fn a_count_of_losses_that_is_beyond_all_measure_stays_there() {
    let place = Place::new();
    let mut writer = writer(&place.ring());
    let mut reader =
        LossyReader::attach(place.ring(), &ReaderOptions::default()).expect("a reader");
    for _ in 0..4 {
        writer.write(b"frame").expect("room");
    }
    let file = open(&place);
    for (position, sequence, lost) in [(64_u64, u64::MAX, u64::MAX), (192, 5, 0)] {
        for mark in 0..64 {
            let words = [position.to_le_bytes(), sequence.to_le_bytes()].concat();
            file.write_all_at(&words, MARKS + mark * 16).expect("the file");
        }
        file.write_all_at(&position.to_le_bytes(), KEPT).expect("the file");
        let frame = reader.poll().expect("a frame").expect("a frame");
        assert_eq!((frame.sequence(), frame.lost()), (sequence, lost));
        assert_eq!(reader.lost(), u64::MAX);
    }
}

#[test]
fn a_reader_whose_slot_was_given_away_is_told_and_disturbs_nobody() {
    let place = Place::new();
    let mut writer = writer(&place.ring());
    let mut evicted = reader(&place.ring());
    writer.write(b"frame").expect("room");
    let held = evicted.poll().expect("a healthy ring").expect("a frame");
    // What a writer does that takes the reader for dead: the slot is free, in its next epoch.
    open(&place).write_all_at(&8_u64.to_le_bytes(), SLOTS).expect("the file");
    open(&place).write_all_at(&77_u64.to_le_bytes(), SLOTS + 8).expect("the file");
    drop(held);
    let mut cursor = [0; 8];
    open(&place).read_exact_at(&mut cursor, SLOTS + 8).expect("the file");
    assert_eq!(u64::from_le_bytes(cursor), 77);
    assert_eq!(evicted.poll().map(drop), Err(PollError::Evicted));
    assert_eq!(evicted.wait(common::LONG), Err(PollError::Evicted));
    drop(evicted);
    assert_eq!(next(&mut reader(&place.ring())), b"frame");
}

#[test]
fn a_hostile_slot_cannot_hold_the_writer_for_ever() {
    let place = Place::new();
    let options = WriterOptions::with_capacity(4096);
    let mut writer = Writer::create(place.ring(), &options).expect("a ring");
    // Live, by its state; but nobody has locked it.
    for slot in 0..64 {
        open(&place).write_all_at(&6_u64.to_le_bytes(), SLOTS + slot * 128).expect("the file");
    }
    for _ in 0..100 {
        writer.reserve_timeout(1000, common::LONG).expect("room").commit();
    }
}

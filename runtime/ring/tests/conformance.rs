//! What a ring promises while both ends live, through its public doors.

mod common;

use common::{LONG, Place, next, reader, writer};
use mycelium_ring::{
    AnnounceError, AttachError, CreateError, FrameAlign, PollError, Reader, ReaderOptions,
    ReserveError, Sleeper, Start, Ticket, Waiting, Writer, WriterOptions, sleep_any,
};
use std::sync::atomic::AtomicU32;
use std::time::{Duration, Instant};

fn options(frame_align: FrameAlign) -> WriterOptions {
    let mut options = WriterOptions::with_capacity(4096);
    options.frame_align = frame_align;
    options
}

#[test]
fn frames_arrive_in_order_and_whole_over_many_laps() {
    for frame_align in [FrameAlign::CacheLine, FrameAlign::Packed] {
        let place = Place::new();
        let mut writer = Writer::create(place.ring(), &options(frame_align)).expect("a ring");
        let mut readers = [reader(&place.ring()), reader(&place.ring())];
        for round in 0..3000_usize {
            let frame: Vec<u8> = (0..round * 7 % 1025).map(|at| (at + round) as u8).collect();
            writer.write(&frame).expect("room");
            for reader in &mut readers {
                assert_eq!(next(reader), frame, "round {round}");
                assert!(reader.poll().expect("a healthy ring").is_none());
            }
        }
    }
}

#[test]
fn payloads_begin_at_multiples_of_eight() {
    let place = Place::new();
    let mut writer = Writer::create(place.ring(), &options(FrameAlign::Packed)).expect("a ring");
    let mut reader = reader(&place.ring());
    for len in 0..100 {
        writer.write(&vec![1; len]).expect("room");
        let frame = reader.poll().expect("a healthy ring").expect("a frame");
        assert_eq!(frame.as_ptr() as usize % 8, 0);
    }
}

#[test]
fn a_slot_that_is_dropped_publishes_nothing() {
    let place = Place::new();
    let mut writer = writer(&place.ring());
    let mut reader = reader(&place.ring());
    writer.reserve(100).expect("room").fill(7);
    assert!(reader.poll().expect("a healthy ring").is_none());
    writer.write(b"real").expect("room");
    assert_eq!(next(&mut reader), b"real");
}

/// Such bytes may lie where the next frame is looked for; the writer has cleared that place before they were written.
#[test]
fn what_a_dropped_slot_held_is_never_taken_for_a_frame() {
    let place = Place::new();
    let mut writer = Writer::create(place.ring(), &options(FrameAlign::Packed)).expect("a ring");
    let mut reader = reader(&place.ring());
    let mut position = 0_u64;
    for round in 0..1000_u64 {
        let mut slot = writer.reserve(400).expect("room");
        for (word, at) in slot.chunks_exact_mut(8).zip((position + 8..).step_by(8)) {
            // The commit word of an empty frame at this position.
            let forged = (1_u64 << 56) | (((at / 8) & 0xff_ffff) << 32);
            word.copy_from_slice(&forged.to_ne_bytes());
        }
        drop(slot);
        writer.write(&round.to_ne_bytes()).expect("room");
        assert_eq!(next(&mut reader), round.to_ne_bytes());
        assert!(reader.poll().expect("a healthy ring").is_none(), "round {round}");
        position += 16;
    }
}

#[test]
fn a_held_frame_keeps_its_bytes_and_the_writer_out() {
    let place = Place::new();
    let mut writer = writer(&place.ring());
    let mut reader = reader(&place.ring());
    writer.write(&[1; 1000]).expect("room");
    let held = reader.poll().expect("a healthy ring").expect("a frame");
    while writer.try_reserve(1000).map(|slot| slot.commit()).is_ok() {}
    assert!(matches!(
        writer.try_reserve(1000).map(drop),
        Err(ReserveError::Full { slowest_pid, .. }) if slowest_pid == std::process::id()
    ));
    assert_eq!(&held[..], &[1; 1000]);
    drop(held);
    writer.try_reserve(1000).expect("room again").commit();
}

#[test]
fn a_full_ring_gives_up_after_the_timeout() {
    let place = Place::new();
    let mut writer = writer(&place.ring());
    let _reader = reader(&place.ring());
    let timeout = Duration::from_millis(5);
    let error = loop {
        match writer.reserve_timeout(1000, timeout) {
            Ok(slot) => slot.commit(),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, ReserveError::Full { waited, behind, .. }
        if waited >= timeout && behind > 1000));
}

#[test]
fn a_forgotten_frame_comes_again() {
    let place = Place::new();
    let mut writer = writer(&place.ring());
    let mut reader = reader(&place.ring());
    writer.write(b"once").expect("room");
    std::mem::forget(reader.poll().expect("a healthy ring").expect("a frame"));
    assert_eq!(next(&mut reader), b"once");
}

#[test]
fn too_long_a_frame_is_refused_by_the_limit() {
    let place = Place::new();
    let mut writer = writer(&place.ring());
    assert_eq!(writer.max_frame_len(), 1024);
    let refused = writer.reserve(1025).map(drop);
    assert_eq!(refused, Err(ReserveError::TooLong { len: 1025, limit: 1024 }));
    assert!(refused.expect_err("refused").to_string().contains("limit of 1024"));
    writer.write(&[0; 1024]).expect("the longest frame");
}

#[test]
fn a_late_reader_gets_everything_as_long_as_it_is_kept() {
    let place = Place::new();
    let mut writer = writer(&place.ring());
    writer.write(b"first").expect("room");
    let mut early = reader(&place.ring());
    assert_eq!(next(&mut early), b"first");
    assert_eq!(next(&mut reader(&place.ring())), b"first");

    let mut newest = ReaderOptions::default();
    newest.start = Start::Newest;
    let mut late = Reader::attach(place.ring(), &newest).expect("a reader");
    assert!(late.poll().expect("a healthy ring").is_none());
    writer.write(b"second").expect("room");
    assert_eq!(next(&mut late), b"second");
}

#[test]
fn a_reader_that_comes_after_the_first_frames_are_gone_begins_with_the_newest() {
    let place = Place::new();
    let mut writer = writer(&place.ring());
    for _ in 0..100 {
        writer.write(&[1; 500]).expect("room: nobody reads");
    }
    let mut reader = reader(&place.ring());
    assert!(reader.poll().expect("a healthy ring").is_none());
    writer.write(b"now").expect("room");
    assert_eq!(next(&mut reader), b"now");
}

#[test]
fn closing_is_told_after_the_last_frame() {
    let place = Place::new();
    let mut writer = writer(&place.ring());
    let mut reader = reader(&place.ring());
    writer.write(b"last").expect("room");
    writer.close();
    assert!(!place.ring().exists());
    assert!(reader.wait(LONG).expect("a frame"));
    assert_eq!(next(&mut reader), b"last");
    assert_eq!(reader.wait(LONG), Err(PollError::Closed));
    assert_eq!(reader.poll().map(drop), Err(PollError::Closed));
}

#[test]
fn announcements_are_seen_by_all_and_before_later_frames() {
    let place = Place::new();
    let mut writer = writer(&place.ring());
    let mut early = reader(&place.ring());
    assert_eq!(early.announcements(), b"");
    writer.announce(b"one,").expect("room");
    writer.write(b"frame").expect("room");
    writer.announce(b"two").expect("room");
    assert_eq!(next(&mut early), b"frame");
    assert_eq!(early.announcements(), b"one,two");
    assert_eq!(early.announcements_len(), 7);
    assert_eq!(reader(&place.ring()).announcements(), b"one,two");
    assert_eq!(writer.announcements(), b"one,two");
}

#[test]
fn a_full_announcement_area_is_an_error_that_says_how_much_is_left() {
    let place = Place::new();
    let mut writer = writer(&place.ring());
    writer.announce(&[1; 65_000]).expect("room");
    let refused = writer.announce(&[2; 1000]);
    assert_eq!(refused, Err(AnnounceError::Full { needed: 1000, left: 536 }));
    writer.announce(&[3; 536]).expect("just enough");
    assert_eq!(reader(&place.ring()).announcements().len(), 65_536);
}

#[test]
fn readers_come_and_go_without_using_up_slots() {
    let place = Place::new();
    let writer = writer(&place.ring());
    for _ in 0..200 {
        let readers = [reader(&place.ring()), reader(&place.ring())];
        assert_eq!(writer.live_readers(), readers.len());
    }
    assert_eq!(writer.live_readers(), 0);
}

#[test]
fn the_65th_reader_is_refused() {
    let place = Place::new();
    let _writer = writer(&place.ring());
    let mut readers: Vec<Reader> = (0..64).map(|_| reader(&place.ring())).collect();
    let refused = Reader::attach(place.ring(), &ReaderOptions::default());
    assert!(matches!(refused, Err(AttachError::NoFreeSlot { limit: 64, .. })));
    readers.pop();
    readers.push(reader(&place.ring()));
}

#[test]
fn a_ring_has_one_writer() {
    let place = Place::new();
    let first = writer(&place.ring());
    let second = Writer::create(place.ring(), &WriterOptions::default());
    assert!(matches!(second, Err(CreateError::Busy { pid, .. }) if pid == std::process::id()));
    let epoch = first.epoch();
    first.close();
    assert_ne!(writer(&place.ring()).epoch(), epoch);
}

#[test]
fn no_ring_is_told_apart_from_a_bad_one() {
    let place = Place::new();
    let missing = Reader::attach(place.ring(), &ReaderOptions::default());
    assert!(matches!(missing, Err(AttachError::NotFound { .. })));
}

#[test]
fn sleeping_readers_and_a_sleeping_writer_are_woken() {
    let place = Place::new();
    let mut writer_options = options(FrameAlign::CacheLine);
    writer_options.waiting = Waiting::SLEEP;
    let mut writer = Writer::create(place.ring(), &writer_options).expect("a ring");
    let mut reader_options = ReaderOptions::default();
    reader_options.waiting = Waiting::SLEEP;
    let readers: Vec<_> = (0..3)
        .map(|_| {
            let mut reader = Reader::attach(place.ring(), &reader_options).expect("a reader");
            std::thread::spawn(move || {
                let mut expected = 0_u64;
                loop {
                    match reader.receive(LONG) {
                        Ok(frame) => {
                            assert_eq!(frame.expect("a frame")[..8], expected.to_le_bytes())
                        }
                        Err(error) => return (error, expected),
                    }
                    expected += 1;
                }
            })
        })
        .collect();
    let mut payload = [0; 200];
    for count in 0..20_000_u64 {
        payload[..8].copy_from_slice(&count.to_le_bytes());
        writer.write(&payload).expect("room");
    }
    writer.close();
    for reader in readers {
        assert_eq!(reader.join().expect("no panic"), (PollError::Closed, 20_000));
    }
}

#[test]
fn waiting_ends_with_its_timeout() {
    let place = Place::new();
    let _writer = writer(&place.ring());
    let mut reader = reader(&place.ring());
    assert_eq!(reader.wait(Duration::ZERO), Ok(false));
    assert_eq!(reader.wait(Duration::from_millis(2)), Ok(false));
}

#[test]
fn a_sleep_on_several_rings_is_ended_by_any_of_them() {
    let place = Place::new();
    let paths = ["a.ring", "b.ring"].map(|name| place.path().join(name));
    let mut writers = paths.clone().map(|path| writer(&path));
    let mut readers = paths.map(|path| reader(&path));
    let (tell, told) = std::sync::mpsc::channel();
    let sleeper = std::thread::spawn(move || {
        let sleepers = [0, 1].map(|ring| readers[ring].sleeper().expect("a mapping"));
        let never = AtomicU32::new(0);
        loop {
            let tickets: Vec<Ticket> = sleepers.iter().map(Sleeper::announce).collect();
            let mut found = false;
            for reader in &mut readers {
                match reader.poll().map(|frame| frame.is_some()) {
                    Ok(frame) => found |= frame,
                    Err(error) => return error,
                }
            }
            match found {
                true => tell.send(()).expect("the test listens"),
                false => sleep_any(&tickets, (&never, 0), LONG),
            }
        }
    });
    let started = Instant::now();
    for round in 0..2000 {
        writers[round % 2].write(&[1; 100]).expect("room");
        told.recv_timeout(LONG).expect("woken");
    }
    drop(writers);
    assert_eq!(sleeper.join().expect("no panic"), PollError::Closed);
    // Had one wake-up been lost, its sleep alone had lasted so long.
    assert!(started.elapsed() < LONG);
}

#[test]
fn the_epoch_tells_whether_another_ring_has_taken_a_place() {
    let place = Place::new();
    assert_eq!(Reader::epoch_at(place.ring()), None);
    let first = writer(&place.ring());
    assert_eq!(Reader::epoch_at(place.ring()), Some(first.epoch()));
    let reader = reader(&place.ring());
    first.close();
    assert_eq!(Reader::epoch_at(place.ring()), None);
    let second = writer(&place.ring());
    assert_eq!(Reader::epoch_at(place.ring()), Some(second.epoch()));
    assert_ne!(Reader::epoch_at(place.ring()), Some(reader.epoch()));
}

/// It knows of the room that readers have made, and writes over nothing that they hold.
#[test]
fn a_writer_that_looks_ahead_finds_its_room_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ahead.ring");
    let mut writer = Writer::create(&path, &WriterOptions::with_capacity(4096)).unwrap();
    let mut reader = Reader::attach(&path, &ReaderOptions::default()).unwrap();
    for round in 0..100_u8 {
        let mut written = 0;
        while let Ok(mut slot) = writer.try_reserve(1000) {
            slot.fill(round);
            slot.commit();
            writer.look_ahead(1000);
            written += 1;
        }
        assert!(written >= 3, "{written} frames in round {round}");
        let seen = reader.poll_batch(10, |frame| assert!(frame.iter().all(|byte| *byte == round)));
        assert_eq!(seen, Ok(written));
        // Longer than any frame can be: nothing is looked for.
        writer.look_ahead(1 << 20);
    }
}

/// Room that is kept with its writer, and seen through a window: what is written there after it was revoked reaches
/// nobody.
#[test]
fn a_window_that_was_revoked_leads_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("window.ring");
    let writer = Writer::create(&path, &WriterOptions::with_capacity(1 << 16)).unwrap();
    let writer = Box::new(writer);
    let mut reader = Reader::attach(&path, &ReaderOptions::default()).unwrap();
    let (writer, _) = writer.into_slot(1 << 20).expect_err("longer than the ring");

    let slot = writer.into_slot(64).unwrap();
    let window = slot.open_window().unwrap();
    let place = slot.place_in(&window).expect("it is a window of this ring");
    common::write_bytes(place, &[7; 64]);
    assert_eq!(slot.payload(), [7; 64]);
    let writer = slot.commit();
    assert_eq!(&*reader.poll().unwrap().unwrap(), [7; 64]);

    let mut slot = writer.into_slot(64).unwrap();
    slot.payload_mut().fill(8);
    let late = slot.place_in(&window).unwrap();
    window.revoke().unwrap();
    common::write_bytes(late, &[9; 64]);
    assert_eq!(common::read_bytes(late, 64), [9; 64]);
    let writer = slot.commit();
    assert_eq!(&*reader.poll().unwrap().unwrap(), [8; 64]);

    let slot = writer.into_slot(64).unwrap();
    let other = Writer::create(folder.path().join("b.ring"), &WriterOptions::default()).unwrap();
    let foreign = Box::new(other).into_slot(64).unwrap().open_window().unwrap();
    assert_eq!(slot.place_in(&foreign), None);
    drop(slot.give_up());
}

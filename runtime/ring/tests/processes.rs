//! What a ring promises when its processes are killed, stopped and started again.

mod common;

use common::{LONG, Peer, Place, next, own_part, pause, reader, say, writer};
use mycelium_ring::{
    AttachError, PollError, Reader, ReaderOptions, Waiting, Writer, WriterOptions,
};
use rustix::process::{Pid, Signal, kill_process};
use std::path::Path;
use std::time::{Duration, Instant};

/// The parts that other processes play; does nothing in the test itself.
#[test]
fn peer() {
    let Some((part, ring)) = own_part() else { return };
    match part.as_str() {
        "read one and stop" => read_one_and_stop(&ring),
        "hold a frame" => hold_a_frame(&ring),
        "sleep" => sleep_on_an_empty_ring(&ring),
        "take all slots" => take_all_slots(&ring),
        "read all" => read_all(&ring),
        "read on" => read_on(&ring),
        "write three and stop" => write_three_and_stop(&ring),
        "reserve and stop" => reserve_and_stop(&ring),
        "write without end" => write_without_end(&ring),
        other => panic!("no such part: {other}"),
    }
}

fn read_one_and_stop(ring: &Path) {
    let mut reader = reader(ring);
    assert!(reader.wait(LONG).expect("a healthy ring"));
    drop(reader.poll());
    say("ready");
    pause();
}

fn hold_a_frame(ring: &Path) {
    let mut reader = reader(ring);
    let frame = reader.receive(LONG).expect("a healthy ring").expect("a frame");
    say("ready");
    pause();
    drop(frame);
}

fn sleep_on_an_empty_ring(ring: &Path) {
    let mut options = ReaderOptions::default();
    options.waiting = Waiting::SLEEP;
    let mut reader = Reader::attach(ring, &options).expect("a reader");
    say("ready");
    let _ = reader.wait(LONG);
}

fn take_all_slots(ring: &Path) {
    let readers: Vec<Reader> = (0..64).map(|_| reader(ring)).collect();
    say("ready");
    pause();
    drop(readers);
}

/// Reads frames that count from 0, until the ring closes.
fn read_all(ring: &Path) {
    let mut reader = reader(ring);
    say("ready");
    let mut expected = 0_u64;
    loop {
        match reader.receive(LONG) {
            Ok(frame) => assert_eq!(frame.expect("in time")[..8], expected.to_le_bytes()),
            Err(error) => return say(&format!("{expected} frames, then {error:?}")),
        }
        expected += 1;
    }
}

fn read_on(ring: &Path) {
    let mut reader = reader(ring);
    while reader.receive(LONG).is_ok() {}
}

fn write_three_and_stop(ring: &Path) {
    let mut writer = writer(ring);
    for frame in [b"one", b"two", b"3rd"] {
        writer.write(frame).expect("room");
    }
    say("ready");
    pause();
}

fn reserve_and_stop(ring: &Path) {
    let mut writer = writer(ring);
    writer.write(b"whole").expect("room");
    let mut slot = writer.reserve(1000).expect("room");
    slot[..500].fill(1);
    say("ready");
    pause();
}

fn write_without_end(ring: &Path) {
    let mut writer = writer(ring);
    say("ready");
    pause();
    for count in 0_u64.. {
        // The content follows from the number, so a torn frame shows.
        let mut slot = writer.reserve(8 + count as usize % 300).expect("room");
        slot[..8].copy_from_slice(&count.to_le_bytes());
        slot[8..].fill(count as u8);
        slot.commit();
    }
}

fn fill(writer: &mut Writer, len: usize) {
    while writer.try_reserve(len).map(|slot| slot.commit()).is_ok() {}
}

/// How long a writer on a full ring is held up by the death of the reader that plays `part`.
fn time_death_of_reader(part: &str) -> Duration {
    let place = Place::new();
    let mut writer = writer(&place.ring());
    let mut peer = Peer::start(part, &place.ring());
    while writer.live_readers() == 0 {
        std::thread::yield_now();
    }
    writer.write(&[1; 100]).expect("room");
    peer.expect("ready");
    fill(&mut writer, 100);
    peer.kill_without_waiting();
    let killed = Instant::now();
    writer.reserve_timeout(100, LONG).expect("room after the death of the only reader").commit();
    killed.elapsed()
}

#[test]
fn a_killed_reader_holds_the_writer_up_for_less_than_100_ms() {
    for part in ["read one and stop", "hold a frame"] {
        // Other work on the machine may delay any single run.
        let best = (0..5).map(|_| time_death_of_reader(part)).min();
        assert!(best < Some(Duration::from_millis(100)), "{part}: {best:?}");
    }
}

#[test]
fn a_killed_sleeper_does_not_disturb() {
    let place = Place::new();
    let mut writer = writer(&place.ring());
    let mut survivor = reader(&place.ring());
    let mut peer = Peer::start("sleep", &place.ring());
    peer.expect("ready");
    peer.kill();
    for count in 0..1000_u64 {
        writer.write(&count.to_le_bytes()).expect("room");
        assert_eq!(next(&mut survivor), count.to_le_bytes());
    }
    assert_eq!(writer.live_readers(), 1);
}

#[test]
fn slots_of_the_dead_are_taken_over() {
    let place = Place::new();
    let writer = writer(&place.ring());
    let mut peer = Peer::start("take all slots", &place.ring());
    peer.expect("ready");
    let refused = Reader::attach(place.ring(), &ReaderOptions::default());
    assert!(matches!(refused, Err(AttachError::NoFreeSlot { .. })));
    peer.kill();
    let _first = reader(&place.ring());
    assert_eq!(writer.live_readers(), 1);
    let _second = reader(&place.ring());
    assert_eq!(writer.live_readers(), 2);
}

#[test]
fn a_stopped_reader_is_waited_for_and_loses_nothing() {
    let place = Place::new();
    let mut writer = writer(&place.ring());
    let mut peer = Peer::start("read all", &place.ring());
    peer.expect("ready");
    let pid = Pid::from_raw(i32::try_from(peer.pid()).expect("a pid")).expect("a pid");
    kill_process(pid, Signal::STOP).expect("it runs");
    let mut count = 0_u64;
    while let Ok(mut slot) = writer.reserve_timeout(8, Duration::from_millis(150)) {
        slot.copy_from_slice(&count.to_le_bytes());
        slot.commit();
        count += 1;
    }
    kill_process(pid, Signal::CONT).expect("it is stopped");
    for count in count..count + 1000 {
        writer.write(&count.to_le_bytes()).expect("room");
    }
    writer.close();
    peer.expect(&format!("{} frames, then Closed", count + 1000));
}

#[test]
fn a_killed_writer_is_told_after_its_last_frame_and_can_be_replaced() {
    let place = Place::new();
    let mut peer = Peer::start("write three and stop", &place.ring());
    peer.expect("ready");
    let mut reader = reader(&place.ring());
    let pid = peer.pid();
    peer.kill();

    let vanished = PollError::WriterVanished { pid };
    for expected in [b"one", b"two", b"3rd"] {
        assert!(reader.wait(LONG).expect("a frame"));
        assert_eq!(next(&mut reader), expected);
    }
    assert_eq!(reader.wait(LONG), Err(vanished));
    assert_eq!(reader.poll().map(drop), Err(vanished));
    let late = Reader::attach(place.ring(), &ReaderOptions::default());
    assert!(matches!(late, Err(AttachError::WriterVanished { pid: dead, .. }) if dead == pid));

    let mut successor = writer(&place.ring());
    let mut second = common::reader(&place.ring());
    assert_ne!(second.epoch(), reader.epoch());
    successor.write(b"again").expect("room");
    assert_eq!(next(&mut second), b"again");
    assert_eq!(reader.wait(LONG), Err(vanished));
}

#[test]
fn polling_alone_finds_out_that_the_writer_is_dead() {
    let place = Place::new();
    let mut peer = Peer::start("write three and stop", &place.ring());
    peer.expect("ready");
    let mut reader = reader(&place.ring());
    peer.kill();
    let deadline = Instant::now() + LONG;
    let error = loop {
        assert!(Instant::now() < deadline);
        if let Err(error) = reader.poll().map(drop) {
            break error;
        }
    };
    assert!(matches!(error, PollError::WriterVanished { .. }));
}

#[test]
fn a_frame_that_a_killed_writer_had_not_committed_is_never_seen() {
    let place = Place::new();
    let mut peer = Peer::start("reserve and stop", &place.ring());
    peer.expect("ready");
    let mut reader = reader(&place.ring());
    peer.kill();
    assert_eq!(next(&mut reader), b"whole");
    assert!(matches!(reader.wait(LONG), Err(PollError::WriterVanished { .. })));
}

/// Reads frames of "write without end", whole and in order, as long as there are some.
fn check_frames(reader: &mut Reader, expected: &mut u64) -> PollError {
    loop {
        let frame = match reader.receive(LONG) {
            Ok(frame) => frame.expect("a frame in time"),
            Err(error) => return error,
        };
        assert_eq!(frame[..8], expected.to_le_bytes());
        assert_eq!(frame.len(), 8 + *expected as usize % 300);
        assert!(frame[8..].iter().all(|&byte| byte == *expected as u8));
        *expected += 1;
    }
}

#[test]
fn a_writer_killed_at_any_instruction_leaves_whole_frames_in_order() {
    for round in 0..20 {
        let place = Place::new();
        let mut peer = Peer::start("write without end", &place.ring());
        peer.expect("ready");
        let mut reader = reader(&place.ring());
        peer.go_on();
        let pid = peer.pid();
        let checker = std::thread::spawn(move || {
            let mut expected = 0;
            (check_frames(&mut reader, &mut expected), expected)
        });
        let until = Instant::now() + Duration::from_micros(500 + 937 * round);
        while Instant::now() < until {
            std::hint::spin_loop();
        }
        peer.kill();
        let (error, _) = checker.join().expect("no torn frame");
        assert_eq!(error, PollError::WriterVanished { pid });
    }
}

/// Writes so many frames that count from `first`, and tells the next number.
fn write_counts(writer: &mut Writer, first: u64, frames: u64) -> u64 {
    for count in first..first + frames {
        writer.write(&count.to_le_bytes()).expect("room");
    }
    first + frames
}

#[test]
fn readers_killed_at_any_instruction_cost_the_others_nothing() {
    let place = Place::new();
    let mut options = WriterOptions::with_capacity(1 << 16);
    options.waiting = Waiting::SLEEP;
    let mut writer = Writer::create(place.ring(), &options).expect("a ring");
    let mut survivor = reader(&place.ring());
    let checker = std::thread::spawn(move || {
        let mut expected = 0_u64;
        loop {
            match survivor.receive(LONG) {
                Ok(frame) => assert_eq!(frame.expect("in time")[..8], expected.to_le_bytes()),
                Err(error) => return (error, expected),
            }
            expected += 1;
        }
    });
    let mut count = 0_u64;
    for round in 1..=20 {
        let victims = [(); 2].map(|()| Peer::start("read on", &place.ring()));
        while writer.live_readers() < 3 {
            count = write_counts(&mut writer, count, 50);
        }
        count = write_counts(&mut writer, count, 100 * round);
        victims.into_iter().for_each(Peer::kill);
    }
    assert_eq!(writer.live_readers(), 1);
    writer.close();
    assert_eq!(checker.join().expect("no panic"), (PollError::Closed, count));
}

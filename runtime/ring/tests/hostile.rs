//! What others may do to a ring's file, and what a process may lack: errors, never a crash.
//!
//! Each case that could kill runs in a process of its own.

mod common;

use common::{Answer, LONG, Peer, Place, next, own_part, reader, say, writer};
use mycelium_ring::{
    AttachError, CreateError, LossyReader, PollError, Reader, ReaderOptions, ReserveError,
    RingStatus, Stuck, UnusableFile, Writer, WriterOptions,
};
use rustix::process::{Resource, Rlimit, setrlimit};
use std::fs::{self, File};
use std::path::Path;
use std::time::Duration;

/// The parts that other processes play; does nothing in the test itself.
#[test]
fn peer() {
    let Some((part, ring)) = own_part() else { return };
    match part.as_str() {
        "truncated" => use_truncated_rings(&ring),
        "truncated within" => use_a_ring_truncated_within(&ring),
        "file size limit" => create_beyond_the_file_size_limit(&ring),
        "memory limit" => map_beyond_the_memory_limit(&ring),
        "a fault of its own" => fault_elsewhere(&ring),
        "a signal" => be_sent_a_signal(&ring),
        "a signal without a handler" => {
            common::answer_sigbus(Answer::Default);
            be_sent_a_signal(&ring);
        }
        "a signal that is ignored" => {
            common::answer_sigbus(Answer::Ignore);
            be_sent_a_signal(&ring);
            // The protection is still there.
            use_truncated_rings(&ring);
        }
        other => panic!("no such part: {other}"),
    }
}

/// Runs `part` in a process of its own, which must come to its end.
fn survives(part: &str) {
    let place = Place::new();
    Peer::start(part, &place.ring()).expect("survived");
}

fn truncate(path: &Path, len: u64) {
    File::options().write(true).open(path).expect("the file").set_len(len).expect("it is ours");
}

fn use_truncated_rings(ring: &Path) {
    for (number, stuck) in
        [Stuck::Wait, Stuck::Evict(Duration::from_secs(1))].into_iter().enumerate()
    {
        let ring = ring.with_extension(format!("{number}"));
        let mut options = WriterOptions::with_capacity(1 << 16);
        options.stuck = stuck;
        let mut writer = Writer::create(&ring, &options).expect("a ring");
        let mut reader = reader(&ring);
        let mut lossy = LossyReader::attach(&ring, &ReaderOptions::default()).expect("a reader");
        writer.write(&[1; 1000]).expect("room");
        assert_eq!(next(&mut reader), [1; 1000]);
        truncate(&ring, 0);
        assert_eq!(reader.poll().map(drop), Err(PollError::Truncated));
        assert_eq!(reader.wait(LONG), Err(PollError::Truncated));
        assert_eq!(lossy.poll().map(drop), Err(PollError::Truncated));
        while writer.try_reserve(1000).map(|mut slot| slot.fill(1)).is_ok() {}
        assert!(matches!(writer.reserve(1000).map(drop), Err(ReserveError::Truncated)));
        assert_eq!(writer.live_readers(), 0);
    }
    say("survived");
}

fn use_a_ring_truncated_within(ring: &Path) {
    let mut writer = Writer::create(ring, &WriterOptions::with_capacity(1 << 20)).expect("a ring");
    let mut reader = reader(ring);
    let mut lossy = LossyReader::attach(ring, &ReaderOptions::default()).expect("a reader");
    for _ in 0..8 {
        writer.write(&[1; 100_000]).expect("room");
    }
    // The header and some frames stay.
    truncate(ring, 400_000);
    let read_on = |taken: Result<bool, PollError>| match taken {
        Ok(true) => true,
        Ok(false) => panic!("there is no end"),
        Err(error) => {
            assert_eq!(error, PollError::Truncated);
            false
        }
    };
    while read_on(reader.poll().map(|frame| {
        frame.map(|frame| assert!(frame.iter().all(|byte| [0, 1].contains(byte)))).is_some()
    })) {}
    while read_on(lossy.poll().map(|frame| {
        // What is copied is checked afterwards: not a single zero.
        frame.map(|frame| assert_eq!(frame[..], [1; 100_000])).is_some()
    })) {}
    let mut tries = 0;
    let refused = loop {
        tries += 1;
        assert!(tries < 100);
        match writer.try_reserve(100_000) {
            Ok(mut slot) => {
                slot.fill(2);
                slot.commit();
            }
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, ReserveError::Truncated | ReserveError::Full { .. }), "{refused}");
    say("survived");
}

#[test]
fn truncation_is_an_error_for_everybody() {
    survives("truncated");
}

#[test]
fn truncation_in_the_middle_is_an_error_once_somebody_comes_there() {
    survives("truncated within");
}

fn create_beyond_the_file_size_limit(ring: &Path) {
    let limit = Rlimit { current: Some(1 << 20), maximum: None };
    setrlimit(Resource::Fsize, limit).expect("a lower limit");
    let created = Writer::create(ring, &WriterOptions::with_capacity(1 << 24));
    let error = created.expect_err("refused");
    assert!(matches!(error, CreateError::FileSizeLimit { limit, .. } if limit == 1 << 20));
    assert!(error.to_string().contains("ulimit -f"), "{error}");
    Writer::create(ring, &WriterOptions::with_capacity(1 << 16)).expect("a smaller one");
    say("survived");
}

#[test]
fn a_limit_on_the_size_of_files_is_an_error() {
    survives("file size limit");
}

fn map_beyond_the_memory_limit(ring: &Path) {
    let small = Writer::create(ring, &WriterOptions::with_capacity(1 << 20)).expect("a ring");
    let limit = Rlimit { current: Some(1 << 20), maximum: None };
    setrlimit(Resource::As, limit).expect("a lower limit");
    let refused = Reader::attach(ring, &ReaderOptions::default());
    assert!(matches!(refused, Err(AttachError::Io { action: "mapping it", .. })), "{refused:?}");
    let refused = Writer::create(ring.with_extension("2"), &WriterOptions::with_capacity(1 << 20));
    assert!(matches!(refused, Err(CreateError::Io { action: "mapping it", .. })), "{refused:?}");
    setrlimit(Resource::As, Rlimit { current: None, maximum: None }).expect("no limit");
    drop(small);
    say("survived");
}

#[test]
fn a_limit_on_memory_is_an_error() {
    survives("memory limit");
}

/// A fault that has nothing to do with a ring still kills.
fn fault_elsewhere(ring: &Path) {
    let _writer = writer(&ring.with_extension("healthy"));
    fs::write(ring, [0; 4096]).expect("a file");
    let file = File::options().read(true).write(true).open(ring).expect("the file");
    let map = memmap2::MmapRaw::map_raw(&file).expect("a mapping");
    truncate(ring, 0);
    say("ready");
    let copy = common::read_mapped(&map);
    say(&format!("read {copy}"));
}

#[test]
fn a_fault_that_is_not_ours_is_not_swallowed() {
    let place = Place::new();
    let mut peer = Peer::start("a fault of its own", &place.ring());
    peer.expect("ready");
    assert_eq!(peer.ended_by_signal(), Some(7), "SIGBUS");
}

/// A signal that somebody sends is no fault.
fn be_sent_a_signal(ring: &Path) {
    let _writer = writer(ring);
    say("ready");
    common::raise_sigbus();
    say("still here");
}

#[test]
fn a_signal_that_was_sent_kills() {
    for part in ["a signal", "a signal without a handler"] {
        let place = Place::new();
        let mut peer = Peer::start(part, &place.ring());
        peer.expect("ready");
        assert_eq!(peer.ended_by_signal(), Some(7), "{part}: SIGBUS");
    }
}

#[test]
fn a_signal_that_was_sent_and_is_ignored_takes_no_protection_away() {
    survives("a signal that is ignored");
}

#[test]
fn a_replaced_file_leaves_readers_with_the_old_ring() {
    let place = Place::new();
    let mut first = writer(&place.ring());
    let mut old = reader(&place.ring());
    first.write(b"old").expect("room");
    fs::remove_file(place.ring()).expect("it is ours");
    let mut second = writer(&place.ring());
    second.write(b"new").expect("room");
    assert_eq!(next(&mut old), b"old");
    assert_ne!(Reader::epoch_at(place.ring()), Some(old.epoch()));
    assert_eq!(next(&mut reader(&place.ring())), b"new");
    first.close();
    assert_eq!(old.poll().map(drop), Err(PollError::Closed));
    assert!(place.ring().exists(), "the old writer has left the new ring's name alone");
}

#[test]
fn another_byte_order_is_named() {
    let place = Place::new();
    let _writer = writer(&place.ring());
    let mut bytes = fs::read(place.ring()).expect("the file");
    bytes[76..80].reverse();
    let copy = place.path().join("copy.ring");
    fs::copy(place.ring(), &copy).expect("a copy");
    fs::write(&copy, bytes).expect("our file");
    let refused = Reader::attach(&copy, &ReaderOptions::default());
    assert!(matches!(&refused, Err(AttachError::Unusable { reason: UnusableFile::Facts(_), .. })));
    let text = refused.expect_err("refused").to_string();
    assert!(text.contains("another byte order"), "{text}");
}

#[test]
fn a_ring_is_seen_from_outside() {
    let place = Place::new();
    let mut writer = writer(&place.ring());
    let mut fast = reader(&place.ring());
    let _slow = reader(&place.ring());
    let _lossy = LossyReader::attach(place.ring(), &ReaderOptions::default()).expect("a reader");
    writer.announce(b"hello").expect("room");
    for _ in 0..40 {
        writer.write(&[1; 50]).expect("room");
        next(&mut fast);
    }
    let status = RingStatus::read(place.ring()).expect("a ring");
    assert_eq!(status.capacity_bytes, 4096);
    assert_eq!(status.writer_pid, std::process::id());
    assert!(status.writer_alive && !status.closed && !status.evicts && !status.lossy_only);
    assert_eq!((status.published_bytes, status.published_frames), (40 * 64, 40));
    assert_eq!(status.announcements, b"hello");
    let behind: Vec<u64> = status.readers.iter().map(|reader| reader.behind_bytes).collect();
    assert_eq!(behind, [0, 40 * 64, 40 * 64]);
    assert!(status.readers.iter().all(|reader| reader.alive && reader.pid == status.writer_pid));
    let copy = place.path().join("copy.ring");
    fs::copy(place.ring(), &copy).expect("a copy");
    let status = RingStatus::read(&copy).expect("a ring");
    assert!(!status.writer_alive && status.readers.iter().all(|reader| !reader.alive));
}

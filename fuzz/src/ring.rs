//! Any bytes over a ring's file: readers, writers and tools answer with frames or errors.
//!
//! An input is a program: how many frames are written first, how readers start, and then hits, each a place
//! in the file and a word that is written there.

use std::fs::File;
use std::io::ErrorKind;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use mycelium_ring::{
    AttachError, LossyReader, Reader, ReaderOptions, RingStatus, Start, Stuck, Writer,
    WriterOptions,
};

use crate::machine::granted;

const CAPACITY_BYTES: u64 = 4096;
/// Bytes of a hit: its place and its word.
const HIT: usize = 12;
/// Parts of the file in which most of its words lie: facts, the writer's words, slots, frames.
const PARTS: [u64; 4] = [0, 128, 69_632, 81_920];

/// Panics, or worse, where something does not hold.
pub fn check(bytes: &[u8]) {
    let [before, how, hits @ ..] = bytes else { return };
    let place = Place::new();
    let mut options = WriterOptions::with_capacity(CAPACITY_BYTES);
    options.prefault = false;
    options.stuck = if how & 1 == 0 { Stuck::Wait } else { Stuck::Evict(Duration::ZERO) };
    let mut writer = granted(Writer::create(&place.0, &options), "a ring");
    let mut early = healthy(attach(&place.0, Start::First));
    let mut lossy = healthy(LossyReader::attach(&place.0, &lazy(Start::First)));
    write(&mut writer, usize::from(*before));
    let file = granted(File::options().write(true).open(&place.0), "the file of a ring");
    for hit in hits.chunks_exact(HIT) {
        let number = |at: usize| u64::from(hit[at]) << 8 | u64::from(hit[at + 1]);
        let at = PARTS[usize::from(hit[0]) % PARTS.len()] + number(2) % 4088;
        granted(file.write_all_at(&hit[4..], at), "a write into the file of a ring");
    }
    let start = match how >> 1 & 3 {
        0 => Start::First,
        1 => Start::Newest,
        2 => Start::Oldest,
        _ => Start::Sequence(u64::from(how >> 3)),
    };
    let late = attach(&place.0, start);
    let late_lossy = LossyReader::attach(&place.0, &lazy(start)).ok();
    let _ = RingStatus::read(&place.0);
    write(&mut writer, 5);
    read(&mut early);
    watch(&mut lossy);
    late.into_iter().for_each(|mut reader| read(&mut reader));
    late_lossy.into_iter().for_each(|mut reader| watch(&mut reader));
    write(&mut writer, 20);
    let _ = writer.announce(b"more");
    writer.live_readers();
}

fn lazy(start: Start) -> ReaderOptions {
    let mut options = ReaderOptions::starting_at(start);
    options.prefault = false;
    options
}

fn attach(path: &Path, start: Start) -> Result<Reader, AttachError> {
    Reader::attach(path, &lazy(start))
}

/// A reader of a ring that nothing has hit yet, which only the machine may refuse.
fn healthy<T>(attached: Result<T, AttachError>) -> T {
    match attached {
        Ok(reader) => reader,
        Err(error @ AttachError::Io { .. }) => granted(Err(error), "a reader"),
        Err(error) => panic!("a healthy ring is refused: {error}"),
    }
}

fn write(writer: &mut Writer, frames: usize) {
    for count in 0..frames {
        if let Ok(mut slot) = writer.try_reserve(count * 37 % 1025) {
            slot.fill(count as u8);
            slot.commit();
        }
    }
}

fn read(reader: &mut Reader) {
    let mut sum = 0;
    let limit = writer_max();
    for _ in 0..100 {
        match reader.poll() {
            Ok(Some(frame)) => {
                assert!(frame.len() <= limit, "a frame leaves the ring");
                sum += frame.iter().map(|&byte| u64::from(byte)).sum::<u64>();
            }
            Ok(None) => {}
            Err(_) => break,
        }
    }
    let _ = reader.poll_batch(10, |frame| sum += frame.len() as u64);
    std::hint::black_box((sum, reader.announcements().len(), reader.behind()));
}

fn watch(reader: &mut LossyReader) {
    for _ in 0..100 {
        match reader.poll() {
            Ok(Some(frame)) => assert!(frame.len() <= writer_max(), "a frame leaves the ring"),
            Ok(None) => {}
            Err(_) => break,
        }
    }
    std::hint::black_box((reader.announcements().len(), reader.behind(), reader.lost()));
}

fn writer_max() -> usize {
    CAPACITY_BYTES as usize / 4
}

/// A file's name that no other process uses; gone at the end, whatever the ring's own writer does.
struct Place(PathBuf);

impl Place {
    fn new() -> Self {
        let shm = Path::new("/dev/shm");
        let folder = if shm.is_dir() { shm.to_owned() } else { std::env::temp_dir() };
        let path = folder.join(format!("mycelium-fuzz-{}.ring", std::process::id()));
        // A run that was killed, with the number that we have, has left what no writer replaces: a hit file.
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                granted(Err(error), format_args!("the removal of {}", path.display()))
            }
            _ => Self(path),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Inputs to start from: nothing hit, and one word of each kind hit.
pub fn seeds() -> Vec<Vec<u8>> {
    let words = [0, 1, 64, 1 << 56 | 8, 2 << 56 | 56, u64::MAX];
    let places =
        [(0, 8), (0, 16), (1, 0), (1, 128), (1, 136), (1, 256), (2, 256), (2, 264), (3, 0)];
    let mut seeds = vec![vec![0, 0], vec![40, 3]];
    for (part, at) in places {
        for (number, word) in words.into_iter().enumerate() {
            let mut seed = vec![(part * 20 + at % 7) as u8, number as u8 * 43, part as u8, 0];
            seed.extend((at as u16).to_be_bytes());
            seed.extend(word.to_le_bytes());
            seeds.push(seed);
        }
    }
    seeds
}

//! What a ring looks like from outside: for tools, which neither read it nor hold it up.
//!
//! Everything is taken from the file by `read`, so nothing that happens to the file can hurt.

use crate::error::{AttachError, FactsError, UnusableFile};
use crate::layout::{
    ANNOUNCEMENTS_AT, ANNOUNCEMENTS_LEN, DATA_AT, SHARED_AT, WRITER_WORDS_AT, file_len,
    slot_lock_at,
};
use crate::lock;
use crate::open::{OpenRing, explain, is_writer_alive, open_ring};
use crate::process::Identity;
use crate::shared::{ReaderSlot, SLOTS, Shared, WriterWords};
use crate::slot::{Mode, State};
use rustix::io::pread;
use std::io;
use std::mem::offset_of;
use std::os::fd::AsFd;
use std::path::Path;

/// A ring, as it is at one moment.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RingStatus {
    /// Room for frames, in bytes.
    pub capacity_bytes: u64,
    /// Frames begin at multiples of this.
    pub frame_align: u64,
    /// The process that writes the ring.
    pub writer_pid: u32,
    /// Whether it lives.
    pub writer_alive: bool,
    /// Whether the ring was closed in order.
    pub closed: bool,
    /// A number that differs from ring to ring.
    pub epoch: u64,
    /// Whether the writer may evict readers that live.
    pub evicts: bool,
    /// Whether the writer waits for nobody.
    pub lossy_only: bool,
    /// Bytes that were published since the ring began.
    pub published_bytes: u64,
    /// Frames that were published, as of the last mark: up to a 64th of the ring ago.
    pub published_frames: u64,
    /// Bytes that are not kept any more.
    pub released_bytes: u64,
    /// Everything that was announced.
    pub announcements: Vec<u8>,
    /// Who reads, or did, by slot.
    pub readers: Vec<ReaderStatus>,
}

/// A reader of a ring, as it is at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReaderStatus {
    /// Its slot.
    pub slot: usize,
    /// What it is to the writer.
    pub kind: ReaderKind,
    /// Its process.
    pub pid: u32,
    /// Whether it lives. The slot of a dead one is freed when the writer needs room, or looks for its
    /// readers, and may be taken over by another reader before.
    pub alive: bool,
    /// Bytes that were published and that it has not read.
    pub behind_bytes: u64,
    /// Frames that it has lost; always 0 for a reliable one.
    pub lost_frames: u64,
}

/// What a reader is to the writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReaderKind {
    /// The writer waits for it.
    Reliable,
    /// The writer does not wait for it.
    Lossy,
    /// It was evicted, and has not noticed yet.
    Evicted,
}

impl RingStatus {
    /// Looks at the ring at `path`.
    ///
    /// # Errors
    ///
    /// If there is no ring, or none that may be read, or if a system call fails.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, AttachError> {
        let path = path.as_ref();
        let ring = open_ring(path).map_err(|error| explain(path, error))?;
        look_at(path, &ring)
    }
}

fn look_at(path: &Path, ring: &OpenRing) -> Result<RingStatus, AttachError> {
    let io_error = |source| AttachError::Io { path: path.to_owned(), action: "reading it", source };
    let head = read_head(ring).map_err(io_error)?;
    if head.len() < DATA_AT {
        // It was as long as its facts say when it was opened.
        let (found, expected) = (head.len() as u64, file_len(ring.facts.geometry));
        let reason = UnusableFile::Facts(FactsError::FileLength { found, expected });
        return Err(AttachError::Unusable { path: path.to_owned(), reason });
    }
    status(ring, &head).map_err(io_error)
}

/// What lies before the frames; less, if the file ends there.
fn read_head(ring: &OpenRing) -> io::Result<Vec<u8>> {
    let mut head = vec![0; DATA_AT];
    let mut filled = 0;
    while filled < head.len() {
        match pread(&ring.file, &mut head[filled..], filled as u64)? {
            0 => break,
            read => filled += read,
        }
    }
    head.truncate(filled);
    Ok(head)
}

fn status(ring: &OpenRing, head: &[u8]) -> io::Result<RingStatus> {
    let words = |offset| u64_at(head, WRITER_WORDS_AT + offset);
    let tail = words(offset_of!(WriterWords, tail));
    let announced = u32_at(head, WRITER_WORDS_AT + offset_of!(WriterWords, announced)) as usize;
    let announcements = &head[ANNOUNCEMENTS_AT..][..announced.min(ANNOUNCEMENTS_LEN)];
    let readers = (0..SLOTS).filter_map(|slot| read_slot(ring, head, slot, tail).transpose());
    Ok(RingStatus {
        capacity_bytes: ring.facts.geometry.capacity,
        frame_align: ring.facts.geometry.frame_align,
        writer_pid: ring.facts.writer.pid,
        writer_alive: is_writer_alive(ring)?,
        closed: u32_at(head, WRITER_WORDS_AT + offset_of!(WriterWords, closed)) != 0,
        epoch: ring.facts.epoch,
        evicts: ring.facts.traits.evicts,
        lossy_only: ring.facts.traits.lossy_only,
        published_bytes: tail,
        published_frames: newest_marked_frame(head),
        released_bytes: words(offset_of!(WriterWords, kept)),
        announcements: announcements.to_vec(),
        readers: readers.collect::<io::Result<_>>()?,
    })
}

fn read_slot(
    ring: &OpenRing,
    head: &[u8],
    slot: usize,
    tail: u64,
) -> io::Result<Option<ReaderStatus>> {
    let at = SHARED_AT + offset_of!(Shared, slots) + slot * size_of::<ReaderSlot>();
    let state = State::from_word(u64_at(head, at + offset_of!(ReaderSlot, state)));
    let locked = lock::is_locked(ring.file.as_fd(), slot_lock_at(slot))?;
    let kind = match state.mode() {
        Some(Mode::Reliable) => ReaderKind::Reliable,
        Some(Mode::Lossy) => ReaderKind::Lossy,
        None if locked && state.is_free() => ReaderKind::Evicted,
        None => return Ok(None),
    };
    let pid = u32_at(head, at + offset_of!(ReaderSlot, pid));
    let owner = Identity {
        pid,
        started: u64_at(head, at + offset_of!(ReaderSlot, started)),
        pid_namespace: u64_at(head, at + offset_of!(ReaderSlot, pid_namespace)),
    };
    Ok(Some(ReaderStatus {
        slot,
        kind,
        pid,
        alive: locked && !owner.is_gone(),
        behind_bytes: tail.saturating_sub(u64_at(head, at + offset_of!(ReaderSlot, cursor))),
        lost_frames: u64_at(head, at + offset_of!(ReaderSlot, lost)),
    }))
}

fn newest_marked_frame(head: &[u8]) -> u64 {
    let marks = WRITER_WORDS_AT + offset_of!(WriterWords, marks);
    let marks = head[marks..WRITER_WORDS_AT + size_of::<WriterWords>()].chunks_exact(16);
    marks.map(|mark| u64_at(mark, 8)).max().unwrap_or_default()
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    let mut value = [0; 8];
    value.copy_from_slice(&bytes[at..at + 8]);
    u64::from_ne_bytes(value)
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let mut value = [0; 4];
    value.copy_from_slice(&bytes[at..at + 4]);
    u32::from_ne_bytes(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Writer, WriterOptions};
    use rustix::fs::ftruncate;

    #[test]
    fn a_file_that_shrinks_while_one_looks_is_told_with_its_lengths() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("test.ring");
        let _writer = Writer::create(&path, &WriterOptions::with_capacity(4096)).expect("a ring");
        let ring = open_ring(&path).expect("a ring");
        ftruncate(&ring.file, 5000).expect("it is ours");
        let text = look_at(&path, &ring).expect_err("too short").to_string();
        let lengths = format!("5000 bytes long; its capacity calls for {}", DATA_AT + 4096);
        assert!(text.contains(&lengths), "{text}");
    }
}

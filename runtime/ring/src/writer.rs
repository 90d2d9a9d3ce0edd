//! The writing end.

use crate::error::{AnnounceError, CreateError, ReserveError};
use crate::file::RingFile;
use crate::frame::Geometry;
use crate::layout::{ANNOUNCEMENTS_LEN, Facts, MAX_CAPACITY, MIN_CAPACITY};
use crate::memory::Memory;
use crate::park;
use crate::process::{Identity, own_pid};
use crate::producer::{Claim, Producer};
use crate::reap;
use crate::shared::Shared;
use crate::sync::Ordering;
use crate::waiting::Waiting;
use std::ops::{Deref, DerefMut};
use std::os::fd::AsFd;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How long a writer sleeps at most before it looks for room again.
const LONGEST_SLEEP: Duration = Duration::from_millis(1);
/// How often a writer without room looks for dead readers.
const REAP_EVERY: Duration = Duration::from_millis(5);

/// How frames lie in the ring.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum FrameAlign {
    /// Each frame begins on a cache line of its own: one of up to 56 bytes costs its reader a single
    /// line transfer.
    #[default]
    CacheLine,
    /// Frames follow one another on multiples of 8 bytes: more small ones fit.
    Packed,
}

/// What a new ring shall be like.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WriterOptions {
    /// Room for frames, in bytes; rounded up to a power of two, at least 4096. No frame can be
    /// longer than a quarter of it. 16 MiB if not set.
    pub capacity_bytes: u64,
    /// How frames lie in it.
    pub frame_align: FrameAlign,
    /// How the writer waits for room.
    pub waiting: Waiting,
    /// Makes all memory resident at once, so that no write faults later: a millisecond for 4 MiB.
    pub prefault: bool,
}

impl Default for WriterOptions {
    fn default() -> Self {
        Self {
            capacity_bytes: 16 << 20,
            frame_align: FrameAlign::default(),
            waiting: Waiting::default(),
            prefault: true,
        }
    }
}

impl WriterOptions {
    /// The defaults, with room for `capacity_bytes` bytes of frames.
    pub fn with_capacity(capacity_bytes: u64) -> Self {
        Self { capacity_bytes, ..Self::default() }
    }

    fn geometry(&self) -> Result<Geometry, CreateError> {
        if self.capacity_bytes > MAX_CAPACITY {
            let requested = self.capacity_bytes;
            return Err(CreateError::Capacity { requested, limit: MAX_CAPACITY });
        }
        let capacity = self.capacity_bytes.max(MIN_CAPACITY).next_power_of_two();
        let frame_align = match self.frame_align {
            FrameAlign::CacheLine => 64,
            FrameAlign::Packed => 8,
        };
        Ok(Geometry { capacity, frame_align })
    }
}

/// The one writer of a ring. It may move to another thread, but has one owner at a time.
///
/// Dropping it closes the ring: readers get [`PollError::Closed`](crate::PollError::Closed) after the
/// last frame, and the file's name goes away. A copy of it in a forked child does nothing on drop,
/// and must not be used.
#[derive(Debug)]
pub struct Writer {
    producer: Producer,
    file: RingFile,
    facts: Facts,
    waiting: Waiting,
    announced: usize,
    last_reaping: Option<Instant>,
}

impl Writer {
    /// Makes a ring at `path`, for this user only, in place of one whose writer is dead.
    ///
    /// The file appears complete or not at all.
    ///
    /// # Errors
    ///
    /// If somebody writes a ring of this name, if there is a file that is no ring, if the file
    /// system has no room for it, or if a system call fails.
    pub fn create(path: impl AsRef<Path>, options: &WriterOptions) -> Result<Self, CreateError> {
        let path = path.as_ref();
        let facts =
            Facts { geometry: options.geometry()?, writer: Identity::own(), epoch: new_epoch() };
        let mut file = RingFile::create(path, &facts)?;
        let memory =
            Memory::map_for_writer(file.as_fd(), facts.geometry, options.prefault).map_err(
                |source| CreateError::Io { path: path.to_owned(), action: "mapping it", source },
            )?;
        let producer = Producer::new(memory);
        file.install()?;
        let waiting = options.waiting;
        Ok(Self { producer, file, facts, waiting, announced: 0, last_reaping: None })
    }

    /// Appends to the announcement area, which every reader can see, also one that attaches later.
    /// It becomes visible as a whole, and before any frame that is committed after it.
    ///
    /// # Errors
    ///
    /// If the area has no room for it; nothing is appended then.
    pub fn announce(&mut self, announcement: &[u8]) -> Result<(), AnnounceError> {
        let needed = announcement.len();
        let left = ANNOUNCEMENTS_LEN - self.announced;
        if needed > left {
            return Err(AnnounceError::Full { needed, left });
        }
        let memory = self.producer.memory_mut();
        memory.announcements_mut(self.announced)[..needed].copy_from_slice(announcement);
        self.announced += needed;
        // Release: partner is the acquire in `Reader::announcements`.
        memory.writer_words().announced.store(self.announced as u32, Ordering::Release);
        Ok(())
    }

    /// Everything announced so far.
    pub fn announcements(&self) -> &[u8] {
        self.producer.memory().announcements(self.announced)
    }

    /// Claims room for a frame of `len` bytes, and waits for it while the ring is full. The slot's
    /// bytes are whatever was there before: write them all.
    ///
    /// A dead reader holds the writer up for some milliseconds at most. One that lives and does not
    /// read, even a stopped one, holds it up until it reads: use [`Writer::reserve_timeout`] where
    /// that may not be.
    ///
    /// # Errors
    ///
    /// If a frame of this length can never be written.
    #[inline]
    pub fn reserve(&mut self, len: usize) -> Result<Slot<'_>, ReserveError> {
        self.reserve_until(len, None)
    }

    /// As [`Writer::reserve`], but waits at most for `timeout`.
    ///
    /// # Errors
    ///
    /// If a frame of this length can never be written, or if there is no room in time.
    pub fn reserve_timeout(
        &mut self,
        len: usize,
        timeout: Duration,
    ) -> Result<Slot<'_>, ReserveError> {
        self.reserve_until(len, Some(timeout))
    }

    /// As [`Writer::reserve`], but never waits.
    ///
    /// # Errors
    ///
    /// If a frame of this length can never be written, or if there is no room now.
    #[inline]
    pub fn try_reserve(&mut self, len: usize) -> Result<Slot<'_>, ReserveError> {
        let claim = self.claim(len)?;
        if !self.producer.has_room(&claim) {
            self.look_for_room(&claim)?;
        }
        Ok(Slot { producer: &mut self.producer, claim })
    }

    /// Writes one frame, and waits for room while the ring is full.
    ///
    /// # Errors
    ///
    /// If a frame of this length can never be written.
    #[inline]
    pub fn write(&mut self, payload: &[u8]) -> Result<(), ReserveError> {
        let mut slot = self.reserve(payload.len())?;
        slot.copy_from_slice(payload);
        slot.commit();
        Ok(())
    }

    /// How many readers are attached and alive. Frees the slots of dead ones.
    pub fn live_readers(&self) -> usize {
        reap::count_live(self.producer.memory(), self.file.as_fd())
    }

    /// The longest frame that the ring can carry: a quarter of its capacity.
    pub fn max_frame_len(&self) -> usize {
        usize::try_from(self.facts.geometry.max_len()).unwrap_or(usize::MAX)
    }

    /// Room for frames, in bytes.
    pub fn capacity_bytes(&self) -> u64 {
        self.facts.geometry.capacity
    }

    /// A number that differs from ring to ring, also between two of the same name.
    pub fn epoch(&self) -> u64 {
        self.facts.epoch
    }

    /// Closes the ring, as dropping it does.
    pub fn close(self) {
        drop(self);
    }

    #[inline]
    fn reserve_until(
        &mut self,
        len: usize,
        timeout: Option<Duration>,
    ) -> Result<Slot<'_>, ReserveError> {
        let claim = self.claim(len)?;
        if !self.producer.has_room(&claim) {
            self.wait_for_room(&claim, timeout)?;
        }
        Ok(Slot { producer: &mut self.producer, claim })
    }

    #[inline]
    fn claim(&self, len: usize) -> Result<Claim, ReserveError> {
        let limit = self.max_frame_len();
        match u32::try_from(len) {
            Ok(short) if len <= limit => Ok(self.producer.claim(short)),
            _ => Err(ReserveError::TooLong { len, limit }),
        }
    }

    #[cold]
    fn look_for_room(&mut self, claim: &Claim) -> Result<(), ReserveError> {
        self.producer.find_room();
        if !self.producer.has_room(claim) {
            self.reap_now_and_then(claim);
            self.producer.find_room();
        }
        match self.producer.has_room(claim) {
            true => Ok(()),
            false => Err(self.full(Duration::ZERO)),
        }
    }

    #[cold]
    fn wait_for_room(
        &mut self,
        claim: &Claim,
        timeout: Option<Duration>,
    ) -> Result<(), ReserveError> {
        self.producer.find_room();
        let mut ladder = self.waiting.ladder();
        let mut started = None;
        while !self.producer.has_room(claim) {
            if ladder.climb() {
                self.producer.find_room();
                continue;
            }
            let waited = started.get_or_insert_with(Instant::now).elapsed();
            if timeout.is_some_and(|timeout| waited >= timeout) {
                return Err(self.full(waited));
            }
            self.reap_now_and_then(claim);
            self.sleep_for_room(claim);
        }
        Ok(())
    }

    fn sleep_for_room(&mut self, claim: &Claim) {
        let wanted = claim.wanted_cursor(self.facts.geometry.capacity);
        let turn = park::wish_for_room(self.shared(), wanted);
        self.producer.find_room();
        if !self.producer.has_room(claim) {
            park::sleep_for_room(self.shared(), turn, LONGEST_SLEEP);
        }
        park::withdraw_wish(self.shared());
        self.producer.find_room();
    }

    fn reap_now_and_then(&mut self, claim: &Claim) {
        if self.last_reaping.is_none_or(|last| last.elapsed() >= REAP_EVERY) {
            let wanted = claim.wanted_cursor(self.facts.geometry.capacity);
            reap::reap_dead(self.producer.memory(), self.file.as_fd(), wanted);
            self.last_reaping = Some(Instant::now());
        }
    }

    fn full(&self, waited: Duration) -> ReserveError {
        let tail = self.producer.tail();
        let slowest = reap::find_slowest(self.producer.memory());
        let (slowest_pid, cursor) = slowest.unwrap_or((0, tail));
        ReserveError::Full { slowest_pid, behind: tail.saturating_sub(cursor), waited }
    }

    fn shared(&self) -> &Shared {
        self.producer.memory().shared()
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // A forked child has a copy of us, but the ring is its parent's.
        if self.facts.writer.pid == own_pid() {
            self.producer.close();
            self.file.remove();
        }
    }
}

/// Room for one frame. Dropping it publishes nothing.
#[derive(Debug)]
#[must_use = "a slot that is not committed publishes nothing"]
pub struct Slot<'a> {
    producer: &'a mut Producer,
    claim: Claim,
}

impl Slot<'_> {
    /// Publishes the frame, and wakes readers that sleep.
    #[inline]
    pub fn commit(self) {
        self.producer.commit(self.claim);
    }
}

impl Deref for Slot<'_> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        self.producer.memory().payload(self.claim.frame, self.claim.len as usize)
    }
}

impl DerefMut for Slot<'_> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [u8] {
        self.producer.memory_mut().payload_mut(self.claim.frame, self.claim.len as usize)
    }
}

/// A number for a new ring: the time, which no two rings of one name share.
fn new_epoch() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

//! The writing end.

use crate::error::{AnnounceError, CreateError, ReserveError};
use crate::file::RingFile;
use crate::interests;
use crate::layout::{ANNOUNCEMENTS_LEN, Facts};
use crate::memory::Memory;
use crate::options::{Stuck, WriterOptions};
use crate::park;
use crate::process::{Identity, own_pid};
use crate::producer::{Claim, Producer};
use crate::reap;
use crate::shared::Shared;
use crate::sync::Ordering;
use crate::waiting::{Step, Waiting};
use crate::window::Window;
use std::io;
use std::ops::{Deref, DerefMut};
use std::os::fd::AsFd;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How long a writer sleeps at most before it looks for room again.
const LONGEST_SLEEP: Duration = Duration::from_millis(1);
/// How often a writer without room looks for dead readers.
const REAP_EVERY: Duration = Duration::from_millis(5);

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
    stuck: Stuck,
    announced: usize,
    last_reaping: Option<Instant>,
    /// Since when there is no room for the next frame.
    blocked_since: Option<Instant>,
    evicted: u64,
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
        let facts = Facts {
            geometry: options.geometry()?,
            writer: Identity::own(),
            epoch: new_epoch(),
            traits: options.traits(),
        };
        let mut file = RingFile::create(path, &facts)?;
        let memory =
            Memory::map_for_writer(file.as_fd(), facts.geometry, options.paging()).map_err(
                |source| CreateError::Io { path: path.to_owned(), action: "mapping it", source },
            )?;
        let producer = Producer::new(memory);
        file.install()?;
        Ok(Self {
            producer,
            file,
            facts,
            waiting: options.waiting,
            stuck: options.stuck,
            announced: 0,
            last_reaping: None,
            blocked_since: None,
            evicted: 0,
        })
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
    /// read, even a stopped one, holds it up until it reads, or is evicted: see [`Stuck`]. Use
    /// [`Writer::reserve_timeout`] where that may not be.
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
        let claim = self.try_claim(len)?;
        Ok(Slot { producer: &mut self.producer, claim, quiet: false })
    }

    /// Finds room without waiting; it stays found until something is committed.
    #[inline]
    pub(crate) fn try_claim(&mut self, len: usize) -> Result<Claim, ReserveError> {
        let claim = self.claim(len)?;
        if !self.producer.has_room(&claim) {
            self.look_for_room(&claim)?;
        }
        Ok(claim)
    }

    /// Looks how far readers are where the room that is known is used up, before another frame of `len` bytes is
    /// written. That takes a while, for readers write where they are: whoever has time between two frames spends it
    /// here, and not when the next is to be written. Readers that may be overtaken lose the frames that lie there now, not then.
    pub fn look_ahead(&mut self, len: usize) {
        if let Ok(claim) = self.claim(len)
            && !self.producer.has_room(&claim)
        {
            self.finds_room(&claim);
        }
    }

    /// Maps the ring a second time.
    pub(crate) fn open_window(&self) -> io::Result<Window> {
        Window::new(self.file.as_fd(), self.facts.geometry, self.facts.epoch)
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

    /// Writes many frames, and wakes sleeping readers once, at the end. Readers that do not sleep see each
    /// frame at once.
    ///
    /// ```
    /// # use mycelium_ring::{Reader, ReaderOptions, Writer, WriterOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("batch.ring");
    /// # let mut writer = Writer::create(&path, &WriterOptions::with_capacity(4096))?;
    /// # let mut reader = Reader::attach(&path, &ReaderOptions::default())?;
    /// let mut batch = writer.batch();
    /// for count in 0..10_u8 {
    ///     batch.write(&[count])?;
    /// }
    /// drop(batch);
    /// let mut sum = 0;
    /// assert_eq!(reader.poll_batch(100, |frame| sum += frame[0])?, 10);
    /// assert_eq!(sum, 45);
    /// # Ok(())
    /// # }
    /// ```
    pub fn batch(&mut self) -> Batch<'_> {
        Batch { writer: self }
    }

    /// The number of the next frame. The first frame of a ring has number 0.
    pub fn sequence(&self) -> u64 {
        self.producer.sequence()
    }

    /// How many readers were evicted: see [`Stuck::Evict`].
    pub fn evicted(&self) -> u64 {
        self.evicted
    }

    /// How many readers are attached and alive. Frees the slots of dead ones.
    pub fn live_readers(&self) -> usize {
        reap::count(self.producer.memory(), self.file.as_fd(), |slot| slot.state().is_attached())
    }

    /// How many readers for which the writer waits are attached, alive, and after frames of the kind with this name,
    /// or of all: see [`Interests`](crate::Interests). Frees the slots of dead ones.
    pub fn readers_of(&self, name: &str) -> usize {
        let (memory, file, hash) =
            (self.producer.memory(), self.file.as_fd(), interests::hash(name));
        reap::count(memory, file, |slot| slot.state().is_live() && slot.interests.has(hash))
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
        let claim = self.claim_until(len, timeout)?;
        Ok(Slot { producer: &mut self.producer, claim, quiet: false })
    }

    /// Finds room; it stays found until something is committed.
    #[inline]
    pub(crate) fn claim_until(
        &mut self,
        len: usize,
        timeout: Option<Duration>,
    ) -> Result<Claim, ReserveError> {
        let claim = self.claim(len)?;
        if !self.producer.has_room(&claim) {
            self.wait_for_room(&claim, timeout)?;
        }
        Ok(claim)
    }

    /// The payload of a claim.
    pub(crate) fn payload(&self, claim: &Claim) -> &[u8] {
        self.producer.payload(claim)
    }

    /// The half of the protocol that writes.
    pub(crate) fn producer(&mut self) -> &mut Producer {
        &mut self.producer
    }

    #[inline]
    fn claim(&self, len: usize) -> Result<Claim, ReserveError> {
        if self.producer.memory().is_truncated() {
            return Err(ReserveError::Truncated);
        }
        let limit = self.max_frame_len();
        match u32::try_from(len) {
            Ok(short) if len <= limit => Ok(self.producer.claim(short)),
            _ => Err(ReserveError::TooLong { len, limit }),
        }
    }

    #[cold]
    fn look_for_room(&mut self, claim: &Claim) -> Result<(), ReserveError> {
        if self.finds_room(claim) {
            return Ok(());
        }
        self.reap_now_and_then(claim);
        self.evict_if_stuck(claim);
        match self.finds_room(claim) {
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
        let mut ladder = self.waiting.ladder();
        let mut started = None;
        while !self.finds_room(claim) {
            let step = ladder.climb();
            if step == Step::Passed {
                continue;
            }
            let waited = started.get_or_insert_with(Instant::now).elapsed();
            if timeout.is_some_and(|timeout| waited >= timeout) {
                return Err(self.full(waited));
            }
            self.reap_now_and_then(claim);
            self.evict_if_stuck(claim);
            if step == Step::Sleep {
                self.sleep_for_room(claim);
            }
        }
        Ok(())
    }

    fn finds_room(&mut self, claim: &Claim) -> bool {
        self.producer.find_room(claim);
        let found = self.producer.has_room(claim);
        if found {
            self.blocked_since = None;
        }
        found
    }

    /// Evicts whoever holds the writer, if it has waited long enough.
    fn evict_if_stuck(&mut self, claim: &Claim) {
        let Stuck::Evict(after) = self.stuck else { return };
        if self.blocked_since.get_or_insert_with(Instant::now).elapsed() >= after {
            let wanted = claim.wanted_cursor(self.facts.geometry.capacity);
            self.evicted += reap::evict(self.producer.memory(), wanted);
        }
    }

    fn sleep_for_room(&mut self, claim: &Claim) {
        let wanted = claim.wanted_cursor(self.facts.geometry.capacity);
        let turn = park::wish_for_room(self.shared(), wanted);
        if !self.finds_room(claim) {
            park::sleep_for_room(self.shared(), turn, LONGEST_SLEEP);
        }
        park::withdraw_wish(self.shared());
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

/// Many frames in a row: see [`Writer::batch`].
#[derive(Debug)]
pub struct Batch<'a> {
    writer: &'a mut Writer,
}

impl Batch<'_> {
    /// As [`Writer::reserve`].
    ///
    /// # Errors
    ///
    /// As there.
    #[inline]
    pub fn reserve(&mut self, len: usize) -> Result<Slot<'_>, ReserveError> {
        let claim = self.writer.claim(len)?;
        if !self.writer.producer.has_room(&claim) {
            // Who sleeps makes no room.
            self.writer.producer.wake_readers();
            self.writer.wait_for_room(&claim, None)?;
        }
        Ok(Slot { producer: &mut self.writer.producer, claim, quiet: true })
    }

    /// As [`Writer::write`].
    ///
    /// # Errors
    ///
    /// As there.
    #[inline]
    pub fn write(&mut self, payload: &[u8]) -> Result<(), ReserveError> {
        let mut slot = self.reserve(payload.len())?;
        slot.copy_from_slice(payload);
        slot.commit();
        Ok(())
    }
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        self.writer.producer.wake_readers();
    }
}

/// Room for one frame. Dropping it publishes nothing.
#[derive(Debug)]
#[must_use = "a slot that is not committed publishes nothing"]
pub struct Slot<'a> {
    producer: &'a mut Producer,
    claim: Claim,
    /// Sleepers are woken by somebody else.
    quiet: bool,
}

impl Slot<'_> {
    /// Publishes the frame, and wakes readers that sleep.
    #[inline]
    pub fn commit(self) {
        match self.quiet {
            false => self.producer.commit(self.claim),
            true => self.producer.commit_quietly(self.claim),
        }
    }
}

impl Deref for Slot<'_> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        self.producer.payload(&self.claim)
    }
}

impl DerefMut for Slot<'_> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [u8] {
        self.producer.payload_mut(&self.claim)
    }
}

/// A number for a new ring: the time, which no two rings of one name share.
fn new_epoch() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

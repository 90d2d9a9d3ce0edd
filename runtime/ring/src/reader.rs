//! The reading end.

use crate::attach::{self, Attached};
use crate::consumer::{Consumer, Found};
use crate::error::{AttachError, PollError};
use crate::open::{OpenRing, is_writer_alive, open_ring};
use crate::park;
use crate::process::own_pid;
use crate::sleeper::Sleeper;
use crate::slot::Start;
use crate::sync::Ordering;
use crate::waiting::Waiting;
use std::io;
use std::ops::Deref;
use std::os::fd::AsFd;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long a reader sleeps at most before it looks whether the writer lives.
const LONGEST_SLEEP: Duration = Duration::from_millis(50);
/// How often, at most, a reader asks whether the writer lives.
const CHECK_EVERY: Duration = Duration::from_millis(10);
/// After how many polls in vain a reader looks at the clock for that.
const POLLS_PER_LOOK: u32 = 1024;

/// How a reader shall attach.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReaderOptions {
    /// Where to begin.
    pub start: Start,
    /// How the reader waits for frames.
    pub waiting: Waiting,
    /// Makes all memory resident at once, so that no read faults later.
    pub prefault: bool,
}

impl Default for ReaderOptions {
    fn default() -> Self {
        Self { start: Start::default(), waiting: Waiting::default(), prefault: true }
    }
}

/// One reader of a ring, with a cursor of its own. It may move to another thread, but has one owner
/// at a time.
///
/// Dropping it gives its slot back. A copy of it in a forked child does nothing on drop, and must not
/// be used.
#[derive(Debug)]
pub struct Reader {
    consumer: Consumer,
    ring: OpenRing,
    waiting: Waiting,
    own_pid: u32,
    /// Polls in vain since the last look at the clock.
    idle_polls: u32,
    last_check: Instant,
    /// The writer is known to be dead.
    vanished: bool,
}

impl Reader {
    /// Attaches to the ring at `path`.
    ///
    /// # Errors
    ///
    /// If there is no ring, or none that may be used, if its writer is dead, if it has all the readers
    /// that it can have, or if a system call fails.
    pub fn attach(path: impl AsRef<Path>, options: &ReaderOptions) -> Result<Self, AttachError> {
        let Attached { consumer, ring } = attach::attach(path.as_ref(), options)?;
        Ok(Self {
            consumer,
            ring,
            waiting: options.waiting,
            own_pid: own_pid(),
            idle_polls: 0,
            last_check: Instant::now(),
            vanished: false,
        })
    }

    /// The next frame, if there is one. It is the reader's until the guard is dropped; then its room
    /// goes back to the writer.
    ///
    /// Without a frame, this costs one look at a line that is in the cache; now and then (every 1024
    /// polls in vain, and at most every 10 ms) it also asks the system whether the writer lives.
    ///
    /// # Errors
    ///
    /// When there is no frame and will not be one: the writer has closed, or died, or has taken us
    /// for dead, or the memory is corrupt.
    #[inline]
    pub fn poll(&mut self) -> Result<Option<FrameGuard<'_>>, PollError> {
        let len = match self.consumer.peek() {
            Found::Frame { len } => Some(len),
            other => self.next_len_after(other)?,
        };
        Ok(len.map(|len| FrameGuard { consumer: &mut self.consumer, len }))
    }

    /// Waits for a frame: true when `poll` has one, false when `timeout` passed without.
    ///
    /// # Errors
    ///
    /// As [`Reader::poll`].
    pub fn wait(&mut self, timeout: Duration) -> Result<bool, PollError> {
        if self.has_frame()? {
            return Ok(true);
        }
        if timeout.is_zero() {
            return Ok(false);
        }
        // A time too far for the clock is for ever.
        let deadline = Instant::now().checked_add(timeout);
        let mut ladder = self.waiting.ladder();
        loop {
            let in_time = ladder.climb() || self.sleep_until(deadline)?;
            if self.has_frame()? {
                return Ok(true);
            }
            if !in_time {
                return Ok(false);
            }
        }
    }

    /// Waits for a frame and borrows it; `None` when `timeout` passed without.
    ///
    /// # Errors
    ///
    /// As [`Reader::poll`].
    pub fn receive(&mut self, timeout: Duration) -> Result<Option<FrameGuard<'_>>, PollError> {
        if self.wait(timeout)? { self.poll() } else { Ok(None) }
    }

    /// Everything that the writer has announced so far. It only grows.
    ///
    /// What was announced before a frame was committed is here once that frame is.
    pub fn announcements(&self) -> &[u8] {
        self.consumer.memory().announcements(self.announcements_len())
    }

    /// How many bytes the writer has announced so far: a cheap way to ask for news.
    pub fn announcements_len(&self) -> usize {
        // Acquire: partner is the release in `Writer::announce`.
        self.consumer.memory().writer_words().announced.load(Ordering::Acquire) as usize
    }

    /// How many bytes of frames the writer has published that this reader has not released.
    pub fn behind(&self) -> u64 {
        let tail = self.consumer.memory().writer_words().tail.0.load(Ordering::Relaxed);
        tail.saturating_sub(self.consumer.position())
    }

    /// A number that differs from ring to ring, also between two of the same name.
    pub fn epoch(&self) -> u64 {
        self.ring.facts.epoch
    }

    /// The [`Reader::epoch`] of the ring that is at `path` now, if there is one, whether or not its writer
    /// lives. A cheap way to see that another ring has taken a place.
    pub fn epoch_at(path: impl AsRef<Path>) -> Option<u64> {
        open_ring(path.as_ref()).ok().map(|ring| ring.facts.epoch)
    }

    /// The process that writes the ring.
    pub fn writer_pid(&self) -> u32 {
        self.ring.facts.writer.pid
    }

    /// What is needed to sleep on this ring and others at once.
    ///
    /// # Errors
    ///
    /// If the system cannot map the ring's shared pages once more.
    pub fn sleeper(&self) -> io::Result<Sleeper> {
        Sleeper::new(self.ring.file.as_fd())
    }

    /// Asks the system whether the writer lives, at most every 10 ms; the next `poll` in vain tells.
    /// [`Reader::poll`] does so by itself only now and then: use this after a sleep.
    pub fn look_at_writer(&mut self) {
        if self.vanished || self.last_check.elapsed() < CHECK_EVERY {
            return;
        }
        self.last_check = Instant::now();
        // In doubt, the writer lives.
        self.vanished = !is_writer_alive(&self.ring).unwrap_or(true);
    }

    fn has_frame(&mut self) -> Result<bool, PollError> {
        let found = self.consumer.peek();
        Ok(self.next_len_after(found)?.is_some())
    }

    /// The length of the next frame, given what a look has found.
    fn next_len_after(&mut self, found: Found) -> Result<Option<u32>, PollError> {
        match found {
            Found::Frame { len } => Ok(Some(len)),
            Found::Evicted => Err(PollError::Evicted),
            Found::Corrupt { word } => {
                Err(PollError::Corrupt { position: self.consumer.position(), found: word })
            }
            Found::Nothing => self.next_len_of_quiet_ring(),
        }
    }

    fn next_len_of_quiet_ring(&mut self) -> Result<Option<u32>, PollError> {
        self.look_at_writer_now_and_then();
        let end = match (self.consumer.is_closed(), self.vanished) {
            (true, _) => PollError::Closed,
            (false, true) => PollError::WriterVanished { pid: self.writer_pid() },
            (false, false) => return Ok(None),
        };
        // The last frames may have come between our look and the end.
        match self.consumer.peek() {
            Found::Nothing => Err(end),
            other => self.next_len_after(other),
        }
    }

    fn look_at_writer_now_and_then(&mut self) {
        self.idle_polls += 1;
        if self.idle_polls >= POLLS_PER_LOOK {
            self.idle_polls = 0;
            self.look_at_writer();
        }
    }

    /// Sleeps for a while; false if the deadline has passed.
    fn sleep_until(&mut self, deadline: Option<Instant>) -> Result<bool, PollError> {
        let left = match deadline {
            Some(deadline) => deadline.saturating_duration_since(Instant::now()),
            None => Duration::MAX,
        };
        if left.is_zero() {
            return Ok(false);
        }
        let ticket = park::announce_sleep(self.consumer.memory().shared());
        if !self.has_frame()? {
            park::sleep(self.consumer.memory().shared(), ticket, left.min(LONGEST_SLEEP));
            self.look_at_writer();
        }
        Ok(true)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // A forked child has a copy of us, but the slot is its parent's.
        if self.own_pid == own_pid() {
            self.consumer.leave();
        }
    }
}

/// A frame in place. While it is held, the writer keeps its bytes; dropping it moves the reader on.
#[derive(Debug)]
#[must_use = "dropping a frame releases it"]
pub struct FrameGuard<'a> {
    consumer: &'a mut Consumer,
    len: u32,
}

impl Deref for FrameGuard<'_> {
    type Target = [u8];

    /// The payload, which begins at a multiple of 8.
    #[inline]
    fn deref(&self) -> &[u8] {
        self.consumer.memory().payload(self.consumer.position(), self.len as usize)
    }
}

impl Drop for FrameGuard<'_> {
    #[inline]
    fn drop(&mut self) {
        self.consumer.release(self.len);
    }
}

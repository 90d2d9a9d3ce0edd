//! What both kinds of readers do beside taking frames: noticing that there will be none, and waiting.

use crate::attach::{self, Attached};
use crate::consumer::{Consumer, Found};
use crate::error::{AttachError, PollError};
use crate::open::{OpenRing, is_writer_alive};
use crate::park;
use crate::process::own_pid;
use crate::reader::ReaderOptions;
use crate::sleeper::Sleeper;
use crate::slot::Mode;
use crate::sync::Ordering;
use crate::waiting::{Step, Waiting};
use std::io;
use std::os::fd::AsFd;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long a reader sleeps at most before it looks whether the writer lives.
const LONGEST_SLEEP: Duration = Duration::from_millis(50);
/// How often, at most, a reader asks whether the writer lives.
const CHECK_EVERY: Duration = Duration::from_millis(10);
/// After how many polls in vain a reader looks at the clock for that.
const POLLS_PER_LOOK: u32 = 1024;
/// How often a lossy reader that is overtaken tries to go on before it takes the ring for corrupt.
const CATCH_UP_ATTEMPTS: u32 = 10_000;

/// A consumer and the ring that it reads.
#[derive(Debug)]
pub(crate) struct Follower {
    pub(crate) consumer: Consumer,
    pub(crate) ring: OpenRing,
    waiting: Waiting,
    own_pid: u32,
    /// Polls in vain since the last look at the clock.
    idle_polls: u32,
    last_check: Instant,
    /// The writer is known to be dead.
    vanished: bool,
}

impl Follower {
    pub(crate) fn attach(
        path: &Path,
        mode: Mode,
        options: &ReaderOptions,
    ) -> Result<Self, AttachError> {
        let Attached { consumer, ring } = attach::attach(path, mode, options)?;
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

    /// Waits for a frame: true when there is one, false when `timeout` passed without.
    pub(crate) fn wait(&mut self, timeout: Duration) -> Result<bool, PollError> {
        if self.has_frame()? {
            return Ok(true);
        }
        if timeout.is_zero() {
            return Ok(false);
        }
        let deadline = deadline_after(timeout);
        let mut ladder = self.waiting.ladder();
        loop {
            let in_time = match ladder.climb() {
                Step::Passed => true,
                Step::LookAtClock => left_until(deadline) > Duration::ZERO,
                Step::Sleep => self.sleep_until(deadline)?,
            };
            if self.has_frame()? {
                return Ok(true);
            }
            if !in_time {
                return Ok(false);
            }
        }
    }

    /// The length of the next frame, given what a look has found.
    pub(crate) fn next_len_after(&mut self, found: Found) -> Result<Option<u32>, PollError> {
        match found {
            Found::Frame { len } => Ok(Some(len)),
            Found::Evicted => Err(self.evicted()),
            Found::Corrupt { word } => Err(self.corrupt(word)),
            Found::Lapped => self.catch_up(),
            Found::Nothing => self.next_len_of_quiet_ring(),
        }
    }

    /// The end of a reader that has found what is no frame. Without its slot it may find anything: the writer
    /// has gone on.
    pub(crate) fn corrupt(&self, found: u64) -> PollError {
        if !self.consumer.holds() {
            return self.evicted();
        }
        match self.consumer.memory().is_truncated() {
            true => PollError::Truncated,
            false => PollError::Corrupt { position: self.consumer.position(), found },
        }
    }

    /// The end of a reader whose slot is not its own any more; or whose slot is gone.
    pub(crate) fn evicted(&self) -> PollError {
        match self.consumer.memory().is_truncated() {
            true => PollError::Truncated,
            false => PollError::Evicted,
        }
    }

    /// As [`crate::Reader::announcements`].
    pub(crate) fn announcements(&self) -> &[u8] {
        self.consumer.memory().announcements(self.announcements_len())
    }

    /// As [`crate::Reader::announcements_len`].
    pub(crate) fn announcements_len(&self) -> usize {
        // Acquire: partner is the release in `Writer::announce`.
        self.consumer.memory().writer_words().announced.load(Ordering::Acquire) as usize
    }

    /// As [`crate::Reader::behind`].
    pub(crate) fn behind(&self) -> u64 {
        let tail = self.consumer.memory().writer_words().tail.0.load(Ordering::Relaxed);
        tail.saturating_sub(self.consumer.position())
    }

    /// As [`crate::Reader::sleeper`].
    pub(crate) fn sleeper(&self) -> io::Result<Sleeper> {
        Sleeper::new(self.ring.file.as_fd())
    }

    /// As [`crate::Reader::look_at_writer`].
    pub(crate) fn look_at_writer(&mut self) {
        if self.vanished || self.last_check.elapsed() < CHECK_EVERY {
            return;
        }
        self.last_check = Instant::now();
        // In doubt, the writer lives.
        self.vanished = !is_writer_alive(&self.ring).unwrap_or(true);
    }

    fn find(&mut self) -> Found {
        match self.consumer.is_reliable() {
            true => self.consumer.peek(),
            false => self.consumer.watch(),
        }
    }

    fn has_frame(&mut self) -> Result<bool, PollError> {
        let found = self.find();
        Ok(self.next_len_after(found)?.is_some())
    }

    /// Goes on after a lap. Who is overtaken again at once goes farther ahead.
    fn catch_up(&mut self) -> Result<Option<u32>, PollError> {
        for attempt in 0..CATCH_UP_ATTEMPTS {
            if !self.consumer.catch_up(attempt > 0) {
                std::hint::spin_loop();
                continue;
            }
            match self.consumer.watch() {
                Found::Lapped => {}
                other => return self.next_len_after(other),
            }
        }
        Err(self.corrupt(0))
    }

    fn next_len_of_quiet_ring(&mut self) -> Result<Option<u32>, PollError> {
        self.look_at_writer_now_and_then();
        let end = match (self.consumer.is_closed(), self.vanished) {
            _ if self.consumer.memory().is_truncated() => return Err(PollError::Truncated),
            (true, _) => PollError::Closed,
            (false, true) => PollError::WriterVanished { pid: self.ring.facts.writer.pid },
            (false, false) => return Ok(None),
        };
        // The last frames may have come between our look and the end.
        match self.find() {
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
        let left = left_until(deadline);
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

impl Drop for Follower {
    fn drop(&mut self) {
        // A forked child has a copy of us, but the slot is its parent's.
        if self.own_pid == own_pid() {
            self.consumer.leave();
        }
    }
}

/// When so much time will have passed. A time too far for the clock is for ever: `None`.
pub(crate) fn deadline_after(timeout: Duration) -> Option<Instant> {
    Instant::now().checked_add(timeout)
}

/// How long it is until then; `None` is never.
pub(crate) fn left_until(deadline: Option<Instant>) -> Duration {
    match deadline {
        Some(deadline) => deadline.saturating_duration_since(Instant::now()),
        None => Duration::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::SHARED_AT;
    use crate::shared::Shared;
    use crate::{Stuck, Writer, WriterOptions};
    use rustix::io::pwrite;
    use std::mem::offset_of;

    /// Between its look at its slot and its look at the frame.
    #[test]
    fn a_reader_that_is_evicted_while_it_looks_is_told_so() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("test.ring");
        let mut options = WriterOptions::with_capacity(4096);
        options.stuck = Stuck::Evict(Duration::ZERO);
        let _writer = Writer::create(&path, &options).expect("a ring");
        let mut follower =
            Follower::attach(&path, Mode::Reliable, &ReaderOptions::default()).expect("a reader");
        let corrupt = Found::Corrupt { word: 7 };
        let told = PollError::Corrupt { position: 0, found: 7 };
        assert_eq!(follower.next_len_after(corrupt), Err(told), "while it has its slot");
        // The slot is free, in its next epoch.
        let slot = SHARED_AT + offset_of!(Shared, slots);
        pwrite(&follower.ring.file, &8_u64.to_ne_bytes(), slot as u64).expect("the file");
        assert_eq!(follower.next_len_after(corrupt), Err(PollError::Evicted));
    }
}

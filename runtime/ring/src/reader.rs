//! The reading end for which the writer waits: every frame, in place.

use crate::consumer::{Consumer, Found};
use crate::error::{AttachError, PollError};
use crate::follower::{Follower, deadline_after, left_until};
use crate::interests::Interests;
use crate::open::open_ring;
use crate::sleeper::Sleeper;
use crate::slot::{Mode, Start};
use crate::waiting::Waiting;
use std::hint;
use std::io;
use std::ops::Deref;
use std::path::Path;
use std::time::{Duration, Instant};

/// How much later than a batch that ran dry the next begins.
const HEAD_START: Duration = Duration::from_nanos(500);

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
    /// Asks the system for huge pages, which save misses of the translation buffer in a large ring. It may
    /// not have any to give; then this changes nothing.
    pub huge_pages: bool,
    /// What the reader is after, for a writer that asks: see [`Interests`]. It gets every frame all the same.
    pub interests: Interests,
}

impl Default for ReaderOptions {
    fn default() -> Self {
        Self {
            start: Start::default(),
            waiting: Waiting::default(),
            prefault: true,
            huge_pages: false,
            interests: Interests::default(),
        }
    }
}

impl ReaderOptions {
    /// The defaults, with another place to begin.
    pub fn starting_at(start: Start) -> Self {
        Self { start, ..Self::default() }
    }
}

/// One reader of a ring, with a cursor of its own, for which the writer waits. It may move to another
/// thread, but has one owner at a time.
///
/// Dropping it gives its slot back. A copy of it in a forked child does nothing on drop, and must not
/// be used.
#[derive(Debug)]
pub struct Reader {
    follower: Follower,
    /// Where frames are copied to, in a ring whose writer evicts: see [`crate::Stuck::Evict`].
    copy: Option<Vec<u64>>,
    /// When a batch of several frames ended because there were no more.
    ran_dry: Option<Instant>,
}

impl Reader {
    /// Attaches to the ring at `path`.
    ///
    /// # Errors
    ///
    /// If there is no ring, or none that may be used, if its writer is dead, if it has all the readers
    /// that it can have, if it is for lossy readers only, if there is no frame with the number to start
    /// at, or if a system call fails.
    pub fn attach(path: impl AsRef<Path>, options: &ReaderOptions) -> Result<Self, AttachError> {
        let follower = Follower::attach(path.as_ref(), Mode::Reliable, options)?;
        let copy = follower.ring.facts.traits.evicts.then(Vec::new);
        Ok(Self { follower, copy, ran_dry: None })
    }

    /// The next frame, if there is one. It is the reader's until the guard is dropped; then its room
    /// goes back to the writer.
    ///
    /// Without a frame, this costs one look at a line that is in the cache; now and then (every 1024
    /// polls in vain, and at most every 10 ms) it also asks the system whether the writer lives.
    ///
    /// # Errors
    ///
    /// When there is no frame and will not be one: the writer has closed, or died, or has evicted us, or
    /// the memory is corrupt or gone.
    #[inline]
    pub fn poll(&mut self) -> Result<Option<FrameGuard<'_>>, PollError> {
        Ok(self.find()?.map(|len| self.frame(len)))
    }

    /// The length of the next frame, whose bytes are then held, or copied.
    #[inline]
    fn find(&mut self) -> Result<Option<u32>, PollError> {
        let found = match self.follower.consumer.peek() {
            Found::Frame { len } => Some(len),
            other => self.follower.next_len_after(other)?,
        };
        if let (Some(len), Some(copy)) = (found, &mut self.copy) {
            copy_held(&self.follower, len, copy)?;
        }
        Ok(found)
    }

    /// The frame that was found.
    #[inline]
    fn frame(&mut self, len: u32) -> FrameGuard<'_> {
        FrameGuard { consumer: &mut self.follower.consumer, len, copy: self.copy.as_deref() }
    }

    /// Hands the frames that are there to `take`, `limit` of them at most, and gives their room back to
    /// the writer at the end: cheaper than one at a time. Returns how many there were.
    ///
    /// After a batch of several that ended because there were no more, the next begins half a microsecond later at the
    /// earliest: a reader at the heels of the writer takes each line from it that it is about to write, and both are
    /// slower by half. Who wants each frame as soon as it is there uses [`Reader::poll`].
    ///
    /// If `take` panics, the frame that it was given comes again.
    ///
    /// # Errors
    ///
    /// As [`Reader::poll`], where not a single frame was there.
    pub fn poll_batch(
        &mut self,
        limit: usize,
        mut take: impl FnMut(&[u8]),
    ) -> Result<usize, PollError> {
        self.let_writer_get_ahead();
        let mut taken = 0;
        let batch = Batch(&mut self.follower);
        while taken < limit {
            let len = match batch.0.consumer.peek() {
                Found::Frame { len } => len,
                _ if taken > 0 => break,
                other => match batch.0.next_len_after(other)? {
                    Some(len) => len,
                    None => break,
                },
            };
            match &mut self.copy {
                None => take(payload(&batch.0.consumer, len)),
                Some(copy) => match copy_held(batch.0, len, copy) {
                    Ok(()) => take(bytes_of(copy, len)),
                    Err(_) if taken > 0 => break,
                    Err(error) => return Err(error),
                },
            }
            batch.0.consumer.pass(len);
            taken += 1;
        }
        if taken > 1 && taken < limit {
            self.ran_dry = Some(Instant::now());
        }
        Ok(taken)
    }

    #[inline]
    fn let_writer_get_ahead(&mut self) {
        if let Some(dry) = self.ran_dry.take() {
            while dry.elapsed() < HEAD_START {
                hint::spin_loop();
            }
        }
    }

    /// Waits for a frame: true when `poll` has one, false when `timeout` passed without.
    ///
    /// # Errors
    ///
    /// As [`Reader::poll`].
    pub fn wait(&mut self, timeout: Duration) -> Result<bool, PollError> {
        self.follower.wait(timeout)
    }

    /// Waits for a frame and borrows it; `None` when `timeout` passed without.
    ///
    /// # Errors
    ///
    /// As [`Reader::poll`].
    pub fn receive(&mut self, timeout: Duration) -> Result<Option<FrameGuard<'_>>, PollError> {
        if let Some(len) = self.find()? {
            return Ok(Some(self.frame(len)));
        }
        let deadline = deadline_after(timeout);
        while self.wait(left_until(deadline))? {
            // Who is being evicted may find nothing where a frame was. That is no timeout.
            if let Some(len) = self.find()? {
                return Ok(Some(self.frame(len)));
            }
        }
        Ok(None)
    }

    /// The number of the next frame. The first frame of a ring has number 0.
    pub fn sequence(&self) -> u64 {
        self.follower.consumer.sequence()
    }

    /// Everything that the writer has announced so far. It only grows.
    ///
    /// What was announced before a frame was committed is here once that frame is.
    pub fn announcements(&self) -> &[u8] {
        self.follower.announcements()
    }

    /// How many bytes the writer has announced so far: a cheap way to ask for news.
    pub fn announcements_len(&self) -> usize {
        self.follower.announcements_len()
    }

    /// How many bytes of frames the writer has published that this reader has not released.
    pub fn behind(&self) -> u64 {
        self.follower.behind()
    }

    /// A number that differs from ring to ring, also between two of the same name.
    pub fn epoch(&self) -> u64 {
        self.follower.ring.facts.epoch
    }

    /// The [`Reader::epoch`] of the ring that is at `path` now, if there is one, whether or not its writer
    /// lives. A cheap way to see that another ring has taken a place.
    pub fn epoch_at(path: impl AsRef<Path>) -> Option<u64> {
        open_ring(path.as_ref()).ok().map(|ring| ring.facts.epoch)
    }

    /// The process that writes the ring.
    pub fn writer_pid(&self) -> u32 {
        self.follower.ring.facts.writer.pid
    }

    /// What is needed to sleep on this ring and others at once.
    ///
    /// # Errors
    ///
    /// If the system cannot map the ring's shared pages once more.
    pub fn sleeper(&self) -> io::Result<Sleeper> {
        self.follower.sleeper()
    }

    /// Asks the system whether the writer lives, at most every 10 ms; the next `poll` in vain tells.
    /// [`Reader::poll`] does so by itself only now and then: use this after a sleep.
    pub fn look_at_writer(&mut self) {
        self.follower.look_at_writer();
    }
}

/// A frame in place. While it is held, the writer keeps its bytes; dropping it moves the reader on.
#[derive(Debug)]
#[must_use = "dropping a frame releases it"]
pub struct FrameGuard<'a> {
    consumer: &'a mut Consumer,
    len: u32,
    /// The frame's bytes, if they are not read in place.
    copy: Option<&'a [u64]>,
}

impl FrameGuard<'_> {
    /// The frame's number. The first frame of a ring has number 0.
    pub fn sequence(&self) -> u64 {
        self.consumer.sequence()
    }
}

impl Deref for FrameGuard<'_> {
    type Target = [u8];

    /// The payload, which begins at a multiple of 8.
    #[inline]
    fn deref(&self) -> &[u8] {
        match self.copy {
            None => payload(self.consumer, self.len),
            Some(copy) => bytes_of(copy, self.len),
        }
    }
}

impl Drop for FrameGuard<'_> {
    #[inline]
    fn drop(&mut self) {
        self.consumer.release(self.len);
    }
}

/// Gives back what was passed, also when whoever takes the frames panics.
struct Batch<'a>(&'a mut Follower);

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        self.0.consumer.publish_cursor();
    }
}

#[inline]
fn payload(consumer: &Consumer, len: u32) -> &[u8] {
    consumer.memory().payload(consumer.position(), len as usize)
}

fn bytes_of(copy: &[u64], len: u32) -> &[u8] {
    &crate::copy::as_bytes(copy)[..len as usize]
}

/// Copies a frame out of a ring whose writer may evict us at any time. What the writer did not hold until
/// the end is refused.
fn copy_held(follower: &Follower, len: u32, copy: &mut Vec<u64>) -> Result<(), PollError> {
    let consumer = &follower.consumer;
    consumer.memory().copy_payload(consumer.position(), len as usize, copy);
    match consumer.holds() && !consumer.memory().is_truncated() {
        true => Ok(()),
        false => Err(follower.evicted()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::Ordering;
    use crate::{Writer, WriterOptions};
    use std::sync::atomic::AtomicBool;
    use std::thread;

    /// The word that a wait has seen may be another when the frame is taken: of a reader that is evicted
    /// between the two, for the writer goes on; here, since somebody writes it.
    #[test]
    fn a_reader_whose_frame_comes_and_goes_waits_for_its_time() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("test.ring");
        let mut writer =
            Writer::create(&path, &WriterOptions::with_capacity(4096)).expect("a ring");
        let mut reader = Reader::attach(&path, &ReaderOptions::default()).expect("a reader");
        writer.write(b"now and then").expect("room");
        let enough = AtomicBool::new(false);
        let in_vain = thread::scope(|scope| {
            scope.spawn(|| {
                let word = writer.producer().memory().commit_word(0);
                let committed = word.load(Ordering::Relaxed);
                while !enough.load(Ordering::Relaxed) {
                    word.store(0, Ordering::Release);
                    word.store(committed, Ordering::Release);
                }
            });
            let in_vain = (0..200_000).find(|_| match reader.receive(Duration::from_secs(20)) {
                // It stays where it is.
                Ok(Some(frame)) => {
                    std::mem::forget(frame);
                    false
                }
                _ => true,
            });
            enough.store(true, Ordering::Relaxed);
            in_vain
        });
        assert_eq!(in_vain, None, "it gave up at once");
    }
}

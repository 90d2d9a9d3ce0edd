//! The reading end for which the writer does not wait: copies, and an exact count of what was lost.

use crate::consumer::Found;
use crate::copy::as_bytes;
use crate::error::{AttachError, PollError};
use crate::follower::{Follower, deadline_after, left_until};
use crate::reader::ReaderOptions;
use crate::sleeper::Sleeper;
use crate::slot::Mode;
use std::io;
use std::ops::Deref;
use std::path::Path;
use std::time::Duration;

/// A reader that never holds the writer up. Where it is too slow, frames are written over before it has
/// read them, and it learns how many.
///
/// A frame is copied out of the ring, and handed out only if it was whole at the end of that.
///
/// ```
/// use mycelium_ring::{LossyReader, ReaderOptions, Writer, WriterOptions};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("ticks.ring");
/// let mut writer = Writer::create(&path, &WriterOptions::with_capacity(4096))?;
/// let mut reader = LossyReader::attach(&path, &ReaderOptions::default())?;
/// for count in 0..1000_u64 {
///     writer.write(&count.to_le_bytes())?; // never waits: no other reader is there
/// }
/// let mut received = 0;
/// while let Some(frame) = reader.poll()? {
///     assert_eq!(frame[..], frame.sequence().to_le_bytes());
///     received += 1;
/// }
/// assert!(received > 0 && reader.lost() > 0);
/// assert_eq!(received + reader.lost(), 1000);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct LossyReader {
    follower: Follower,
    copy: Vec<u64>,
    /// What was lost when the last frame was handed out.
    told: u64,
}

/// A frame, copied out of the ring.
#[derive(Clone, Copy, Debug)]
pub struct LossyFrame<'a> {
    bytes: &'a [u8],
    sequence: u64,
    lost: u64,
}

/// What was copied last.
struct Taken {
    len: usize,
    sequence: u64,
}

impl LossyReader {
    /// Attaches to the ring at `path`. It takes one of the ring's slots, so that it is seen.
    ///
    /// # Errors
    ///
    /// As [`Reader::attach`](crate::Reader::attach).
    pub fn attach(path: impl AsRef<Path>, options: &ReaderOptions) -> Result<Self, AttachError> {
        let follower = Follower::attach(path.as_ref(), Mode::Lossy, options)?;
        Ok(Self { follower, copy: Vec::new(), told: 0 })
    }

    /// The next frame that is still whole, if there is one.
    ///
    /// # Errors
    ///
    /// As [`Reader::poll`](crate::Reader::poll).
    pub fn poll(&mut self) -> Result<Option<LossyFrame<'_>>, PollError> {
        Ok(self.take()?.map(|taken| self.frame(taken)))
    }

    /// Copies the next frame that is still whole, and goes past it.
    fn take(&mut self) -> Result<Option<Taken>, PollError> {
        let mut found = self.follower.consumer.watch();
        loop {
            let len = match found {
                Found::Frame { len } => len,
                other => match self.follower.next_len_after(other)? {
                    Some(len) => len,
                    None => return Ok(None),
                },
            };
            let consumer = &mut self.follower.consumer;
            consumer.memory().copy_payload(consumer.position(), len as usize, &mut self.copy);
            if consumer.memory().is_truncated() {
                return Err(PollError::Truncated);
            }
            if consumer.is_intact() {
                let sequence = consumer.sequence();
                consumer.release(len);
                return Ok(Some(Taken { len: len as usize, sequence }));
            }
            found = Found::Lapped;
        }
    }

    /// The frame that was taken last.
    fn frame(&mut self, taken: Taken) -> LossyFrame<'_> {
        let total = self.follower.consumer.lost();
        let lost = total - std::mem::replace(&mut self.told, total);
        LossyFrame { bytes: &as_bytes(&self.copy)[..taken.len], sequence: taken.sequence, lost }
    }

    /// Goes on at what is new: a 64th of the ring behind the newest frame, at most. What is passed over counts as
    /// lost, and is told with the next frame. Without anything newer than the next frame, it changes nothing.
    ///
    /// ```
    /// use mycelium_ring::{LossyReader, ReaderOptions, Writer, WriterOptions};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("ticks.ring");
    /// let mut writer = Writer::create(&path, &WriterOptions::with_capacity(65536))?;
    /// let mut reader = LossyReader::attach(&path, &ReaderOptions::default())?;
    /// for count in 0..1000_u64 {
    ///     writer.write(&count.to_le_bytes())?;
    /// }
    /// reader.skip_to_newest();
    /// let frame = reader.poll()?.ok_or("there are frames behind the newest mark")?;
    /// assert!(frame.sequence() > 900 && frame.lost() == frame.sequence());
    /// # Ok(())
    /// # }
    /// ```
    pub fn skip_to_newest(&mut self) {
        self.follower.consumer.catch_up(true);
    }

    /// Waits for a frame: true when one has come, false when `timeout` passed without. It may be gone
    /// again when `poll` looks.
    ///
    /// # Errors
    ///
    /// As [`LossyReader::poll`].
    pub fn wait(&mut self, timeout: Duration) -> Result<bool, PollError> {
        self.follower.wait(timeout)
    }

    /// Waits for a frame and copies it; `None` when `timeout` passed without.
    ///
    /// # Errors
    ///
    /// As [`LossyReader::poll`].
    pub fn receive(&mut self, timeout: Duration) -> Result<Option<LossyFrame<'_>>, PollError> {
        if let Some(taken) = self.take()? {
            return Ok(Some(self.frame(taken)));
        }
        let deadline = deadline_after(timeout);
        while self.wait(left_until(deadline))? {
            if let Some(taken) = self.take()? {
                return Ok(Some(self.frame(taken)));
            }
        }
        Ok(None)
    }

    /// The number of the next frame. The first frame of a ring has number 0.
    pub fn sequence(&self) -> u64 {
        self.follower.consumer.sequence()
    }

    /// How many frames were lost in all: published since this reader began, and overwritten before it had
    /// read them.
    pub fn lost(&self) -> u64 {
        self.follower.consumer.lost()
    }

    /// As [`Reader::announcements`](crate::Reader::announcements).
    pub fn announcements(&self) -> &[u8] {
        self.follower.announcements()
    }

    /// How many bytes of frames the writer has published that this reader has not read.
    pub fn behind(&self) -> u64 {
        self.follower.behind()
    }

    /// As [`Reader::epoch`](crate::Reader::epoch).
    pub fn epoch(&self) -> u64 {
        self.follower.ring.facts.epoch
    }

    /// The process that writes the ring.
    pub fn writer_pid(&self) -> u32 {
        self.follower.ring.facts.writer.pid
    }

    /// As [`Reader::sleeper`](crate::Reader::sleeper).
    ///
    /// # Errors
    ///
    /// As there.
    pub fn sleeper(&self) -> io::Result<Sleeper> {
        self.follower.sleeper()
    }
}

impl LossyFrame<'_> {
    /// The frame's number. The first frame of a ring has number 0.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// How many frames were lost between the one that was handed out before and this one.
    pub fn lost(&self) -> u64 {
        self.lost
    }
}

impl Deref for LossyFrame<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.bytes
    }
}

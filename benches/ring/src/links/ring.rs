//! The ring of `mycelium-ring`.

use crate::Outcome;
use crate::link::{self, Kind, Plan};
use crate::links::{RING_LARGE, RING_SMALL};
use mycelium_ring::{
    AttachError, FrameAlign, Reader, ReaderOptions, Waiting, Writer, WriterOptions,
};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Frames between two looks of sleepers, in batches.
const BATCH: usize = 64;

fn path(plan: &Plan, name: &str) -> PathBuf {
    plan.folder.join(format!("{name}.ring"))
}

fn create(plan: &Plan, name: &str) -> Outcome<Writer> {
    // A few large frames, or many small ones. No frame is longer than a quarter of its ring.
    let frames = match plan.link.as_str() {
        RING_SMALL => 4,
        RING_LARGE => 64,
        _ => 8,
    };
    let capacity = (plan.len as u64 * frames).max(1 << 20);
    let mut options = WriterOptions::with_capacity(capacity);
    if matches!(plan.kind, Kind::Stream(_)) {
        options.frame_align = FrameAlign::Packed;
    }
    options.waiting = Waiting::SPIN;
    Ok(Writer::create(path(plan, name), &options)?)
}

pub(crate) struct Sender(Writer);

impl link::Sender for Sender {
    fn create(plan: &Plan, name: &str) -> Outcome<Self> {
        create(plan, name).map(Self)
    }

    #[inline]
    fn send(&mut self, bytes: &[u8]) -> Outcome<()> {
        Ok(self.0.write(bytes)?)
    }

    #[inline]
    fn lend(&mut self, len: usize, write: impl FnOnce(&mut [u8])) -> Outcome<()> {
        let mut slot = self.0.reserve(len)?;
        write(&mut slot);
        slot.commit();
        Ok(())
    }
}

/// Looks for sleepers once in a batch.
pub(crate) struct BatchSender {
    writer: Writer,
    waiting: Vec<u8>,
    len: usize,
}

impl BatchSender {
    fn flush(&mut self, len: usize) -> Outcome<()> {
        let mut batch = self.writer.batch();
        for bytes in self.waiting.chunks_exact(len) {
            batch.write(bytes)?;
        }
        drop(batch);
        self.waiting.clear();
        Ok(())
    }
}

impl Drop for BatchSender {
    fn drop(&mut self) {
        // A measurement that has failed has said so.
        let _ = self.flush(self.len);
    }
}

impl link::Sender for BatchSender {
    fn create(plan: &Plan, name: &str) -> Outcome<Self> {
        let waiting = Vec::with_capacity(BATCH * plan.len);
        Ok(Self { writer: create(plan, name)?, waiting, len: plan.len })
    }

    /// As an application does that has many messages at hand.
    fn send(&mut self, bytes: &[u8]) -> Outcome<()> {
        self.waiting.extend_from_slice(bytes);
        match self.waiting.len() == BATCH * bytes.len() {
            true => self.flush(bytes.len()),
            false => Ok(()),
        }
    }
}

pub(crate) struct Receiver(Reader);

fn attach(plan: &Plan, name: &str, waiting: Waiting) -> Outcome<Reader> {
    let mut options = ReaderOptions::default();
    options.waiting = waiting;
    let started = Instant::now();
    loop {
        match Reader::attach(path(plan, name), &options) {
            Ok(reader) => return Ok(reader),
            Err(AttachError::NotFound { .. }) if started.elapsed() < Duration::from_secs(5) => {
                std::thread::yield_now();
            }
            Err(error) => return Err(error.into()),
        }
    }
}

impl link::Receiver for Receiver {
    fn attach(plan: &Plan, name: &str) -> Outcome<Self> {
        attach(plan, name, Waiting::SPIN).map(Self)
    }

    #[inline]
    fn try_receive(&mut self, mut take: impl FnMut(&[u8])) -> Outcome<bool> {
        let frame = self.0.poll()?;
        Ok(frame.map(|frame| take(&frame)).is_some())
    }

    #[inline]
    fn try_receive_many(&mut self, limit: usize, take: impl FnMut(&[u8])) -> Outcome<usize> {
        Ok(self.0.poll_batch(limit, take)?)
    }
}

/// Sleeps at once when there is nothing.
pub(crate) struct ParkedReceiver(Reader);

impl link::Receiver for ParkedReceiver {
    fn attach(plan: &Plan, name: &str) -> Outcome<Self> {
        attach(plan, name, Waiting::SLEEP).map(Self)
    }

    fn try_receive(&mut self, mut take: impl FnMut(&[u8])) -> Outcome<bool> {
        let frame = self.0.receive(Duration::from_secs(5))?;
        Ok(frame.map(|frame| take(&frame)).is_some())
    }
}

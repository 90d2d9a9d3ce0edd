//! A writer for several threads.

use crate::error::{AnnounceError, ReserveError};
use crate::producer::Claim;
use crate::writer::Writer;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long one thread that waits for room keeps the others from having their turn.
const TURN: Duration = Duration::from_millis(1);

/// A ring's writer, shared by the threads of a process: a clone is another handle of the same.
///
/// One thread writes at a time, from reserving to committing; the others wait for it. While there is no
/// room they take turns. The frames of one thread keep their order. A thread that panics while it fills a
/// slot publishes nothing, and holds up nobody. The ring is closed when the last handle is dropped.
///
/// ```
/// use mycelium_ring::{Reader, ReaderOptions, SharedWriter, Writer, WriterOptions};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("shared.ring");
/// let writer = SharedWriter::new(Writer::create(&path, &WriterOptions::with_capacity(1 << 16))?);
/// let mut reader = Reader::attach(&path, &ReaderOptions::default())?;
/// std::thread::scope(|scope| {
///     for thread in 0..4_u8 {
///         let writer = writer.clone();
///         scope.spawn(move || writer.write(&[thread; 100]));
///     }
/// });
/// let mut bytes = 0;
/// reader.poll_batch(100, |frame| bytes += frame.len())?;
/// assert_eq!(bytes, 400);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct SharedWriter {
    writer: Arc<Mutex<Writer>>,
}

/// Room for one frame, and the right to write it. Dropping it publishes nothing.
#[derive(Debug)]
#[must_use = "a slot that is not committed publishes nothing"]
pub struct SharedSlot<'a> {
    writer: MutexGuard<'a, Writer>,
    claim: Claim,
}

impl SharedWriter {
    /// Shares the writer.
    pub fn new(writer: Writer) -> Self {
        Self { writer: Arc::new(Mutex::new(writer)) }
    }

    /// As [`Writer::reserve`]. The slot keeps the other threads waiting.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn reserve(&self, len: usize) -> Result<SharedSlot<'_>, ReserveError> {
        self.reserve_until(len, None)
    }

    /// As [`Writer::reserve_timeout`]. The time does not cover the wait for a thread that fills a slot.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn reserve_timeout(
        &self,
        len: usize,
        timeout: Duration,
    ) -> Result<SharedSlot<'_>, ReserveError> {
        self.reserve_until(len, Some(timeout))
    }

    /// As [`Writer::write`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn write(&self, payload: &[u8]) -> Result<(), ReserveError> {
        let mut slot = self.reserve(payload.len())?;
        slot.copy_from_slice(payload);
        slot.commit();
        Ok(())
    }

    /// As [`Writer::announce`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn announce(&self, announcement: &[u8]) -> Result<(), AnnounceError> {
        self.lock().announce(announcement)
    }

    /// Has the writer to itself for a while: for what a shared one has no function of its own.
    pub fn with<T>(&self, work: impl FnOnce(&mut Writer) -> T) -> T {
        work(&mut self.lock())
    }

    fn reserve_until(
        &self,
        len: usize,
        timeout: Option<Duration>,
    ) -> Result<SharedSlot<'_>, ReserveError> {
        let mut started = None;
        loop {
            let mut writer = self.lock();
            let left = timeout.map_or(TURN, |timeout| {
                timeout.saturating_sub(started.map_or(Duration::ZERO, |at: Instant| at.elapsed()))
            });
            match writer.claim_until(len, Some(left.min(TURN))) {
                Ok(claim) => return Ok(SharedSlot { writer, claim }),
                Err(ReserveError::Full { slowest_pid, behind, waited: turn }) => {
                    let waited = started.get_or_insert_with(|| Instant::now() - turn).elapsed();
                    if timeout.is_some_and(|timeout| waited >= timeout) {
                        return Err(ReserveError::Full { slowest_pid, behind, waited });
                    }
                }
                Err(error) => return Err(error),
            }
            drop(writer);
            std::thread::yield_now();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Writer> {
        // A thread that panicked with a slot has not committed it: the writer is as it was before.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SharedSlot<'_> {
    /// Publishes the frame, and wakes readers that sleep.
    pub fn commit(mut self) {
        let claim = self.claim;
        self.writer.producer().commit(claim);
    }
}

impl Deref for SharedSlot<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.writer.payload(&self.claim)
    }
}

impl DerefMut for SharedSlot<'_> {
    fn deref_mut(&mut self) -> &mut [u8] {
        let claim = self.claim;
        self.writer.producer().payload_mut(&claim)
    }
}

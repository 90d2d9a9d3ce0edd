//! Frames in and out of a byte stream, many at a system call.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use mycelium_wire::FrameHeader;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::control;
use super::outbox::{Outbox, Taken};
use crate::inbox::Run;

/// How much is asked for at once.
const READ_BYTES: usize = 64 * 1024;

/// What TLS begins with: no frame does, whose length is a multiple of 8.
const TLS_HANDSHAKE: &[u8] = &[0x16, 0x03];

const NO_TLS: &str = "it speaks TLS, and nobody does here; use the same topology on both sides";

/// Takes frames out of a stream.
pub(crate) struct FrameReader<R> {
    stream: R,
    buffer: BytesMut,
    max_frame_bytes: usize,
    /// How much came at a time, last.
    came_bytes: usize,
}

/// Why no frame comes.
#[derive(Debug)]
pub(crate) enum ReadError {
    /// The stream ended, or broke.
    Ended(io::Error),
    /// What came is no frame.
    NotAFrame(String),
}

impl<R: AsyncRead + Unpin> FrameReader<R> {
    pub(crate) fn new(stream: R, max_frame_bytes: usize) -> Self {
        let buffer = BytesMut::with_capacity(READ_BYTES);
        Self { stream, buffer, max_frame_bytes, came_bytes: 0 }
    }

    /// The next frame, whole. Dropping the future loses nothing.
    pub(crate) async fn next(&mut self) -> Result<(FrameHeader, Bytes), ReadError> {
        loop {
            if let Some(frame) = self.split()? {
                return Ok(frame);
            }
            self.fill().await.map_err(ReadError::Ended)?;
        }
    }

    /// Whether nothing lies here, not even half a frame.
    pub(crate) fn has_read_nothing(&self) -> bool {
        self.buffer.is_empty()
    }

    /// Memory that is held for what comes.
    #[cfg(fuzzing)]
    pub(crate) fn held_bytes(&self) -> usize {
        self.buffer.capacity()
    }

    /// The next frame if all of it has been read.
    pub(crate) fn split(&mut self) -> Result<Option<(FrameHeader, Bytes)>, ReadError> {
        let header = self.whole_at(0)?;
        Ok(header.map(|header| (header, self.buffer.split_to(header.frame_len()).freeze())))
    }

    /// The next frame if all of it has been read, and those messages behind it that go on where it ends: of its
    /// channel and type, with the next numbers. The header is the first one's.
    pub(crate) fn split_run(&mut self) -> Result<Option<(FrameHeader, Run)>, ReadError> {
        let Some(first) = self.whole_at(0)? else { return Ok(None) };
        let (mut last, mut count, mut len) = (first, 1, first.frame_len());
        // What is no frame is found again when it is the first.
        while let Ok(Some(next)) = self.whole_at(len)
            && goes_on(&last, &next)
        {
            len += next.frame_len();
            count += 1;
            last = next;
        }
        Ok(Some((first, Run::of(self.buffer.split_to(len).freeze(), count))))
    }

    /// The header of the frame that begins here, if all of it has been read.
    fn whole_at(&mut self, start: usize) -> Result<Option<FrameHeader>, ReadError> {
        let there = &self.buffer[start..];
        if there.len() < FrameHeader::SIZE {
            return Ok(None);
        }
        let header = FrameHeader::parse(there).map_err(|error| {
            let is_tls = there.starts_with(TLS_HANDSHAKE);
            ReadError::NotAFrame(if is_tls { NO_TLS.to_owned() } else { error.to_string() })
        })?;
        let len = header.frame_len();
        if len > self.max_frame_bytes {
            let limit = self.max_frame_bytes;
            let reason = format!("a frame of {len} bytes where at most {limit} are taken");
            return Err(ReadError::NotAFrame(reason));
        }
        if there.len() < len {
            // What is reserved follows what was promised by the peer, but not beyond what it sent
            // so far: a promise alone must not cost memory.
            if start == 0 {
                let ahead = self.buffer.len().max(READ_BYTES);
                self.buffer.reserve((len - self.buffer.len()).min(ahead));
            }
            return Ok(None);
        }
        Ok(Some(header))
    }

    /// Reads what has come, or waits for something. Dropping the future loses nothing.
    pub(crate) async fn fill(&mut self) -> io::Result<()> {
        if self.buffer.capacity() - self.buffer.len() < READ_BYTES / 4 {
            self.buffer.reserve(READ_BYTES);
        }
        self.came_bytes = self.stream.read_buf(&mut self.buffer).await?;
        match self.came_bytes {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }

    /// Whether so much came last that there is likely to be more.
    pub(crate) fn is_flooded(&self) -> bool {
        self.came_bytes >= READ_BYTES / 4
    }
}

/// Whether a message is what comes behind another on its channel, as if nothing lay between. Control frames, whose
/// type is 0, stand alone.
fn goes_on(last: &FrameHeader, next: &FrameHeader) -> bool {
    let is_alike = next.type_id == last.type_id && next.channel == last.channel;
    is_alike && next.type_id != 0 && next.sequence == last.sequence.wrapping_add(1)
}

/// How long an observer waits for what comes behind other frames: so many share a system call, and whoever
/// publishes need not wake the writer for each.
const OBSERVER_REST: Duration = Duration::from_millis(2);

/// Writes what comes into the outbox until it ends, and a sign of life when nothing comes.
pub(crate) async fn write_all(
    mut stream: impl AsyncWrite + Unpin,
    outbox: Arc<Outbox>,
    idle: Duration,
) {
    let written = write_until_end(&mut stream, &outbox, idle).await;
    if written.is_err() {
        // The reader learns of it by itself; publishers must not wait for a writer that is gone.
        outbox.close();
    }
}

async fn write_until_end(
    stream: &mut (impl AsyncWrite + Unpin),
    outbox: &Outbox,
    idle: Duration,
) -> io::Result<()> {
    let mut bytes = Vec::new();
    loop {
        match outbox.take(&mut bytes) {
            Taken::Bytes => {
                stream.write_all(&bytes).await?;
                // TLS keeps what a full socket did not take.
                stream.flush().await?;
                bytes.clear();
                if outbox.is_observed() {
                    tokio::time::sleep(OBSERVER_REST).await;
                }
            }
            Taken::Nothing => {
                if tokio::time::timeout(idle, outbox.filled()).await.is_err() {
                    outbox.push(&control::heartbeat());
                }
            }
            Taken::End => return stream.shutdown().await,
        }
    }
}

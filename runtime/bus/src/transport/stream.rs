//! Frames in and out of a byte stream, many at a system call.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use mycelium_wire::FrameHeader;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::control;
use super::outbox::{Outbox, Taken};

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
        Self { stream, buffer: BytesMut::with_capacity(READ_BYTES), max_frame_bytes }
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

    /// The next frame if all of it has been read.
    pub(crate) fn split(&mut self) -> Result<Option<(FrameHeader, Bytes)>, ReadError> {
        if self.buffer.len() < FrameHeader::SIZE {
            return Ok(None);
        }
        let header = FrameHeader::parse(&self.buffer).map_err(|error| {
            let is_tls = self.buffer.starts_with(TLS_HANDSHAKE);
            ReadError::NotAFrame(if is_tls { NO_TLS.to_owned() } else { error.to_string() })
        })?;
        let len = header.frame_len();
        if len > self.max_frame_bytes {
            let limit = self.max_frame_bytes;
            let reason = format!("a frame of {len} bytes where at most {limit} are taken");
            return Err(ReadError::NotAFrame(reason));
        }
        if self.buffer.len() < len {
            // What is reserved follows what was promised by the peer, but not beyond what it sent
            // so far: a promise alone must not cost memory.
            let ahead = self.buffer.len().max(READ_BYTES);
            self.buffer.reserve((len - self.buffer.len()).min(ahead));
            return Ok(None);
        }
        Ok(Some((header, self.buffer.split_to(len).freeze())))
    }

    async fn fill(&mut self) -> io::Result<()> {
        if self.buffer.capacity() - self.buffer.len() < READ_BYTES / 4 {
            self.buffer.reserve(READ_BYTES);
        }
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

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

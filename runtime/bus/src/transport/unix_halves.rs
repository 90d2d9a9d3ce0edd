//! The two halves of a Unix socket, each of which hears only what it waits for.
//!
//! Whenever the peer takes bytes out of a Unix socket, the kernel tells whoever watches for room to write. One who
//! watches for both, as tokio's own stream does, is so woken once more for each message that the peer has read, for
//! nothing. The reading half watches for bytes alone; the writing one for room, and only while it lacks some.

use std::io::{self, ErrorKind, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::unix::AsyncFd;
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};

/// Bytes that are asked for at once.
const READ_BYTES: usize = 64 << 10;

/// Reads.
pub(crate) struct UnixRead {
    socket: AsyncFd<UnixStream>,
    /// What is read goes here first: memory that is known to be written.
    read: Box<[u8]>,
}

/// Writes.
pub(crate) struct UnixWrite {
    socket: UnixStream,
    /// The same socket, while there is no room to write.
    room: Option<AsyncFd<UnixStream>>,
}

/// Splits a stream of tokio's.
pub(crate) fn split(stream: tokio::net::UnixStream) -> io::Result<(UnixRead, UnixWrite)> {
    // It does not block, and stays so.
    let socket = stream.into_std()?;
    let write = UnixWrite { socket: socket.try_clone()?, room: None };
    let socket = watch(socket, Interest::READABLE)?;
    Ok((UnixRead { socket, read: vec![0; READ_BYTES].into() }, write))
}

/// Watches a socket for one thing alone.
// Deprecated for sources that may give another descriptor, or one that was closed, from call to call. A socket that
// is owned cannot, and what is named in its place is unsafe code.
#[allow(deprecated)]
fn watch(socket: UnixStream, interest: Interest) -> io::Result<AsyncFd<UnixStream>> {
    AsyncFd::with_interest(socket, interest)
}

impl AsyncRead for UnixRead {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Self { socket, read } = self.get_mut();
        let most = read.len().min(into.remaining());
        loop {
            let mut ready = ready!(socket.poll_read_ready(context))?;
            match socket.get_ref().read(&mut read[..most]) {
                Ok(count) => {
                    // Nothing is left: no need to ask for it.
                    if count < most {
                        ready.clear_ready();
                    }
                    into.put_slice(&read[..count]);
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => ready.clear_ready(),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl AsyncWrite for UnixWrite {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let Self { socket, room } = self.get_mut();
        loop {
            let ready = match &*room {
                Some(room) => Some(ready!(room.poll_write_ready(context))?),
                None => None,
            };
            match (&*socket).write(bytes) {
                Ok(count) => {
                    *room = None;
                    return Poll::Ready(Ok(count));
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => match ready {
                    Some(mut ready) => ready.clear_ready(),
                    None => {
                        let socket = socket.try_clone()?;
                        *room = Some(watch(socket, Interest::WRITABLE)?);
                    }
                },
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.socket.shutdown(Shutdown::Write))
    }
}

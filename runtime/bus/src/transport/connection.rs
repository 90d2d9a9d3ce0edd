//! A connection that was made, before anything was said on it.

use std::os::fd::{AsFd, OwnedFd};
use std::pin::Pin;

use tokio::net::{TcpStream, UnixStream, tcp};

use super::tls::Certified;
use super::unix_halves::{self, UnixRead, UnixWrite};

/// Two halves of a byte stream, and what is known of the other side.
pub(crate) struct Connection<R, W> {
    pub(crate) read: R,
    pub(crate) write: W,
    /// The same socket, for publishers that write by themselves; nothing where bytes are encrypted
    /// on the way.
    pub(crate) socket: Option<OwnedFd>,
    /// Who the other side has proved to be; nothing where it is trusted.
    pub(crate) certified: Option<Certified>,
}

/// Why a stream gives no connection.
pub(crate) struct Refusal {
    /// Nothing where the other side went without a word.
    pub(crate) reason: Option<String>,
    /// What is left to do, so that the other side hears of it.
    pub(crate) parting: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl Connection<tcp::OwnedReadHalf, tcp::OwnedWriteHalf> {
    /// Over TCP as it is.
    pub(crate) fn tcp(stream: TcpStream) -> Self {
        let socket = stream.as_fd().try_clone_to_owned().ok();
        let (read, write) = stream.into_split();
        Self { read, write, socket, certified: None }
    }
}

impl Connection<UnixRead, UnixWrite> {
    /// Over a Unix socket, whose peer was checked.
    pub(crate) fn unix(stream: UnixStream) -> Result<Self, Refusal> {
        let socket = stream.as_fd().try_clone_to_owned().ok();
        let halves = unix_halves::split(stream);
        let (read, write) = halves.map_err(|error| Refusal::because(error.to_string()))?;
        Ok(Self { read, write, socket, certified: None })
    }
}

impl Refusal {
    pub(crate) fn because(reason: impl Into<String>) -> Self {
        Self { reason: Some(reason.into()), parting: None }
    }
}

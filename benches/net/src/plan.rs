//! What is measured: the same in both processes.

use std::net::TcpListener;
use std::path::{Path, PathBuf};

use crate::Outcome;

/// Bytes of each message. Ours has its header among them, and nobody else has one.
pub(crate) const LEN: usize = 64;

/// One measurement over one way.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// Which way.
    pub(crate) way: String,
    pub(crate) kind: Kind,
    pub(crate) socket: Socket,
    pub(crate) rounds: usize,
    /// Where the second process listens: a path, or an address.
    pub(crate) address: String,
    /// Where files lie; unique to this turn.
    pub(crate) folder: PathBuf,
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A message there, one back; the processes on two processors.
    PingPong,
    /// The same on one processor.
    PingPongOnOne,
    /// One way.
    Stream,
}

/// What is under all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Socket {
    Unix,
    Tcp,
}

impl Socket {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Unix => "Unix socket",
            Self::Tcp => "TCP loopback",
        }
    }

    /// Where nobody listens yet.
    pub(crate) fn address(self, folder: &Path) -> Outcome<String> {
        Ok(match self {
            Self::Unix => folder.join("bare.sock").display().to_string(),
            // A port that was free a moment ago; the second process takes it right after.
            Self::Tcp => TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.to_string(),
        })
    }
}

impl Plan {
    /// As one text, for the environment of a process.
    pub(crate) fn write(&self) -> String {
        let Self { way, kind, socket, rounds, address, folder } = self;
        let (kind, socket) = (format!("{kind:?}"), format!("{socket:?}"));
        format!("{way}\n{kind}\n{socket}\n{rounds}\n{address}\n{}", folder.display())
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let way = lines.next()?.to_owned();
        let kind = match lines.next()? {
            "PingPong" => Kind::PingPong,
            "PingPongOnOne" => Kind::PingPongOnOne,
            "Stream" => Kind::Stream,
            _ => return None,
        };
        let socket = match lines.next()? {
            "Unix" => Socket::Unix,
            "Tcp" => Socket::Tcp,
            _ => return None,
        };
        let rounds = lines.next()?.parse().ok()?;
        let address = lines.next()?.to_owned();
        Some(Self { way, kind, socket, rounds, address, folder: lines.next()?.into() })
    }
}

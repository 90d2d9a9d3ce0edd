//! A stream socket. Messages have a known length, so nothing frames them.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::{UnixListener, UnixStream};

use crate::Outcome;
use crate::end::{End, Words, first_word, to_bytes};
use crate::plan::{LEN, Plan, Socket};

trait Stream: Read + Write {}

impl<S: Read + Write> Stream for S {}

/// Polls without pause, or blocks; so many messages to a write.
pub(crate) struct Bare<const POLLS: bool, const BATCH: usize> {
    stream: Box<dyn Stream>,
    outgoing: Vec<u8>,
    incoming: Vec<u8>,
    /// What was read and not yet taken.
    start: usize,
    end: usize,
}

/// Bytes that are asked for at once where messages come in batches.
const READ_BYTES: usize = 64 << 10;

impl<const POLLS: bool, const BATCH: usize> Bare<POLLS, BATCH> {
    fn unix(stream: UnixStream) -> Outcome<Self> {
        stream.set_nonblocking(POLLS)?;
        Ok(Self::new(Box::new(stream)))
    }

    fn tcp(stream: TcpStream) -> Outcome<Self> {
        stream.set_nodelay(true)?;
        stream.set_nonblocking(POLLS)?;
        Ok(Self::new(Box::new(stream)))
    }

    fn new(stream: Box<dyn Stream>) -> Self {
        let incoming = vec![0; if BATCH == 1 { LEN } else { READ_BYTES }];
        Self { stream, outgoing: Vec::new(), incoming, start: 0, end: 0 }
    }

    fn fill(&mut self) -> Outcome<()> {
        self.incoming.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        match self.stream.read(&mut self.incoming[self.end..]) {
            Ok(0) => return Err("the socket was closed".into()),
            Ok(read) => self.end += read,
            Err(error) if POLLS && error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }
}

impl<const POLLS: bool, const BATCH: usize> End for Bare<POLLS, BATCH> {
    async fn listen(plan: &Plan, ready: impl FnOnce()) -> Outcome<Self> {
        match plan.socket {
            Socket::Unix => {
                let listener = UnixListener::bind(&plan.address)?;
                ready();
                Self::unix(listener.accept()?.0)
            }
            Socket::Tcp => {
                let listener = TcpListener::bind(&plan.address)?;
                ready();
                Self::tcp(listener.accept()?.0)
            }
        }
    }

    async fn dial(plan: &Plan) -> Outcome<Self> {
        match plan.socket {
            Socket::Unix => Self::unix(UnixStream::connect(&plan.address)?),
            Socket::Tcp => Self::tcp(TcpStream::connect(&plan.address)?),
        }
    }

    async fn send(&mut self, message: &Words) -> Outcome<()> {
        self.outgoing.extend_from_slice(&to_bytes(message));
        match self.outgoing.len() == BATCH * LEN {
            true => self.flush().await,
            false => Ok(()),
        }
    }

    async fn flush(&mut self) -> Outcome<()> {
        let mut written = 0;
        while written < self.outgoing.len() {
            match self.stream.write(&self.outgoing[written..]) {
                Ok(count) => written += count,
                Err(error) if POLLS && error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.outgoing.clear();
        Ok(())
    }

    async fn receive(&mut self) -> Outcome<u64> {
        while self.end - self.start < LEN {
            self.fill()?;
        }
        let message = &self.incoming[self.start..self.start + LEN];
        self.start += LEN;
        Ok(first_word(message))
    }
}

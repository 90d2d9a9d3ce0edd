//! A Unix stream socket. Messages have a known length, so nothing frames them.

use crate::Outcome;
use crate::link::{self, Kind, Plan};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};

pub(crate) struct Sender {
    listener: UnixListener,
    streams: Vec<UnixStream>,
    receivers: usize,
    blank: Vec<u8>,
}

impl link::Sender for Sender {
    fn create(plan: &Plan, name: &str) -> Outcome<Self> {
        let listener = UnixListener::bind(plan.folder.join(name))?;
        let receivers = match plan.kind {
            Kind::Stream(receivers) if name == "there" => receivers,
            _ => 1,
        };
        Ok(Self { listener, streams: Vec::new(), receivers, blank: vec![0; plan.len] })
    }

    fn send(&mut self, bytes: &[u8]) -> Outcome<()> {
        while self.streams.len() < self.receivers {
            self.streams.push(self.listener.accept()?.0);
        }
        self.streams.iter_mut().try_for_each(|stream| Ok(stream.write_all(bytes)?))
    }

    /// Of memory of its own: a socket has none to lend.
    fn lend(&mut self, len: usize, write: impl FnOnce(&mut [u8])) -> Outcome<()> {
        let mut bytes = std::mem::take(&mut self.blank);
        write(&mut bytes[..len]);
        let sent = self.send(&bytes[..len]);
        self.blank = bytes;
        sent
    }
}

/// Polls without pause, or blocks.
pub(crate) struct Receiver<const BLOCKS: bool> {
    stream: UnixStream,
    message: Vec<u8>,
    filled: usize,
}

impl<const BLOCKS: bool> link::Receiver for Receiver<BLOCKS> {
    fn attach(plan: &Plan, name: &str) -> Outcome<Self> {
        let stream = UnixStream::connect(plan.folder.join(name))?;
        stream.set_nonblocking(!BLOCKS)?;
        Ok(Self { stream, message: vec![0; plan.len], filled: 0 })
    }

    fn try_receive(&mut self, mut take: impl FnMut(&[u8])) -> Outcome<bool> {
        match self.stream.read(&mut self.message[self.filled..]) {
            Ok(0) => return Err("the socket was closed".into()),
            Ok(read) => self.filled += read,
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error.into()),
        }
        let whole = self.filled == self.message.len();
        if whole {
            self.filled = 0;
            take(&self.message);
        }
        Ok(whole)
    }
}

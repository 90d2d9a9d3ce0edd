//! ZeroMQ: a pair of sockets, which lose nothing. Its queues hold 1000 messages, ours 1024.

use zmq::{Context, DONTWAIT, Error, PAIR, Socket};

use crate::Outcome;
use crate::end::{End, Words, first_word, to_bytes};
use crate::plan::{self, LEN, Plan};

/// Polls without pause, or blocks.
pub(crate) struct Pair<const POLLS: bool> {
    socket: Socket,
    /// Ends, when it is dropped, once everything was sent.
    _context: Context,
}

fn url(plan: &Plan) -> String {
    match plan.socket {
        plan::Socket::Unix => format!("ipc://{}", plan.address),
        plan::Socket::Tcp => format!("tcp://{}", plan.address),
    }
}

impl<const POLLS: bool> Pair<POLLS> {
    fn new() -> Outcome<Self> {
        let context = Context::new();
        Ok(Self { socket: context.socket(PAIR)?, _context: context })
    }
}

impl<const POLLS: bool> End for Pair<POLLS> {
    async fn listen(plan: &Plan, ready: impl FnOnce()) -> Outcome<Self> {
        let pair = Self::new()?;
        pair.socket.bind(&url(plan))?;
        ready();
        Ok(pair)
    }

    async fn dial(plan: &Plan) -> Outcome<Self> {
        let pair = Self::new()?;
        pair.socket.connect(&url(plan))?;
        Ok(pair)
    }

    async fn send(&mut self, message: &Words) -> Outcome<()> {
        Ok(self.socket.send(&to_bytes(message)[..], 0)?)
    }

    async fn receive(&mut self) -> Outcome<u64> {
        let mut message = [0; LEN];
        let flags = if POLLS { DONTWAIT } else { 0 };
        loop {
            match self.socket.recv_into(&mut message, flags) {
                Ok(_) => return Ok(first_word(&message)),
                Err(Error::EAGAIN) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

//! nng: a pair of sockets, which lose nothing.

use nng::options::{Options, RecvBufferSize, SendBufferSize};
use nng::{Error, Message, Protocol, Socket};

use crate::Outcome;
use crate::end::{End, Words, first_word, to_bytes};
use crate::plan::{self, Plan};

/// Polls without pause, or blocks.
pub(crate) struct Pair<const POLLS: bool>(Socket);

/// Messages that wait at either end.
const DEPTH: i32 = 1024;

fn url(plan: &Plan) -> String {
    match plan.socket {
        plan::Socket::Unix => format!("ipc://{}", plan.address),
        plan::Socket::Tcp => format!("tcp://{}", plan.address),
    }
}

fn open() -> Outcome<Socket> {
    let socket = Socket::new(Protocol::Pair0)?;
    socket.set_opt::<SendBufferSize>(DEPTH)?;
    socket.set_opt::<RecvBufferSize>(DEPTH)?;
    Ok(socket)
}

impl<const POLLS: bool> End for Pair<POLLS> {
    async fn listen(plan: &Plan, ready: impl FnOnce()) -> Outcome<Self> {
        let socket = open()?;
        socket.listen(&url(plan))?;
        ready();
        Ok(Self(socket))
    }

    async fn dial(plan: &Plan) -> Outcome<Self> {
        let socket = open()?;
        socket.dial(&url(plan))?;
        Ok(Self(socket))
    }

    async fn send(&mut self, message: &Words) -> Outcome<()> {
        let sent = self.0.send(Message::from(&to_bytes(message)[..]));
        Ok(sent.map_err(|(_, error)| error)?)
    }

    async fn receive(&mut self) -> Outcome<u64> {
        loop {
            let received = if POLLS { self.0.try_recv() } else { self.0.recv() };
            match received {
                Ok(message) => return Ok(first_word(&message)),
                Err(Error::TryAgain) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

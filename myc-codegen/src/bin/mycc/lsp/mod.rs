//! `mycc lsp`: serves an editor.
//!
//! What the language is, `myc_schema::analysis` knows; what is here knows the protocol: messages, documents,
//! positions in UTF-16, and which files are compiled together. One thread reads, one does the work, one
//! request after the other; what the editor has cancelled meanwhile is not begun.

mod actions;
mod completion;
mod documents;
mod edits;
mod inbox;
mod lifecycle;
mod look;
mod names;
mod position;
mod protocol;
mod publish;
mod server;
mod tokens;
mod units;
mod uri;

use std::io;
use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::thread;

use inbox::Inbox;
use protocol::Incoming;
use server::{After, Server};

use crate::failure::Failure;
use crate::shell_args::LspArgs;

/// Runs the command.
pub(crate) fn run(_: &LspArgs) -> Result<(), Failure> {
    let (sender, incoming) = mpsc::channel();
    // It ends with the process: nothing else can interrupt a read of standard input.
    thread::spawn(move || protocol::read_all(io::stdin().lock(), &sender));
    let mut server = Server::new(io::stdout().lock());
    serve(&incoming, &mut server).map_err(|error| Failure::output("to the editor", &error))?;
    // An editor that goes without a word is an error by the protocol.
    if server.has_shut_down() { Ok(()) } else { Err(Failure::Shown) }
}

/// Serves until the editor says that it is enough, or is gone.
fn serve(incoming: &Receiver<Incoming>, server: &mut Server<impl io::Write>) -> io::Result<()> {
    let mut inbox = Inbox::default();
    loop {
        take_all(incoming, &mut inbox, server)?;
        let Some(next) = inbox.next() else {
            // Texts are looked at once nothing else waits, so that fast typing is no load.
            server.refresh()?;
            let Ok(message) = incoming.recv() else { return Ok(()) };
            put(message, &mut inbox, server)?;
            continue;
        };
        if server.handle(next)? == After::Exit {
            return Ok(());
        }
    }
}

/// Takes what has arrived, without waiting.
fn take_all(
    incoming: &Receiver<Incoming>,
    inbox: &mut Inbox,
    server: &mut Server<impl io::Write>,
) -> io::Result<()> {
    loop {
        match incoming.try_recv() {
            Ok(message) => put(message, inbox, server)?,
            Err(TryRecvError::Empty | TryRecvError::Disconnected) => return Ok(()),
        }
    }
}

fn put(
    message: Incoming,
    inbox: &mut Inbox,
    server: &mut Server<impl io::Write>,
) -> io::Result<()> {
    match message {
        Incoming::Malformed(why) => server.refuse_malformed(&why),
        Incoming::Message(message) => match inbox.put(message) {
            Some(cancelled) => server.say_cancelled(cancelled),
            None => Ok(()),
        },
    }
}

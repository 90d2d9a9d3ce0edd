//! The signals that tell us to stop.

use crate::hangup::is_hangup_ignored;
use std::io;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// What a person, an init system or a terminal that closes sends.
pub(super) struct Signals {
    interrupt: Signal,
    terminate: Signal,
    /// Not listened to where it is ignored: whoever started us so, by `nohup` for instance, wants us to stay.
    hangup: Option<Signal>,
}

impl Signals {
    pub(super) fn listen() -> io::Result<Self> {
        let hangup = if is_hangup_ignored() { None } else { Some(signal(SignalKind::hangup())?) };
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup,
        })
    }

    /// Waits for the next. May be dropped and called again.
    pub(super) async fn next(&mut self) {
        let Self { interrupt, terminate, hangup } = self;
        let hung_up = async {
            match hangup {
                Some(hangup) => hangup.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hung_up => {}
        }
    }
}

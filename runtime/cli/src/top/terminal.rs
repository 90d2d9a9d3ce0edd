//! The terminal's other side: keys, and whether anybody is there.

use ratatui::crossterm::event::{self, Event};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io;
use std::sync::mpsc::{Receiver, channel};

/// What comes from the terminal, as it comes.
pub(super) fn events() -> Receiver<io::Result<Event>> {
    let (sender, events) = channel();
    // A thread of its own: of a terminal that has closed, not even a look comes back.
    std::thread::spawn(move || {
        loop {
            let event = event::read();
            let is_last = event.is_err();
            if sender.send(event).is_err() || is_last {
                return;
            }
        }
    });
    events
}

/// Whether the terminal has closed. Who ignores SIGHUP does not learn it otherwise.
pub(super) fn is_closed() -> bool {
    let out = io::stdout();
    let mut looked_at = [PollFd::new(&out, PollFlags::empty())];
    let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
    // Hang-ups are told unasked.
    poll(&mut looked_at, Some(&at_once)).is_ok()
        && looked_at[0].revents().intersects(PollFlags::HUP | PollFlags::ERR)
}

//! What waits beside a sink that is full, topic by topic: frames of topics that may lose some.

use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Unbounded};

use super::{Lane, Numbering};
use crate::inbox::Backlog;

/// The backlogs of one sink, by channel. A frame gets its number when it leaves, so that what was lost
/// before it leaves a gap, and what a newer one replaced leaves none.
#[derive(Default)]
pub(crate) struct Backlogs {
    by_channel: BTreeMap<u16, (Backlog, Numbering)>,
    /// The channel whose turn it was last.
    last: u16,
}

/// Takes a frame, to which it gives this number, if there is room.
pub(crate) type Write<'w> = &'w mut dyn FnMut(&[u8], u32) -> bool;

impl Backlogs {
    /// Whether anything waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.by_channel.values().all(|(backlog, _)| backlog.is_empty())
    }

    /// Whether a frame of that channel must wait its turn.
    pub(crate) fn has(&self, channel: u16) -> bool {
        self.by_channel.get(&channel).is_some_and(|(backlog, _)| !backlog.is_empty())
    }

    /// Lets a frame wait, or loses one, as the lane says.
    pub(crate) fn push(&mut self, lane: &Lane, frame: Vec<u8>) {
        let (backlog, numbering) = self
            .by_channel
            .entry(lane.channel)
            .or_insert_with(|| (lane.way.backlog(), lane.numbering.clone()));
        numbering.count_losses(backlog.push(frame));
    }

    /// Writes frames, of each channel one in its turn, until nothing waits or `write` has no room.
    pub(crate) fn drain(&mut self, write: Write<'_>) {
        let mut idle_turns = 0;
        while idle_turns < self.by_channel.len() {
            let behind = self.by_channel.range((Excluded(self.last), Unbounded)).next();
            let Some(channel) = behind.or(self.by_channel.first_key_value()).map(|(at, _)| *at)
            else {
                return;
            };
            self.last = channel;
            match self.write_next(channel, write) {
                Some(true) => idle_turns = 0,
                Some(false) => return,
                None => idle_turns += 1,
            }
        }
    }

    /// What waits on a channel, alone.
    pub(crate) fn split(&mut self, channel: u16) -> Self {
        let found = self.by_channel.remove_entry(&channel);
        Self { by_channel: found.into_iter().collect(), last: 0 }
    }

    /// Writes all that waits on a channel, which ends with it; `write` makes room.
    pub(crate) fn end(&mut self, channel: u16, write: Write<'_>) {
        while self.write_next(channel, write) == Some(true) {}
        if let Some((mut backlog, numbering)) = self.by_channel.remove(&channel) {
            numbering.skip(backlog.take_last_loss());
        }
    }

    /// The peer is gone: all that waits is lost.
    pub(crate) fn lose(self) {
        for (mut backlog, numbering) in self.by_channel.into_values() {
            while let Some(waiting) = backlog.peek() {
                backlog.pass();
                numbering.skip(waiting.lost_before);
                numbering.miss(1);
            }
            numbering.skip(backlog.take_last_loss());
        }
    }

    /// Whether the next frame of the channel was written; nothing if none waits.
    fn write_next(&mut self, channel: u16, write: Write<'_>) -> Option<bool> {
        let (backlog, numbering) = self.by_channel.get_mut(&channel)?;
        let waiting = backlog.peek()?;
        // Sequences wrap.
        let number = (numbering.sent() + waiting.lost_before) as u32;
        let is_written = write(&waiting.frame, number);
        if is_written {
            backlog.pass();
            numbering.skip(waiting.lost_before);
            numbering.next();
        }
        Some(is_written)
    }
}

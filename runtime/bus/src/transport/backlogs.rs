//! What waits beside a sink that is full, topic by topic: frames of topics that may lose some.

use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Unbounded};

use super::{Lane, Numbering};
use crate::inbox::Backlog;

/// The backlogs of one sink, by channel; of those alone on which something waits. A frame gets its number when it leaves, so that what was lost
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
    /// Whether nothing waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.by_channel.is_empty()
    }

    /// Whether a frame of that channel must wait its turn.
    pub(crate) fn has(&self, channel: u16) -> bool {
        self.by_channel.contains_key(&channel)
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
        while let Some(channel) = self.next_channel() {
            self.last = channel;
            if !self.write_next(channel, write) {
                return;
            }
        }
    }

    /// What waits on a channel, alone.
    pub(crate) fn split(&mut self, channel: u16) -> Self {
        let found = self.by_channel.remove_entry(&channel);
        Self { by_channel: found.into_iter().collect(), last: 0 }
    }

    /// Writes all that waits on a channel, which ends with it; `write` makes room. What it has none for is
    /// lost.
    pub(crate) fn end(&mut self, channel: u16, write: Write<'_>) {
        while self.write_next(channel, write) {}
        self.split(channel).lose();
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

    /// The channel whose turn it is.
    fn next_channel(&self) -> Option<u16> {
        let behind = self.by_channel.range((Excluded(self.last), Unbounded)).next();
        behind.or(self.by_channel.first_key_value()).map(|(channel, _)| *channel)
    }

    /// Whether there was a frame of the channel, and it was written.
    fn write_next(&mut self, channel: u16, write: Write<'_>) -> bool {
        let Some((backlog, numbering)) = self.by_channel.get_mut(&channel) else { return false };
        let Some(waiting) = backlog.peek() else { return false };
        // Sequences wrap.
        let number = (numbering.sent() + waiting.lost_before) as u32;
        if !write(&waiting.frame, number) {
            return false;
        }
        backlog.pass();
        numbering.skip(waiting.lost_before);
        numbering.next();
        if backlog.is_empty() {
            // What comes next need not wait: what was lost last lies before it.
            numbering.skip(backlog.take_last_loss());
            self.by_channel.remove(&channel);
        }
        true
    }
}

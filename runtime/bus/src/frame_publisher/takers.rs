//! The subscribers of this process that a frame publisher hands its frames to, as far as it has looked.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::watch;

use super::raw_topic::RawTopic;
use super::unpublished::{Reached, Rest, Unpublished, Unsent};
use crate::error::{DigestMismatch, RecvError};
use crate::hub::{Hub, Receiving};
use crate::selector::Verdict;

/// The subscribers here that take the type.
pub(super) struct Takers {
    pub(super) known: Vec<Arc<Receiving>>,
    /// Those that take the topic by another version of the type, and were told.
    others: Vec<Arc<Receiving>>,
    changes: watch::Receiver<u64>,
    /// What some have, and others do not have yet.
    pub(super) unsent: Option<Unsent>,
}

impl Takers {
    /// None yet; whoever is there is seen at the first look.
    pub(super) fn of(hub: &Hub) -> Self {
        let mut changes = hub.watch_receivers();
        changes.mark_changed();
        Self { known: Vec::new(), others: Vec::new(), changes, unsent: None }
    }

    /// Keeps a frame that only some have, and gives it back. Where nobody has it, it is as if it had not been seen.
    pub(super) fn keep(&mut self, frame: Bytes, rest: Rest, reached: Reached) -> Unpublished {
        if reached == (Reached { takers: 0, lanes: 0 }) {
            return frame.into();
        }
        let (unsent, back) = Unsent::new(frame, rest.without(reached));
        self.unsent = Some(unsent);
        back
    }

    /// Whether subscribers have come or gone since the last look.
    pub(super) fn is_outdated(&self) -> bool {
        self.changes.has_changed().unwrap_or(false)
    }

    /// Looks who has come and who has gone, where that has changed; who comes new learns that there is a
    /// publisher.
    pub(super) fn look_around(&mut self, topic: &RawTopic, hub: &Hub) {
        if !self.is_outdated() {
            return;
        }
        self.changes.mark_unchanged();
        let receivers = hub.receivers();
        self.known.retain(|taker| is_among(&receivers, taker));
        self.others.retain(|taker| is_among(&receivers, taker));
        // Those that take frames as they are get them by a lane.
        for receiver in receivers.iter().filter(|receiver| receiver.selector.is_typed()) {
            match receiver.selector.judge(&topic.info.name, &topic.info.digest) {
                Verdict::Take if !is_among(&self.known, receiver) => {
                    let mut shown = topic.shown();
                    match shown.iter().position(|shown| Arc::ptr_eq(shown, receiver)) {
                        Some(at) => drop(shown.swap_remove(at)),
                        None => receiver.inbox.publisher_opened(),
                    }
                    self.known.push(receiver.clone());
                }
                Verdict::Mismatch(theirs) if !is_among(&self.others, receiver) => {
                    let mismatch = Box::new(DigestMismatch::within(theirs, &topic.info));
                    // Where there is no room for it, it will be told by the next publisher.
                    let _ = receiver.inbox.offer_fault(&RecvError::DigestMismatch(mismatch));
                    self.others.push(receiver.clone());
                }
                _ => {}
            }
        }
    }
}

fn is_among(known: &[Arc<Receiving>], one: &Arc<Receiving>) -> bool {
    known.iter().any(|known| Arc::ptr_eq(known, one))
}

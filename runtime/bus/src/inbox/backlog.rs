//! Frames of one topic that wait beside a way out that is full, where the topic may lose some.

use std::convert::Infallible;

use bytes::Bytes;

use super::queue::{Losses, Queue};
use super::{Delivery, Run, WriteKey};
use crate::error::RecvError;
use crate::qos::Qos;
use crate::topic::TopicName;

/// Writes the key of a frame of a topic, whatever its type is.
pub(crate) type WriteFrameKey = WriteKey<Infallible>;

/// A bounded queue of whole frames that knows what it lost, and where.
pub(crate) struct Backlog {
    queue: Queue<Infallible>,
    topic: TopicName,
    /// What goes next, once somebody has looked at it: nothing takes its place any more.
    next: Option<Waiting>,
}

/// A frame, and what was lost right before it.
#[derive(Clone)]
pub(crate) struct Waiting {
    pub(crate) lost_before: u64,
    pub(crate) frame: Bytes,
}

impl Backlog {
    /// A backlog that may lose messages, as `qos` says.
    pub(crate) fn new(qos: Qos, topic: TopicName, write_key: WriteFrameKey) -> Self {
        Self { queue: Queue::new(qos, write_key), topic, next: None }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.next.is_none() && self.queue.len() == 0
    }

    /// Takes a frame in, or loses one. Gives what was lost by that.
    pub(crate) fn push(&mut self, frame: Vec<u8>) -> Losses {
        let before = self.queue.losses();
        // It is never given back: a topic that loses nothing has no backlog.
        let frames = Run::one(frame.into());
        let _ = self.queue.push(Delivery::Frames { topic: self.topic.clone(), frames }, 0);
        let after = self.queue.losses();
        Losses { lost: after.lost - before.lost, conflated: after.conflated - before.conflated }
    }

    /// What goes next.
    pub(crate) fn peek(&mut self) -> Option<Waiting> {
        if self.next.is_none() {
            self.next = self.pop();
        }
        self.next.clone()
    }

    /// What was looked at has gone.
    pub(crate) fn pass(&mut self) {
        self.next = None;
    }

    /// What was lost behind the last frame.
    pub(crate) fn take_last_loss(&mut self) -> u64 {
        self.queue.take_last_loss().unwrap_or_default()
    }

    fn pop(&mut self) -> Option<Waiting> {
        let mut lost_before = 0;
        loop {
            match self.queue.pop()? {
                Delivery::Frames { mut frames, .. } => {
                    let frame = frames.next()?;
                    return Some(Waiting { lost_before, frame });
                }
                Delivery::Fault(fault) => {
                    if let RecvError::Lost(count) = *fault {
                        lost_before += count;
                    }
                }
                Delivery::Message(never) => match never {},
            }
        }
    }
}

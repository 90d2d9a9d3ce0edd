//! What a publisher keeps of the ways out of its process.

use std::sync::Arc;

use crate::carried::Carried;
use crate::error::PublishError;
use crate::topic::{Fanout, Outside, Topic};
use crate::transport::Lane;

/// What a publisher keeps from one message to the next.
pub(crate) struct Outgoing<T: Carried> {
    /// What the topic said when `fanout` was taken.
    pub(crate) outside: Outside,
    pub(crate) fanout: Arc<Fanout<T>>,
    /// Where a message is encoded when it leaves by several lanes.
    scratch: Vec<u8>,
}

impl<T: Carried> Default for Outgoing<T> {
    fn default() -> Self {
        Self { outside: Outside::NOTHING, fanout: Arc::default(), scratch: Vec::new() }
    }
}

impl<T: Carried> Outgoing<T> {
    /// Takes the fan-out that the topic has now, where that is another; fails once the bus is shut down.
    pub(crate) fn keep_up(
        &mut self,
        topic: &Topic<T>,
        outside: Outside,
    ) -> Result<(), PublishError> {
        if self.outside != outside {
            (self.outside, self.fanout) = topic.fanout().ok_or(PublishError::Closed)?;
        }
        Ok(())
    }

    /// Length of the message's frame, if it leaves the process.
    pub(crate) fn frame_len(&self, message: &T) -> Result<Option<usize>, PublishError> {
        if self.fanout.lanes.is_empty() {
            return Ok(None);
        }
        let len = message.frame_len()?;
        check_room(&self.fanout.lanes, len)?;
        Ok(Some(len))
    }

    pub(crate) fn send_by_lanes(&mut self, message: &T, len: usize) {
        // A lane that leads nowhere any more is removed by its link; the message is not for it.
        let mut lanes = self.fanout.lanes.iter().filter(|lane| !lane.passes_over());
        let Some(first) = lanes.next() else { return };
        let Some(second) = lanes.next() else {
            let _ = first.send(message, len);
            return;
        };
        self.scratch.resize(len, 0);
        message.encode_frame(0, 0, &mut self.scratch);
        for lane in [first, second].into_iter().chain(lanes) {
            let _ = lane.send_copy(&self.scratch, None);
        }
    }
}

/// Whether a frame of this length can go by all lanes, as far as whoever publishes is to know of it.
pub(crate) fn check_room(lanes: &[Arc<Lane>], len: usize) -> Result<(), PublishError> {
    let route = |lane: &Lane| lane.sink().name().to_owned();
    if let Some(lane) = lanes.iter().find(|lane| lane.max_frame_bytes() < len) {
        return Err(PublishError::TooLong {
            frame_bytes: len as u64,
            limit_bytes: lane.max_frame_bytes() as u64,
            route: route(lane),
        });
    }
    match lanes.iter().find(|lane| lane.refuses(len)) {
        Some(lane) => Err(PublishError::RouteFull { route: route(lane) }),
        None => Ok(()),
    }
}

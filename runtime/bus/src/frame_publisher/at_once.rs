//! Publishing where nothing has to be waited for, for callers who hold a lock themselves.

use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard, TryLockError};

use bytes::Bytes;

use super::FramePublisher;
use super::takers::Takers;
use super::unpublished::{Reached, Rest, Unpublished};
use crate::error::{PublishError, TryPublishError};
use crate::hub::Receiving;
use crate::outgoing::check_room;
use crate::transport::Lane;

impl FramePublisher {
    /// As [`publish_bytes`](FramePublisher::publish_bytes) where nothing has to be waited for; the thread never
    /// sleeps, and takes no lock that one who waits for room holds. For callers who hold a lock themselves, as that of
    /// an interpreter.
    ///
    /// # Errors
    /// [`TryPublishError::Full`] gives the frame back: a subscriber here is full, another thread is publishing, or
    /// there are ways out of this process other than rings with room. Else as [`publish`](FramePublisher::publish).
    pub fn try_publish(
        &self,
        frame: impl Into<Unpublished>,
    ) -> Result<(), TryPublishError<Unpublished>> {
        let frame = frame.into();
        self.check(&frame.frame).map_err(TryPublishError::Failed)?;
        let Some(mut takers) = self.try_takers() else { return Err(TryPublishError::Full(frame)) };
        if frame.is_out() {
            return Ok(());
        }
        self.look_around(&mut takers);
        // Nobody waits for anything while they are locked.
        let lanes = self.topic.lanes();
        if takers.unsent.is_some() || !lanes.iter().all(|lane| lane.sends_at_once()) {
            return Err(TryPublishError::Full(frame));
        }
        check_room(&lanes, frame.frame.len()).map_err(TryPublishError::Failed)?;
        let Err((frame, reached)) = self.try_send(frame.frame, &takers.known, &lanes) else {
            self.topic.published.fetch_add(1, Ordering::Relaxed);
            return Ok(());
        };
        let rest = Rest { takers: takers.known.clone(), lanes: lanes.clone() };
        Err(TryPublishError::Full(takers.keep(frame, rest, reached)))
    }

    /// The same for bytes that stay the caller's: where they go by one ring, into which they are copied, and nobody here
    /// would share them. Gives false where nothing is published, and another call is to do it.
    ///
    /// # Errors
    /// As [`publish`](FramePublisher::publish).
    pub fn try_publish_copy(&self, frame: &[u8]) -> Result<bool, PublishError> {
        self.check(frame)?;
        // Mostly it goes to others here: the call that is made then looks for them.
        if !leads_by_one_ring(&self.topic.lanes()) {
            return Ok(false);
        }
        let Some(mut takers) = self.try_takers() else { return Ok(false) };
        self.look_around(&mut takers);
        // Once more, for that takes the hub's lock, which goes before theirs.
        let lanes = self.topic.lanes();
        let is_alone = takers.known.is_empty() && takers.unsent.is_none();
        let [lane] = &lanes[..] else { return Ok(false) };
        if !is_alone || !lane.sends_at_once() {
            return Ok(false);
        }
        check_room(&lanes, frame.len())?;
        let is_sent = lane.try_send_copy(frame);
        self.topic.published.fetch_add(u64::from(is_sent), Ordering::Relaxed);
        Ok(is_sent)
    }

    /// Sends a frame to these, as far as nothing has to be waited for. Else gives the frame back, and how many have it.
    fn try_send(
        &self,
        mut frame: Bytes,
        takers: &[Arc<Receiving>],
        lanes: &[Arc<Lane>],
    ) -> Result<(), (Bytes, Reached)> {
        for (at, taker) in takers.iter().enumerate() {
            // The last one gets the frame itself: to share it costs an allocation.
            let is_last = lanes.is_empty() && at + 1 == takers.len();
            let offered = if is_last { std::mem::take(&mut frame) } else { frame.clone() };
            self.offer(taker, offered)
                .map_err(|frame| (frame, Reached { takers: at, lanes: 0 }))?;
        }
        match lanes.iter().position(|lane| !lane.try_send_copy(&frame)) {
            None => Ok(()),
            Some(at) => Err((frame, Reached { takers: takers.len(), lanes: at })),
        }
    }

    /// Those who took frames at the last look, unless another thread is publishing.
    pub(super) fn try_takers(&self) -> Option<MutexGuard<'_, Takers>> {
        match self.takers.try_lock() {
            Ok(takers) => Some(takers),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }
}

fn leads_by_one_ring(lanes: &[Arc<Lane>]) -> bool {
    matches!(lanes, [lane] if lane.sends_at_once())
}

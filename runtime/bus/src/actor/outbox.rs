//! What an actor has published on one topic, on its way out.

use std::collections::VecDeque;
use std::task::{Context, Poll, ready};

use crate::bus::MessageBus;
use crate::carried::Carried;
use crate::error::{OpenError, PublishError, TryPublishError};
use crate::publisher::Publisher;
use crate::received::Received;

/// A publisher that never blocks: what finds no room waits here, in order, and its actor with it.
pub struct Outbox<M: Carried> {
    publisher: Publisher<M>,
    /// As much as one handler has published, at most: the actor takes nothing while something waits.
    waiting: VecDeque<Received<M>>,
}

impl<M: Carried> Outbox<M> {
    pub(super) fn open(bus: &MessageBus) -> Result<Self, OpenError> {
        Ok(Self { publisher: bus.publisher()?, waiting: VecDeque::new() })
    }

    /// Publishes, or keeps the message for later; gives whether it is out.
    #[inline]
    pub(super) fn publish(&mut self, message: M) -> Result<bool, PublishError> {
        if !self.waiting.is_empty() {
            message.validate()?;
            self.waiting.push_back(self.publisher.wrap(message));
            return Ok(false);
        }
        match self.publisher.offer(message) {
            Ok(()) => Ok(true),
            Err(TryPublishError::Failed(fault)) => Err(fault),
            Err(TryPublishError::Full(message)) => {
                self.waiting.push_back(message);
                Ok(false)
            }
        }
    }

    /// Sends what waits. What cannot be published is dropped with the fault.
    pub(super) fn poll_flush(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), PublishError>> {
        while let Some(message) = self.waiting.pop_front() {
            let mut turn = Some(message);
            let sent = self.publisher.poll_send(&mut turn, context);
            if let Some(unsent) = turn {
                self.waiting.push_front(unsent);
            }
            ready!(sent)?;
        }
        Poll::Ready(Ok(()))
    }
}

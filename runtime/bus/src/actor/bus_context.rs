//! The world of an actor at a bus: the system's clock, and publishers.

use std::collections::hash_map::RandomState;
use std::fmt::Display;
use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;
use std::time::Instant;

use mycelium_wire::{Duration, Timestamp};

use crate::actor::control::{ABORT, Control};
use crate::actor::counts::Tally;
use crate::actor::failure::Failure;
use crate::actor::ports::{Outputs, holds};
use crate::actor::timers::{Timer, Timers};
use crate::actor::traits::{Context, Publish, Service};
use crate::carried::Carried;
use crate::error::PublishError;
use crate::random::Random;

/// The context of an actor that a [`Supervisor`](crate::actor::Supervisor) carries.
pub struct BusContext<S: Service> {
    name: Arc<str>,
    pub(super) outboxes: <S::Publishes as Outputs>::Outboxes,
    pub(super) timers: Timers,
    random: Random,
    pub(super) tally: Tally,
    /// Something that was published waits for room.
    pub(super) is_blocked: bool,
    pub(super) wish: Option<Wish>,
    /// What the supervisor asks of the actor.
    pub(super) control: Arc<Control>,
}

/// How the actor wants to end.
#[derive(Debug)]
pub(super) enum Wish {
    Stop,
    Fail(Failure),
}

impl<S: Service> BusContext<S> {
    pub(super) fn new(name: Arc<str>, outboxes: <S::Publishes as Outputs>::Outboxes) -> Self {
        let (timers, tally) = (Timers::default(), Tally::default());
        let random = Random::seeded(environment_seed());
        let control = Arc::default();
        Self { name, outboxes, timers, random, tally, is_blocked: false, wish: None, control }
    }

    /// Whether the actor is to take nothing more for now.
    #[inline]
    pub(super) fn is_to_pause(&self) -> bool {
        self.is_blocked || self.wish.is_some() || self.control.order() == ABORT
    }

    /// Takes note that something cannot be published.
    #[cold]
    pub(super) fn refuse(&mut self, fault: &PublishError) {
        match fault {
            PublishError::Closed => self.stop(),
            other => self.fail(other),
        }
    }
}

/// A seed that no one knows before: what the standard library's tables are seeded with.
pub(super) fn environment_seed() -> u64 {
    RandomState::new().build_hasher().finish()
}

impl<S: Service> Context for BusContext<S> {
    fn name(&self) -> &str {
        &self.name
    }

    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn set_timer(&mut self, after: Duration) -> Timer {
        let after = u64::try_from(after.0).unwrap_or(0);
        self.timers.set(Instant::now(), std::time::Duration::from_nanos(after))
    }

    fn cancel_timer(&mut self, timer: Timer) {
        self.timers.cancel(timer);
    }

    fn random(&mut self) -> &mut Random {
        &mut self.random
    }

    fn stop(&mut self) {
        self.wish.get_or_insert(Wish::Stop);
    }

    fn fail(&mut self, reason: impl Display) {
        if !matches!(self.wish, Some(Wish::Fail(_))) {
            self.wish = Some(Wish::Fail(Failure::Failed(reason.to_string())));
        }
    }
}

impl<S: Service, M: Carried> Publish<M> for BusContext<S> {
    #[inline]
    fn publish(&mut self, message: M) {
        const {
            assert!(
                holds(<S::Publishes as Outputs>::NAMES, M::NAME),
                "the actor publishes a message that its `Service::Publishes` does not name"
            );
        }
        match S::Publishes::publish(&mut self.outboxes, message) {
            Ok(is_out) => {
                self.tally.published += 1;
                self.is_blocked |= !is_out;
            }
            Err(fault) => self.refuse(&fault),
        }
    }
}

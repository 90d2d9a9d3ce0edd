//! One supervised actor: it is made, runs, fails, rests, is made again, and ends.
//!
//! ```text
//!   starting ──► running ──► leaving (what was published goes out)
//!      ▲                        │ fails, and may be restarted │ else
//!      └──────── resting ◄──────┘                             └──► ended
//! ```
//!
//! It is polled by whatever carries it, and knows neither threads nor tokio.

use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use std::time::{Duration, Instant};

use crate::actor::bus_context::{BusContext, Wish};
use crate::actor::control::{ABORT, Control};
use crate::actor::counts::{ActorState, Counts};
use crate::actor::failure::{Failure, fenced};
use crate::actor::pace::{Pace, STREAM};
use crate::actor::policy::{KeptState, Policy, Restart, Restarts};
use crate::actor::ports::{Inputs, Outputs};
use crate::actor::traits::{Context as _, Service};
use crate::bus::MessageBus;
use crate::error::{OpenError, PublishError};
use crate::hub::Hub;

/// How often an actor that stayed when its publishers had closed looks for new ones.
const LOOK_FOR_PUBLISHERS: Duration = Duration::from_millis(20);

/// How a child ended for good.
#[derive(Debug)]
pub(super) enum End {
    /// In order, or with a failure that its policy keeps to itself.
    Over,
    /// Its policy gives up; an actor, behind the groups that it is in.
    Escalated(String, Failure),
}

/// How one life of the actor ended.
#[derive(Debug)]
enum Exit {
    Stopped,
    Aborted,
    Failed(Failure),
}

#[derive(Debug)]
enum Stage {
    Starting,
    Running,
    /// What was published goes out first.
    Leaving(Exit),
    Resting(Instant),
}

pub(super) struct Child<S: Service, F> {
    factory: F,
    policy: Policy,
    restarts: Restarts,
    stage: Stage,
    actor: Option<S>,
    inputs: <S::Takes as Inputs<S>>::Subscribers,
    /// The input whose turn is next.
    turn: usize,
    /// It was told that its publishers have closed, and has taken nothing since.
    knows_the_end: bool,
    context: BusContext<S>,
    /// Says whether the bus was shut down, and does not keep it open.
    hub: Arc<Hub>,
    /// Whom the control wakes: most of the time the one whom it would wake now.
    registered: Option<Waker>,
    counts: Arc<Counts>,
}

impl<S: Service, F: FnMut() -> S> Child<S, F> {
    pub(super) fn open(
        bus: &MessageBus,
        name: &str,
        policy: Policy,
        factory: F,
    ) -> Result<Self, OpenError> {
        let outboxes = S::Publishes::open(bus)?;
        let restarts = Restarts::new(&policy);
        Ok(Self {
            factory,
            policy,
            restarts,
            stage: Stage::Starting,
            actor: None,
            inputs: S::Takes::open(bus)?,
            turn: 0,
            knows_the_end: false,
            context: BusContext::new(name.into(), outboxes),
            hub: bus.hub().clone(),
            registered: None,
            counts: Arc::default(),
        })
    }

    pub(super) fn control(&self) -> &Arc<Control> {
        &self.context.control
    }

    pub(super) fn counts(&self) -> &Arc<Counts> {
        &self.counts
    }

    /// What it publishes on, at its end.
    pub(super) fn into_outboxes(self) -> <S::Publishes as Outputs>::Outboxes {
        self.context.outboxes
    }

    /// Counts on from what its counts show already.
    pub(super) fn count_on(&mut self) {
        self.context.tally = self.counts.tally();
    }

    /// Does what there is to do, until it waits for something or has ended.
    pub(super) fn poll(&mut self, task: &mut Context<'_>) -> Poll<End> {
        loop {
            let exit = match &self.stage {
                Stage::Starting => self.start(),
                Stage::Running => match fenced(|| self.run(task)) {
                    Ok(Poll::Pending) => return self.wait(),
                    Ok(Poll::Ready(exit)) => Some(exit),
                    Err(failure) => Some(Exit::Failed(failure)),
                },
                Stage::Leaving(_) => {
                    self.register(task.waker());
                    if self.send_rest(task).is_pending() && self.context.control.order() != ABORT {
                        return self.wait();
                    }
                    match self.leave() {
                        Some(end) => return Poll::Ready(end),
                        None => None,
                    }
                }
                Stage::Resting(until) => {
                    let until = *until;
                    self.register(task.waker());
                    if self.context.control.order() != 0 {
                        return Poll::Ready(self.end(ActorState::Stopped, End::Over));
                    }
                    if Instant::now() < until {
                        return self.wait();
                    }
                    self.stage = Stage::Starting;
                    None
                }
            };
            if let Some(exit) = exit {
                self.stage = Stage::Leaving(exit);
            }
        }
    }

    /// When it wants to be polled whatever else happens.
    pub(super) fn deadline(&self) -> Option<Instant> {
        match self.stage {
            Stage::Resting(until) => Some(until),
            Stage::Running => {
                let looks = S::Takes::ended(&self.inputs) > 0;
                let look = looks.then(|| Instant::now() + LOOK_FOR_PUBLISHERS);
                [self.context.timers.next(), look].into_iter().flatten().min()
            }
            Stage::Starting | Stage::Leaving(_) => None,
        }
    }

    /// Wakes the task when its supervisor orders something; to be called before the last look at that.
    fn register(&mut self, waker: &Waker) {
        if self.registered.as_ref().is_none_or(|known| !known.will_wake(waker)) {
            self.context.control.register(waker);
            self.registered = Some(waker.clone());
        }
    }

    fn wait(&self) -> Poll<End> {
        self.counts.show(&self.context.tally);
        Poll::Pending
    }

    fn start(&mut self) -> Option<Exit> {
        self.counts.set_state(ActorState::Starting);
        let Self { factory, actor, context, .. } = self;
        let started = fenced(|| actor.get_or_insert_with(factory).started(context));
        self.stage = Stage::Running;
        self.counts.set_state(ActorState::Running);
        started.err().map(Exit::Failed)
    }

    /// Hands messages and timers to the actor.
    fn run(&mut self, task: &mut Context<'_>) -> Poll<Exit> {
        let Pace { rounds, of_clock, .. } = Pace::of(<S::Takes as Inputs<S>>::COUNT);
        let before = self.context.tally.received;
        for round in 0..rounds {
            if self.context.is_blocked && self.flush(task).is_pending() {
                self.register(task.waker());
                return match self.context.control.order() {
                    ABORT => Poll::Ready(Exit::Aborted),
                    _ => Poll::Pending,
                };
            }
            if let Some(exit) = self.wanted_exit() {
                return Poll::Ready(exit);
            }
            if round % of_clock == 0 && self.fire_timer() {
                continue;
            }
            if self.take_round(None) || self.fire_timer() {
                continue;
            }
            if self.context.tally.received - before >= STREAM {
                break;
            }
            if self.take_round(Some(&mut *task)) {
                continue;
            }
            if self.tell_the_end() {
                continue;
            }
            self.register(task.waker());
            if self.context.control.order() == 0 {
                return Poll::Pending;
            }
            self.context.wish.get_or_insert(Wish::Stop);
        }
        task.waker().wake_by_ref();
        Poll::Pending
    }

    fn flush(&mut self, task: &mut Context<'_>) -> Poll<()> {
        let Poll::Ready(sent) = S::Publishes::poll_flush(&mut self.context.outboxes, task) else {
            return Poll::Pending;
        };
        self.context.is_blocked = false;
        if let Err(fault) = sent {
            // More may wait behind what was refused.
            self.context.is_blocked = true;
            self.context.refuse(&fault);
        }
        Poll::Ready(())
    }

    /// Sends what waits when a life is over. What is refused makes of it a life that has failed.
    fn send_rest(&mut self, task: &mut Context<'_>) -> Poll<()> {
        // Each refusal takes a message away, so that this ends.
        while let Err(fault) = ready!(S::Publishes::poll_flush(&mut self.context.outboxes, task)) {
            if fault != PublishError::Closed
                && let Stage::Leaving(exit @ (Exit::Stopped | Exit::Aborted)) = &mut self.stage
            {
                *exit = Exit::Failed(Failure::Failed(fault.to_string()));
            }
        }
        Poll::Ready(())
    }

    /// How the actor, or its supervisor, wants this life to end.
    fn wanted_exit(&mut self) -> Option<Exit> {
        let order = self.context.control.order();
        if order != 0 {
            self.counts.set_state(ActorState::Stopping);
        }
        match self.context.wish.take() {
            Some(Wish::Fail(failure)) => Some(Exit::Failed(failure)),
            Some(Wish::Stop) => {
                let Self { actor, context, .. } = self;
                if let Some(actor) = actor {
                    actor.stopping(context);
                }
                match self.context.wish.take() {
                    Some(Wish::Fail(failure)) => Some(Exit::Failed(failure)),
                    _ => Some(Exit::Stopped),
                }
            }
            None => (order == ABORT).then_some(Exit::Aborted),
        }
    }

    /// Handles a message of each input, in turns, or up to one after which the actor is to pause; gives
    /// whether there was any.
    #[inline]
    fn take_round(&mut self, mut task: Option<&mut Context<'_>>) -> bool {
        let count = <S::Takes as Inputs<S>>::COUNT;
        let most = Pace::of(count).at_once;
        let Self { actor: Some(actor), inputs, context, turn, .. } = self else { return false };
        let mut has_taken = false;
        for _ in 0..count {
            let index = *turn;
            *turn = if index + 1 == count { 0 } else { index + 1 };
            has_taken |= match task.as_deref_mut() {
                None => S::Takes::take(inputs, index, most, actor, context),
                Some(task) => S::Takes::take_or_wait(inputs, index, actor, context, task),
            };
            if context.is_to_pause() {
                return true;
            }
        }
        self.knows_the_end &= !has_taken;
        has_taken
    }

    fn fire_timer(&mut self) -> bool {
        let Self { actor: Some(actor), context, .. } = self else { return false };
        // One that is to stop handles messages that wait, but begins nothing by itself.
        if context.timers.next().is_none() || context.control.order() != 0 {
            return false;
        }
        let Some(timer) = context.timers.take_due(Instant::now()) else { return false };
        context.tally.timers += 1;
        actor.timer(timer, context);
        true
    }

    /// Tells the actor that all its publishers have closed, once. Where the bus was shut down none will come again,
    /// and it stops, whatever it makes of that.
    fn tell_the_end(&mut self) -> bool {
        let count = <S::Takes as Inputs<S>>::COUNT;
        let Self { actor: Some(actor), inputs, context, .. } = self else { return false };
        if count == 0 || S::Takes::ended(inputs) < count {
            return false;
        }
        if !self.knows_the_end {
            self.knows_the_end = true;
            actor.ended(context);
            return true;
        }
        let is_over = self.hub.is_closed();
        if is_over {
            context.stop();
        }
        is_over
    }

    /// Decides what comes after a life: another one, or the end.
    fn leave(&mut self) -> Option<End> {
        let Stage::Leaving(exit) = std::mem::replace(&mut self.stage, Stage::Starting) else {
            return None;
        };
        self.context.timers.clear();
        self.context.is_blocked = false;
        self.context.wish = None;
        self.knows_the_end = false;
        let failure = match exit {
            Exit::Failed(failure) => Some(failure),
            Exit::Stopped | Exit::Aborted => None,
        };
        if let Some(failure) = &failure {
            self.context.tally.failures += 1;
            self.counts.note(failure.clone());
            #[cfg(feature = "tracing")]
            tracing::warn!(actor = crate::actor::Context::name(&self.context), %failure, "an actor failed");
        }
        let is_wanted = match self.policy.restart {
            Restart::Always => true,
            Restart::OnFailure => failure.is_some(),
            Restart::Never => false,
        };
        if !is_wanted || self.context.control.order() != 0 {
            let state = if failure.is_some() { ActorState::Failed } else { ActorState::Stopped };
            return Some(self.end(state, End::Over));
        }
        let Some(at) = self.restarts.next(Instant::now()) else {
            let failure = failure.unwrap_or_else(|| Failure::Failed("it stopped again".to_owned()));
            let name = crate::actor::Context::name(&self.context).to_owned();
            return Some(self.end(ActorState::Failed, End::Escalated(name, failure)));
        };
        self.rest(failure.is_some(), at);
        None
    }

    fn rest(&mut self, has_failed: bool, until: Instant) {
        if !(has_failed && self.policy.state == KeptState::Kept) {
            self.drop_actor();
        }
        self.context.tally.restarts += 1;
        self.counts.set_state(ActorState::Resting);
        self.stage = Stage::Resting(until);
    }

    fn end(&mut self, state: ActorState, end: End) -> End {
        self.drop_actor();
        self.counts.show(&self.context.tally);
        self.counts.set_state(state);
        end
    }

    /// Its own code runs then, too.
    fn drop_actor(&mut self) {
        let actor = self.actor.take();
        if let Err(failure) = fenced(|| drop(actor)) {
            self.context.tally.failures += 1;
            self.counts.note(failure);
        }
    }
}

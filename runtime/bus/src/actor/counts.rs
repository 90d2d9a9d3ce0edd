//! How an actor is, for whoever looks after it.

use std::fmt;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::actor::failure::Failure;

/// What an actor is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ActorState {
    /// It is being made.
    Starting,
    /// It takes messages.
    Running,
    /// It has failed, and rests until it is started again.
    Resting,
    /// It handles what waits, and then ends.
    Stopping,
    /// It has ended in order.
    Stopped,
    /// It has failed, and is not started again.
    Failed,
}

const STATES: [(ActorState, &str); 6] = [
    (ActorState::Starting, "starting"),
    (ActorState::Running, "running"),
    (ActorState::Resting, "resting"),
    (ActorState::Stopping, "stopping"),
    (ActorState::Stopped, "stopped"),
    (ActorState::Failed, "failed"),
];

impl fmt::Display for ActorState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(STATES[*self as usize].1)
    }
}

/// Health and counts of one actor.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActorStats {
    /// Its name, behind the groups that it is in: `pricing/curve`.
    pub actor: String,
    /// What it is doing.
    pub state: ActorState,
    /// Messages that it took.
    pub received: u64,
    /// Messages that it published.
    pub published: u64,
    /// Timers that were due.
    pub timers: u64,
    /// Losses, vanished peers and other faults of its subscriptions.
    pub faults: u64,
    /// Times that it failed, by panic or by choice.
    pub failures: u64,
    /// Times that it was started again.
    pub restarts: u64,
    /// Its last failure.
    pub last_failure: Option<Failure>,
}

/// What an actor counts while it runs; shown to others now and then.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Tally {
    pub(super) received: u64,
    pub(super) published: u64,
    pub(super) timers: u64,
    pub(super) faults: u64,
    pub(super) failures: u64,
    pub(super) restarts: u64,
}

/// The shared side of it: one thread writes, any may read.
#[derive(Debug, Default)]
pub(super) struct Counts {
    state: AtomicU8,
    /// In the order of [`Tally`].
    figures: [AtomicU64; 6],
    last_failure: Mutex<Option<Failure>>,
}

impl Counts {
    pub(super) fn show(&self, tally: &Tally) {
        let Tally { received, published, timers, faults, failures, restarts } = *tally;
        let values = [received, published, timers, faults, failures, restarts];
        for (figure, value) in self.figures.iter().zip(values) {
            figure.store(value, Ordering::Relaxed);
        }
    }

    /// What was shown last.
    pub(super) fn tally(&self) -> Tally {
        let [received, published, timers, faults, failures, restarts] =
            std::array::from_fn(|index| self.figures[index].load(Ordering::Relaxed));
        Tally { received, published, timers, faults, failures, restarts }
    }

    /// Goes on from the counts of the actor's life before its group was started again.
    pub(super) fn go_on_from(&self, former: &Self) {
        let mut tally = former.tally();
        tally.restarts += 1;
        self.show(&tally);
        let failure = former.last_failure.lock().unwrap_or_else(PoisonError::into_inner).clone();
        *self.last_failure.lock().unwrap_or_else(PoisonError::into_inner) = failure;
    }

    pub(super) fn set_state(&self, state: ActorState) {
        self.state.store(state as u8, Ordering::Relaxed);
    }

    /// It is gone, also if whatever carried it was thrown away before it could say so.
    pub(super) fn close(&self) {
        let is_final = [ActorState::Stopped as u8, ActorState::Failed as u8]
            .contains(&self.state.load(Ordering::Relaxed));
        if !is_final {
            self.set_state(ActorState::Stopped);
        }
    }

    pub(super) fn note(&self, failure: Failure) {
        *self.last_failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure);
    }

    pub(super) fn snapshot(&self, actor: String) -> ActorStats {
        let Tally { received, published, timers, faults, failures, restarts } = self.tally();
        let state = STATES[usize::from(self.state.load(Ordering::Relaxed))].0;
        let last_failure = self.last_failure.lock().unwrap_or_else(PoisonError::into_inner).clone();
        ActorStats {
            actor,
            state,
            received,
            published,
            timers,
            faults,
            failures,
            restarts,
            last_failure,
        }
    }
}

/// All actors of a supervisor, as [`Scope::stats`](crate::actor::Scope::stats) gives them.
///
/// ```text
/// actor            state       received  published    timers    faults  failures  restarts
/// strategy         running       120081        311        60         0         1         1
///   panicked: attempt to divide by zero
/// pricing/curve    stopped         4096       4096         0         0         0         0
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActorTable {
    /// The actors, in the order in which they were started.
    pub actors: Vec<ActorStats>,
}

impl ActorTable {
    /// The actor of this name.
    #[must_use]
    pub fn actor(&self, name: &str) -> Option<&ActorStats> {
        self.actors.iter().find(|stats| stats.actor == name)
    }
}

impl fmt::Display for ActorTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let longest = self.actors.iter().map(|stats| stats.actor.len()).max().unwrap_or(0);
        let width = longest.max("actor".len());
        write!(f, "{:width$}  {:9}", "actor", "state")?;
        for title in ["received", "published", "timers", "faults", "failures", "restarts"] {
            write!(f, " {title:>10}")?;
        }
        writeln!(f)?;
        for stats in &self.actors {
            write!(f, "{:width$}  {:9}", stats.actor, stats.state)?;
            let ActorStats { received, published, timers, faults, failures, restarts, .. } = stats;
            for figure in [received, published, timers, faults, failures, restarts] {
                write!(f, " {figure:>10}")?;
            }
            writeln!(f)?;
            if let Some(failure) = &stats.last_failure {
                writeln!(f, "  {failure}")?;
            }
        }
        Ok(())
    }
}

/// Sets the metrics of the actors, by name, for the recorder that the program has installed.
#[cfg(feature = "metrics")]
pub(super) fn record(table: &ActorTable) {
    use metrics::{counter, gauge};
    for stats in &table.actors {
        let actor = || stats.actor.clone();
        counter!("mycelium_actor_received", "actor" => actor()).absolute(stats.received);
        counter!("mycelium_actor_published", "actor" => actor()).absolute(stats.published);
        counter!("mycelium_actor_timers", "actor" => actor()).absolute(stats.timers);
        counter!("mycelium_actor_faults", "actor" => actor()).absolute(stats.faults);
        counter!("mycelium_actor_failures", "actor" => actor()).absolute(stats.failures);
        counter!("mycelium_actor_restarts", "actor" => actor()).absolute(stats.restarts);
        let is_up = matches!(stats.state, ActorState::Running);
        gauge!("mycelium_actor_up", "actor" => actor()).set(f64::from(u8::from(is_up)));
    }
}

//! Looks after actors: starts them, restarts them, stops them in order.
//!
//! Each group has one thread, which waits for children to end. A supervisor has none: whoever joins it or
//! shuts it down does that work. What is shared with the children is a table behind a lock, and a condition
//! that says that the table has changed; messages never pass it.

use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crate::actor::child::{Child, End};
use crate::actor::children::{Children, Held, HeldOfChildren, Kind};
use crate::actor::counts::ActorTable;
use crate::actor::drive::{self, Placement, Report};
use crate::actor::failure::{Escalation, Failure, ShutdownError, SpawnError, fenced};
use crate::actor::policy::{Policy, Restarts};
use crate::actor::traits::Service;
use crate::bus::MessageBus;

/// How long children have to end in order, where nobody says how long.
const PATIENCE: Duration = Duration::from_secs(5);

/// Looks after the actors of a process, or of a part of it.
///
/// Children are started consumers first: at shutdown the last one started is the first to stop, so that
/// what producers published is still handled. It has no thread of its own: when one of its actors fails more
/// often than it may, the others are stopped by whoever calls [`join`](Supervisor::join). Dropping it shuts down, and waits for 5 s at most; where its
/// actors are tasks of the thread that drops it, [`shutdown_async`](Supervisor::shutdown_async) comes first.
///
/// ```
/// use mycelium::actor::{Intensity, Policy, Supervisor, each};
/// # use mycelium::prelude::*;
/// # #[derive(Message, Clone)]
/// # #[myc(package = "market", id = 1)]
/// # struct Trade { price: i64 }
/// # #[derive(Message, Clone)]
/// # #[myc(package = "market", id = 2)]
/// # struct Signal { price: i64 }
/// # fn strategy() -> impl mycelium::actor::Service + Send {
/// #     each(|trade: &Trade| Some(Signal { price: trade.price }))
/// # }
/// let supervisor = Supervisor::new(&MessageBus::new());
/// supervisor.thread("strategy", strategy)?;
/// // Two that only work together: if one fails, both are started again.
/// let all_for_one = Policy::default().intensity(Intensity::NONE);
/// supervisor.group("pricing", Policy::default(), move |group| {
///     group.spawn("curve", mycelium::actor::Placement::THREAD, all_for_one.clone(), strategy)?;
///     group.spawn("quotes", mycelium::actor::Placement::THREAD, all_for_one.clone(), strategy)
/// })?;
/// println!("{}", supervisor.stats());
/// supervisor.shutdown(std::time::Duration::from_secs(5))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Supervisor {
    scope: Scope,
}

/// Where actors are started: a supervisor, or a group of one.
#[derive(Debug)]
pub struct Scope {
    shared: Arc<Children>,
}

impl Supervisor {
    /// A supervisor of actors at this bus.
    #[must_use]
    pub fn new(bus: &MessageBus) -> Self {
        let shared = Arc::new(Children::new(String::new(), bus.clone()));
        Self { scope: Scope { shared } }
    }

    /// Waits until all children have ended, or one of them has failed more often than its policy allows:
    /// then the others are stopped in order first. As long as nobody calls it, they go on. Each that joins
    /// learns of the first such failure, also after a shutdown.
    ///
    /// It blocks the thread; in a task, [`join_async`](Supervisor::join_async) does not.
    ///
    /// # Errors
    /// Which actor failed, and how.
    pub fn join(&self) -> Result<(), Escalation> {
        join(&self.scope.shared)
    }

    /// As [`join`](Supervisor::join), but the task waits.
    ///
    /// # Errors
    /// As [`join`](Supervisor::join).
    pub async fn join_async(&self) -> Result<(), Escalation> {
        let shared = self.scope.shared.clone();
        beside(move || join(&shared)).await
    }

    /// Stops the children one after the other, the last one started first: each handles what waits for
    /// it, then ends. The next begins when it has. Nothing can be started afterwards.
    ///
    /// It blocks the thread; in a task, [`shutdown_async`](Supervisor::shutdown_async) does not.
    ///
    /// # Errors
    /// Some did not end in this time; they were told to end at once, and then left alone.
    pub fn shutdown(&self, timeout: Duration) -> Result<(), ShutdownError> {
        shutdown(&self.scope.shared, timeout)
    }

    /// As [`shutdown`](Supervisor::shutdown), but the task waits. It goes on if the future is dropped.
    ///
    /// # Errors
    /// As [`shutdown`](Supervisor::shutdown).
    pub async fn shutdown_async(&self, timeout: Duration) -> Result<(), ShutdownError> {
        let shared = self.scope.shared.clone();
        beside(move || shutdown(&shared, timeout)).await
    }
}

fn join(shared: &Children) -> Result<(), Escalation> {
    let escalated = {
        let mut table = shared.table();
        loop {
            // Kept where it is taken, under one lock: others that join learn of the same failure.
            if table.escalation.is_none() {
                let first = table.escalations.pop_front();
                table.escalation = first.map(|(actor, failure)| Escalation { actor, failure });
            }
            if table.escalation.is_some() || table.has_ended() {
                break table.escalation.clone();
            }
            table = shared.wait(table, None);
        }
    };
    let Some(escalation) = escalated else { return Ok(()) };
    shared.stop_children(Instant::now() + PATIENCE);
    Err(escalation)
}

fn shutdown(shared: &Children, timeout: Duration) -> Result<(), ShutdownError> {
    let stuck = shared.stop_children(Instant::now() + timeout);
    if stuck.is_empty() { Ok(()) } else { Err(ShutdownError { stuck }) }
}

/// Does what blocks on a thread of its own. Where there is none to be had, it blocks this one.
async fn beside<R: Send + 'static>(block: impl FnOnce() -> R + Send + Sync + Clone + 'static) -> R {
    let (done, ended) = tokio::sync::oneshot::channel();
    let on_thread = block.clone();
    let spawned = thread::Builder::new().name("mycelium-supervisor".to_owned()).spawn(move || {
        // Nobody waits any more, then.
        let _ = done.send(on_thread());
    });
    match spawned {
        Ok(_) => ended.await.unwrap_or_else(|_| block()),
        Err(_) => block(),
    }
}

impl Deref for Supervisor {
    type Target = Scope;

    fn deref(&self) -> &Scope {
        &self.scope
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        // Whoever wants to know calls `shutdown`.
        let _ = self.shutdown(PATIENCE);
    }
}

impl Scope {
    /// Starts an actor as a task of the tokio runtime that is entered, with the usual policy.
    ///
    /// # Errors
    /// As [`spawn`](Scope::spawn).
    pub fn task<S, F>(&self, name: &str, factory: F) -> Result<(), SpawnError>
    where
        S: Service + Send,
        F: FnMut() -> S + Send + 'static,
    {
        self.spawn(name, Placement::Task, Policy::default(), factory)
    }

    /// Starts an actor on a thread of its own, with the usual policy.
    ///
    /// # Errors
    /// As [`spawn`](Scope::spawn).
    pub fn thread<S, F>(&self, name: &str, factory: F) -> Result<(), SpawnError>
    where
        S: Service + Send,
        F: FnMut() -> S + Send + 'static,
    {
        self.spawn(name, Placement::THREAD, Policy::default(), factory)
    }

    /// Starts an actor. When this returns it is subscribed, though it may not have run yet. The factory
    /// makes it, at the start and at each restart, where it runs.
    ///
    /// # Errors
    /// The name is taken, a topic cannot be opened, there is no place to run, or the supervisor stops.
    pub fn spawn<S, F>(
        &self,
        name: &str,
        placement: Placement,
        policy: Policy,
        factory: F,
    ) -> Result<(), SpawnError>
    where
        S: Service + Send,
        F: FnMut() -> S + Send + 'static,
    {
        let shared = &self.shared;
        let path = shared.path_of(name);
        let mut child = Child::<S, F>::open(&shared.bus, &path, policy, factory)
            .map_err(|source| SpawnError::Open { actor: path.clone(), source })?;
        let kind = Kind::Actor(child.control().clone(), child.counts().clone());
        let id = shared.add(name, kind)?;
        child.count_on();
        let above = shared.clone();
        let report = Report::new(move |end, held| above.take_end(id, end, held));
        drive::start(placement, &path, child, report).inspect_err(|_| shared.remove(id))
    }

    /// Starts several actors that belong together: those that `start` starts. A failure that one of them
    /// hands up stops all of them, in order, and then the whole group is started again, as its policy
    /// says; groups may lie in groups. Where one of them does not stop within 5 s, the group is not started
    /// again, and the failure goes up. Counts go on by name: each restart of the group is one of its actors.
    /// What they publish on stays open until they have been started again.
    ///
    /// # Errors
    /// As [`spawn`](Scope::spawn), and what `start` gives at the first start. Where it gives an error or
    /// panics at a restart, that counts as another failure.
    ///
    /// # Panics
    /// `start` panics at the first start; what it has started is stopped.
    pub fn group<F>(&self, name: &str, policy: Policy, mut start: F) -> Result<(), SpawnError>
    where
        F: FnMut(&Scope) -> Result<(), SpawnError> + Send + 'static,
    {
        let above = self.shared.clone();
        let shared = Arc::new(Children::new(above.path_of(name), above.bus.clone()));
        let id = above.add(name, Kind::Group(shared.clone()))?;
        let scope = Scope { shared };
        // Tasks of a restart go to the same runtime.
        let runtime = tokio::runtime::Handle::try_current().ok();
        // A panic goes on to the caller, but leaves nothing behind that `join` would wait for.
        let first = catch_unwind(AssertUnwindSafe(|| start(&scope))).unwrap_or_else(|panic| {
            scope.shared.stop_children(Instant::now() + PATIENCE);
            above.remove(id);
            resume_unwind(panic)
        });
        let started = first.and_then(|()| {
            let above = above.clone();
            let path = scope.shared.path.clone();
            let scope = Scope { shared: scope.shared.clone() };
            let body = move || {
                let _entered = runtime.as_ref().map(tokio::runtime::Handle::enter);
                let (end, held) = look_after(&scope, &policy, &mut start);
                // What the closure holds may panic when it goes: the group has ended all the same.
                let _ = fenced(|| drop(start));
                above.take_end(id, end, Some(Held::new(held)));
            };
            let spawned = thread::Builder::new().name(drive::thread_name(&path)).spawn(body);
            let no_place =
                |error| SpawnError::NoPlace { actor: path, reason: format!("no thread: {error}") };
            spawned.map(drop).map_err(no_place)
        });
        started.inspect_err(|_| {
            scope.shared.stop_children(Instant::now() + PATIENCE);
            above.remove(id);
        })
    }

    /// Health and counts of all actors, those of groups too.
    #[must_use]
    pub fn stats(&self) -> ActorTable {
        let mut actors = Vec::new();
        self.shared.collect(&mut actors);
        ActorTable { actors }
    }

    /// Sets the metrics of all actors, for the recorder that the program has installed, to what was counted
    /// so far: `mycelium_actor_received`, `mycelium_actor_published`, `mycelium_actor_timers`,
    /// `mycelium_actor_faults`, `mycelium_actor_failures`, `mycelium_actor_restarts` and
    /// `mycelium_actor_up`, by actor.
    #[cfg(feature = "metrics")]
    pub fn record_metrics(&self) {
        crate::actor::counts::record(&self.stats());
    }
}

/// The thread of a group: restarts it until it may not, is told to stop, or has nothing left to do. With its
/// end it gives what is held for the group above, which may start it again.
fn look_after(
    scope: &Scope,
    policy: &Policy,
    start: &mut impl FnMut(&Scope) -> Result<(), SpawnError>,
) -> (End, HeldOfChildren) {
    let shared = &scope.shared;
    let mut restarts = Restarts::new(policy);
    let mut held = HeldOfChildren::new();
    let end = loop {
        let Some((actor, failure)) = shared.next_escalation() else { break End::Over };
        let stuck = shared.pause_children(Instant::now() + PATIENCE);
        if !stuck.is_empty() {
            // A second copy must not run beside one that is still busy.
            let stuck = stuck.join("`, `");
            let reason =
                format!("cannot be started again: `{stuck}` did not stop when `{actor}` {failure}");
            break End::Escalated(shared.path.clone(), Failure::Failed(reason));
        }
        let Some(at) = restarts.next(Instant::now()) else {
            break End::Escalated(actor, failure);
        };
        if !shared.rest_until(at) {
            break End::Over;
        }
        // Of a child that fails again before all are there, one is held.
        held.extend(shared.reopen());
        let failure = match fenced(|| start(scope)) {
            Ok(Ok(())) => {
                // Those that have just been started publish there now.
                held.clear();
                continue;
            }
            Ok(Err(error)) => Failure::Failed(format!("cannot be started again: {error}")),
            Err(panic) => panic,
        };
        shared.table().escalations.push_back((shared.path.clone(), failure));
    };
    held.extend(shared.close());
    (end, held)
}

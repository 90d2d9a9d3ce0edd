//! Looks after actors: starts them, restarts them, stops them in order.
//!
//! A supervisor and each of its groups have one thread, which waits for children to end. What it shares
//! with them is a table behind a lock, and a condition that says that the table has changed; messages
//! never pass it.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::ops::Deref;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::actor::bus_context::environment_seed;
use crate::actor::child::{Child, Control, End};
use crate::actor::counts::{ActorTable, Counts};
use crate::actor::drive::{self, Placement, Report};
use crate::actor::failure::{Escalation, Failure, ShutdownError, SpawnError};
use crate::actor::policy::{Policy, Restarts};
use crate::actor::traits::Service;
use crate::bus::MessageBus;
use crate::random::Random;

/// How long children have to end in order, where nobody says how long.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a child that did not end in order has to end at once.
const GRACE: Duration = Duration::from_millis(200);

/// Looks after the actors of a process, or of a part of it.
///
/// Children are started consumers first: at shutdown the last one started is the first to stop, so that
/// what producers published is still handled. Dropping it shuts down, and waits for 5 s at most.
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
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// Names of the groups around it and its own, joined; empty for a supervisor.
    path: String,
    bus: MessageBus,
    table: Mutex<Table>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Table {
    /// In the order in which they were started.
    children: BTreeMap<u64, Record>,
    names: HashSet<String>,
    /// Of all children that were ever started.
    count: u64,
    /// Failures that the children hand up.
    escalations: VecDeque<(String, Failure)>,
    /// When a shutdown is to be over.
    shutdown: Option<Instant>,
    /// Nothing is started any more, or just now.
    is_stopping: bool,
    /// The thread that looks after it has ended.
    is_over: bool,
    escalation: Option<Escalation>,
    stuck: Vec<String>,
}

#[derive(Debug)]
struct Record {
    name: String,
    kind: Kind,
    has_ended: bool,
}

#[derive(Debug, Clone)]
enum Kind {
    Actor(Arc<Control>, Arc<Counts>),
    Group(Arc<Shared>),
}

impl Supervisor {
    /// A supervisor of actors at this bus.
    #[must_use]
    pub fn new(bus: &MessageBus) -> Self {
        let shared = Arc::new(Shared::new(String::new(), bus.clone()));
        Self { scope: Scope { shared } }
    }

    /// Waits until all children have ended, or one of them has failed more often than its policy allows:
    /// then the others are stopped in order first.
    ///
    /// # Errors
    /// Which actor failed, and how.
    pub fn join(&self) -> Result<(), Escalation> {
        let shared = &self.scope.shared;
        let escalated = {
            let mut table = shared.table();
            loop {
                if let Some((actor, failure)) = table.escalations.pop_front() {
                    break Some(Escalation { actor, failure });
                }
                if table.escalation.is_some() || table.has_ended() {
                    break table.escalation.clone();
                }
                table = shared.wait(table, None);
            }
        };
        let Some(escalation) = escalated else { return Ok(()) };
        shared.table().escalation = Some(escalation.clone());
        shared.stop_children(Instant::now() + PATIENCE);
        Err(escalation)
    }

    /// Stops the children one after the other, the last one started first: each handles what waits for
    /// it, then ends. The next begins when it has. Nothing can be started afterwards.
    ///
    /// # Errors
    /// Some did not end in this time; they were told to end at once, and then left alone.
    pub fn shutdown(&self, timeout: Duration) -> Result<(), ShutdownError> {
        let stuck = self.scope.shared.stop_children(Instant::now() + timeout);
        if stuck.is_empty() { Ok(()) } else { Err(ShutdownError { stuck }) }
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
        let child = Child::<S, F>::open(&shared.bus, &path, policy, factory)
            .map_err(|source| SpawnError::Open { actor: path.clone(), source })?;
        let kind = Kind::Actor(child.control().clone(), child.counts().clone());
        let id = shared.add(name, kind)?;
        let above = shared.clone();
        let report = Report::new(move |end| above.take_end(id, end));
        drive::start(placement, &path, child, report).inspect_err(|_| shared.remove(id))
    }

    /// Starts several actors that belong together: those that `start` starts. A failure that one of them
    /// hands up stops all of them, in order, and then the whole group is started again, as its policy
    /// says; groups may lie in groups.
    ///
    /// # Errors
    /// As [`spawn`](Scope::spawn), and what `start` gives at the first start. Where it gives an error at a
    /// restart, that counts as another failure.
    pub fn group<F>(&self, name: &str, policy: Policy, mut start: F) -> Result<(), SpawnError>
    where
        F: FnMut(&Scope) -> Result<(), SpawnError> + Send + 'static,
    {
        let above = self.shared.clone();
        let shared = Arc::new(Shared::new(above.path_of(name), above.bus.clone()));
        let id = above.add(name, Kind::Group(shared.clone()))?;
        let scope = Scope { shared };
        // Tasks of a restart go to the same runtime.
        let runtime = tokio::runtime::Handle::try_current().ok();
        let started = start(&scope).and_then(|()| {
            let above = above.clone();
            let path = scope.shared.path.clone();
            let scope = Scope { shared: scope.shared.clone() };
            let body = move || {
                let _entered = runtime.as_ref().map(tokio::runtime::Handle::enter);
                let end = look_after(&scope, &policy, &mut start);
                drop(start);
                above.take_end(id, end);
            };
            let spawned = thread::Builder::new().name(path.clone()).spawn(body);
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

/// The thread of a group: restarts it until it may not, is told to stop, or has nothing left to do.
fn look_after(
    scope: &Scope,
    policy: &Policy,
    start: &mut impl FnMut(&Scope) -> Result<(), SpawnError>,
) -> End {
    let shared = &scope.shared;
    let mut restarts = Restarts::new(policy, Random::seeded(environment_seed()));
    loop {
        let Some((actor, failure)) = shared.next_escalation() else {
            shared.close();
            return End::Over;
        };
        shared.stop_children(Instant::now() + PATIENCE);
        let Some(at) = restarts.next(Instant::now()) else {
            shared.close();
            return End::Escalated(actor, failure);
        };
        if !shared.rest_until(at) {
            shared.close();
            return End::Over;
        }
        shared.reopen();
        if let Err(error) = start(scope) {
            let failure = Failure::Failed(format!("cannot be started again: {error}"));
            shared.table().escalations.push_back((shared.path.clone(), failure));
        }
    }
}

impl Shared {
    fn new(path: String, bus: MessageBus) -> Self {
        Self { path, bus, table: Mutex::default(), changed: Condvar::new() }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'t>(
        &self,
        table: MutexGuard<'t, Table>,
        until: Option<Instant>,
    ) -> MutexGuard<'t, Table> {
        match until {
            None => self.changed.wait(table).unwrap_or_else(PoisonError::into_inner),
            Some(until) => {
                let left = until.saturating_duration_since(Instant::now());
                self.changed.wait_timeout(table, left).unwrap_or_else(PoisonError::into_inner).0
            }
        }
    }

    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}/{name}", self.path) }
    }

    fn add(&self, name: &str, kind: Kind) -> Result<u64, SpawnError> {
        let mut table = self.table();
        if table.is_stopping {
            return Err(SpawnError::Stopped);
        }
        if !table.names.insert(name.to_owned()) {
            return Err(SpawnError::NameTaken { name: name.to_owned() });
        }
        let id = table.count;
        table.count += 1;
        table.children.insert(id, Record { name: name.to_owned(), kind, has_ended: false });
        Ok(id)
    }

    fn remove(&self, id: u64) {
        let mut table = self.table();
        if let Some(child) = table.children.remove(&id) {
            table.names.remove(&child.name);
        }
        drop(table);
        self.changed.notify_all();
    }

    /// Takes note that a child has ended for good.
    fn take_end(&self, id: u64, end: End) {
        let mut table = self.table();
        if let Some(child) = table.children.get_mut(&id) {
            child.has_ended = true;
        }
        if let End::Escalated(actor, failure) = end
            && !table.is_stopping
        {
            table.escalations.push_back((actor, failure));
        }
        drop(table);
        self.changed.notify_all();
    }

    /// Waits for a failure that a child hands up; nothing when all have ended or are to stop.
    fn next_escalation(&self) -> Option<(String, Failure)> {
        let mut table = self.table();
        loop {
            if table.shutdown.is_some() {
                return None;
            }
            if let Some(escalation) = table.escalations.pop_front() {
                return Some(escalation);
            }
            if table.has_ended() {
                return None;
            }
            table = self.wait(table, None);
        }
    }

    /// Gives whether the time has come before a shutdown has.
    fn rest_until(&self, at: Instant) -> bool {
        let mut table = self.table();
        while table.shutdown.is_none() && Instant::now() < at {
            table = self.wait(table, Some(at));
        }
        table.shutdown.is_none()
    }

    /// Lets a stopped group be started again, with nothing of its former life.
    fn reopen(&self) {
        let mut table = self.table();
        table.children.clear();
        table.names.clear();
        table.escalations.clear();
        table.is_stopping = table.shutdown.is_some();
    }

    /// Stops what is left, at the end of a group's thread.
    fn close(&self) {
        let until = self.table().shutdown;
        let stuck = self.stop_children(until.unwrap_or_else(Instant::now));
        let mut table = self.table();
        table.stuck = stuck;
        table.is_over = true;
        drop(table);
        self.changed.notify_all();
    }

    /// Stops the children in order, the last one first; gives the paths of those that do not end.
    fn stop_children(&self, until: Instant) -> Vec<String> {
        self.table().is_stopping = true;
        let children: Vec<(u64, String, Kind)> = {
            let table = self.table();
            let each = table.children.iter().rev();
            each.map(|(id, child)| (*id, self.path_of(&child.name), child.kind.clone())).collect()
        };
        let mut stuck = Vec::new();
        for (id, path, kind) in children {
            kind.stop(until);
            if self.wait_for(id, until) {
                stuck.extend(kind.stuck());
                continue;
            }
            kind.abort();
            if !self.wait_for(id, Instant::now() + GRACE) {
                stuck.push(path);
            }
        }
        stuck
    }

    fn wait_for(&self, id: u64, until: Instant) -> bool {
        let mut table = self.table();
        loop {
            if table.children.get(&id).is_none_or(|child| child.has_ended) {
                return true;
            }
            if Instant::now() >= until {
                return false;
            }
            table = self.wait(table, Some(until));
        }
    }

    fn collect(&self, into: &mut Vec<crate::actor::ActorStats>) {
        let children: Vec<(String, Kind)> = {
            let table = self.table();
            let each = table.children.values();
            each.map(|child| (self.path_of(&child.name), child.kind.clone())).collect()
        };
        for (path, kind) in children {
            match kind {
                Kind::Actor(_, counts) => into.push(counts.snapshot(path)),
                Kind::Group(group) => group.collect(into),
            }
        }
    }
}

impl Table {
    fn has_ended(&self) -> bool {
        self.children.values().all(|child| child.has_ended)
    }
}

impl Kind {
    fn stop(&self, until: Instant) {
        match self {
            Self::Actor(control, _) => control.drain(),
            Self::Group(group) => {
                group.table().shutdown.get_or_insert(until);
                group.changed.notify_all();
            }
        }
    }

    fn abort(&self) {
        match self {
            Self::Actor(control, _) => control.abort(),
            Self::Group(group) => {
                let kinds: Vec<Kind> =
                    group.table().children.values().map(|child| child.kind.clone()).collect();
                kinds.iter().for_each(Kind::abort);
            }
        }
    }

    /// Those that a group that has ended has left behind.
    fn stuck(&self) -> Vec<String> {
        match self {
            Self::Actor(..) => Vec::new(),
            Self::Group(group) => group.table().stuck.clone(),
        }
    }
}

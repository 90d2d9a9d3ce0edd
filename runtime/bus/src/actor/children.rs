//! The children of a supervisor or a group: who they are, how they end, how they are stopped.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::actor::child::End;
use crate::actor::control::Control;
use crate::actor::counts::{ActorStats, Counts};
use crate::actor::failure::{Escalation, Failure, SpawnError, fenced};
use crate::bus::MessageBus;

/// Publishers of a child that has ended. As long as they are held, nobody downstream sees an end.
pub(super) struct Held {
    _outboxes: Box<dyn Send>,
}

impl Held {
    pub(super) fn new(outboxes: impl Send + 'static) -> Self {
        Self { _outboxes: Box::new(outboxes) }
    }
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Held")
    }
}

/// What is held, by the child's name.
pub(super) type HeldOfChildren = HashMap<String, Held>;

/// How long a child that did not end in order has to end at once.
const GRACE: Duration = Duration::from_millis(200);

#[derive(Debug)]
pub(super) struct Children {
    /// Names of the groups around it and its own, joined; empty for a supervisor.
    pub(super) path: String,
    pub(super) bus: MessageBus,
    table: Mutex<Table>,
    changed: Condvar,
}

#[derive(Debug, Default)]
pub(super) struct Table {
    /// In the order in which they were started.
    children: BTreeMap<u64, Record>,
    names: HashSet<String>,
    /// Children of the lives before a restart, by name: their counts go on.
    former: HashMap<String, Kind>,
    /// Of all children that were ever started.
    count: u64,
    /// Failures that the children hand up, also while they are stopped.
    pub(super) escalations: VecDeque<(String, Failure)>,
    /// When a shutdown is to be over.
    pub(super) shutdown: Option<Instant>,
    /// The children are stopped so that they can be started again: what they publish on stays open.
    holds: bool,
    /// Nothing is started any more, or just now.
    is_stopping: bool,
    /// The thread that looks after it has ended.
    is_over: bool,
    pub(super) escalation: Option<Escalation>,
    stuck: Vec<String>,
}

#[derive(Debug)]
pub(super) struct Record {
    name: String,
    kind: Kind,
    has_ended: bool,
    held: Option<Held>,
}

#[derive(Debug, Clone)]
pub(super) enum Kind {
    Actor(Arc<Control>, Arc<Counts>),
    Group(Arc<Children>),
}

impl Children {
    pub(super) fn new(path: String, bus: MessageBus) -> Self {
        Self { path, bus, table: Mutex::default(), changed: Condvar::new() }
    }

    pub(super) fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn wait<'t>(
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

    pub(super) fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}/{name}", self.path) }
    }

    pub(super) fn add(&self, name: &str, kind: Kind) -> Result<u64, SpawnError> {
        let mut table = self.table();
        if table.is_stopping {
            return Err(SpawnError::Stopped);
        }
        if !table.names.insert(name.to_owned()) {
            return Err(SpawnError::NameTaken { name: name.to_owned() });
        }
        if let Some(former) = table.former.get(name) {
            kind.go_on_from(former);
        }
        let id = table.count;
        table.count += 1;
        table
            .children
            .insert(id, Record { name: name.to_owned(), kind, has_ended: false, held: None });
        Ok(id)
    }

    pub(super) fn remove(&self, id: u64) {
        let mut table = self.table();
        if let Some(child) = table.children.remove(&id) {
            table.names.remove(&child.name);
        }
        drop(table);
        self.changed.notify_all();
    }

    /// Takes note that a child has ended for good. What it published on is closed then, unless this is a group
    /// that may start it again; whoever sees the end sees it closed.
    pub(super) fn take_end(&self, id: u64, end: End, held: Option<Held>) {
        let mut table = self.table();
        let may_come_again = table.holds || matches!(end, End::Escalated(..));
        let is_kept = may_come_again && !table.is_over && !self.path.is_empty();
        let held = if is_kept {
            held
        } else {
            drop(table);
            // Messages that found no room go with it, and their own code runs.
            let _ = fenced(|| drop(held));
            table = self.table();
            None
        };
        if let Some(child) = table.children.get_mut(&id) {
            child.has_ended = true;
            child.held = held;
            if let Kind::Actor(_, counts) = &child.kind {
                counts.close();
            }
        }
        if let End::Escalated(actor, failure) = end {
            table.escalations.push_back((actor, failure));
        }
        drop(table);
        self.changed.notify_all();
    }

    /// Waits for a failure that a child hands up; nothing when all have ended or are to stop.
    pub(super) fn next_escalation(&self) -> Option<(String, Failure)> {
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
    pub(super) fn rest_until(&self, at: Instant) -> bool {
        let mut table = self.table();
        while table.shutdown.is_none() && Instant::now() < at {
            table = self.wait(table, Some(at));
        }
        table.shutdown.is_none()
    }

    /// Lets a group whose children have all ended be started again; of their lives only counts are left, and
    /// what is held.
    pub(super) fn reopen(&self) -> HeldOfChildren {
        let mut table = self.table();
        let held = table.take_held();
        let former = std::mem::take(&mut table.children).into_values();
        table.former.extend(former.map(|child| (child.name, child.kind)));
        table.names.clear();
        table.escalations.clear();
        table.is_stopping = table.shutdown.is_some();
        table.holds &= table.is_stopping;
        held
    }

    /// Stops what is left, at the end of a group's thread; gives what is held for whoever may start the group
    /// again.
    pub(super) fn close(&self) -> HeldOfChildren {
        let until = self.table().shutdown;
        let stuck = self.stop_all(until.unwrap_or_else(Instant::now));
        let mut table = self.table();
        table.stuck = stuck;
        table.is_over = true;
        let held = table.take_held();
        drop(table);
        self.changed.notify_all();
        held
    }

    /// Stops the children for good, in order, the last one first; gives the paths of those that do not end.
    pub(super) fn stop_children(&self, until: Instant) -> Vec<String> {
        self.table().holds = false;
        self.stop_all(until)
    }

    /// As [`stop_children`](Children::stop_children), but they are to be started again.
    pub(super) fn pause_children(&self, until: Instant) -> Vec<String> {
        let mut table = self.table();
        // A shutdown that has begun says itself whether they are.
        table.holds |= table.shutdown.is_none();
        drop(table);
        self.stop_all(until)
    }

    fn stop_all(&self, until: Instant) -> Vec<String> {
        self.table().is_stopping = true;
        let children: Vec<(u64, String, Kind)> = {
            let table = self.table();
            let each = table.children.iter().rev();
            each.map(|(id, child)| (*id, self.path_of(&child.name), child.kind.clone())).collect()
        };
        let mut stuck = Vec::new();
        for (id, path, kind) in children {
            let holds = self.table().holds;
            kind.stop(until, holds);
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

    pub(super) fn collect(&self, into: &mut Vec<ActorStats>) {
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
    pub(super) fn has_ended(&self) -> bool {
        self.children.values().all(|child| child.has_ended)
    }

    fn take_held(&mut self) -> HeldOfChildren {
        let children = self.children.values_mut();
        children.filter_map(|child| Some((child.name.clone(), child.held.take()?))).collect()
    }
}

impl Kind {
    fn stop(&self, until: Instant, holds: bool) {
        match self {
            Self::Actor(control, _) => control.drain(),
            Self::Group(group) => {
                let mut table = group.table();
                table.shutdown.get_or_insert(until);
                table.holds = holds;
                drop(table);
                group.changed.notify_all();
            }
        }
    }

    /// Goes on from the counts of its former life.
    fn go_on_from(&self, former: &Self) {
        match (self, former) {
            (Self::Actor(_, counts), Self::Actor(_, former)) => counts.go_on_from(former),
            (Self::Group(group), Self::Group(former)) => {
                let former = former.table();
                let mut known = former.former.clone();
                let last = former.children.values();
                known.extend(last.map(|child| (child.name.clone(), child.kind.clone())));
                drop(former);
                group.table().former = known;
            }
            // Another kind of child that has the name now.
            (Self::Actor(..), Self::Group(_)) | (Self::Group(_), Self::Actor(..)) => {}
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

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};
    use std::sync::{Arc, Weak};

    use super::{Children, Held, Kind};
    use crate::actor::child::End;
    use crate::bus::MessageBus;

    /// Says, when it goes, whether the children count as ended.
    struct Publishers(Weak<Children>, Sender<bool>);

    impl Drop for Publishers {
        fn drop(&mut self) {
            let children = self.0.upgrade().expect("somebody waits for them");
            self.1.send(children.table().has_ended()).expect("somebody listens");
        }
    }

    #[test]
    fn whoever_sees_an_end_sees_what_was_closed_by_it() {
        let children = Arc::new(Children::new(String::new(), MessageBus::new()));
        let kind = Kind::Actor(Arc::default(), Arc::default());
        let id = children.add("one", kind).expect("a name that is free");
        let (told, ended) = channel();
        let publishers = Publishers(Arc::downgrade(&children), told);
        children.take_end(id, End::Over, Some(Held::new(publishers)));
        assert_eq!(ended.try_recv(), Ok(false));
        assert!(children.table().has_ended());
    }
}

//! Groups: those that fail together are started again together.

use crate::common::{PATIENCE, Tick, tick};
use crate::{PANIC, Stuck, Sum, adder, expect, frail, join_in_time, soon, teller};
use mycelium::actor::{
    ActorState, Escalation, Failure, Intensity, Placement, Policy, Scope, SpawnError, Supervisor,
    each,
};
use mycelium::{MessageBus, TryRecvError};
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

/// A group in which all are restarted for one.
fn start_pricing(group: &Scope, told: &Sender<String>) -> Result<(), SpawnError> {
    let one_for_all = Policy::default().intensity(Intensity::NONE);
    group.spawn("curve", Placement::THREAD, one_for_all.clone(), teller("curve", told))?;
    group.spawn("quotes", Placement::THREAD, one_for_all, teller("quotes", told))
}

#[test]
fn a_group_restarts_all_for_one_and_hands_up_what_it_cannot_mend() {
    let bus = MessageBus::new();
    let ticks = bus.publisher::<Tick>().unwrap();
    let (told, hear) = channel();
    let supervisor = Supervisor::new(&bus);
    let once = Intensity { restarts: 1, within: Duration::from_secs(600) };
    let policy = soon(Policy::default()).intensity(once);
    supervisor.group("pricing", policy, move |group| start_pricing(group, &told)).unwrap();
    let mut starts = [(); 2].map(|()| hear.recv_timeout(PATIENCE).unwrap());
    starts.sort();
    assert_eq!(starts, ["curve starts", "quotes starts"]);

    ticks.publish(tick(PANIC)).unwrap();
    // The one that failed is not asked to stop.
    expect(&hear, &["quotes stops"]);
    let mut starts = [(); 2].map(|()| hear.recv_timeout(PATIENCE).unwrap());
    starts.sort();
    assert_eq!(starts, ["curve starts", "quotes starts"]);

    ticks.publish(tick(PANIC)).unwrap();
    let escalation = supervisor.join().unwrap_err();
    assert_eq!(escalation.actor, "pricing/curve");
    assert_eq!(escalation.failure, Failure::Failed("asked to".into()));
    expect(&hear, &["quotes stops"]);
}

#[test]
fn a_group_whose_start_panics_at_a_restart_has_failed_again() {
    let bus = MessageBus::new();
    let ticks = bus.publisher::<Tick>().unwrap();
    let supervisor = Supervisor::new(&bus);
    let few = Intensity { restarts: 2, within: Duration::from_secs(600) };
    let mut starts = 0;
    let start = move |group: &Scope| {
        starts += 1;
        assert!(starts == 1, "start {starts}");
        let policy = Policy::default().intensity(Intensity::NONE);
        group.spawn("frail", Placement::THREAD, policy, frail)
    };
    supervisor.group("pricing", soon(Policy::default()).intensity(few), start).unwrap();
    ticks.publish(tick(1)).unwrap();
    let (joined, _supervisor) = join_in_time(supervisor);
    let failure = Failure::Panicked("start 3".into());
    assert_eq!(joined, Err(Escalation { actor: "pricing".into(), failure }));
}

#[test]
fn a_group_whose_first_start_panics_leaves_nothing_behind() {
    let bus = MessageBus::new();
    let _ticks = bus.publisher::<Tick>().unwrap();
    let supervisor = Supervisor::new(&bus);
    let start = |group: &Scope| {
        group.thread("adder", adder)?;
        panic!("no start")
    };
    let started = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        supervisor.group("pricing", Policy::default(), start)
    }));
    assert!(started.is_err());
    let (joined, supervisor) = join_in_time(supervisor);
    assert_eq!(joined, Ok(()));
    supervisor.shutdown(PATIENCE).unwrap();
}

#[test]
fn a_group_with_a_child_that_is_stuck_is_not_started_again() {
    let bus = MessageBus::new();
    let ticks = bus.publisher::<Tick>().unwrap();
    let supervisor = Supervisor::new(&bus);
    let (let_go, gate) = channel();
    let mut gate = Some(gate);
    let (told, hear) = channel();
    let start = move |group: &Scope| {
        let policy = Policy::default().intensity(Intensity::NONE);
        let mut gate = gate.take();
        told.send(gate.is_some()).unwrap();
        group.spawn("frail", Placement::THREAD, policy.clone(), frail)?;
        let stuck = move || Stuck(gate.take().expect("it is made once"));
        group.spawn("stuck", Placement::THREAD, policy, stuck)
    };
    supervisor.group("pricing", soon(Policy::default()), start).unwrap();
    ticks.publish(tick(1)).unwrap();
    let (joined, supervisor) = join_in_time(supervisor);
    let Escalation { actor, failure } = joined.unwrap_err();
    assert_eq!(actor, "pricing");
    let failure = failure.to_string();
    assert!(failure.contains("`pricing/stuck`"), "{failure}");
    assert!(failure.contains("`pricing/frail` panicked: frail"), "{failure}");
    assert_eq!(supervisor.shutdown(PATIENCE).unwrap_err().stuck, ["pricing/stuck"]);
    assert_eq!(hear.iter().collect::<Vec<_>>(), [true]);
    drop(let_go);
}

#[test]
fn counts_survive_the_restart_of_their_group() {
    let bus = MessageBus::new();
    let ticks = bus.publisher::<Tick>().unwrap();
    let supervisor = Supervisor::new(&bus);
    let few = Intensity { restarts: 2, within: Duration::from_secs(600) };
    let start = |group: &Scope| {
        let none = Policy::default().intensity(Intensity::NONE);
        let inner = none.clone();
        // A group in a group: its counts are found again, too.
        group.group("inner", inner, move |group| {
            group.spawn("frail", Placement::THREAD, none.clone(), frail)
        })
    };
    supervisor.group("outer", soon(Policy::default()).intensity(few), start).unwrap();
    let frail = || supervisor.stats().actor("outer/inner/frail").cloned();
    for failures in 1..=3 {
        while frail().is_none_or(|stats| {
            stats.restarts + 1 != failures || stats.state != ActorState::Running
        }) {
            std::thread::yield_now();
        }
        ticks.publish(tick(failures)).unwrap();
    }
    supervisor.join().unwrap_err();
    let frail = frail().unwrap();
    assert_eq!((frail.received, frail.failures, frail.restarts), (3, 3, 2));
    assert_eq!(frail.last_failure, Some(Failure::Panicked("frail".into())));
}

/// Starts a group again, and looks at what those downstream see before its children are there.
fn nobody_sees_an_end(
    sums_before: &[u64],
    mut start: impl FnMut(&Scope) -> Result<(), SpawnError> + Send + 'static,
) {
    let bus = MessageBus::new();
    let mut sums = bus.subscriber::<Sum>().unwrap();
    let ticks = bus.publisher::<Tick>().unwrap();
    let (starting, starts) = channel();
    let (go_on, gate) = channel::<()>();
    let supervisor = Supervisor::new(&bus);
    let gated = move |group: &Scope| {
        starting.send(()).unwrap();
        gate.recv_timeout(PATIENCE).unwrap();
        start(group)
    };
    go_on.send(()).unwrap();
    supervisor.group("pricing", soon(Policy::default()), gated).unwrap();
    starts.recv_timeout(PATIENCE).unwrap();
    let actors = supervisor.stats().actors.len();
    ticks.publish(tick(PANIC)).unwrap();
    starts.recv_timeout(PATIENCE).unwrap();
    for expected in sums_before {
        assert_eq!(sums.try_recv().unwrap().unwrap().ticks, *expected);
    }
    assert!(matches!(sums.try_recv(), Err(TryRecvError::Empty)));
    go_on.send(()).unwrap();
    let again = || supervisor.stats().actors.iter().filter(|actor| actor.restarts == 1).count();
    while again() < actors {
        std::thread::yield_now();
    }
    drop(ticks);
    supervisor.join().unwrap();
    while sums.recv_blocking().unwrap().is_some() {}
}

#[test]
fn a_group_that_is_started_again_keeps_open_what_the_one_that_failed_publishes_on() {
    nobody_sees_an_end(&[], |group| {
        group.spawn("frail", Placement::THREAD, Policy::default().intensity(Intensity::NONE), frail)
    });
}

#[test]
fn a_group_that_is_started_again_keeps_open_what_groups_in_it_publish_on() {
    let (told, _hear) = channel();
    nobody_sees_an_end(&[PANIC], move |group| {
        let none = Policy::default().intensity(Intensity::NONE);
        // Stopped for another one, which publishes nothing.
        group.group("inner", none.clone(), |group| {
            group.thread("echo", || each(|tick: &Tick| Some(Sum { ticks: tick.number, total: 0 })))
        })?;
        group.spawn("curve", Placement::THREAD, none, teller("curve", &told))
    });
}

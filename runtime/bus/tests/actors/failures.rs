//! What comes of a failure: another life, an end, or an escalation.

use crate::common::{PATIENCE, Tick, tick};
use crate::{FAIL, PANIC, STOP, Sum, adder, adder_fn, frail, soon};
use mycelium::actor::{
    Actor, ActorState, Context, Escalation, Failure, Intensity, KeptState, Placement, Policy,
    Publish, Receive, Restart, Service, SpawnError, Supervisor,
};
use mycelium::{MessageBus, Options, Publisher, Qos, WhenFull};
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::time::Duration;

/// Runs an adder on these ticks; gives what it published, and how it was.
fn run_adder(policy: Policy, numbers: &[u64]) -> (Vec<u64>, mycelium::actor::ActorStats) {
    let bus = MessageBus::new();
    let mut sums = bus.subscriber::<Sum>().unwrap();
    let ticks = bus.publisher::<Tick>().unwrap();
    let supervisor = Supervisor::new(&bus);
    supervisor.spawn("adder", Placement::THREAD, policy, adder).unwrap();
    numbers.iter().for_each(|number| ticks.publish(tick(*number)).unwrap());
    drop(ticks);
    supervisor.join().unwrap();
    let totals = sums.iter().map(|sum| sum.unwrap()).map(|sum| match sum.ticks {
        u64::MAX => u64::MAX,
        _ => sum.total,
    });
    (totals.collect(), supervisor.stats().actor("adder").unwrap().clone())
}

const END: u64 = u64::MAX;

#[test]
fn messages_are_handled_in_order_and_the_end_of_publishers_ends_the_actor() {
    let (totals, stats) = run_adder(Policy::default(), &[1, 2, 3]);
    assert_eq!(totals, [1, 3, 6, END]);
    assert_eq!((stats.received, stats.published), (3, 4));
    assert_eq!((stats.state, stats.failures), (ActorState::Stopped, 0));
}

#[test]
fn a_panic_costs_its_message_and_the_state() {
    let (totals, stats) = run_adder(soon(Policy::default()), &[5, PANIC, 1, 2]);
    assert_eq!(totals, [5, 1, 3, END]);
    assert_eq!((stats.received, stats.failures, stats.restarts), (4, 1, 1));
    assert_eq!(stats.last_failure, Some(Failure::Panicked("asked to".into())));
}

#[test]
fn state_can_be_kept() {
    let policy = soon(Policy::default()).state(KeptState::Kept);
    let (totals, stats) = run_adder(policy, &[5, PANIC, 1, FAIL, 2]);
    assert_eq!(totals, [5, 6, 8, END]);
    assert_eq!((stats.failures, stats.restarts), (2, 2));
    assert_eq!(stats.last_failure, Some(Failure::Failed("asked to".into())));
}

#[test]
fn one_that_stops_is_started_again_only_if_its_policy_says_always() {
    let (totals, stats) = run_adder(soon(Policy::default()), &[1, STOP, 2]);
    assert_eq!(totals, [1, END]);
    assert_eq!((stats.restarts, stats.state), (0, ActorState::Stopped));

    let few = Intensity { restarts: 1, within: Duration::from_secs(600) };
    let always = soon(Policy::default().restart(Restart::Always)).intensity(few);
    let bus = MessageBus::new();
    let mut sums = bus.subscriber::<Sum>().unwrap();
    let ticks = bus.publisher::<Tick>().unwrap();
    let supervisor = Supervisor::new(&bus);
    supervisor.spawn("adder", Placement::THREAD, always, adder).unwrap();
    [1, STOP, 2, STOP].into_iter().for_each(|number| ticks.publish(tick(number)).unwrap());
    // The second stop is one too many.
    assert_eq!(supervisor.join().unwrap_err().actor, "adder");
    let totals: Vec<u64> = (0..4).map(|_| sums.recv_blocking().unwrap().unwrap().total).collect();
    assert_eq!(totals, [1, 1, 2, 2]);
}

#[test]
fn one_that_is_never_restarted_leaves_the_others_alone() {
    let bus = MessageBus::new();
    let mut sums = bus.subscriber::<Sum>().unwrap();
    let ticks = bus.publisher::<Tick>().unwrap();
    let supervisor = Supervisor::new(&bus);
    let never = Policy::default().restart(Restart::Never);
    supervisor.spawn("frail", Placement::THREAD, never, frail).unwrap();
    supervisor.thread("adder", adder).unwrap();
    ticks.publish(tick(7)).unwrap();
    assert_eq!(sums.recv_blocking().unwrap().unwrap().total, 7);
    drop(ticks);
    supervisor.join().unwrap();
    let stats = supervisor.stats();
    assert_eq!(stats.actor("frail").unwrap().state, ActorState::Failed);
    assert_eq!(stats.actor("adder").unwrap().state, ActorState::Stopped);
    assert!(stats.to_string().contains("panicked: frail"), "{stats}");
}

#[test]
fn a_failure_too_many_goes_up_and_the_others_stop_in_order() {
    let bus = MessageBus::new();
    let ticks = bus.publisher::<Tick>().unwrap();
    let supervisor = Supervisor::new(&bus);
    let intensity = Intensity { restarts: 2, within: Duration::from_secs(600) };
    supervisor.thread("adder", adder).unwrap();
    let policy = soon(Policy::default()).intensity(intensity);
    supervisor.spawn("frail", Placement::THREAD, policy, frail).unwrap();
    (0..3).for_each(|number| ticks.publish(tick(number)).unwrap());
    let failure = Failure::Panicked("frail".into());
    assert_eq!(supervisor.join(), Err(Escalation { actor: "frail".into(), failure }));
    let stats = supervisor.stats();
    let [adder, frail] = ["adder", "frail"].map(|name| stats.actor(name).unwrap());
    // What waited for it, it has handled.
    assert_eq!((adder.state, adder.received), (ActorState::Stopped, 3));
    assert_eq!((frail.failures, frail.restarts), (3, 2));
    assert!(matches!(supervisor.thread("late", adder_fn()), Err(SpawnError::Stopped)));
}

/// Publishes three sums as its last words.
struct Talker;

impl<C: Publish<Sum>> Actor<C> for Talker {
    fn started(&mut self, context: &mut C) {
        context.stop();
    }

    fn stopping(&mut self, context: &mut C) {
        (1..=3).for_each(|ticks| context.publish(Sum { ticks, total: 0 }));
    }
}

impl Service for Talker {
    type Takes = ();
    type Publishes = (Sum,);
}

#[test]
fn last_words_that_find_no_room_fail_their_actor() {
    let qos = Qos::default().capacity(1).when_full(WhenFull::Error);
    let bus = MessageBus::with_options(Options::default().topic("test.>", qos));
    let mut sums = bus.subscriber::<Sum>().unwrap();
    let supervisor = Supervisor::new(&bus);
    let never = Policy::default().restart(Restart::Never);
    supervisor.spawn("talker", Placement::THREAD, never, || Talker).unwrap();
    supervisor.join().unwrap();
    let stats = supervisor.stats();
    let talker = stats.actor("talker").unwrap();
    assert_eq!((talker.state, talker.failures), (ActorState::Failed, 1));
    let failure = talker.last_failure.clone().expect("it has failed").to_string();
    assert!(failure.contains("full"), "{failure}");
    assert_eq!(sums.recv_blocking().unwrap().unwrap().ticks, 1);
    assert!(sums.recv_blocking().unwrap().is_none());
}

#[test]
fn what_was_refused_while_leaving_does_not_come_up_in_the_next_life() {
    let qos = Qos::default().capacity(1).when_full(WhenFull::Error);
    let bus = MessageBus::with_options(Options::default().topic("test.>", qos));
    let mut sums = bus.subscriber::<Sum>().unwrap();
    let supervisor = Supervisor::new(&bus);
    let (next_life, gate) = sync_channel::<()>(0);
    let mut lives = 0;
    let once = Intensity { restarts: 1, within: Duration::from_secs(600) };
    let policy = soon(Policy::default()).intensity(once);
    supervisor
        .spawn("talker", Placement::THREAD, policy, move || {
            lives += 1;
            if lives == 2 {
                gate.recv().unwrap();
                gate.recv().unwrap();
            }
            Talker
        })
        .unwrap();
    // Nothing is read before the first life is over, or there would be room for its second word.
    next_life.send(()).unwrap();
    assert_eq!(sums.recv_blocking().unwrap().unwrap().ticks, 1);
    next_life.send(()).unwrap();
    // The second life begins with its own first word, not with the third of the first.
    assert_eq!(sums.recv_blocking().unwrap().unwrap().ticks, 1);
    supervisor.join().unwrap_err();
}

#[test]
fn all_who_join_learn_of_the_failure() {
    for _ in 0..50 {
        let bus = MessageBus::new();
        let ticks = bus.publisher::<Tick>().unwrap();
        let supervisor = Supervisor::new(&bus);
        let policy = Policy::default().intensity(Intensity::NONE);
        supervisor.spawn("frail", Placement::THREAD, policy, frail).unwrap();
        std::thread::scope(|scope| {
            let joins = [(); 4].map(|()| scope.spawn(|| supervisor.join()));
            ticks.publish(tick(1)).unwrap();
            for joined in joins {
                assert_eq!(joined.join().unwrap().unwrap_err().actor, "frail");
            }
        });
    }
}

/// Panics at a tick, and says so when it goes.
struct Last(Sender<()>);

impl Drop for Last {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}

impl<C: Context> Actor<C> for Last {}

impl<C: Context> Receive<Tick, C> for Last {
    fn receive(&mut self, _: &Tick, _: &mut C) {
        panic!("at last");
    }
}

impl Service for Last {
    type Takes = (Tick,);
    type Publishes = ();
}

/// Lets another one fail while it is stopped itself.
struct Spiteful(Publisher<Tick>, Receiver<()>);

impl<C: Context> Actor<C> for Spiteful {
    fn stopping(&mut self, _: &mut C) {
        self.0.publish(tick(1)).unwrap();
        self.1.recv_timeout(PATIENCE).unwrap();
    }
}

impl Service for Spiteful {
    type Takes = ();
    type Publishes = ();
}

#[test]
fn a_failure_during_a_shutdown_is_not_lost() {
    let bus = MessageBus::new();
    let ticks = bus.publisher::<Tick>().unwrap();
    let supervisor = Supervisor::new(&bus);
    let policy = Policy::default().intensity(Intensity::NONE);
    let (going, gone) = channel();
    let last = move || Last(going.clone());
    supervisor.spawn("last", Placement::THREAD, policy, last).unwrap();
    let mut parts = Some((ticks, gone));
    let spiteful = move || {
        let (ticks, gone) = parts.take().expect("it is made once");
        Spiteful(ticks, gone)
    };
    supervisor.thread("spiteful", spiteful).unwrap();
    while supervisor.stats().actor("spiteful").unwrap().state != ActorState::Running {
        std::thread::yield_now();
    }
    supervisor.shutdown(PATIENCE).unwrap();
    let failure = Failure::Panicked("at last".into());
    assert_eq!(supervisor.join(), Err(Escalation { actor: "last".into(), failure }));
}

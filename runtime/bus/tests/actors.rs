//! Actors under a supervisor: what they take and publish, how they fail, and how they end.

mod common;

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use common::{PATIENCE, Tick, tick};
use mycelium::actor::{
    Actor, ActorState, Backoff, Context, Escalation, Failure, Intensity, KeptState, Placement,
    Policy, Publish, Receive, Restart, Scope, Service, SpawnError, Supervisor, Timer, each,
};
use mycelium::{
    Duration as Span, Message, MessageBus, Options, Publisher, Qos, RecvError, Timestamp, WhenFull,
};

/// What comes of a tick.
#[derive(Message, Debug, Clone, PartialEq)]
#[myc(package = "test", id = 40)]
struct Sum {
    ticks: u64,
    total: u64,
}

/// Adds up ticks; what is odd about a number, it does.
struct Adder {
    sum: Sum,
}

const PANIC: u64 = 1_000_001;
const FAIL: u64 = 1_000_002;
const STOP: u64 = 1_000_003;

impl<C: Publish<Sum>> Actor<C> for Adder {
    fn stopping(&mut self, context: &mut C) {
        context.publish(Sum { ticks: u64::MAX, total: self.sum.total });
    }
}

impl<C: Publish<Sum>> Receive<Tick, C> for Adder {
    fn receive(&mut self, tick: &Tick, context: &mut C) {
        match tick.number {
            PANIC => panic!("asked to"),
            FAIL => context.fail("asked to"),
            STOP => context.stop(),
            number => {
                self.sum.ticks += 1;
                self.sum.total += number;
                context.publish(self.sum.clone());
            }
        }
    }
}

impl Service for Adder {
    type Takes = (Tick,);
    type Publishes = (Sum,);
}

fn adder() -> Adder {
    Adder { sum: Sum { ticks: 0, total: 0 } }
}

/// Pauses that no test waits for.
fn soon(policy: Policy) -> Policy {
    policy.backoff(Backoff::from(Duration::from_micros(100)).up_to(Duration::from_millis(1)))
}

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

/// Panics at the first tick.
fn frail() -> impl Service + Send {
    each(|_: &Tick| -> Option<Sum> { panic!("frail") })
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

fn adder_fn() -> fn() -> Adder {
    adder
}

/// Tells when it starts and when it stops.
struct Teller {
    name: &'static str,
    told: Sender<String>,
}

impl<C: Context> Actor<C> for Teller {
    fn started(&mut self, _: &mut C) {
        self.told.send(format!("{} starts", self.name)).unwrap();
    }

    fn stopping(&mut self, _: &mut C) {
        self.told.send(format!("{} stops", self.name)).unwrap();
    }
}

impl<C: Context> Receive<Tick, C> for Teller {
    fn receive(&mut self, tick: &Tick, context: &mut C) {
        if tick.number == PANIC && self.name == "curve" {
            context.fail("asked to");
        }
    }
}

impl Service for Teller {
    type Takes = (Tick,);
    type Publishes = ();
}

fn teller(name: &'static str, told: &Sender<String>) -> impl FnMut() -> Teller + Send + use<> {
    let told = told.clone();
    move || Teller { name, told: told.clone() }
}

fn expect(told: &Receiver<String>, expected: &[&str]) {
    for expected in expected {
        assert_eq!(told.recv_timeout(PATIENCE).expect("something is told"), *expected);
    }
}

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
fn children_stop_in_reverse_order_of_their_start() {
    let bus = MessageBus::new();
    let _ticks = bus.publisher::<Tick>().unwrap();
    let (told, hear) = channel();
    let supervisor = Supervisor::new(&bus);
    for name in ["first", "second", "third"] {
        supervisor.thread(name, teller(name, &told)).unwrap();
        expect(&hear, &[&format!("{name} starts")]);
    }
    supervisor.shutdown(PATIENCE).unwrap();
    expect(&hear, &["third stops", "second stops", "first stops"]);
}

/// Publishes so many ticks, each time its timer is due.
struct Source {
    ticks: u64,
    next: Option<Timer>,
}

impl<C: Publish<Tick>> Actor<C> for Source {
    fn started(&mut self, context: &mut C) {
        self.next = Some(context.set_timer(Span(0)));
    }

    fn timer(&mut self, timer: Timer, context: &mut C) {
        assert_eq!(self.next, Some(timer));
        for _ in 0..100 {
            self.ticks += 1;
            context.publish(tick(self.ticks));
        }
        self.next = Some(context.set_timer(Span(1_000)));
    }
}

impl Service for Source {
    type Takes = ();
    type Publishes = (Tick,);
}

/// A pipeline whose topics hold two messages, while each timer publishes a hundred.
fn drain(placement: Placement) {
    let options = Options::default().topic("test.>", Qos::default().capacity(2));
    let bus = MessageBus::with_options(options);
    let mut sums = bus.subscriber::<Sum>().unwrap();
    let supervisor = Supervisor::new(&bus);
    supervisor.spawn("adder", placement, Policy::default(), adder).unwrap();
    let source = || Source { ticks: 0, next: None };
    supervisor.spawn("source", placement, Policy::default(), source).unwrap();
    let reader =
        std::thread::spawn(move || sums.iter().map(|sum| sum.unwrap().ticks).collect::<Vec<_>>());
    while supervisor.stats().actor("adder").unwrap().received < 1000 {
        std::thread::yield_now();
    }
    supervisor.shutdown(PATIENCE).unwrap();
    let sums = reader.join().unwrap();
    let stats = supervisor.stats();
    let sent = stats.actor("source").unwrap().published;
    // All that the source has published in its life went through.
    assert!(sums.iter().copied().eq((1..=sent).chain([u64::MAX])), "{} of {sent}", sums.len());
    assert_eq!(sent % 100, 0);
}

/// Runs the test in a tokio runtime of one thread.
fn on_tokio(test: impl FnOnce()) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let handle = runtime.handle().clone();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let carrier = std::thread::spawn(move || runtime.block_on(stopped));
    let entered = handle.enter();
    test();
    drop(entered);
    drop(stop);
    carrier.join().unwrap().unwrap_err();
}

#[test]
fn a_shutdown_drains_threads() {
    drain(Placement::THREAD);
}

#[test]
fn a_shutdown_drains_tasks_of_one_thread_that_wait_for_each_other() {
    on_tokio(|| drain(Placement::Task));
}

#[test]
fn a_pinned_thread_that_spins_does_the_same() {
    drain(Placement::Thread { core: Some(0), spin: Duration::from_micros(20) });
}

/// Never returns from its handler, until it is let go.
struct Stuck(Receiver<()>);

impl<C: Context> Actor<C> for Stuck {}

impl<C: Context> Receive<Tick, C> for Stuck {
    fn receive(&mut self, _: &Tick, _: &mut C) {
        let _ = self.0.recv();
    }
}

impl Service for Stuck {
    type Takes = (Tick,);
    type Publishes = ();
}

#[test]
fn one_that_is_stuck_is_named_and_left() {
    let bus = MessageBus::new();
    let ticks = bus.publisher::<Tick>().unwrap();
    let supervisor = Supervisor::new(&bus);
    let (let_go, gate) = channel();
    let mut gate = Some(gate);
    supervisor.thread("stuck", move || Stuck(gate.take().expect("it is made once"))).unwrap();
    ticks.publish(tick(1)).unwrap();
    while supervisor.stats().actor("stuck").unwrap().state != ActorState::Running {
        std::thread::yield_now();
    }
    let error = supervisor.shutdown(Duration::from_millis(1)).unwrap_err();
    assert_eq!(error.stuck, ["stuck"]);
    let_go.send(()).unwrap();
    supervisor.join().unwrap();
}

/// Sets timers, takes one back, and writes down what is due.
#[derive(Default)]
struct Clocked {
    set: Vec<Timer>,
    due: Vec<usize>,
    started: Option<Timestamp>,
}

impl<C: Publish<Sum>> Actor<C> for Clocked {
    fn started(&mut self, context: &mut C) {
        self.started = Some(context.now());
        for micros in [3_000, 1_000, 2_000, -5] {
            self.set.push(context.set_timer(Span(micros * 1_000)));
        }
        context.cancel_timer(self.set[2]);
    }

    fn timer(&mut self, timer: Timer, context: &mut C) {
        self.due.push(self.set.iter().position(|set| *set == timer).unwrap());
        if self.due.len() == 3 {
            assert_eq!(self.due, [3, 1, 0]);
            let took = context.now().since(self.started.unwrap());
            context.publish(Sum { ticks: 3, total: took.0 as u64 });
            context.stop();
        }
    }
}

impl Service for Clocked {
    type Takes = ();
    type Publishes = (Sum,);
}

#[test]
fn timers_are_due_in_order_and_not_before_their_time() {
    clock(Placement::THREAD);
    on_tokio(|| clock(Placement::Task));
}

fn clock(placement: Placement) {
    let bus = MessageBus::new();
    let mut sums = bus.subscriber::<Sum>().unwrap();
    let supervisor = Supervisor::new(&bus);
    supervisor.spawn("clocked", placement, Policy::default(), Clocked::default).unwrap();
    supervisor.join().unwrap();
    let sum = sums.recv_blocking().unwrap().expect("it has published");
    assert!(sum.total >= 2_900_000, "{sum:?}");
    assert_eq!(supervisor.stats().actor("clocked").unwrap().timers, 3);
}

/// Stays when its publishers close, and counts what was lost.
struct Patient(Sender<u64>);

impl<C: Context> Actor<C> for Patient {
    fn ended(&mut self, _: &mut C) {
        self.0.send(0).unwrap();
    }

    fn fault(&mut self, fault: &RecvError, _: &mut C) {
        assert!(matches!(fault, RecvError::Lost(_)), "{fault}");
    }
}

impl<C: Context> Receive<Tick, C> for Patient {
    fn receive(&mut self, tick: &Tick, _: &mut C) {
        self.0.send(tick.number).unwrap();
    }
}

impl Service for Patient {
    type Takes = (Tick,);
    type Publishes = ();
}

#[test]
fn one_may_stay_for_later_publishers_and_is_told_of_losses() {
    let qos = Qos::default().capacity(1).when_full(WhenFull::DropOldest);
    let bus = MessageBus::with_options(Options::default().topic("test.>", qos));
    let (numbers, hear) = channel();
    let supervisor = Supervisor::new(&bus);
    let (resume, gate) = channel::<()>();
    let mut gate = Some(gate);
    supervisor
        .thread("patient", move || {
            // What is published before it is made waits for it, as far as there is room.
            gate.take().map(|gate| gate.recv());
            Patient(numbers.clone())
        })
        .unwrap();
    let ticks = bus.publisher::<Tick>().unwrap();
    (1..=3).for_each(|number| ticks.publish(tick(number)).unwrap());
    resume.send(()).unwrap();
    assert_eq!(hear.recv_timeout(PATIENCE), Ok(3));
    drop(ticks);
    assert_eq!(hear.recv_timeout(PATIENCE), Ok(0));
    let ticks: Publisher<Tick> = bus.publisher().unwrap();
    ticks.publish(tick(9)).unwrap();
    assert_eq!(hear.recv_timeout(PATIENCE), Ok(9));
    supervisor.shutdown(PATIENCE).unwrap();
    assert_eq!(supervisor.stats().actor("patient").unwrap().faults, 1);
}

#[test]
fn what_cannot_be_started_says_why() {
    let bus = MessageBus::new();
    let supervisor = Supervisor::new(&bus);
    supervisor.thread("adder", adder).unwrap();
    let taken = supervisor.thread("adder", adder).unwrap_err();
    assert!(matches!(&taken, SpawnError::NameTaken { name } if name == "adder"), "{taken}");
    let nowhere = supervisor.task("task", adder).unwrap_err().to_string();
    assert!(nowhere.contains("no tokio runtime"), "{nowhere}");
    let core = Placement::Thread { core: Some(100_000), spin: Duration::ZERO };
    let nowhere = supervisor.spawn("far", core, Policy::default(), adder).unwrap_err().to_string();
    assert!(nowhere.contains("no processor 100000"), "{nowhere}");
    let gone = MessageBus::new();
    gone.shutdown();
    let closed = Supervisor::new(&gone).thread("adder", adder).unwrap_err().to_string();
    assert_eq!(closed, "actor `adder`: the bus was shut down");
}

#[test]
fn a_bus_that_is_shut_down_stops_its_actors() {
    let bus = MessageBus::new();
    let _ticks = bus.publisher::<Tick>().unwrap();
    let supervisor = Supervisor::new(&bus);
    supervisor.thread("adder", adder).unwrap();
    bus.shutdown();
    supervisor.join().unwrap();
    assert_eq!(supervisor.stats().actor("adder").unwrap().state, ActorState::Stopped);
}

#[test]
fn a_message_that_breaks_its_schema_fails_its_actor() {
    #[derive(Message, Debug, Clone)]
    #[myc(package = "test", id = 41)]
    struct Share {
        #[myc(range(0..=100))]
        percent: u32,
    }
    let bus = MessageBus::new();
    let ticks = bus.publisher::<Tick>().unwrap();
    let supervisor = Supervisor::new(&bus);
    let policy = Policy::default().restart(Restart::Never);
    let shares = || each(|tick: &Tick| Some(Share { percent: tick.number as u32 }));
    supervisor.spawn("shares", Placement::THREAD, policy, shares).unwrap();
    // Somebody must take it, or it would be gone before anybody looks.
    let _shares = bus.subscriber::<Share>().unwrap();
    ticks.publish(tick(101)).unwrap();
    drop(ticks);
    supervisor.join().unwrap();
    let stats = supervisor.stats();
    let failure = stats.actor("shares").unwrap().last_failure.clone().expect("it has failed");
    assert!(failure.to_string().contains("percent"), "{failure}");
}

#[test]
fn a_runtime_of_one_thread_waits_for_its_own_actors() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let bus = MessageBus::new();
        let mut sums = bus.subscriber::<Sum>().unwrap();
        let ticks = bus.publisher::<Tick>().unwrap();
        let supervisor = Supervisor::new(&bus);
        supervisor.task("adder", adder).unwrap();
        ticks.publish(tick(7)).unwrap();
        supervisor.shutdown_async(PATIENCE).await.unwrap();
        assert_eq!(sums.recv().await.unwrap().unwrap().total, 7);
        supervisor.join_async().await.unwrap();
    });
}

#[test]
fn tasks_that_go_with_their_runtime_have_ended() {
    let bus = MessageBus::new();
    let _ticks = bus.publisher::<Tick>().unwrap();
    let supervisor = Supervisor::new(&bus);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let entered = runtime.enter();
    supervisor.task("adder", adder).unwrap();
    drop(entered);
    drop(runtime);
    supervisor.join().unwrap();
    assert_eq!(supervisor.stats().actor("adder").unwrap().state, ActorState::Stopped);
}

/// Ends what never ends, so that a hang is a failure that is seen.
fn join_in_time(supervisor: Supervisor) -> (Result<(), Escalation>, Supervisor) {
    let (done, ended) = channel();
    std::thread::spawn(move || {
        let joined = supervisor.join();
        done.send((joined, supervisor)).unwrap();
    });
    ended.recv_timeout(PATIENCE).expect("`join` returns")
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
    let (next_life, gate) = channel::<()>();
    let mut lives = 0;
    let once = Intensity { restarts: 1, within: Duration::from_secs(600) };
    let policy = soon(Policy::default()).intensity(once);
    supervisor
        .spawn("talker", Placement::THREAD, policy, move || {
            lives += 1;
            if lives == 2 {
                gate.recv().unwrap();
            }
            Talker
        })
        .unwrap();
    assert_eq!(sums.recv_blocking().unwrap().unwrap().ticks, 1);
    next_life.send(()).unwrap();
    // The second life begins with its own first word, not with the third of the first.
    assert_eq!(sums.recv_blocking().unwrap().unwrap().ticks, 1);
    supervisor.join().unwrap_err();
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
    let_go.send(()).unwrap();
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

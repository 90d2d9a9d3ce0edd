//! The end: in order, and of all that wait.

use crate::common::{PATIENCE, Tick, tick};
use crate::{Stuck, Sum, adder, expect, on_tokio, teller};
use mycelium::Duration as Span;
use mycelium::actor::{
    Actor, ActorState, Context, Placement, Policy, Publish, Receive, Service, Supervisor, Timer,
};
use mycelium::{MessageBus, Options, Qos};
use std::sync::mpsc::{Sender, channel, sync_channel};
use std::time::Duration;

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

/// Goes on when its publishers have closed.
struct Patient(Sender<&'static str>);

impl<C: Context> Actor<C> for Patient {
    fn ended(&mut self, _: &mut C) {
        self.0.send("ended").unwrap();
    }

    fn stopping(&mut self, _: &mut C) {
        self.0.send("stopped").unwrap();
    }
}

impl<C: Context> Receive<Tick, C> for Patient {
    fn receive(&mut self, _: &Tick, _: &mut C) {}
}

impl Service for Patient {
    type Takes = (Tick,);
    type Publishes = ();
}

#[test]
fn who_goes_on_without_publishers_stops_with_the_bus() {
    for has_publisher in [false, true] {
        let bus = MessageBus::new();
        let (tell, told) = channel();
        let supervisor = Supervisor::new(&bus);
        let ticks = bus.publisher::<Tick>().unwrap();
        supervisor.thread("patient", move || Patient(tell.clone())).unwrap();
        if !has_publisher {
            drop(ticks);
            assert_eq!(told.recv_timeout(PATIENCE), Ok("ended"));
        }
        bus.shutdown();
        supervisor.join().unwrap();
        assert_eq!(told.try_iter().last(), Some("stopped"), "{has_publisher}");
    }
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

#[test]
fn one_that_is_stuck_is_named_and_left() {
    let bus = MessageBus::new();
    let ticks = bus.publisher::<Tick>().unwrap();
    let supervisor = Supervisor::new(&bus);
    let (let_go, gate) = sync_channel(0);
    let mut gate = Some(gate);
    supervisor.thread("stuck", move || Stuck(gate.take().expect("it is made once"))).unwrap();
    ticks.publish(tick(1)).unwrap();
    // Taken by the handler.
    let_go.send(()).unwrap();
    let error = supervisor.shutdown(Duration::from_millis(1)).unwrap_err();
    assert_eq!(error.stuck, ["stuck"]);
    let_go.send(()).unwrap();
    supervisor.join().unwrap();
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

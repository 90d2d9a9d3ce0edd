//! What an actor sees in its life: messages, timers, losses, the end of its publishers.

use crate::common::{PATIENCE, Tick, tick};
use crate::{Sum, adder, on_tokio};
use mycelium::Duration as Span;
use mycelium::actor::{
    Actor, Context, Placement, Policy, Publish, Receive, Restart, Service, SpawnError, Supervisor,
    Timer, each,
};
use mycelium::{Message, MessageBus, Options, Publisher, Qos, RecvError, Timestamp, WhenFull};
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

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

//! Actors under a supervisor: what they take and publish, how they fail, and how they end.

#[path = "../common/mod.rs"]
mod common;
mod failures;
mod groups;
mod life;
mod shutdown;

use common::{PATIENCE, Tick};
use mycelium::Message;
use mycelium::actor::{
    Actor, Backoff, Context, Escalation, Policy, Publish, Receive, Service, Supervisor, each,
};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

/// What comes of a tick.
#[derive(Message, Debug, Clone, PartialEq)]
#[myc(package = "test", id = 40)]
pub(crate) struct Sum {
    ticks: u64,
    total: u64,
}

/// Adds up ticks; what is odd about a number, it does.
pub(crate) struct Adder {
    sum: Sum,
}

pub(crate) const PANIC: u64 = 1_000_001;
pub(crate) const FAIL: u64 = 1_000_002;
pub(crate) const STOP: u64 = 1_000_003;

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

pub(crate) fn adder() -> Adder {
    Adder { sum: Sum { ticks: 0, total: 0 } }
}

pub(crate) fn adder_fn() -> fn() -> Adder {
    adder
}

/// Pauses that no test waits for.
pub(crate) fn soon(policy: Policy) -> Policy {
    policy.backoff(Backoff::from(Duration::from_micros(100)).up_to(Duration::from_millis(1)))
}

/// Panics at the first tick.
pub(crate) fn frail() -> impl Service + Send {
    each(|_: &Tick| -> Option<Sum> { panic!("frail") })
}

/// Tells when it starts and when it stops.
pub(crate) struct Teller {
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

pub(crate) fn teller(
    name: &'static str,
    told: &Sender<String>,
) -> impl FnMut() -> Teller + Send + use<> {
    let told = told.clone();
    move || Teller { name, told: told.clone() }
}

pub(crate) fn expect(told: &Receiver<String>, expected: &[&str]) {
    for expected in expected {
        assert_eq!(told.recv_timeout(PATIENCE).expect("something is told"), *expected);
    }
}

/// Is heard from once in its handler, and does not return from there until it is let go.
pub(crate) struct Stuck(Receiver<()>);

impl<C: Context> Actor<C> for Stuck {}

impl<C: Context> Receive<Tick, C> for Stuck {
    fn receive(&mut self, _: &Tick, _: &mut C) {
        let _ = self.0.recv();
        let _ = self.0.recv();
    }
}

impl Service for Stuck {
    type Takes = (Tick,);
    type Publishes = ();
}

/// Runs the test in a tokio runtime of one thread.
pub(crate) fn on_tokio(test: impl FnOnce()) {
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

/// Ends what never ends, so that a hang is a failure that is seen.
pub(crate) fn join_in_time(supervisor: Supervisor) -> (Result<(), Escalation>, Supervisor) {
    let (done, ended) = channel();
    std::thread::spawn(move || {
        let joined = supervisor.join();
        done.send((joined, supervisor)).unwrap();
    });
    ended.recv_timeout(PATIENCE).expect("`join` returns")
}

//! Our actors, as tasks.

use std::sync::mpsc::Sender;

use mycelium::actor::{Actor, Context, Publish, Receive, Service, Supervisor};
use mycelium::{Message, MessageBus};

#[derive(Message, Clone)]
#[myc(package = "bench", id = 10)]
#[repr(C)]
pub(crate) struct Ping {
    number: u64,
}

#[derive(Message, Clone)]
#[myc(package = "bench", id = 11)]
#[repr(C)]
pub(crate) struct Pong {
    number: u64,
}

/// Counts pings, and tells when it has so many.
struct Counter {
    seen: u64,
    sum: u64,
    end: u64,
    done: Sender<u64>,
}

impl<C: Context> Actor<C> for Counter {}

impl<C: Context> Receive<Ping, C> for Counter {
    fn receive(&mut self, ping: &Ping, _: &mut C) {
        self.sum = self.sum.wrapping_add(ping.number);
        self.seen += 1;
        if self.seen == self.end {
            self.done.send(self.sum).expect("somebody waits");
        }
    }
}

impl Service for Counter {
    type Takes = (Ping,);
    type Publishes = ();
}

/// One way: a thread sends, the actor counts.
pub(crate) fn stream(count: u64) {
    let bus = MessageBus::new();
    let supervisor = Supervisor::new(&bus);
    let (done, ended) = std::sync::mpsc::channel();
    let counter = move || Counter { seen: 0, sum: 0, end: count, done: done.clone() };
    supervisor.task("counter", counter).expect("a task");
    let pings = bus.publisher::<Ping>().expect("a publisher");
    for number in 0..count {
        pings.publish(Ping { number }).expect("it is taken");
    }
    crate::check(ended.recv().expect("it ends"), count);
}

/// Answers the last of each burst.
struct Echo {
    burst: u64,
}

impl<C: Context> Actor<C> for Echo {}

impl<C: Publish<Pong>> Receive<Ping, C> for Echo {
    fn receive(&mut self, ping: &Ping, context: &mut C) {
        if ping.number % self.burst == 0 {
            context.publish(Pong { number: ping.number });
        }
    }
}

impl Service for Echo {
    type Takes = (Ping,);
    type Publishes = (Pong,);
}

/// Begins, and sends the next burst when one is back.
struct Player {
    burst: u64,
    end: u64,
    done: Sender<u64>,
}

impl<C: Publish<Ping>> Actor<C> for Player {
    fn started(&mut self, context: &mut C) {
        (1..=self.burst).for_each(|number| context.publish(Ping { number }));
    }
}

impl<C: Publish<Ping>> Receive<Pong, C> for Player {
    fn receive(&mut self, pong: &Pong, context: &mut C) {
        match pong.number == self.end {
            true => self.done.send(pong.number).expect("somebody waits"),
            false => {
                let next = pong.number + 1..=pong.number + self.burst;
                next.for_each(|number| context.publish(Ping { number }));
            }
        }
    }
}

impl Service for Player {
    type Takes = (Pong,);
    type Publishes = (Ping,);
}

/// Round trips between two tasks of one thread, a burst there and one message back.
pub(crate) fn ping_pong(trips: u64, burst: u64) {
    let bus = MessageBus::new();
    let supervisor = Supervisor::new(&bus);
    let (done, ended) = std::sync::mpsc::channel();
    supervisor.task("echo", move || Echo { burst }).expect("a task");
    let end = trips * burst;
    let player = move || Player { burst, end, done: done.clone() };
    supervisor.task("player", player).expect("a task");
    assert_eq!(ended.recv().expect("it ends"), end);
}

/// Does nothing; tells that it is there.
struct Idle(Sender<u64>);

impl<C: Context> Actor<C> for Idle {
    fn started(&mut self, _: &mut C) {
        self.0.send(1).expect("somebody waits");
    }
}

impl<C: Context> Receive<Ping, C> for Idle {
    fn receive(&mut self, _: &Ping, _: &mut C) {}
}

impl Service for Idle {
    type Takes = (Ping,);
    type Publishes = ();
}

/// Starts so many actors with a subscription each, until all run.
pub(crate) fn spawn(count: u64) {
    let bus = MessageBus::new();
    let supervisor = Supervisor::new(&bus);
    let (up, ups) = std::sync::mpsc::channel();
    for number in 0..count {
        let up = up.clone();
        supervisor.task(&format!("idle-{number}"), move || Idle(up.clone())).expect("a task");
    }
    (0..count).for_each(|_| assert_eq!(ups.recv().expect("it starts"), 1));
    // Tearing down is no part of it, for anyone.
    std::mem::forget(supervisor);
}

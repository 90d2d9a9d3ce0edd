//! What calls cost where no other thread takes part.

use std::hint::black_box;
use std::io;
use std::time::Instant;

use mycelium::{Carried, Handle, MessageBus, Options, Qos, Route, WhenFull, router};

use crate::peers::{ByArc, ByValue};
use crate::report::{Row, add};
use crate::{Args, cores};

pub(crate) fn measure(args: &Args, (here, _): (usize, usize)) -> io::Result<Vec<Row>> {
    cores::pin(here)?;
    let mut rows = Vec::new();
    for _ in 0..args.rounds {
        let count = args.trips * 10;
        let mut tell = |name: &str, ns: f64| add(&mut rows, name, "a call", ns);
        let value = || ByValue { words: black_box([1; 8]) };
        let shared = || ByArc { words: black_box([1; 8]) };
        tell("publish, nobody subscribes, inline", nobody(count, value));
        tell("publish, nobody subscribes, `Arc`", nobody(count, shared));
        for (when_full, name) in POLICIES {
            let qos = Qos::default().when_full(when_full);
            tell(&format!("publish and receive, {name}, inline"), in_turns(count, qos, value));
            tell(&format!("publish and receive, {name}, `Arc`"), in_turns(count, qos, shared));
        }
        tell("a call by hand, of two handlers", by_hand(count));
        tell("the same by `router!`", by_router(count));
        for (when_full, name) in &POLICIES[2..] {
            let qos = Qos::default().when_full(*when_full);
            let name = format!("publish, the subscriber is full, {name}, inline");
            tell(&name, to_one_that_sleeps(count, qos, value));
        }
    }
    Ok(rows)
}

const POLICIES: [(WhenFull, &str); 5] = [
    (WhenFull::Block, "`block`"),
    (WhenFull::Error, "`error`"),
    (WhenFull::DropOldest, "`drop_oldest`"),
    (WhenFull::DropNewest, "`drop_newest`"),
    (WhenFull::Conflate, "`conflate`"),
];

fn open_bus(qos: Qos) -> MessageBus {
    let mut options = Options::default();
    options.qos = qos;
    MessageBus::with_options(options)
}

fn nobody<T: Carried>(count: usize, make: impl Fn() -> T) -> f64 {
    let publisher = open_bus(Qos::default()).publisher().expect("the bus is open");
    time(count, || publisher.publish(make()).expect("the bus is open"))
}

fn in_turns<T: Carried>(count: usize, qos: Qos, make: impl Fn() -> T) -> f64 {
    let bus = open_bus(qos);
    let mut subscriber = bus.subscriber::<T>().expect("the bus is open");
    let publisher = bus.publisher().expect("the bus is open");
    time(count, || {
        publisher.publish(make()).expect("the bus is open");
        black_box(subscriber.try_recv().expect("it is there"));
    })
}

fn to_one_that_sleeps<T: Carried>(count: usize, qos: Qos, make: impl Fn() -> T) -> f64 {
    let bus = open_bus(qos);
    let _subscriber = bus.subscriber::<T>().expect("the bus is open");
    let publisher = bus.publisher().expect("the bus is open");
    time(count, || publisher.publish(make()).expect("the bus is open"))
}

/// Adds up what it sees.
#[derive(Default)]
struct Sum {
    words: u64,
}

/// Counts.
#[derive(Default)]
struct Count {
    messages: u64,
}

impl Handle<ByValue> for Sum {
    fn handle(&mut self, message: &ByValue) {
        self.words = self.words.wrapping_add(message.words[0]);
    }
}

impl Handle<ByValue> for Count {
    fn handle(&mut self, _: &ByValue) {
        self.messages += 1;
    }
}

router! {
    #[derive(Default)]
    struct Desk {
        sum: Sum,
        count: Count,
    }

    values: ByValue => sum, count;
}

fn by_hand(count: usize) -> f64 {
    let mut desk = Desk::default();
    let message = ByValue { words: [1; 8] };
    time(count, || {
        let message = black_box(&message);
        desk.sum.handle(message);
        desk.count.handle(message);
        black_box(&mut desk);
    })
}

fn by_router(count: usize) -> f64 {
    let mut desk = Desk::default();
    let message = ByValue { words: [1; 8] };
    time(count, || {
        desk.route(black_box(&message));
        black_box(&mut desk);
    })
}

/// Nanoseconds a call, after some that warm up.
fn time(count: usize, mut call: impl FnMut()) -> f64 {
    (0..count / 10).for_each(|_| call());
    let start = Instant::now();
    (0..count).for_each(|_| call());
    start.elapsed().as_nanos() as f64 / count as f64
}

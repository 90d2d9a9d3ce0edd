//! Two tasks on one current-thread runtime send a message there and back; half of that time is told.

use std::io;
use std::sync::Arc;
use std::time::Instant;

use mycelium::{MessageBus, Options};
use tokio::sync::{broadcast, mpsc};

use crate::peers::{ByArc, ByValue};
use crate::report::{Row, add};
use crate::way::{CAPACITY, Payload, Words};
use crate::{Args, cores};

pub(crate) fn measure(args: &Args, (here, _): (usize, usize)) -> io::Result<Vec<Row>> {
    cores::pin(here)?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let mut rows = Vec::new();
    for _ in 0..args.rounds {
        let trips = args.trips as u64;
        let value = runtime.block_on(bus(trips, |number| ByValue { words: [number; 8] }));
        add(&mut rows, "mycelium, inline", "one way", value);
        let shared = runtime.block_on(bus(trips, |number| ByArc { words: [number; 8] }));
        add(&mut rows, "mycelium, `Arc`", "one way", shared);
        add(&mut rows, "tokio mpsc", "one way", runtime.block_on(tokio_mpsc(trips)));
        add(&mut rows, "tokio broadcast", "one way", runtime.block_on(tokio_broadcast(trips)));
    }
    Ok(rows)
}

async fn bus<T: mycelium::Carried>(trips: u64, make: impl Fn(u64) -> T) -> f64 {
    let bus = MessageBus::with_options(Options::default());
    let open = "the bus is open";
    let (ping, pong) = (bus.publisher_on::<T>("ping").expect(open), bus.publisher_on("pong"));
    let mut ping_end = bus.subscriber_on::<T>("ping").expect(open);
    let mut pong_end = bus.subscriber_on::<T>("pong").expect(open);
    let pong = pong.expect(open);
    let echo = async move {
        for _ in 0..trips {
            let message = ping_end.recv().await.expect("no fault").expect("not the end");
            pong.forward(message).expect(open);
        }
    };
    let local = tokio::task::LocalSet::new();
    local.spawn_local(echo);
    let there_and_back = async {
        let start = Instant::now();
        for number in 0..trips {
            ping.publish(make(number)).expect(open);
            pong_end.recv().await.expect("no fault").expect("not the end");
        }
        start.elapsed()
    };
    local.run_until(there_and_back).await.as_nanos() as f64 / (2 * trips) as f64
}

async fn tokio_mpsc(trips: u64) -> f64 {
    let (ping, mut ping_end) = mpsc::channel::<Arc<Words>>(CAPACITY);
    let (pong, mut pong_end) = mpsc::channel(CAPACITY);
    let echo = async move {
        for _ in 0..trips {
            let message = ping_end.recv().await.expect("not the end");
            pong.send(message).await.expect("it is open");
        }
    };
    let local = tokio::task::LocalSet::new();
    local.spawn_local(echo);
    let there_and_back = async {
        let start = Instant::now();
        for number in 0..trips {
            ping.send(Payload::of(number)).await.expect("it is open");
            pong_end.recv().await.expect("not the end");
        }
        start.elapsed()
    };
    local.run_until(there_and_back).await.as_nanos() as f64 / (2 * trips) as f64
}

async fn tokio_broadcast(trips: u64) -> f64 {
    let (ping, mut ping_end) = broadcast::channel::<Arc<Words>>(CAPACITY);
    let (pong, mut pong_end) = broadcast::channel(CAPACITY);
    let echo = async move {
        for _ in 0..trips {
            let message = ping_end.recv().await.expect("not the end");
            pong.send(message).expect("it is open");
        }
    };
    let local = tokio::task::LocalSet::new();
    local.spawn_local(echo);
    let there_and_back = async {
        let start = Instant::now();
        for number in 0..trips {
            ping.send(Payload::of(number)).expect("it is open");
            pong_end.recv().await.expect("not the end");
        }
        start.elapsed()
    };
    local.run_until(there_and_back).await.as_nanos() as f64 / (2 * trips) as f64
}

//! What a simulation costs: to be made, and an event through strategy, exchange and portfolio.

use std::hint::black_box;
use std::time::Instant;

use mycelium::actor::{Actor, Context, Publish, Receive};
use mycelium::sim::{Grid, Latency, Link, Simulation, Sweep};
use mycelium::{Duration, Message, Timestamp, world};

#[derive(Message, Clone)]
#[myc(package = "bench", id = 1)]
struct Quote {
    bid: i64,
    ask: i64,
}

#[derive(Message, Clone)]
#[myc(package = "bench", id = 2)]
struct Order {
    price: i64,
    quantity: i64,
}

#[derive(Message, Clone)]
#[myc(package = "bench", id = 3)]
struct Fill {
    price: i64,
    quantity: i64,
}

#[derive(Default)]
struct Strategy {
    position: i64,
}

/// Moves its price with what is traded, and quotes it.
struct Exchange {
    price: i64,
}

#[derive(Default)]
struct Portfolio {
    position: i64,
    cash: i64,
}

impl<C: Context> Actor<C> for Strategy {}
impl<C: Publish<Quote>> Actor<C> for Exchange {
    fn started(&mut self, context: &mut C) {
        context.publish(Quote { bid: self.price - 1, ask: self.price + 1 });
    }
}
impl<C: Context> Actor<C> for Portfolio {}

impl<C: Publish<Order>> Receive<Quote, C> for Strategy {
    fn receive(&mut self, quote: &Quote, context: &mut C) {
        let (price, quantity) = if self.position > 0 { (quote.bid, -1) } else { (quote.ask, 1) };
        context.publish(Order { price, quantity });
    }
}

impl<C: Context> Receive<Fill, C> for Strategy {
    fn receive(&mut self, fill: &Fill, _: &mut C) {
        self.position += fill.quantity;
    }
}

impl<C: Publish<Quote> + Publish<Fill>> Receive<Order, C> for Exchange {
    fn receive(&mut self, order: &Order, context: &mut C) {
        context.publish(Fill { price: order.price, quantity: order.quantity });
        self.price += context.random().below(3) as i64 - 1;
        context.publish(Quote { bid: self.price - 1, ask: self.price + 1 });
    }
}

impl<C: Context> Receive<Fill, C> for Portfolio {
    fn receive(&mut self, fill: &Fill, _: &mut C) {
        self.position += fill.quantity;
        self.cash -= fill.quantity * fill.price;
    }
}

world! {
    struct Market {
        strategy: Strategy,
        exchange: Exchange,
        portfolio: Portfolio,
    }

    quotes: Quote => strategy;
    orders: Order => exchange;
    fills: Fill => strategy, portfolio;
}

fn market(seed: u64) -> Simulation<Market> {
    let exchange = Exchange { price: 1_000 };
    let (strategy, portfolio) = (Strategy::default(), Portfolio::default());
    let mut simulation = Simulation::new(Market { strategy, exchange, portfolio }, seed);
    let there = Link::of(Latency::Uniform(Duration(500), Duration(1_500)));
    let back = Link::of(Latency::Constant(Duration(400)));
    simulation.link("strategy", "exchange", there).expect("both are there");
    simulation.link("exchange", "strategy", back).expect("both are there");
    simulation
}

/// Runs for so many events; gives them, and what came of them.
fn run(seed: u64, events: u64) -> (u64, i64) {
    let mut simulation = market(seed);
    while simulation.events() < events {
        simulation.run_until(Timestamp(simulation.now().0 + 10_000_000)).expect("none fails");
    }
    let portfolio = &simulation.world().portfolio;
    (simulation.events(), portfolio.cash + portfolio.position * 1_000)
}

pub(crate) fn make_ns(count: u32) -> f64 {
    let started = Instant::now();
    for seed in 0..count {
        let mut simulation = market(u64::from(seed));
        simulation.run_until(Timestamp(0)).expect("none fails");
        black_box(&simulation);
    }
    started.elapsed().as_nanos() as f64 / f64::from(count)
}

/// Bytes that an instance holds when it has run for a while, by the resident memory of many.
pub(crate) fn bytes_each(count: u64) -> f64 {
    let before = resident_bytes();
    let instances: Vec<Simulation<Market>> = (0..count)
        .map(|seed| {
            let mut simulation = market(seed);
            simulation.run_until(Timestamp(100_000)).expect("none fails");
            simulation
        })
        .collect();
    let held = resident_bytes() - before;
    black_box(&instances);
    held / count as f64
}

fn resident_bytes() -> f64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm.split(' ').nth(1).and_then(|pages| pages.parse::<f64>().ok());
    pages.unwrap_or(0.0) * 4096.0
}

/// Million events a second on so many threads.
pub(crate) fn events_per_us(threads: usize, runs: u64, events: u64) -> f64 {
    let started = Instant::now();
    let sweep = Sweep::new(Grid::of(0..runs)).threads(threads);
    let table = sweep.run(|_, seed| run(seed, events)).expect("none panics");
    let total: u64 = table.runs().iter().map(|run| run.result.0).sum();
    total as f64 / started.elapsed().as_secs_f64() / 1e6
}

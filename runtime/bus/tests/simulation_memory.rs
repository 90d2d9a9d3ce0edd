//! What a simulation takes of memory: little to be made, nothing while it runs.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use mycelium::actor::{Actor, Context, Publish, Receive};
use mycelium::sim::{Latency, Link, Simulation};
use mycelium::{Duration, Message, Timestamp, world};

/// Counts what this thread takes, and what of it it holds.
struct Counting;

thread_local! {
    static TAKEN: Cell<u64> = const { Cell::new(0) };
    static HELD_BYTES: Cell<i64> = const { Cell::new(0) };
}

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        TAKEN.set(TAKEN.get() + 1);
        HELD_BYTES.set(HELD_BYTES.get() + layout.size() as i64);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        HELD_BYTES.set(HELD_BYTES.get() - layout.size() as i64);
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[derive(Message, Clone)]
#[myc(package = "test", id = 60)]
struct Order {
    price: i64,
    quantity: i64,
}

#[derive(Message, Clone)]
#[myc(package = "test", id = 61)]
struct Fill {
    price: i64,
    quantity: i64,
}

struct Strategy;
struct Exchange;
#[derive(Default)]
struct Portfolio {
    position: i64,
}

impl<C: Publish<Order>> Actor<C> for Strategy {}
impl<C: Publish<Fill>> Actor<C> for Exchange {}
impl<C: Context> Actor<C> for Portfolio {}

impl<C: Publish<Order>> Receive<Fill, C> for Strategy {
    fn receive(&mut self, fill: &Fill, context: &mut C) {
        context.publish(Order { price: fill.price + 1, quantity: 1 });
    }
}

impl<C: Publish<Fill>> Receive<Order, C> for Exchange {
    fn receive(&mut self, order: &Order, context: &mut C) {
        context.publish(Fill { price: order.price, quantity: order.quantity });
    }
}

impl<C: Context> Receive<Fill, C> for Portfolio {
    fn receive(&mut self, fill: &Fill, _: &mut C) {
        self.position += fill.quantity;
    }
}

world! {
    struct Market {
        strategy: Strategy,
        exchange: Exchange,
        portfolio: Portfolio,
    }

    orders: Order => exchange;
    fills: Fill => strategy, portfolio;
}

fn market() -> Simulation<Market> {
    let world = Market { strategy: Strategy, exchange: Exchange, portfolio: Portfolio::default() };
    let mut simulation = Simulation::new(world, 1);
    let latency = Link::of(Latency::Uniform(Duration(100), Duration(900)));
    simulation.link("strategy", "exchange", latency).unwrap();
    simulation
}

#[test]
fn an_instance_takes_little_and_then_nothing() {
    let before = HELD_BYTES.get();
    let mut simulation = market();
    simulation.inject(Timestamp(1), Order { price: 100, quantity: 1 });
    simulation.run_until(Timestamp(100_000)).unwrap();
    let held_bytes = HELD_BYTES.get() - before + size_of::<Simulation<Market>>() as i64;
    assert!(held_bytes < 4 << 10, "{held_bytes} bytes");

    let (taken, events) = (TAKEN.get(), simulation.events());
    simulation.run_until(Timestamp(10_000_000)).unwrap();
    assert_eq!(TAKEN.get(), taken);
    assert!(simulation.events() - events > 10_000);
    assert_eq!(simulation.world().portfolio.position as u64, simulation.events().div_ceil(3));
}

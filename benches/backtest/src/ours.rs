//! The strategy as an actor, in front of the exchange of `examples/backtest`.

use backtest::exchange::{Exchange, Fees};
use backtest::messages::{Cancel, Fill, Level, Order, Print, Quote, Side, Top};
use backtest::tape::Change;
use mycelium::actor::{Actor, Publish, Receive, Timer};
use mycelium::sim::{Latency, Link, Simulation};
use mycelium::{Duration, Timestamp, world};

use crate::{EVERY_NS, LATENCY_NS, MOST_ORDERS, Outcome, QUANTITY};

#[derive(Default)]
struct Joins {
    quote: Option<Quote>,
    position: i64,
    live: [Option<Order>; 2],
    orders: u64,
    fills: u64,
}

impl Joins {
    fn renew<C: Publish<Order> + Publish<Cancel>>(&mut self, side: Side, context: &mut C) {
        let Some(quote) = self.quote else { return };
        let is_open = self.position * side.sign() < MOST_ORDERS * QUANTITY;
        let best = if side == Side::Buy { quote.bid } else { quote.ask };
        let wanted = is_open.then_some(best);
        let live = &mut self.live[side as usize - 1];
        if live.map(|order| order.price) == wanted {
            return;
        }
        if let Some(order) = live.take() {
            context.publish(Cancel { id: order.id });
        }
        if let Some(price) = wanted {
            self.orders += 1;
            let order = Order { id: self.orders, side, price, quantity: QUANTITY };
            *live = Some(order);
            context.publish(order);
        }
    }
}

impl<C: Publish<Order> + Publish<Cancel>> Actor<C> for Joins {
    fn started(&mut self, context: &mut C) {
        context.set_timer(Duration(EVERY_NS));
    }

    fn timer(&mut self, _: Timer, context: &mut C) {
        self.renew(Side::Buy, context);
        self.renew(Side::Sell, context);
        context.set_timer(Duration(EVERY_NS));
    }
}

impl<C: Publish<Order> + Publish<Cancel>> Receive<Quote, C> for Joins {
    fn receive(&mut self, quote: &Quote, _: &mut C) {
        self.quote = Some(*quote);
    }
}

impl<C: Publish<Order> + Publish<Cancel>> Receive<Fill, C> for Joins {
    fn receive(&mut self, fill: &Fill, _: &mut C) {
        self.fills += 1;
        self.position += fill.quantity * fill.side.sign();
        let live = &mut self.live[fill.side as usize - 1];
        if fill.left == 0 && live.is_some_and(|order| order.id == fill.id) {
            *live = None;
        }
    }
}

world! {
    struct Market {
        exchange: Exchange,
        strategy: Joins,
    }

    levels: Level => exchange;
    prints: Print => exchange;
    tops: Top => exchange;
    quotes: Quote => strategy;
    orders: Order => exchange;
    cancels: Cancel => exchange;
    fills: Fill => strategy;
}

pub(crate) fn run(start: Timestamp, tape: &[(Timestamp, Change)]) -> Outcome {
    let world = Market { exchange: Exchange::new(Fees::default()), strategy: Joins::default() };
    let wire = Link::of(Latency::Constant(Duration(LATENCY_NS)));
    let mut simulation = Simulation::new(world, 1).starting_at(start);
    simulation.link("exchange", "strategy", wire).expect("both are there");
    simulation.link("strategy", "exchange", wire).expect("both are there");
    for &(at, change) in tape {
        simulation.run_until(at).expect("no actor fails");
        match change {
            Change::Level(level) => simulation.inject(at, level),
            Change::Print(print) => simulation.inject(at, print),
            Change::Top(top) => simulation.inject(at, top),
        }
    }
    let strategy = simulation.finish().expect("no actor fails").strategy;
    Outcome { orders: strategy.orders, fills: strategy.fills, position: strategy.position }
}

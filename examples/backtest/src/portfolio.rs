//! What a strategy owns, kept twice: as cash, and as lots first in, first out. Both agree to the digit.

use std::collections::VecDeque;

use mycelium::actor::{Actor, Context, Receive, Service, Timer};
use mycelium::{Duration, Timestamp};

use crate::messages::{Fill, Quote};
use crate::money::{Money, cost, fee};

/// The accounts of one strategy.
#[derive(Debug, Default)]
pub struct Portfolio {
    /// What is held, negative where it is owed.
    pub position: i64,
    /// Cash, all fees paid.
    pub cash: Money,
    /// Fees paid so far; negative for rebates.
    pub fees: Money,
    /// What closed lots have brought, before fees.
    pub realised: Money,
    /// What was bought and sold in all.
    pub volume: Money,
    /// Fills.
    pub fills: u64,
    /// Largest position, either way.
    pub most_position: i64,
    /// Deepest fall from a top of the curve.
    pub drawdown: Money,
    /// Equity by time, where it is sampled.
    pub curve: Vec<(Timestamp, Money)>,
    /// Open lots, all of one side, oldest first: signed quantity and price.
    lots: VecDeque<(i64, i64)>,
    /// Middle of the last quote, times two.
    mark_twice: Option<i64>,
    peak: Money,
    sampling: Option<Sampling>,
}

#[derive(Debug, Clone, Copy)]
struct Sampling {
    every: Duration,
    keeps_curve: bool,
}

impl Portfolio {
    /// An empty one that looks at its equity so often; with `keeps_curve` it writes it down.
    #[must_use]
    pub fn sampled(every: Duration, keeps_curve: bool) -> Self {
        Self { sampling: Some(Sampling { every, keeps_curve }), ..Self::default() }
    }

    /// Cash, and the position at the middle of the market.
    #[must_use]
    pub fn equity(&self) -> Money {
        self.cash + cost(self.mark_twice.unwrap_or(0), self.position) / 2
    }

    /// What open lots would bring at the middle of the market, before fees.
    #[must_use]
    pub fn unrealised(&self) -> Money {
        let mark_twice = self.mark_twice.unwrap_or(0);
        let of_lot = |&(quantity, price): &(i64, i64)| cost(mark_twice - 2 * price, quantity);
        self.lots.iter().map(of_lot).sum::<Money>() / 2
    }

    /// Closes lots of the other side, oldest first, and opens one of what is left.
    fn book(&mut self, mut quantity: i64, price: i64) {
        while let Some((open, opened_at)) = self.lots.front_mut() {
            if quantity == 0 || open.signum() == quantity.signum() {
                break;
            }
            let closed = open.abs().min(quantity.abs()) * open.signum();
            self.realised += cost(price - *opened_at, closed);
            *open -= closed;
            quantity += closed;
            if *open == 0 {
                self.lots.pop_front();
            }
        }
        if quantity != 0 {
            self.lots.push_back((quantity, price));
        }
    }

    fn sample(&mut self, now: Timestamp) {
        let equity = self.equity();
        self.peak = self.peak.max(equity);
        self.drawdown = self.drawdown.max(self.peak - equity);
        if self.sampling.is_some_and(|sampling| sampling.keeps_curve) {
            self.curve.push((now, equity));
        }
    }
}

impl<C: Context> Actor<C> for Portfolio {
    fn started(&mut self, context: &mut C) {
        if let Some(sampling) = self.sampling {
            context.set_timer(sampling.every);
        }
    }

    fn timer(&mut self, _: Timer, context: &mut C) {
        self.sample(context.now());
        self.started(context);
    }

    fn stopping(&mut self, context: &mut C) {
        self.sample(context.now());
    }
}

impl<C: Context> Receive<Quote, C> for Portfolio {
    fn receive(&mut self, quote: &Quote, _: &mut C) {
        self.mark_twice = Some(quote.bid + quote.ask);
    }
}

impl<C: Context> Receive<Fill, C> for Portfolio {
    fn receive(&mut self, fill: &Fill, _: &mut C) {
        let quantity = fill.quantity * fill.side.sign();
        let fee = fee(fill.price, fill.quantity, fill.fee_ppm);
        self.position += quantity;
        self.cash -= cost(fill.price, quantity) + fee;
        self.fees += fee;
        self.volume += cost(fill.price, fill.quantity);
        self.fills += 1;
        self.most_position = self.most_position.max(self.position.abs());
        self.book(quantity, fill.price);
    }
}

impl Service for Portfolio {
    type Takes = (Quote, Fill);
    type Publishes = ();
}

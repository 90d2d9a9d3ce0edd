//! A market that walks at random: the middle moves by normal steps, and others trade at the best prices.

use mycelium::Duration;
use mycelium::actor::{Actor, Publish, Receive, Timer};

use crate::messages::{Order, Print, Quote, Side, Top};
use crate::money::UNIT;
use crate::strategy::TICK;

/// Makes the market; the exchange takes what it says as it takes a tape.
#[derive(Debug)]
pub struct Walk {
    /// Deviation of the middle's step, in 1e-8.
    pub step: f64,
    /// Time between steps.
    pub every: Duration,
    /// Steps that are left.
    pub steps: u64,
    /// The middle.
    pub middle: i64,
    /// Whether others trade.
    pub has_trades: bool,
}

/// Half of the distance between its best prices.
const HALF_SPREAD: i64 = TICK;
/// What is shown at each of them, and the most that others take at once.
const SHOWN: i64 = UNIT;

impl Walk {
    fn show<C: Publish<Top>>(&self, context: &mut C) {
        let (bid, ask) = (self.middle - HALF_SPREAD, self.middle + HALF_SPREAD);
        context.publish(Top { bid, bid_quantity: SHOWN, ask, ask_quantity: SHOWN });
    }
}

impl<C: Publish<Top> + Publish<Print>> Actor<C> for Walk {
    fn started(&mut self, context: &mut C) {
        self.show(context);
        context.set_timer(self.every);
    }

    fn timer(&mut self, _: Timer, context: &mut C) {
        if self.steps == 0 {
            return;
        }
        self.steps -= 1;
        self.middle += (context.random().normal() * self.step).round() as i64;
        if self.has_trades {
            let aggressor = if context.random().below(2) == 0 { Side::Buy } else { Side::Sell };
            // Some reach far into the book, most do not.
            let reach = (context.random().exponential() * 20.0) as i64 * TICK;
            let price = self.middle + aggressor.sign() * (HALF_SPREAD + reach);
            let quantity = 1 + context.random().below(SHOWN as u64) as i64;
            context.publish(Print { aggressor, price, quantity });
        }
        self.show(context);
        context.set_timer(self.every);
    }
}

/// Buys once, and holds.
#[derive(Debug)]
pub struct Holder {
    /// How much.
    pub quantity: i64,
    has_bought: bool,
}

impl Holder {
    /// One that buys so much.
    #[must_use]
    pub fn of(quantity: i64) -> Self {
        Self { quantity, has_bought: false }
    }
}

impl<C: Publish<Order>> Actor<C> for Holder {}

impl<C: Publish<Order>> Receive<Quote, C> for Holder {
    fn receive(&mut self, quote: &Quote, context: &mut C) {
        if !self.has_bought {
            self.has_bought = true;
            let (id, side, price, quantity) = (1, Side::Buy, quote.ask, self.quantity);
            context.publish(Order { id, side, price, quantity });
        }
    }
}

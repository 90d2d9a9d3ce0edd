//! A market maker: a bid and an offer around the middle, leaning against its position.

use mycelium::Duration;
use mycelium::actor::{Actor, Publish, Receive, Service, Timer};

use crate::messages::{Cancel, Fill, Order, Quote, Side};

mycelium::row! {
    /// How it makes a market.
    #[derive(Copy, Eq)]
    pub struct Params {
        /// From the middle to each of its prices, in ticks.
        half_spread: i64,
        /// How far both prices move away from the position, in ticks for each order's size.
        skew: i64,
        /// Quantity of an order, in thousandths.
        size: i64,
        /// How often it looks at its prices, in milliseconds.
        interval_ms: i64,
    }
}

impl Default for Params {
    fn default() -> Self {
        Self { half_spread: 6, skew: 1, size: 10, interval_ms: 100 }
    }
}

/// The smallest step of prices, 0.1.
pub const TICK: i64 = 10_000_000;
/// A thousandth of the base currency.
pub const LOT: i64 = 100_000;
/// It makes no market that would take its position beyond so many orders.
const MOST_ORDERS: i64 = 10;

/// Makes a market.
#[derive(Debug)]
pub struct MarketMaker {
    params: Params,
    quote: Option<Quote>,
    position: i64,
    /// Its bid and its offer, as far as it knows.
    live: [Option<Order>; 2],
    orders: u64,
}

impl MarketMaker {
    /// One that makes markets so.
    #[must_use]
    pub fn new(params: Params) -> Self {
        Self { params, quote: None, position: 0, live: [None; 2], orders: 0 }
    }

    /// The prices that it wants, never such that they would take.
    fn wanted(&self, side: Side) -> Option<i64> {
        let (quote, size) = (self.quote?, self.params.size * LOT);
        if self.position * side.sign() >= MOST_ORDERS * size {
            return None;
        }
        let middle = (quote.bid + quote.ask) / 2;
        // Wider on the way: the product of the largest of each has more digits.
        let lean = i128::from(self.params.skew * TICK) * i128::from(self.position);
        let lean = (lean / i128::from(size)) as i64;
        let price = middle - lean - self.params.half_spread * TICK * side.sign();
        Some(match side {
            Side::Buy => price.div_euclid(TICK).min(quote.ask / TICK - 1) * TICK,
            Side::Sell => (-(-price).div_euclid(TICK)).max(quote.bid / TICK + 1) * TICK,
        })
    }

    fn renew<C: Publish<Order> + Publish<Cancel>>(&mut self, side: Side, context: &mut C) {
        let wanted = self.wanted(side);
        let live = &mut self.live[side as usize - 1];
        if live.map(|order| order.price) == wanted {
            return;
        }
        if let Some(order) = live.take() {
            context.publish(Cancel { id: order.id });
        }
        if let Some(price) = wanted {
            self.orders += 1;
            let order = Order { id: self.orders, side, price, quantity: self.params.size * LOT };
            *live = Some(order);
            context.publish(order);
        }
    }

    fn interval(&self) -> Duration {
        Duration(self.params.interval_ms * 1_000_000)
    }
}

impl<C: Publish<Order> + Publish<Cancel>> Actor<C> for MarketMaker {
    fn started(&mut self, context: &mut C) {
        context.set_timer(self.interval());
    }

    fn timer(&mut self, _: Timer, context: &mut C) {
        self.renew(Side::Buy, context);
        self.renew(Side::Sell, context);
        context.set_timer(self.interval());
    }

    fn stopping(&mut self, context: &mut C) {
        for order in self.live.into_iter().flatten() {
            context.publish(Cancel { id: order.id });
        }
    }
}

impl<C: Publish<Order> + Publish<Cancel>> Receive<Quote, C> for MarketMaker {
    fn receive(&mut self, quote: &Quote, _: &mut C) {
        self.quote = Some(*quote);
    }
}

impl<C: Publish<Order> + Publish<Cancel>> Receive<Fill, C> for MarketMaker {
    fn receive(&mut self, fill: &Fill, _: &mut C) {
        self.position += fill.quantity * fill.side.sign();
        let live = &mut self.live[fill.side as usize - 1];
        if fill.left == 0 && live.is_some_and(|order| order.id == fill.id) {
            *live = None;
        }
    }
}

/// So it runs at a bus, in front of a real exchange.
impl Service for MarketMaker {
    type Takes = (Quote, Fill);
    type Publishes = (Order, Cancel);
}

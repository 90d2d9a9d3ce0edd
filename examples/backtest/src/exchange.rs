//! The exchange: price-time priority between what others have shown, and our orders.
//!
//! An order that rests stands behind all that was shown at its price when it came. Trades at its price use
//! that up first; what others withdraw is taken to have stood in front of it only as far as the level has become
//! smaller than that. A trade beyond its price would have met it: it is filled at its own price.

use mycelium::actor::{Actor, Context, Publish, Receive, Service};

use crate::book::Book;
use crate::messages::{Cancel, Fill, Level, Order, Print, Quote, Side, Top};

/// What the exchange takes of each trade, in millionths; negative for a rebate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fees {
    /// From orders that rested.
    pub maker_ppm: i32,
    /// From orders that took.
    pub taker_ppm: i32,
}

impl Default for Fees {
    /// A rebate of half a basis point for who makes, four for who takes.
    fn default() -> Self {
        Self { maker_ppm: -50, taker_ppm: 400 }
    }
}

/// An exchange of one instrument.
#[derive(Debug, Default)]
pub struct Exchange {
    fees: Fees,
    book: Book,
    top: Option<Top>,
    /// Our orders that rest, in the order in which they came.
    resting: Vec<Resting>,
}

#[derive(Debug, Clone, Copy)]
struct Resting {
    order: Order,
    /// What others have at its price and before it.
    ahead: i64,
}

impl Exchange {
    /// An exchange with these fees.
    #[must_use]
    pub fn new(fees: Fees) -> Self {
        Self { fees, ..Self::default() }
    }

    fn fill<C: Publish<Fill>>(
        &self,
        order: &mut Order,
        price: i64,
        quantity: i64,
        fee_ppm: i32,
        context: &mut C,
    ) {
        order.quantity -= quantity;
        let Order { id, side, quantity: left, .. } = *order;
        context.publish(Fill { id, side, price, quantity, left, fee_ppm });
    }

    /// Fills what the order crosses, as far as it is shown.
    fn take<C: Publish<Fill>>(&self, order: &mut Order, context: &mut C) {
        let Some(top) = self.top else { return };
        let (best, shown) = match order.side {
            Side::Buy => (top.ask, top.ask_quantity),
            Side::Sell => (top.bid, top.bid_quantity),
        };
        let crosses = |price: i64| (order.price - price) * order.side.sign() >= 0;
        if !crosses(best) {
            return;
        }
        // The best price is known more exactly than the levels behind it.
        let sign = order.side.sign();
        let opposite = |level: &Level| level.side != order.side && (level.price - best) * sign > 0;
        let mut behind: Vec<Level> =
            self.book.levels().filter(|level| opposite(level) && crosses(level.price)).collect();
        behind.sort_by_key(|level| level.price * sign);
        let behind = behind.into_iter().map(|level| (level.price, level.quantity));
        for (price, shown) in std::iter::once((best, shown)).chain(behind) {
            let quantity = order.quantity.min(shown);
            if quantity > 0 {
                self.fill(order, price, quantity, self.fees.taker_ppm, context);
            }
        }
    }

    /// Lets a trade of others meet our orders: the best price first, at one price the oldest.
    fn meet<C: Publish<Fill>>(&mut self, print: &Print, context: &mut C) {
        let mut resting = std::mem::take(&mut self.resting);
        let sign = -print.aggressor.sign();
        // Most of the time there is nothing to sort: a strategy has one order a side.
        resting.sort_by_key(|resting| -resting.order.price * sign);
        let (mut left, mut passed) = (print.quantity, 0);
        for resting in resting.iter_mut().filter(|resting| resting.order.side != print.aggressor) {
            let beyond = (resting.order.price - print.price) * sign;
            if beyond < 0 {
                break;
            }
            if beyond == 0 {
                // What stood before two of our orders goes away once.
                let before = (resting.ahead - passed).clamp(0, left);
                passed += before;
                left -= before;
                resting.ahead = (resting.ahead - passed).max(0);
                if resting.ahead > 0 {
                    continue;
                }
            }
            let quantity = resting.order.quantity.min(left);
            if quantity > 0 {
                left -= quantity;
                let price = resting.order.price;
                self.fill(&mut resting.order, price, quantity, self.fees.maker_ppm, context);
            }
        }
        resting.retain(|resting| resting.order.quantity > 0);
        resting.sort_by_key(|resting| resting.order.id);
        self.resting = resting;
    }
}

impl<C: Context> Actor<C> for Exchange {}

impl<C: Publish<Quote> + Publish<Fill>> Receive<Top, C> for Exchange {
    fn receive(&mut self, top: &Top, context: &mut C) {
        // The market has gone through our orders: whoever did that has met them.
        for index in 0..self.resting.len() {
            let mut order = self.resting[index].order;
            let is_through = match order.side {
                Side::Buy => top.ask <= order.price,
                Side::Sell => top.bid >= order.price,
            };
            if is_through {
                let (price, quantity) = (order.price, order.quantity);
                self.fill(&mut order, price, quantity, self.fees.maker_ppm, context);
                self.resting[index].order = order;
            }
        }
        self.resting.retain(|resting| resting.order.quantity > 0);
        let is_news = self.top.is_none_or(|old| (old.bid, old.ask) != (top.bid, top.ask));
        self.top = Some(*top);
        if is_news {
            context.publish(Quote { bid: top.bid, ask: top.ask });
        }
    }
}

impl<C: Context> Receive<Level, C> for Exchange {
    fn receive(&mut self, level: &Level, _: &mut C) {
        self.book.set(level);
        for resting in &mut self.resting {
            if (resting.order.side, resting.order.price) == (level.side, level.price) {
                resting.ahead = resting.ahead.min(level.quantity);
            }
        }
    }
}

impl<C: Publish<Fill>> Receive<Print, C> for Exchange {
    fn receive(&mut self, print: &Print, context: &mut C) {
        if !self.resting.is_empty() {
            self.meet(print, context);
        }
    }
}

impl<C: Publish<Fill>> Receive<Order, C> for Exchange {
    fn receive(&mut self, order: &Order, context: &mut C) {
        let mut order = *order;
        self.take(&mut order, context);
        if order.quantity > 0 {
            let ahead = self.book.quantity(order.side, order.price);
            self.resting.push(Resting { order, ahead });
        }
    }
}

impl<C: Context> Receive<Cancel, C> for Exchange {
    fn receive(&mut self, cancel: &Cancel, _: &mut C) {
        self.resting.retain(|resting| resting.order.id != cancel.id);
    }
}

/// At a bus it is a venue for trials.
impl Service for Exchange {
    type Takes = (Top, Level, Print, Order, Cancel);
    type Publishes = (Quote, Fill);
}

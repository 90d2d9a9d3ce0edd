//! What a party to the trading writes down: what was ordered and filled, and the accounts that follow from it.

use std::sync::mpsc::Sender;

use mycelium::actor::{Actor, Context, Receive, Service};

use crate::messages::{Cancel, Fill, Order, Quote};
use crate::portfolio::Portfolio;

/// All that passed between the strategy and the exchange. Both keep such books, each in its own process, and at the
/// end they must agree.
#[derive(Debug, Default)]
pub struct Written {
    /// Orders.
    pub orders: u64,
    /// Orders that were withdrawn.
    pub cancels: u64,
    /// The accounts; these too have seen every fill.
    pub portfolio: Portfolio,
}

/// Keeps books, and hands them over when it stops.
#[derive(Debug)]
pub struct Books {
    written: Written,
    at_end: Sender<Written>,
}

impl Books {
    /// Empty ones, which go there at the end.
    #[must_use]
    pub fn new(at_end: Sender<Written>) -> Self {
        Self { written: Written::default(), at_end }
    }
}

impl<C: Context> Actor<C> for Books {
    fn stopping(&mut self, context: &mut C) {
        self.written.portfolio.stopping(context);
        // Whoever wanted them may have given up.
        let _ = self.at_end.send(std::mem::take(&mut self.written));
    }
}

impl<C: Context> Receive<Order, C> for Books {
    fn receive(&mut self, _: &Order, _: &mut C) {
        self.written.orders += 1;
    }
}

impl<C: Context> Receive<Cancel, C> for Books {
    fn receive(&mut self, _: &Cancel, _: &mut C) {
        self.written.cancels += 1;
    }
}

impl<C: Context> Receive<Fill, C> for Books {
    fn receive(&mut self, fill: &Fill, context: &mut C) {
        self.written.portfolio.receive(fill, context);
    }
}

impl<C: Context> Receive<Quote, C> for Books {
    fn receive(&mut self, quote: &Quote, context: &mut C) {
        self.written.portfolio.receive(quote, context);
    }
}

impl Service for Books {
    type Takes = (Order, Cancel, Fill, Quote);
    type Publishes = ();
}

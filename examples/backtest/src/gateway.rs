//! Market data of the pipeline, live: taken from its topics, handed to the exchange as it takes a tape.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mycelium::actor::{Actor, Context, Publish, Receive, Service};
use mycelium_generated::market::{BookTicker, DepthUpdate, Snapshot, Trade};

use crate::messages::{Level, Print, Top};
use crate::translate::{Change, Translator};

/// Stands between the topics of a market and the exchange. What one topic says against another may come a
/// moment earlier or later than on a tape: each is ordered, all of them together are not.
///
/// A clone goes on where the other was. So one that is made again after a failure knows what the exchange was told.
#[derive(Debug, Clone)]
pub struct Gateway {
    translator: Arc<Mutex<Translator>>,
}

impl Gateway {
    /// Of one instrument.
    #[must_use]
    pub fn of(symbol: &str) -> Self {
        Self { translator: Arc::new(Mutex::new(Translator::of(symbol))) }
    }

    fn translator(&self) -> MutexGuard<'_, Translator> {
        self.translator.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn publish<C: Publish<Level> + Publish<Print> + Publish<Top>>(change: Change, context: &mut C) {
    match change {
        Change::Level(level) => context.publish(level),
        Change::Print(print) => context.publish(print),
        Change::Top(top) => context.publish(top),
    }
}

impl<C: Context> Actor<C> for Gateway {}

impl<C: Publish<Level> + Publish<Print> + Publish<Top>> Receive<Snapshot, C> for Gateway {
    fn receive(&mut self, snapshot: &Snapshot, context: &mut C) {
        // Updates that were sent after it may have been handled before it.
        let mut translator = self.translator();
        if snapshot.last_update_id < translator.update_id() {
            return;
        }
        if let Err(gap) = translator.snapshot(snapshot, |change| publish(change, context)) {
            context.fail(gap);
        }
    }
}

impl<C: Publish<Level> + Publish<Print> + Publish<Top>> Receive<DepthUpdate, C> for Gateway {
    fn receive(&mut self, update: &DepthUpdate, context: &mut C) {
        if let Err(gap) = self.translator().update(update, |change| publish(change, context)) {
            // It waits for the next snapshot, and whoever looks after it learns of the gap.
            context.fail(gap);
        }
    }
}

impl<C: Publish<Level> + Publish<Print> + Publish<Top>> Receive<Trade, C> for Gateway {
    fn receive(&mut self, trade: &Trade, context: &mut C) {
        self.translator().trade(trade, |change| publish(change, context));
    }
}

impl<C: Publish<Level> + Publish<Print> + Publish<Top>> Receive<BookTicker, C> for Gateway {
    fn receive(&mut self, ticker: &BookTicker, context: &mut C) {
        self.translator().ticker(ticker, |change| publish(change, context));
    }
}

impl Service for Gateway {
    type Takes = (Snapshot, DepthUpdate, Trade, BookTicker);
    type Publishes = (Level, Print, Top);
}

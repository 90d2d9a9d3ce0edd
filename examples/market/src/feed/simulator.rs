//! A seeded venue: the same kinds of event as a captured stream, in realistic shapes.
//!
//! Two instruments trade at once. Quotes change some two hundred times a second, trades come in
//! sweeps of one instant, a book's changes are gathered for some fifty milliseconds and told in one
//! update of 1 to 1,200 levels, most of them small. Activity swells after each sweep and dies away,
//! so that events come in bursts. The same seed gives the same events.

use std::collections::VecDeque;

use mycelium::{BoundedString, Decimal, Timestamp};
use mycelium_generated::market::{
    BookTicker, DepthUpdate, Level, Price, Side, Snapshot, Trade, TradeFlags, Venue,
};

use super::{Event, FeedError, MarketMessage};
use random::Random;

mod random;

/// How the simulator runs.
#[derive(Debug, Clone)]
pub struct SimulatorOptions {
    /// Same seed, same events.
    pub seed: u64,
    /// Market time that it covers.
    pub duration_ns: i64,
}

/// The first event's time: all simulations begin at the same instant.
const START_NS: i64 = 1_723_161_255_000_000_000;
/// The venue stamps an event this long before it is received.
const WIRE_DELAY_NS: i64 = 1_200_000;
const MOST_LEVELS: f64 = 1_200.0;
const SNAPSHOT_LEVELS: usize = 1_000;
const ONE: i64 = 100_000_000;

/// An endless venue, cut off after a duration.
pub struct Simulator {
    instruments: [Instrument; 2],
    end_ns: i64,
}

impl Simulator {
    /// Starts two instruments.
    pub fn new(options: &SimulatorOptions) -> Self {
        let instrument = |symbol: &str, number: u64, mid: i64, tick: i64, lot: i64| {
            let random = Random::new(options.seed.wrapping_mul(2).wrapping_add(number));
            Instrument::new(symbol, mid, tick, lot, random)
        };
        Self {
            instruments: [
                instrument("BTCUSDT", 0, 61_800 * ONE, ONE / 10, ONE / 1_000),
                instrument("ETHUSDT", 1, 2_680 * ONE, ONE / 100, ONE / 1_000),
            ],
            end_ns: START_NS.saturating_add(options.duration_ns),
        }
    }
}

impl Iterator for Simulator {
    type Item = Result<Event, FeedError>;

    fn next(&mut self) -> Option<Self::Item> {
        let [first, second] = &mut self.instruments;
        let earlier = if first.next_ns() <= second.next_ns() { first } else { second };
        let event = earlier.next();
        (event.received_ns < self.end_ns).then_some(Ok(event))
    }
}

/// One instrument's market.
struct Instrument {
    symbol: BoundedString<16>,
    random: Random,
    tick: i64,
    lot: i64,
    /// Best bid, in ticks; the offer stands `spread_ticks` above.
    bid_ticks: i64,
    spread_ticks: i64,
    /// Where the price is drawn to for now, ticks a quote; changes slowly.
    drift: f64,
    /// How busy the market is; 1 when quiet.
    activity: f64,
    quote_ns: i64,
    depth_ns: i64,
    update_id: u64,
    /// Last update that a depth update covered.
    covered_id: u64,
    trade_id: u64,
    /// Events of one instant that are still to be told.
    ready: VecDeque<Event>,
}

impl Instrument {
    fn new(symbol: &str, mid: i64, tick: i64, lot: i64, random: Random) -> Self {
        let mut instrument = Self {
            symbol: BoundedString::try_from(symbol).unwrap_or_default(),
            random,
            tick,
            lot,
            bid_ticks: mid / tick,
            spread_ticks: 1,
            drift: 0.0,
            activity: 1.0,
            quote_ns: START_NS,
            depth_ns: START_NS + 25_000_000,
            update_id: 5_000_000_000,
            covered_id: 5_000_000_000,
            trade_id: 1,
            ready: VecDeque::new(),
        };
        let snapshot = instrument.snapshot();
        instrument.tell(START_NS, snapshot);
        instrument
    }

    fn next_ns(&self) -> i64 {
        match self.ready.front() {
            Some(event) => event.received_ns,
            None => self.quote_ns.min(self.depth_ns),
        }
    }

    fn next(&mut self) -> Event {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return event;
            }
            if self.depth_ns <= self.quote_ns { self.step_depth() } else { self.step_quote() }
        }
    }

    /// The best prices or quantities change; now and then because of a sweep of trades.
    fn step_quote(&mut self) {
        let now_ns = self.quote_ns;
        self.update_id += 1 + self.random.below(300);
        self.drift = 0.9995 * self.drift + 0.0016 * self.random.normal();
        if self.random.unit() < 0.06 {
            self.sweep(now_ns);
        }
        self.move_prices();
        let quote = self.book_ticker();
        self.tell(now_ns, quote);

        let pause_s = self.random.exponential() / (115.0 * self.activity);
        self.quote_ns += 1 + (pause_s * 1e9) as i64;
        // The swell of a sweep halves within about half a second.
        self.activity = 1.0 + (self.activity - 1.0) * (-pause_s / 0.7).exp();
    }

    fn move_prices(&mut self) {
        let step = self.drift + 0.8 * self.random.normal() * self.activity.sqrt();
        self.bid_ticks = (self.bid_ticks + step.round() as i64).max(1_000);
        self.spread_ticks =
            if self.random.unit() < 0.92 { 1 } else { 2 + self.random.below(4) as i64 };
    }

    /// Trades of one instant, at prices that walk away from the best one.
    fn sweep(&mut self, now_ns: i64) {
        // One sweep in fifty eats deep into the book.
        let size = if self.random.unit() < 0.02 { 60.0 } else { 3.2 };
        let trades = 1 + (self.random.exponential() * size) as i64;
        let buys = self.random.unit() < 0.5 + (self.drift * 4.0).clamp(-0.35, 0.35);
        let direction = if buys { 1 } else { -1 };
        for index in 0..trades.min(200) {
            let away = direction * (index / 6);
            let trade = self.trade(buys, away);
            self.tell(now_ns, trade);
        }
        self.bid_ticks += direction * (trades / 6);
        self.activity = (self.activity + 0.015 * trades as f64).min(8.0);
    }

    fn step_depth(&mut self) {
        let now_ns = self.depth_ns;
        self.update_id += 1;
        // Log-normal: half of the updates have fewer than 35 levels, one in a hundred over 600.
        let levels = (34.0 * (1.24 * self.random.normal()).exp() * self.activity.powf(0.3))
            .clamp(1.0, MOST_LEVELS) as usize;
        let bids = self.random.below(levels as u64 + 1) as usize;
        let update = DepthUpdate {
            event_time: event_time(now_ns),
            sent_time: Timestamp::default(),
            first_update_id: self.covered_id + 1,
            last_update_id: self.update_id,
            previous_update_id: Some(self.covered_id),
            symbol: self.symbol,
            venue: Venue::Simulator,
            bids: self.changed_levels(bids, -1),
            asks: self.changed_levels(levels - bids, 1),
        };
        self.covered_id = self.update_id;
        self.tell(now_ns, MarketMessage::DepthUpdate(update));
        self.depth_ns += 40_000_000 + (self.random.exponential() * 12e6) as i64;
    }

    fn book_ticker(&mut self) -> MarketMessage {
        let (bid, ask) = (self.level(-1, 0), self.level(1, 0));
        MarketMessage::BookTicker(BookTicker {
            event_time: event_time(self.quote_ns),
            sent_time: Timestamp::default(),
            update_id: self.update_id,
            symbol: self.symbol,
            venue: Venue::Simulator,
            bid,
            ask,
        })
    }

    fn trade(&mut self, buys: bool, away_ticks: i64) -> MarketMessage {
        let best = if buys { self.bid_ticks + self.spread_ticks } else { self.bid_ticks };
        let mut flags = TradeFlags::empty();
        if !buys {
            flags |= TradeFlags::BUYER_IS_MAKER;
        }
        if self.random.unit() < 0.001 {
            flags |= TradeFlags::LIQUIDATION;
        }
        self.trade_id += 1;
        MarketMessage::Trade(Trade {
            event_time: event_time(self.quote_ns),
            sent_time: Timestamp::default(),
            trade_id: self.trade_id,
            symbol: self.symbol,
            venue: Venue::Simulator,
            side: if buys { Side::Buy } else { Side::Sell },
            flags,
            price: Decimal::from_mantissa((best + away_ticks) * self.tick),
            quantity: self.quantity(),
        })
    }

    fn snapshot(&mut self) -> MarketMessage {
        let whole = |instrument: &mut Self, side: i64| {
            (0..SNAPSHOT_LEVELS as i64).map(|away| instrument.level(side, away)).collect()
        };
        let (bids, asks) = (whole(self, -1), whole(self, 1));
        MarketMessage::Snapshot(Snapshot {
            event_time: event_time(START_NS),
            sent_time: Timestamp::default(),
            last_update_id: self.covered_id,
            symbol: self.symbol,
            venue: Venue::Simulator,
            bids,
            asks,
        })
    }

    /// Levels near the best price change most; a third of the changes empty a level.
    fn changed_levels(&mut self, count: usize, side: i64) -> Vec<Level> {
        let mut away = 0;
        let mut next = || {
            let level = self.level(side, away);
            away += 1 + (self.random.exponential() * 2.0) as i64;
            let is_emptied = self.random.unit() < 0.33;
            if is_emptied { Level { quantity: Decimal::default(), ..level } } else { level }
        };
        (0..count).map(|_| next()).collect()
    }

    /// The level so many ticks behind the best one; `side` is -1 for bids, 1 for offers.
    fn level(&mut self, side: i64, away_ticks: i64) -> Level {
        let best = if side > 0 { self.bid_ticks + self.spread_ticks } else { self.bid_ticks };
        let price: Price = Decimal::from_mantissa((best + side * away_ticks).max(1) * self.tick);
        Level { price, quantity: self.quantity() }
    }

    fn quantity(&mut self) -> Decimal<8> {
        let lots = 1 + (self.random.normal() * 1.6 + 3.2).exp().min(1e6) as i64;
        Decimal::from_mantissa(lots * self.lot)
    }

    fn tell(&mut self, received_ns: i64, message: MarketMessage) {
        self.ready.push_back(Event { received_ns, message });
    }
}

fn event_time(received_ns: i64) -> Timestamp {
    // The venue's clock counts milliseconds.
    Timestamp((received_ns - WIRE_DELAY_NS).div_euclid(1_000_000) * 1_000_000)
}

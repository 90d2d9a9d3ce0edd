//! What the exchange hears of a book that is taken anew: also what is not there any more.

use std::time::{Duration, Instant};

use backtest::book::Book;
use backtest::gateway::Gateway;
use backtest::messages::{Level, Side};
use backtest::translate::{Change, Translator};
use mycelium::actor::Supervisor;
use mycelium::{Decimal, MessageBus, Timestamp};
use mycelium_generated::market::{DepthUpdate, Level as MarketLevel, Snapshot, Venue};

const PATIENCE: Duration = Duration::from_secs(20);

fn levels(pairs: &[(i64, i64)]) -> Vec<MarketLevel> {
    let level = |&(price, quantity): &(i64, i64)| MarketLevel {
        price: Decimal::from_mantissa(price),
        quantity: Decimal::from_mantissa(quantity),
    };
    pairs.iter().map(level).collect()
}

fn snapshot(last_update_id: u64, bids: &[(i64, i64)], asks: &[(i64, i64)]) -> Snapshot {
    Snapshot {
        event_time: Timestamp(0),
        sent_time: Timestamp(0),
        last_update_id,
        symbol: "BTCUSDT".try_into().unwrap(),
        venue: Venue::Binance,
        bids: levels(bids),
        asks: levels(asks),
    }
}

/// Of one update number, which follows on another.
fn update(number: u64, previous: u64, bids: &[(i64, i64)]) -> DepthUpdate {
    DepthUpdate {
        event_time: Timestamp(0),
        sent_time: Timestamp(0),
        first_update_id: number,
        last_update_id: number,
        previous_update_id: Some(previous),
        symbol: "BTCUSDT".try_into().unwrap(),
        venue: Venue::Binance,
        bids: levels(bids),
        asks: Vec::new(),
    }
}

fn level(side: Side, price: i64, quantity: i64) -> Level {
    Level { side, price, quantity }
}

/// A translator, and the book of whoever hears it.
struct Pair {
    translator: Translator,
    heard: Book,
}

impl Pair {
    fn new() -> Self {
        Self { translator: Translator::of("BTCUSDT"), heard: Book::default() }
    }

    fn hear(heard: &mut Book, change: Change) {
        let Change::Level(level) = change else { panic!("{change:?}") };
        heard.set(&level);
    }

    fn snapshot(&mut self, snapshot: &Snapshot) {
        let heard = &mut self.heard;
        self.translator.snapshot(snapshot, |change| Self::hear(heard, change)).unwrap();
    }

    fn levels(&self) -> Vec<Level> {
        self.heard.levels().collect()
    }
}

#[test]
fn a_level_that_a_new_snapshot_lacks_is_gone() {
    let mut pair = Pair::new();
    pair.snapshot(&snapshot(1, &[(99_999, 1), (100_000, 2)], &[(100_001, 3), (100_002, 4)]));
    assert_eq!(pair.levels().len(), 4);
    pair.snapshot(&snapshot(9, &[(100_000, 2)], &[(100_001, 3), (100_002, 5)]));
    let left = [
        level(Side::Buy, 100_000, 2),
        level(Side::Sell, 100_001, 3),
        level(Side::Sell, 100_002, 5),
    ];
    assert_eq!(pair.levels(), left);
}

#[test]
fn a_snapshot_that_comes_after_its_updates_is_taken_with_them() {
    let mut pair = Pair::new();
    for update in [update(5, 4, &[(99_999, 7)]), update(6, 5, &[(100_000, 0)])] {
        pair.translator.update(&update, |change| panic!("{change:?}")).unwrap();
    }
    pair.snapshot(&snapshot(5, &[(99_999, 7), (100_000, 2)], &[(100_001, 3)]));
    let both = [level(Side::Buy, 99_999, 7), level(Side::Sell, 100_001, 3)];
    assert_eq!(pair.levels(), both);
}

#[test]
fn after_a_gap_the_next_snapshot_says_what_is_gone() {
    let mut pair = Pair::new();
    pair.snapshot(&snapshot(1, &[(99_999, 1), (100_000, 2)], &[(100_001, 3)]));
    let gap = pair.translator.update(&update(8, 7, &[(99_998, 1)]), |change| panic!("{change:?}"));
    assert_eq!((gap.unwrap_err().book, pair.translator.update_id()), (1, 0));
    // These come between the gap and the snapshot; one is newer than it.
    for update in [update(9, 8, &[(99_997, 1)]), update(10, 9, &[(99_996, 5)])] {
        pair.translator.update(&update, |change| panic!("{change:?}")).unwrap();
    }
    pair.snapshot(&snapshot(9, &[(99_997, 1), (100_000, 2)], &[(100_001, 3)]));
    let left = [
        level(Side::Buy, 99_996, 5),
        level(Side::Buy, 99_997, 1),
        level(Side::Buy, 100_000, 2),
        level(Side::Sell, 100_001, 3),
    ];
    assert_eq!(pair.levels(), left);
}

#[test]
fn a_gateway_that_was_made_again_knows_what_it_has_said() {
    let bus = MessageBus::new();
    let mut heard = bus.subscriber::<Level>().unwrap();
    let (snapshots, updates) =
        (bus.publisher::<Snapshot>().unwrap(), bus.publisher::<DepthUpdate>().unwrap());
    let supervisor = Supervisor::new(&bus);
    let gateway = Gateway::of("BTCUSDT");
    supervisor.thread("gateway", move || gateway.clone()).unwrap();

    let mut book = Book::default();
    let mut hear = |count: usize| {
        for _ in 0..count {
            book.set(&heard.recv_timeout(PATIENCE).unwrap().expect("a level"));
        }
        book.levels().collect::<Vec<Level>>()
    };
    snapshots.publish(snapshot(1, &[(99_999, 1), (100_000, 2)], &[(100_001, 3)])).unwrap();
    assert_eq!(hear(3).len(), 3);

    updates.publish(update(8, 7, &[(99_998, 1)])).unwrap();
    let started = Instant::now();
    while supervisor.stats().actor("gateway").unwrap().failures == 0 {
        assert!(started.elapsed() < PATIENCE, "{}", supervisor.stats());
        std::thread::yield_now();
    }
    snapshots.publish(snapshot(9, &[(100_000, 2)], &[(100_001, 3)])).unwrap();
    // One that is gone, and two that are there.
    assert_eq!(hear(3), [level(Side::Buy, 100_000, 2), level(Side::Sell, 100_001, 3)]);
    supervisor.shutdown(PATIENCE).unwrap();
}

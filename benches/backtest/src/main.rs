//! A backtest beside hftbacktest's: one strategy, one list of events, on one thread and in turns.
//!
//! It prints the table of `docs/performance.md`; the first argument says how many rounds, the second names a captured
//! stream (without one, 120 seconds of the simulator are taken).

mod ours;
mod theirs;

use std::error::Error;
use std::time::Instant;

use backtest::book::Book;
use backtest::messages::{Level, Print, Side, Top};
use backtest::tape::Change;
use market::feed::{Feed, FeedFile, MarketMessage, Simulator, SimulatorOptions};
use mycelium::Timestamp;

const SYMBOL: &str = "BTCUSDT";

/// What the strategy does, on both: it looks at the market so often, and then has one order of this quantity at each
/// best price, as long as its position is not beyond so many of them.
const EVERY_NS: i64 = 100_000_000;
const QUANTITY: i64 = 1_000_000;
const MOST_ORDERS: i64 = 10;
/// From the strategy to the exchange, and back.
const LATENCY_NS: i64 = 200_000;

/// Something that both take: a level of the book, or a trade.
#[derive(Clone, Copy)]
enum Event {
    Level(Level),
    Print(Print),
}

/// What came of a run.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Outcome {
    orders: u64,
    fills: u64,
    position: i64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let rounds: usize = arguments.next().map_or(Ok(5), |rounds| rounds.parse())?;
    let feed: Feed = match arguments.next() {
        Some(path) => Box::new(FeedFile::open(path.as_ref())?),
        None => {
            Box::new(Simulator::new(&SimulatorOptions { seed: 1, duration_ns: 120_000_000_000 }))
        }
    };
    let events: Vec<(Timestamp, Event)> = events(feed)?;
    let Some(&(start, _)) = events.first() else {
        return Err(format!("the feed has no snapshot of {SYMBOL}, so no book").into());
    };
    let tape = with_tops(&events);
    let data = theirs::data(&events);

    type Run<'a> = (&'static str, Box<dyn Fn() -> Outcome + 'a>, Vec<f64>);
    let mut runs: [Run; 3] = [
        ("mycelium, `examples/backtest`", Box::new(|| ours::run(start, &tape)), Vec::new()),
        ("hftbacktest, `HashMapMarketDepth`", Box::new(|| theirs::run_hashed(&data)), Vec::new()),
        ("hftbacktest, `BTreeMarketDepth`", Box::new(|| theirs::run_sorted(&data)), Vec::new()),
    ];
    for _ in 0..rounds {
        for (_, run, figures) in &mut runs {
            let started = Instant::now();
            run();
            figures.push(events.len() as f64 / started.elapsed().as_secs_f64() / 1e6);
        }
    }
    println!(
        "| {} events | million a second | orders | fills | position at the end |",
        events.len()
    );
    println!("|---|--:|--:|--:|--:|");
    for (name, run, mut figures) in runs {
        figures.sort_by(f64::total_cmp);
        let Outcome { orders, fills, position } = run();
        let (rate, position) = (figures[figures.len() / 2], position as f64 / 1e8);
        println!("| {name} | {rate:.2} | {orders} | {fills} | {position:.2} |");
    }
    Ok(())
}

/// All levels and trades of one instrument. Best prices are left out: theirs has none by themselves.
fn events(feed: Feed) -> Result<Vec<(Timestamp, Event)>, Box<dyn Error>> {
    let (mut book, mut events) = (Book::default(), Vec::new());
    for event in feed {
        let event = event?;
        let at = Timestamp(event.received_ns);
        let mut push = |event| events.push((at, event));
        match &event.message {
            MarketMessage::Snapshot(snapshot) if &*snapshot.symbol == SYMBOL => {
                book.reset(snapshot)?;
                book.levels().for_each(|level| push(Event::Level(level)));
            }
            MarketMessage::DepthUpdate(update) if &*update.symbol == SYMBOL => {
                if book.update(update)? {
                    let bids = update.bids.iter().map(|level| (Side::Buy, level));
                    let asks = update.asks.iter().map(|level| (Side::Sell, level));
                    for (side, level) in bids.chain(asks) {
                        let (price, quantity) = (level.price.mantissa(), level.quantity.mantissa());
                        push(Event::Level(Level { side, price, quantity }));
                    }
                }
            }
            MarketMessage::Trade(trade) if &*trade.symbol == SYMBOL && book.update_id() > 0 => {
                let aggressor = Side::from(trade.side);
                let (price, quantity) = (trade.price.mantissa(), trade.quantity.mantissa());
                push(Event::Print(Print { aggressor, price, quantity }));
            }
            _ => {}
        }
    }
    Ok(events)
}

/// Our exchange is told of its best prices: of those that follow from the levels, once a time.
fn with_tops(events: &[(Timestamp, Event)]) -> Vec<(Timestamp, Change)> {
    let (mut book, mut changes, mut last) = (Book::default(), Vec::new(), None);
    for (number, (at, event)) in events.iter().enumerate() {
        match event {
            Event::Print(print) => changes.push((*at, Change::Print(*print))),
            Event::Level(level) => {
                book.set(level);
                changes.push((*at, Change::Level(*level)));
            }
        }
        let is_last_of_its_time = events.get(number + 1).is_none_or(|(next, _)| next != at);
        if let (true, Some(bid), Some(ask)) = (is_last_of_its_time, book.bid(), book.ask()) {
            let top = Top { bid: bid.0, bid_quantity: bid.1, ask: ask.0, ask_quantity: ask.1 };
            if last.replace(top) != Some(top) {
                changes.push((*at, Change::Top(top)));
            }
        }
    }
    changes
}

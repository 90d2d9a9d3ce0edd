//! A captured or generated feed as the exchange takes it: one list of small changes, made once and read by
//! every simulation.

use std::fmt;

use market::feed::{Feed, FeedError, MarketMessage};
use mycelium::Timestamp;
use mycelium_generated::market::Side as MarketSide;

use crate::book::{Book, Gap};
use crate::messages::{Level, Print, Side, Top};

/// Something that happened at the venue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Change {
    /// A level of the book.
    Level(Level),
    /// A trade.
    Print(Print),
    /// Best bid and offer.
    Top(Top),
}

/// Everything that happened to one instrument, in order of the times at which it was received.
#[derive(Debug, Clone, PartialEq)]
pub struct Tape {
    /// Times and changes.
    pub changes: Vec<(Timestamp, Change)>,
    /// How often the book could be held against the venue's own best prices, and how often it was equal.
    pub checked: (u64, u64),
}

/// A feed is no tape.
#[derive(Debug)]
pub enum TapeError {
    /// It cannot be read.
    Feed(FeedError),
    /// Updates of the book are missing.
    Gap(Gap),
}

impl fmt::Display for TapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Feed(error) => error.fmt(f),
            Self::Gap(gap) => gap.fmt(f),
        }
    }
}

impl std::error::Error for TapeError {}

/// Levels further than this from the best prices, in parts of the price, no order of ours ever meets.
const NEAR: i64 = 1_000;

impl Tape {
    /// Reads the feed's events of one symbol, from the first snapshot on.
    ///
    /// # Errors
    /// The feed ends in an error, or updates of the book are missing.
    pub fn read(feed: Feed, symbol: &str) -> Result<Self, TapeError> {
        let mut reader = Reader::default();
        for event in feed {
            let event = event.map_err(TapeError::Feed)?;
            reader.take(Timestamp(event.received_ns), &event.message, symbol)?;
        }
        Ok(Self { changes: reader.changes, checked: reader.checked })
    }

    /// The first so many nanoseconds of it.
    #[must_use]
    pub fn first(&self, span_ns: i64) -> Self {
        let start = self.start().0;
        let until = self.changes.partition_point(|(at, _)| at.0 - start < span_ns);
        Self { changes: self.changes[..until].to_vec(), ..self.clone() }
    }

    /// When it begins.
    #[must_use]
    pub fn start(&self) -> Timestamp {
        self.changes.first().map_or(Timestamp(0), |(at, _)| *at)
    }

    /// When it ends.
    #[must_use]
    pub fn end(&self) -> Timestamp {
        self.changes.last().map_or(Timestamp(0), |(at, _)| *at)
    }
}

#[derive(Default)]
struct Reader {
    book: Book,
    changes: Vec<(Timestamp, Change)>,
    checked: (u64, u64),
}

impl Reader {
    fn take(
        &mut self,
        at: Timestamp,
        message: &MarketMessage,
        symbol: &str,
    ) -> Result<(), TapeError> {
        match message {
            MarketMessage::Snapshot(snapshot) if &*snapshot.symbol == symbol => {
                self.book.reset(snapshot).map_err(TapeError::Gap)?;
                let levels: Vec<Level> = self.book.levels().collect();
                levels.into_iter().for_each(|level| self.push_level(at, level));
            }
            MarketMessage::DepthUpdate(update) if &*update.symbol == symbol => {
                let is_news = self.book.update(update).map_err(TapeError::Gap)?;
                let sides = [(Side::Buy, &update.bids), (Side::Sell, &update.asks)];
                for (side, levels) in sides.into_iter().filter(|_| is_news) {
                    for level in levels {
                        let (price, quantity) = (level.price.mantissa(), level.quantity.mantissa());
                        self.push_level(at, Level { side, price, quantity });
                    }
                }
            }
            MarketMessage::Trade(trade) if &*trade.symbol == symbol => {
                let aggressor = if trade.side == MarketSide::Buy { Side::Buy } else { Side::Sell };
                let (price, quantity) = (trade.price.mantissa(), trade.quantity.mantissa());
                self.push(at, Change::Print(Print { aggressor, price, quantity }));
            }
            MarketMessage::BookTicker(ticker) if &*ticker.symbol == symbol => {
                let pair = |level: &mycelium_generated::market::Level| {
                    (level.price.mantissa(), level.quantity.mantissa())
                };
                let ((bid, bid_quantity), (ask, ask_quantity)) =
                    (pair(&ticker.bid), pair(&ticker.ask));
                if ticker.update_id == self.book.update_id() {
                    let is_equal = self.book.bid() == Some((bid, bid_quantity))
                        && self.book.ask() == Some((ask, ask_quantity));
                    self.checked.0 += 1;
                    self.checked.1 += u64::from(is_equal);
                }
                self.push(at, Change::Top(Top { bid, bid_quantity, ask, ask_quantity }));
            }
            _ => {}
        }
        Ok(())
    }

    /// Nothing before the first snapshot: without a book there is no market.
    fn push(&mut self, at: Timestamp, change: Change) {
        if self.book.update_id() > 0 {
            self.changes.push((at, change));
        }
    }

    fn push_level(&mut self, at: Timestamp, level: Level) {
        let best = if level.side == Side::Buy { self.book.bid() } else { self.book.ask() };
        if best.is_none_or(|(best, _)| (level.price - best).abs() <= best / NEAR) {
            self.push(at, Change::Level(level));
        }
    }
}

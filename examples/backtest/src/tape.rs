//! A captured or generated feed as the exchange takes it: one list of small changes, made once and read by
//! every simulation.

use std::fmt;

use market::feed::{Feed, FeedError, MarketMessage};
use mycelium::Timestamp;

use crate::book::Gap;
pub use crate::translate::Change;
use crate::translate::Translator;

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

impl Tape {
    /// Reads the feed's events of one symbol, from the first snapshot on.
    ///
    /// # Errors
    /// The feed ends in an error, or updates of the book are missing.
    pub fn read(feed: Feed, symbol: &str) -> Result<Self, TapeError> {
        let (mut translator, mut changes) = (Translator::of(symbol), Vec::new());
        for event in feed {
            let event = event.map_err(TapeError::Feed)?;
            let at = Timestamp(event.received_ns);
            let push = |change| changes.push((at, change));
            match &event.message {
                MarketMessage::Snapshot(snapshot) => {
                    translator.snapshot(snapshot, push).map_err(TapeError::Gap)?;
                }
                MarketMessage::DepthUpdate(update) => {
                    translator.update(update, push).map_err(TapeError::Gap)?;
                }
                MarketMessage::Trade(trade) => translator.trade(trade, push),
                MarketMessage::BookTicker(ticker) => translator.ticker(ticker, push),
            }
        }
        Ok(Self { changes, checked: translator.checked() })
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

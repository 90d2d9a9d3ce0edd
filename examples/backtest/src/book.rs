//! A venue's book, built from a snapshot and the changes after it.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;

use mycelium_generated::market::{DepthUpdate, Level as MarketLevel, Snapshot};

use crate::messages::{Level, Side};

/// All levels of one instrument.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Book {
    bids: BTreeMap<i64, i64>,
    asks: BTreeMap<i64, i64>,
    /// Last update number that it includes; 0 before a snapshot.
    update_id: u64,
    /// An update has come after the snapshot.
    is_joined: bool,
    /// Updates from before the snapshot: it may be older than the last of them.
    early: VecDeque<DepthUpdate>,
}

/// More updates than a venue sends while it takes a snapshot.
const MOST_EARLY: usize = 256;

/// An update does not follow on the one before: something in between is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// Last update number of the book.
    pub book: u64,
    /// The one that the update follows on.
    pub update: u64,
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an update follows on {}, but the book is at {}", self.update, self.book)
    }
}

impl std::error::Error for Gap {}

impl Book {
    /// Takes a whole book, and what has come before and is newer.
    ///
    /// # Errors
    /// Changes are missing in between.
    pub fn reset(&mut self, snapshot: &Snapshot) -> Result<(), Gap> {
        let levels = |levels: &[MarketLevel]| {
            levels.iter().map(|level| (level.price.mantissa(), level.quantity.mantissa())).collect()
        };
        self.bids = levels(&snapshot.bids);
        self.asks = levels(&snapshot.asks);
        self.update_id = snapshot.last_update_id;
        self.is_joined = false;
        let early = std::mem::take(&mut self.early);
        early.iter().try_for_each(|update| self.update(update).map(drop))
    }

    /// Takes changes; gives whether they were news. Those from before the snapshot are none, nor are those of
    /// a book that has none.
    ///
    /// # Errors
    /// Changes are missing in between.
    pub fn update(&mut self, update: &DepthUpdate) -> Result<bool, Gap> {
        if self.update_id == 0 {
            if self.early.len() == MOST_EARLY {
                self.early.pop_front();
            }
            self.early.push_back(update.clone());
            return Ok(false);
        }
        if update.last_update_id < self.update_id {
            return Ok(false);
        }
        let follows = match (self.is_joined, update.previous_update_id) {
            (true, Some(previous)) => previous == self.update_id,
            _ => update.first_update_id <= self.update_id + 1,
        };
        if !follows {
            let update = update.previous_update_id.unwrap_or(update.first_update_id - 1);
            return Err(Gap { book: self.update_id, update });
        }
        for (side, levels) in [(Side::Buy, &update.bids), (Side::Sell, &update.asks)] {
            for level in levels {
                let (price, quantity) = (level.price.mantissa(), level.quantity.mantissa());
                self.set(&Level { side, price, quantity });
            }
        }
        self.update_id = update.last_update_id;
        self.is_joined = true;
        Ok(true)
    }

    /// Sets one level.
    pub fn set(&mut self, level: &Level) {
        let side = self.side_mut(level.side);
        match level.quantity {
            0 => side.remove(&level.price),
            quantity => side.insert(level.price, quantity),
        };
    }

    /// What rests at a price.
    #[must_use]
    pub fn quantity(&self, side: Side, price: i64) -> i64 {
        let side = if side == Side::Buy { &self.bids } else { &self.asks };
        side.get(&price).copied().unwrap_or(0)
    }

    /// Best bid and what rests there.
    #[must_use]
    pub fn bid(&self) -> Option<(i64, i64)> {
        self.bids.last_key_value().map(|(price, quantity)| (*price, *quantity))
    }

    /// Best offer and what rests there.
    #[must_use]
    pub fn ask(&self) -> Option<(i64, i64)> {
        self.asks.first_key_value().map(|(price, quantity)| (*price, *quantity))
    }

    /// Last update number that it includes.
    #[must_use]
    pub fn update_id(&self) -> u64 {
        self.update_id
    }

    /// All levels of both sides, in order of price.
    pub fn levels(&self) -> impl Iterator<Item = Level> {
        let of = |side, levels: &BTreeMap<i64, i64>| -> Vec<Level> {
            levels.iter().map(|(&price, &quantity)| Level { side, price, quantity }).collect()
        };
        of(Side::Buy, &self.bids).into_iter().chain(of(Side::Sell, &self.asks))
    }

    fn side_mut(&mut self, side: Side) -> &mut BTreeMap<i64, i64> {
        if side == Side::Buy { &mut self.bids } else { &mut self.asks }
    }
}

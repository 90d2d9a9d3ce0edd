//! What a venue says about one instrument, as the exchange takes it: small changes, of a tape or of a live feed.

use std::collections::HashSet;

use mycelium_generated::market::{
    BookTicker, DepthUpdate, Level as MarketLevel, Side as MarketSide, Snapshot, Trade,
};

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

impl From<MarketSide> for Side {
    fn from(side: MarketSide) -> Self {
        match side {
            MarketSide::Buy => Self::Buy,
            MarketSide::Sell => Self::Sell,
        }
    }
}

/// Levels further than this from the best prices, in parts of the price, no order of ours meets.
const NEAR: i64 = 1_000;

/// Keeps the venue's book, and says what changes.
#[derive(Debug)]
pub struct Translator {
    symbol: String,
    book: Book,
    /// Levels that the other side knows of, by side and price: it hears of these to their end, wherever the market has
    /// gone meanwhile.
    said: HashSet<(i64, i64)>,
    checked: (u64, u64),
}

impl Translator {
    /// Of one instrument.
    #[must_use]
    pub fn of(symbol: &str) -> Self {
        let (symbol, book, said) = (symbol.to_owned(), Book::default(), HashSet::new());
        Self { symbol, book, said, checked: (0, 0) }
    }

    /// How often the book could be held against the venue's own best prices, and how often it was equal.
    #[must_use]
    pub fn checked(&self) -> (u64, u64) {
        self.checked
    }

    /// Last update number that the book includes; 0 before a snapshot.
    #[must_use]
    pub fn update_id(&self) -> u64 {
        self.book.update_id()
    }

    /// Takes a whole book, and says also what of the one before is not in it.
    ///
    /// # Errors
    /// What came before it does not join it. The next snapshot is waited for then.
    pub fn snapshot(
        &mut self,
        snapshot: &Snapshot,
        mut say: impl FnMut(Change),
    ) -> Result<(), Gap> {
        if *snapshot.symbol != *self.symbol {
            return Ok(());
        }
        let joins = self.book.reset(snapshot);
        self.forget_at_gap(joins)?;
        let levels: Vec<Level> = self.gone().into_iter().chain(self.book.levels()).collect();
        levels.into_iter().for_each(|level| self.say_level(level, &mut say));
        Ok(())
    }

    /// Takes changes of the book.
    ///
    /// # Errors
    /// Changes are missing before it. The next snapshot is waited for then.
    pub fn update(&mut self, update: &DepthUpdate, mut say: impl FnMut(Change)) -> Result<(), Gap> {
        if *update.symbol != *self.symbol {
            return Ok(());
        }
        let is_news = self.book.update(update);
        if !self.forget_at_gap(is_news)? {
            return Ok(());
        }
        for (side, levels) in [(Side::Buy, &update.bids), (Side::Sell, &update.asks)] {
            for level in levels {
                let (price, quantity) = pair(level);
                self.say_level(Level { side, price, quantity }, &mut say);
            }
        }
        Ok(())
    }

    /// Takes a trade.
    pub fn trade(&self, trade: &Trade, mut say: impl FnMut(Change)) {
        if *trade.symbol == *self.symbol && self.has_book() {
            let aggressor = Side::from(trade.side);
            let (price, quantity) = (trade.price.mantissa(), trade.quantity.mantissa());
            say(Change::Print(Print { aggressor, price, quantity }));
        }
    }

    /// Takes best prices, and holds the book against them where both are of one update.
    pub fn ticker(&mut self, ticker: &BookTicker, mut say: impl FnMut(Change)) {
        if *ticker.symbol != *self.symbol || !self.has_book() {
            return;
        }
        let (bid, ask) = (pair(&ticker.bid), pair(&ticker.ask));
        if ticker.update_id == self.book.update_id() {
            let is_equal = self.book.bid() == Some(bid) && self.book.ask() == Some(ask);
            self.checked.0 += 1;
            self.checked.1 += u64::from(is_equal);
        }
        let ((bid, bid_quantity), (ask, ask_quantity)) = (bid, ask);
        say(Change::Top(Top { bid, bid_quantity, ask, ask_quantity }));
    }

    /// Without a book there is no market: nothing is said before the first snapshot.
    fn has_book(&self) -> bool {
        self.book.update_id() > 0
    }

    /// A book with a gap is none. What was said of it stays said, until a snapshot shows what is gone.
    fn forget_at_gap<T>(&mut self, taken: Result<T, Gap>) -> Result<T, Gap> {
        if taken.is_err() {
            self.book = Book::default();
        }
        taken
    }

    /// Levels that the other side knows of and the book has not, in order: a tape is the same each time.
    fn gone(&self) -> Vec<Level> {
        let side = |sign| if sign == Side::Buy.sign() { Side::Buy } else { Side::Sell };
        let said = self.said.iter().map(|&(sign, price)| (side(sign), price));
        let is_gone = |&(side, price): &(Side, i64)| self.book.quantity(side, price) == 0;
        let mut gone: Vec<Level> =
            said.filter(is_gone).map(|(side, price)| Level { side, price, quantity: 0 }).collect();
        gone.sort_by_key(|level| (level.side.sign(), level.price));
        gone
    }

    fn say_level(&mut self, level: Level, say: &mut impl FnMut(Change)) {
        let best = if level.side == Side::Buy { self.book.bid() } else { self.book.ask() };
        let is_near = best.is_none_or(|(best, _)| (level.price - best).abs() <= best / NEAR);
        let key = (level.side.sign(), level.price);
        let is_known = match level.quantity {
            0 => self.said.remove(&key),
            _ if is_near => !self.said.insert(key),
            _ => self.said.contains(&key),
        };
        if is_near || is_known {
            say(Change::Level(level));
        }
    }
}

fn pair(level: &MarketLevel) -> (i64, i64) {
    (level.price.mantissa(), level.quantity.mantissa())
}

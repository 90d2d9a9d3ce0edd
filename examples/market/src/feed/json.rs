//! The JSON of Binance's futures streams, read in one pass into the pipeline's messages.
//!
//! The venue's short names mean different things in different events (`b` is a price in one and a
//! list of levels in another), so the line is first read as it lies and then judged by its kind.

use std::fmt;

use mycelium::{BoundedString, Timestamp};
use mycelium_generated::market::{
    BookTicker, DepthUpdate, Level, Price, Quantity, Side, Snapshot, Trade, TradeFlags, Venue,
};
use serde::Deserialize;
use serde::de::{self, Deserializer, SeqAccess, Visitor};

use super::MarketMessage;
use super::error::Problem;

/// A symbol as the messages carry it.
pub(super) type Symbol = BoundedString<16>;

/// Reads one event. `snapshot_symbol` is whose book a snapshot is: its JSON does not say so.
pub(super) fn parse(
    json: &str,
    snapshot_symbol: Option<&Symbol>,
) -> Result<MarketMessage, Problem> {
    let line: Line<'_> = serde_json::from_str(json).map_err(Problem::Json)?;
    let Some(update) = line.data else { return snapshot(line, snapshot_symbol) };
    match update.e {
        "bookTicker" => book_ticker(update),
        "trade" => trade(update),
        "depthUpdate" => depth_update(update),
        other => Err(Problem::UnknownKind(other.to_owned())),
    }
}

/// The symbol that a line names, if it names one.
pub(super) fn symbol_of(json: &str) -> Option<Symbol> {
    let line: Line<'_> = serde_json::from_str(json).ok()?;
    symbol(line.data?.s).ok()
}

/// A line as it lies: an update of a stream, or else a snapshot.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    data: Option<Update<'a>>,
    #[serde(rename = "lastUpdateId")]
    last_update_id: Option<u64>,
    #[serde(rename = "T")]
    transaction_ms: Option<i64>,
    bids: Option<Levels>,
    asks: Option<Levels>,
}

/// The venue's own names; those of two cases differ in meaning.
#[derive(Deserialize)]
#[allow(non_snake_case)]
struct Update<'a> {
    e: &'a str,
    s: &'a str,
    T: i64,
    u: Option<u64>,
    U: Option<u64>,
    pu: Option<u64>,
    t: Option<u64>,
    #[serde(borrow)]
    b: Option<PriceOrLevels<'a>>,
    #[serde(borrow)]
    a: Option<PriceOrLevels<'a>>,
    B: Option<&'a str>,
    A: Option<&'a str>,
    p: Option<&'a str>,
    q: Option<&'a str>,
    X: Option<&'a str>,
    m: Option<bool>,
}

enum PriceOrLevels<'a> {
    Price(&'a str),
    Levels(Vec<Level>),
}

struct Levels(Vec<Level>);

fn book_ticker(update: Update<'_>) -> Result<MarketMessage, Problem> {
    let need = Need("bookTicker");
    Ok(MarketMessage::BookTicker(BookTicker {
        event_time: timestamp(update.T),
        sent_time: Timestamp::default(),
        update_id: need.field("u", update.u)?,
        symbol: symbol(update.s)?,
        venue: Venue::Binance,
        bid: Level {
            price: decimal(need.price("b", update.b)?)?,
            quantity: decimal(need.field("B", update.B)?)?,
        },
        ask: Level {
            price: decimal(need.price("a", update.a)?)?,
            quantity: decimal(need.field("A", update.A)?)?,
        },
    }))
}

fn trade(update: Update<'_>) -> Result<MarketMessage, Problem> {
    let need = Need("trade");
    let buyer_is_maker = need.field("m", update.m)?;
    let mut flags = TradeFlags::empty();
    if buyer_is_maker {
        flags |= TradeFlags::BUYER_IS_MAKER;
    }
    if matches!(need.field("X", update.X)?, "INSURANCE_FUND" | "ADL") {
        flags |= TradeFlags::LIQUIDATION;
    }
    Ok(MarketMessage::Trade(Trade {
        event_time: timestamp(update.T),
        sent_time: Timestamp::default(),
        trade_id: need.field("t", update.t)?,
        symbol: symbol(update.s)?,
        venue: Venue::Binance,
        side: if buyer_is_maker { Side::Sell } else { Side::Buy },
        flags,
        price: decimal(need.field("p", update.p)?)?,
        quantity: decimal(need.field("q", update.q)?)?,
    }))
}

fn depth_update(update: Update<'_>) -> Result<MarketMessage, Problem> {
    let need = Need("depthUpdate");
    Ok(MarketMessage::DepthUpdate(DepthUpdate {
        event_time: timestamp(update.T),
        sent_time: Timestamp::default(),
        first_update_id: need.field("U", update.U)?,
        last_update_id: need.field("u", update.u)?,
        previous_update_id: update.pu,
        symbol: symbol(update.s)?,
        venue: Venue::Binance,
        bids: need.levels("b", update.b)?,
        asks: need.levels("a", update.a)?,
    }))
}

fn snapshot(line: Line<'_>, symbol: Option<&Symbol>) -> Result<MarketMessage, Problem> {
    let need = Need("snapshot");
    Ok(MarketMessage::Snapshot(Snapshot {
        event_time: timestamp(need.field("T", line.transaction_ms)?),
        sent_time: Timestamp::default(),
        last_update_id: need.field("lastUpdateId", line.last_update_id)?,
        symbol: symbol.cloned().ok_or(Problem::NoSymbol)?,
        venue: Venue::Binance,
        bids: need.field("bids", line.bids)?.0,
        asks: need.field("asks", line.asks)?.0,
    }))
}

/// Takes the fields that a kind of event must have.
struct Need(&'static str);

impl Need {
    fn field<T>(&self, field: &'static str, value: Option<T>) -> Result<T, Problem> {
        value.ok_or(Problem::MissingField { kind: self.0, field })
    }

    fn price<'a>(
        &self,
        field: &'static str,
        value: Option<PriceOrLevels<'a>>,
    ) -> Result<&'a str, Problem> {
        match value {
            Some(PriceOrLevels::Price(price)) => Ok(price),
            _ => Err(Problem::MissingField { kind: self.0, field }),
        }
    }

    fn levels(
        &self,
        field: &'static str,
        value: Option<PriceOrLevels<'_>>,
    ) -> Result<Vec<Level>, Problem> {
        match value {
            Some(PriceOrLevels::Levels(levels)) => Ok(levels),
            _ => Err(Problem::MissingField { kind: self.0, field }),
        }
    }
}

fn timestamp(ms: i64) -> Timestamp {
    Timestamp(ms.saturating_mul(1_000_000))
}

fn symbol(text: &str) -> Result<Symbol, Problem> {
    Symbol::try_from(text).map_err(|_| Problem::SymbolTooLong(text.to_owned()))
}

fn decimal(text: &str) -> Result<Price, Problem> {
    text.parse().map_err(|_| Problem::Decimal(text.to_owned()))
}

impl<'de: 'a, 'a> Deserialize<'de> for PriceOrLevels<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(QuoteVisitor)
    }
}

impl<'de> Deserialize<'de> for Levels {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_seq(QuoteVisitor)? {
            PriceOrLevels::Levels(levels) => Ok(Self(levels)),
            PriceOrLevels::Price(_) => Err(de::Error::custom("expected a list of levels")),
        }
    }
}

struct QuoteVisitor;

impl<'de> Visitor<'de> for QuoteVisitor {
    type Value = PriceOrLevels<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a price, or a list of [price, quantity]")
    }

    fn visit_borrowed_str<E: de::Error>(self, price: &'de str) -> Result<Self::Value, E> {
        Ok(PriceOrLevels::Price(price))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut levels = Vec::new();
        while let Some((price, quantity)) = items.next_element::<(&str, &str)>()? {
            let exact = |text: &str| -> Result<Quantity, A::Error> {
                decimal(text).map_err(de::Error::custom)
            };
            levels.push(Level { price: exact(price)?, quantity: exact(quantity)? });
        }
        Ok(PriceOrLevels::Levels(levels))
    }
}

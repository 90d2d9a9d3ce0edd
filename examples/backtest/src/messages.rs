//! What the actors say to each other.

use mycelium::{Enum, Message};

/// Which side of the market an order or a level is on.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[myc(package = "backtest", closed, repr = u8)]
#[repr(u8)]
pub enum Side {
    /// Buys.
    Buy = 1,
    /// Sells.
    Sell = 2,
}

impl Side {
    /// 1 for a buyer, -1 for a seller.
    #[must_use]
    pub fn sign(self) -> i64 {
        match self {
            Self::Buy => 1,
            Self::Sell => -1,
        }
    }
}

/// The venue's best bid and offer have changed.
#[derive(Message, Debug, Clone, Copy, PartialEq)]
#[myc(package = "backtest", id = 1)]
pub struct Top {
    /// Best bid.
    pub bid: i64,
    /// What rests there.
    pub bid_quantity: i64,
    /// Best offer.
    pub ask: i64,
    /// What rests there.
    pub ask_quantity: i64,
}

/// A level of the venue's book has changed.
#[derive(Message, Debug, Clone, Copy, PartialEq)]
#[myc(package = "backtest", id = 2)]
pub struct Level {
    /// Its side.
    pub side: Side,
    /// Its price.
    pub price: i64,
    /// All that rests there now; 0 where it is gone.
    pub quantity: i64,
}

/// Others have traded.
#[derive(Message, Debug, Clone, Copy, PartialEq)]
#[myc(package = "backtest", id = 3)]
pub struct Print {
    /// Side of the one who took.
    pub aggressor: Side,
    /// Price.
    pub price: i64,
    /// Quantity.
    pub quantity: i64,
}

/// What the exchange shows: its best prices.
#[derive(Message, Debug, Clone, Copy, PartialEq)]
#[myc(package = "backtest", id = 4)]
pub struct Quote {
    /// Best bid.
    pub bid: i64,
    /// Best offer.
    pub ask: i64,
}

/// A limit order.
#[derive(Message, Debug, Clone, Copy, PartialEq)]
#[myc(package = "backtest", id = 5)]
pub struct Order {
    /// The strategy's number of it.
    pub id: u64,
    /// Its side.
    pub side: Side,
    /// Worst price.
    pub price: i64,
    /// Quantity.
    pub quantity: i64,
}

/// An order is no longer wanted.
#[derive(Message, Debug, Clone, Copy, PartialEq)]
#[myc(package = "backtest", id = 6)]
pub struct Cancel {
    /// The order's number.
    pub id: u64,
}

/// An order was filled, or a part of it.
#[derive(Message, Debug, Clone, Copy, PartialEq)]
#[myc(package = "backtest", id = 7)]
pub struct Fill {
    /// The order's number.
    pub id: u64,
    /// Its side.
    pub side: Side,
    /// Price of the fill.
    pub price: i64,
    /// Quantity of the fill.
    pub quantity: i64,
    /// What of the order is still open.
    pub left: i64,
    /// The fee, in millionths of what was paid; negative for a rebate.
    pub fee_ppm: i32,
}

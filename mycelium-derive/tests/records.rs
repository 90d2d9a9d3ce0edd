//! Messages and structs: bytes, views, defaults, older and newer blocks.
#![forbid(unsafe_code)]
#![deny(missing_docs, warnings, clippy::all, clippy::pedantic)]

// Expansions reach the runtime as `::mycelium`; wire has all that they use.
extern crate mycelium_wire as mycelium;

use mycelium::{
    BoundedList, BoundedString, Decimal, DecodeError, Duration, Message, Timestamp, Wire,
};
use mycelium_derive::{Enum, Message, Struct};

/// Venue.
#[derive(Debug, Clone, Copy, PartialEq, Enum)]
#[myc(package = "market", open, repr = u16)]
pub enum Venue {
    /// Binance.
    #[myc(value = 1)]
    Binance,
    /// Other.
    #[myc(value = 2)]
    Simulator,
    /// Not known.
    #[myc(unknown)]
    Unknown(u16),
}

/// One level.
#[derive(Debug, Clone, Copy, PartialEq, Struct)]
#[myc(package = "market")]
pub struct Level {
    /// Side, to make padding.
    pub side: bool,
    /// Price.
    pub price: Decimal<8>,
    /// Tail padding.
    pub last: u16,
}

/// A book.
#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "market", id = 7, topic = "market.books")]
pub struct Book {
    /// When.
    pub time: Timestamp,
    /// Symbol.
    #[myc(key)]
    pub symbol: BoundedString<16>,
    /// Best.
    pub best: Level,
    /// All.
    pub levels: Vec<Level>,
    /// A few.
    pub few: BoundedList<(u8, Level), 2>,
    /// Venue.
    #[myc(default = Venue::Simulator)]
    pub venue: Venue,
    /// Lifetime.
    #[myc(default = 500_000_000)]
    pub lifetime: Duration,
    /// Note.
    #[myc(default = "none")]
    pub note: String,
    /// Type.
    pub r#type: Option<u32>,
    /// Inner.
    pub inner: Option<Inner>,
}

/// Nested message.
#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "market", id = 8)]
pub struct Inner {
    /// Name.
    pub name: String,
}

/// Nothing.
#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "market", id = 9)]
pub struct Ping;

fn level(price: i64) -> Level {
    Level { side: true, price: Decimal::from_mantissa(price), last: 3 }
}

fn book() -> Book {
    Book {
        time: Timestamp(1),
        symbol: "BTCUSDT".parse().expect("short"),
        best: level(5),
        levels: vec![level(1), level(2)],
        few: [(1, level(9))].as_slice().try_into().expect("fits"),
        venue: Venue::Unknown(9),
        lifetime: Duration(2),
        note: "hé".into(),
        r#type: Some(4),
        inner: Some(Inner { name: "x".into() }),
    }
}

#[test]
fn round_trip() {
    let book = book();
    let frame = book.to_frame();
    assert_eq!(Book::from_frame_strict(&frame).as_ref(), Ok(&book));
    let view = Book::view(&frame).expect("valid");
    assert_eq!(view.symbol(), "BTCUSDT");
    assert_eq!(view.best().price(), Decimal::from_mantissa(5));
    assert_eq!(view.levels().iter().map(|level| level.last()).collect::<Vec<_>>(), [3, 3]);
    assert_eq!(view.venue(), Venue::Unknown(9));
    assert_eq!(view.inner().map(|inner| inner.name()), Some("x"));
    assert_eq!(view.r#type(), Some(4));
    println!("{view:?} {:?}", Book::DIGEST);
    assert_eq!(Book::DEF.computed_digest(), Book::DIGEST);
    assert_eq!(Ping::from_frame_strict(&Ping.to_frame()), Ok(Ping));
    let _: Result<Ping, DecodeError> = Ping::from_frame(&[]);
    assert_eq!(<Level as Wire>::SIZE, 24);
}

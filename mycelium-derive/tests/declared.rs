//! A message that names the schema which declares it, and agrees with it.
#![forbid(unsafe_code)]
#![deny(missing_docs, warnings, clippy::all, clippy::pedantic)]

extern crate mycelium_wire as mycelium;

use mycelium::{BoundedString, Decimal, Message};
use mycelium_derive::{Message, Struct};

/// Stands for the alias of the schema.
#[derive(Debug, Clone, Copy, PartialEq, Struct)]
struct Price(Decimal<8>);

/// Imported by the schema.
#[derive(Debug, Clone, Copy, PartialEq, Struct)]
#[myc(package = "test.units")]
struct Level {
    price: Price,
    quantity: u32,
}

/// All facts are those of the file.
#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "test.quotes", id = 7, topic = "quotes.all", schema = "tests/schemas/quotes.myc")]
struct Quote {
    #[myc(key)]
    symbol: BoundedString<16>,
    best: Level,
    levels: Box<[Level]>,
    #[myc(default = "none")]
    venue: Box<str>,
    note: Option<String>,
}

mod synonym {
    use super::{BoundedString, Level, Message};

    /// The same, said in the other way.
    #[derive(Debug, Clone, PartialEq, Message)]
    #[message(schema = "./schemas/quotes.myc")]
    #[myc(package = "test.quotes", id = 7, topic = "quotes.all")]
    pub(super) struct Quote {
        #[message(key)]
        symbol: BoundedString<16>,
        best: Level,
        levels: Vec<Level>,
        #[myc(default = "none")]
        venue: String,
        note: Option<String>,
    }
}

#[test]
fn a_message_that_agrees_with_its_schema_is_like_any_other() {
    let level = Level { price: Price(Decimal::from_mantissa(1)), quantity: 2 };
    let quote = Quote {
        symbol: "BTC".parse().expect("short"),
        best: level,
        levels: Box::new([level]),
        venue: "here".into(),
        note: None,
    };
    assert_eq!(Quote::from_frame(&quote.to_frame()), Ok(quote));
    assert_eq!(Quote::DIGEST, synonym::Quote::DIGEST);
}

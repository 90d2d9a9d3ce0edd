//! The derives of Mycelium: hand-written Rust types that travel.
//!
//! A type with one of these derives is what the same declaration in a `.myc` file would be: the same
//! bytes, the same digest, so that both can talk. The Rust that `mycc` generates uses them too. The
//! crate `mycelium` re-exports them; what they expand to names it and nothing else.
//!
//! ```
//! # extern crate mycelium_wire as mycelium;
//! # use mycelium_derive::{Enum, Flags, Message, Struct, Union};
//! use mycelium::{BoundedString, Decimal, Message, Timestamp, UnknownArm};
//!
//! /// `closed enum Side: u8 { buy = 1, sell = 2 }`
//! #[derive(Debug, Clone, Copy, PartialEq, Enum)]
//! #[myc(package = "market", closed, repr = u8)]
//! enum Side {
//!     Buy = 1,
//!     Sell = 2,
//! }
//!
//! /// `open enum Venue: u16 { binance = 1 }`
//! #[derive(Debug, Clone, Copy, PartialEq, Enum)]
//! #[myc(package = "market", open, repr = u16)]
//! enum Venue {
//!     #[myc(value = 1)]
//!     Binance,
//!     #[myc(unknown)]
//!     Unknown(u16),
//! }
//!
//! /// `flags Marks: u16 { auction = 0, block = 1 }`
//! #[derive(Clone, Copy, PartialEq, Default, Flags)]
//! #[myc(package = "market", bits(auction = 0, block = 1))]
//! struct Marks(u16);
//!
//! /// `struct Level { price: decimal<8>, quantity: decimal<8> }`
//! #[derive(Debug, Clone, Copy, PartialEq, Struct)]
//! #[myc(package = "market")]
//! struct Level {
//!     price: Decimal<8>,
//!     quantity: Decimal<8>,
//! }
//!
//! /// `open union Origin { quote: Level = 1, name: string = 2 }`
//! #[derive(Debug, Clone, PartialEq, Union)]
//! #[myc(package = "market", open)]
//! enum Origin {
//!     #[myc(tag = 1)]
//!     Quote(Level),
//!     #[myc(tag = 2)]
//!     Name(String),
//!     #[myc(unknown)]
//!     Unknown(UnknownArm),
//! }
//!
//! /// `@topic("market.trades") message Trade = 2 { … }`
//! #[derive(Debug, Clone, PartialEq, Message)]
//! #[myc(package = "market", id = 2, topic = "market.trades")]
//! struct Trade {
//!     time: Timestamp,
//!     #[myc(key)]
//!     symbol: BoundedString<16>,
//!     side: Side,
//!     level: Level,
//!     marks: Marks,
//!     origin: Option<Origin>,
//!     #[myc(default = Venue::Binance)]
//!     venue: Venue,
//! }
//!
//! let trade = Trade {
//!     time: Timestamp(1_723_161_255_030_314_667),
//!     symbol: "BTCUSDT".parse()?,
//!     side: Side::Buy,
//!     level: Level { price: "60123.5".parse()?, quantity: "0.25".parse()? },
//!     marks: Marks::AUCTION | Marks::BLOCK,
//!     origin: Some(Origin::Name("feed 1".into())),
//!     venue: Venue::Unknown(9),
//! };
//! let frame = trade.to_frame();
//! assert_eq!(Trade::from_frame(&frame)?, trade);
//!
//! // A view checks the bytes once and then loads one field at a time.
//! let view = Trade::view(&frame)?;
//! assert_eq!(view.symbol(), "BTCUSDT");
//! assert_eq!(view.level().price().to_string(), "60123.50000000");
//! assert!(matches!(view.origin(), Some(OriginView::Name("feed 1"))));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What the attributes say
//!
//! On the type:
//!
//! | key | on | meaning |
//! |---|---|---|
//! | `package = "market"` | all | package that the type is of; needed |
//! | `name = "Trade"` | all | name in the schema, where it is not the Rust one |
//! | `id = 2` | message | type id, 1 to 65535; needed |
//! | `topic = "market.trades"` | message | topic, where it is not `package.name_in_snake_case`, of the former name in `was` if there is one |
//! | `open`, `closed` | enum, union | whether values or arms that are not known are kept or refused; needed |
//! | `repr = u16` | enum | integer that carries it; needed |
//! | `bits(auction = 0)` | flags | names and numbers of the bits; each may have docs before it |
//! | `schema = "market.myc"` | message | file that declares the message; see [below](#held-against-a-schema) |
//! | `view = "TradeView"` | message, struct, union | name of the view type, where it is not `…View` |
//! | `crate = "path"` | all | where the runtime is, where it is not `::mycelium` |
//! | `digest = "myc1:…"` | all | the digest, where it is known: generated code spares its evaluation |
//! | `older = "myc1:…"` | message | digest of a released version that it still talks with; may be repeated |
//! | `serde` | all | `Serialize` and `Deserialize`, with the feature `serde` of `mycelium`; see [below](#other-crates) |
//! | `arbitrary` | all | `Arbitrary`, with the feature `arbitrary` of `mycelium`; see [below](#other-crates) |
//!
//! On a field, variant or arm:
//!
//! | key | on | meaning |
//! |---|---|---|
//! | `name = "type"` | all | name in the schema, where it is not the Rust one (variants: in `snake_case`) |
//! | `default = 5` | field of a message | what a reader takes from a sender that does not know the field; see [below](#defaults) |
//! | `unit = "bps"` | field | what its number counts |
//! | `range(0..=100)`, `range(0..)`, `range(..=100)` | field | the numbers that it admits; times are nanoseconds |
//! | `len(1..=64)`, `nonempty` | field | how many bytes, items or pairs it admits |
//! | `was = "old"` | all, types and bits too | former name, which the digest keeps |
//! | `key` | field of a message | the field is part of the instance's key |
//! | `value = 1` | variant of an enum | its number, where it has no discriminant |
//! | `tag = 1` | arm of a union | its tag, 1 to 65535; needed |
//! | `unknown` | variant of an open enum or union | keeps what is not known: `Unknown(u16)`, `Unknown(UnknownArm)` |
//!
//! # What they give
//!
//! * `Wire`, which makes the type one that a field can have; `Message` also `Message`, with type id,
//!   topic, digest and frames.
//! * Messages, structs and unions a view type: a getter a field, or a variant an arm.
//! * Enums `value` and `from_value`.
//! * Flags a constant a bit, `empty`, `from_bits`, `bits`, `is_empty`, `contains`, the operators `|`,
//!   `|=`, `&` and `-`, and a `Debug` that lists names. They need `Copy` of their own.
//!
//! # Defaults
//!
//! | type | written |
//! |---|---|
//! | numbers, times | `-1.5`; times in nanoseconds |
//! | `bool`, text, UUID | `true`, `"text"`, `"f81d4fae-7dec-11d0-a765-00a0c91e6bf6"` |
//! | bytes and rows of `u8` | `b"\x00\xff"`, or hexadecimal digits: `"00ff"` |
//! | enum | `Venue::Binance`; a member that was renamed by its former name, `old_name` |
//! | flags | `Marks::FIRST \| Marks::SECOND`, ascending; one alone `[Marks::FIRST]`; none `Marks::empty()` |
//! | array, list, tuple | `["a", "b"]`, `[0; 4]`, `(0.5, "x")` |
//! | struct | `Level { price: 1, quantity: 2 }`, all fields in order, or `Level(1, 2)` |
//! | map | pairs, ascending by key: `[("a", 1), ("b", 2)]` |
//! | an optional inside one of these | `None`, or the value with or without `Some` |
//!
//! # Types of fields
//!
//! | Rust | schema |
//! |---|---|
//! | `bool`, `i8`…`i128`, `u8`…`u128`, `f32`, `f64` | the same |
//! | `mycelium::Timestamp` | `timestamp` |
//! | `mycelium::Duration` | `duration` |
//! | `std::time::Duration` | `duration`; reading a negative one is refused (`range`), one above 292 years is written as the longest |
//! | `mycelium::U256` | `u256` |
//! | `mycelium::Uuid` | `uuid` |
//! | `Decimal<S>` | `decimal<S>` |
//! | `String`, `Box<str>`, `Arc<str>`, `Cow<'static, str>` | `string` |
//! | `BoundedString<N>` | `string<N>` |
//! | `Bytes`, `BoundedBytes<N>` | `bytes`, `bytes<N>` |
//! | `Vec<T>`, `Box<[T]>`, `Arc<[T]>` | `[T]` |
//! | `BoundedList<T, N>`, `[T; N]` | `[T; ..N]`, `[T; N]` |
//! | `BTreeMap<K, V>`, `HashMap<K, V>` | `map<K, V>` |
//! | `Option<T>` | `T?` |
//! | `(A, B)`, up to eight items | `(A, B)` |
//! | `Box<T>` | `T` |
//! | a type with one of these derives | that type; a tuple struct of one field: what the field is |
//!
//! An owner or a newtype changes no byte and no digest:
//!
//! ```
//! # extern crate mycelium_wire as mycelium;
//! # use std::sync::Arc;
//! # use mycelium_derive::{Message, Struct};
//! # use mycelium::{Decimal, Message};
//! /// As `type Price = decimal<8>` in a schema.
//! #[derive(Debug, Clone, Copy, PartialEq, Struct)]
//! struct Price(Decimal<8>);
//!
//! #[derive(Message)]
//! #[myc(package = "market", id = 1)]
//! struct Quote {
//!     symbol: Arc<str>,
//!     bids: Box<[Price]>,
//! }
//!
//! #[derive(Message)]
//! #[myc(package = "market", id = 1, name = "Quote")]
//! struct PlainQuote {
//!     symbol: String,
//!     bids: Vec<Decimal<8>>,
//! }
//!
//! assert_eq!(Quote::DIGEST, PlainQuote::DIGEST);
//! ```
//!
//! # Held against a schema
//!
//! With the feature `schema`, `#[myc(schema = "schemas/market.myc")]` on a message, or
//! `#[message(schema = …)]`, compiles that file and compares: each field that is missing, unknown, out
//! of order or of another type, each other key or default, the id, the topic and at last the digest.
//! Each difference is a compile error at its place. The path begins at the folder of `Cargo.toml`,
//! or with `./` or `../` at that of the source file; a change in the file, or in one that it imports, compiles the crate anew.
//!
//! # Other crates
//!
//! `#[myc(serde)]` makes a type one of serde's. In formats for people, such as JSON, it has the shape of
//! the JSON mapping (`docs/json-mapping.md`), not the one that serde's own derives would give it; in others
//! it is bytes, a message its frame. `#[myc(arbitrary)]` makes values of random bytes, for fuzzing and
//! property tests; they keep their constraints. What the type holds needs neither. A type that borrows from
//! its frame is `Serialize` alone.
//!
//! ```
//! # extern crate mycelium_wire as mycelium;
//! # use mycelium_derive::Message;
//! #[derive(Message)]
//! #[myc(package = "market", id = 1, serde, arbitrary)]
//! struct Quote {
//!     symbol: String,
//!     #[myc(range(0..))]
//!     price: mycelium::Decimal<2>,
//! }
//!
//! let quote: Quote = serde_json::from_str(r#"{"symbol":"BTCUSDT","price":"1.5"}"#)?;
//! assert_eq!(serde_json::to_string(&quote)?, r#"{"symbol":"BTCUSDT","price":"1.50"}"#);
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! # Growing
//!
//! A message may get fields at its end; a sender that does not know them writes a shorter block. Then
//! an `Option` is `None`, a field with a default has that, and without either decoding fails:
//!
//! ```
//! # extern crate mycelium_wire as mycelium;
//! # use mycelium_derive::Message;
//! # use mycelium::Message;
//! /// As it was first.
//! #[derive(Message)]
//! #[myc(package = "market", id = 1, name = "Quote")]
//! struct OldQuote {
//!     price: u64,
//! }
//!
//! #[derive(Debug, PartialEq, Message)]
//! #[myc(package = "market", id = 1)]
//! struct Quote {
//!     price: u64,
//!     #[myc(default = 1)]
//!     lots: u32,
//!     note: Option<String>,
//! }
//!
//! let frame = OldQuote { price: 7 }.to_frame();
//! assert_eq!(Quote::from_frame(&frame)?, Quote { price: 7, lots: 1, note: None });
//! # Ok::<(), mycelium::DecodeError>(())
//! ```
//!
//! # Limits
//!
//! Types have one layout, so they cannot be generic. All that the language refuses is refused here, at
//! the place of the mistake; where only the types can tell (a default of the wrong type, an array of
//! length zero) a compile-time assertion does it.

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

use crate::ast::{Derive, Input};
use crate::errors::Errors;

mod ast;
mod attr;
mod borrowed;
mod constant;
mod constraint;
mod errors;
mod expand;
mod facts;
mod fallback;
mod item;
mod number;
#[cfg_attr(not(feature = "schema"), path = "schema/without.rs")]
mod schema;
mod valid;

/// Makes a struct with named fields a message, which travels in frames of its own.
///
/// Keys: `package`, `id`, `topic`, `name`, `schema`, `view`, `crate`, `digest`, `older`,
/// `serde`, `arbitrary`; on fields `default`, `key`, `name`. See the [crate's page](crate).
#[proc_macro_derive(Message, attributes(myc, message))]
pub fn derive_message(input: TokenStream) -> TokenStream {
    derive(Derive::Message, &parse_macro_input!(input)).into()
}

/// Makes a struct with named fields one that lies inline in messages and never changes. A tuple struct
/// of one field is on the wire what its field is, and has no keys but `crate`,
/// `serde` and `arbitrary`.
///
/// Keys: `package`, `name`, `view`, `crate`, `digest`, `serde`, `arbitrary`; on fields `name`. See the [crate's page](crate).
#[proc_macro_derive(Struct, attributes(myc))]
pub fn derive_struct(input: TokenStream) -> TokenStream {
    derive(Derive::Struct, &parse_macro_input!(input)).into()
}

/// Makes an enum a set of named numbers.
///
/// Keys: `package`, `open` or `closed`, `repr`, `name`, `crate`, `digest`, `serde`, `arbitrary`; on
/// variants `value`, `unknown`, `name`. See the [crate's page](crate).
#[proc_macro_derive(Enum, attributes(myc))]
pub fn derive_enum(input: TokenStream) -> TokenStream {
    derive(Derive::Enum, &parse_macro_input!(input)).into()
}

/// Makes a tuple struct of one unsigned integer a set of named bits.
///
/// Keys: `package`, `bits`, `name`, `crate`, `digest`, `serde`, `arbitrary`. See the [crate's page](crate).
#[proc_macro_derive(Flags, attributes(myc))]
pub fn derive_flags(input: TokenStream) -> TokenStream {
    derive(Derive::Flags, &parse_macro_input!(input)).into()
}

/// Makes an enum whose variants hold one value each a choice between them.
///
/// Keys: `package`, `open` or `closed`, `name`, `view`, `crate`, `digest`, `serde`, `arbitrary`; on
/// variants `tag`, `unknown`, `name`. See the [crate's page](crate).
#[proc_macro_derive(Union, attributes(myc))]
pub fn derive_union(input: TokenStream) -> TokenStream {
    derive(Derive::Union, &parse_macro_input!(input)).into()
}

/// All phases, in order.
fn derive(derive: Derive, original: &DeriveInput) -> proc_macro2::TokenStream {
    let errors = Errors::new();
    let input = Input::from_syn(derive, original, &errors);
    if valid::is_newtype(&input) {
        let newtype = valid::check_newtype(&input, &errors);
        return match (errors.finish(), newtype) {
            (None, Some(newtype)) => expand::expand_newtype(&newtype),
            (errors, _) => fallback::expand(&input, errors),
        };
    }
    let mut item = valid::check(&input, &errors);
    if let Some(item) = &mut item {
        item.declared = schema::check(&input, item, &errors);
    }
    match (errors.finish(), item) {
        (None, Some(item)) => expand::expand(&item, facts::hash(&item)),
        (errors, _) => fallback::expand(&input, errors),
    }
}

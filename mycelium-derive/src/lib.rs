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
//! * Messages, structs and unions a view type: a getter a field, or a variant an arm; of a message that
//!   does not borrow also a constant a field, which names it where a frame is changed in place.
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
//! | `std::time::SystemTime` | `timestamp`; on Unix, where it counts nanoseconds; a time before 1677 or after 2262 is written as the first or last there is |
//! | `mycelium::U256` | `u256` |
//! | `mycelium::Uuid` | `uuid` |
//! | `Decimal<S>` | `decimal<S>` |
//! | `String`, `Box<str>`, `Arc<str>`, `Cow<'static, str>` | `string` |
//! | `&'a str` | `string`, borrowed from the frame; see [below](#four-ways-to-read) |
//! | `Cow<'a, str>` | `string`; reading makes it `Owned` |
//! | `BoundedString<N>` | `string<N>` |
//! | `Bytes`, `BoundedBytes<N>` | `bytes`, `bytes<N>` |
//! | `BytesRef<'a>` | `bytes`, borrowed from the frame (a `&'a [u8]` is `[u8]`) |
//! | `Vec<T>`, `Box<[T]>`, `Arc<[T]>` | `[T]` |
//! | `&'a [T]` | `[T]`, borrowed from the frame; for items that lie in memory as on the wire |
//! | `BoundedList<T, N>`, `[T; N]` | `[T; ..N]`, `[T; N]` |
//! | `BTreeMap<K, V>`, `HashMap<K, V>` | `map<K, V>` |
//! | `Option<T>` | `T?` |
//! | `(A, B)`, up to twelve items | `(A, B)` |
//! | `Box<T>` | `T` |
//! | a type with one of these derives | that type; a tuple struct: what its field is, or the tuple of its two to twelve fields |
//!
//! An owner or a tuple struct changes no byte and no digest; of keys a tuple struct has `crate`, `serde` and `arbitrary`:
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
//! # Four ways to read
//!
//! | | gives | checks | copies |
//! |---|---|---|---|
//! | `from_frame`, type without a lifetime | the value | everything | everything |
//! | `from_frame`, type with a lifetime | the value | everything | what is not borrowed |
//! | `view` | a view with a getter a field | everything | nothing; a getter loads its field |
//! | `view_trusted` | the same | the header | nothing |
//!
//! What checks everything refuses the same bytes with the same error. `view_trusted` is for frames
//! that this program made, or has checked before: of other bytes its getters give some value, and never
//! read outside of the frame.
//!
//! One side can write `String`s where the other reads `&str`s: both have one digest. The bus hands on what
//! borrows nothing ([`DecodeOwned`](trait@mycelium_wire::DecodeOwned)); for others take its frames.
//!
//! ```
//! # extern crate mycelium_wire as mycelium;
//! # use mycelium_derive::{Message, Struct};
//! use mycelium::{BytesRef, Message};
//!
//! #[derive(Debug, Clone, PartialEq, Struct)]
//! #[myc(package = "logs")]
//! #[repr(C)] // so that it lies in memory as on the wire
//! struct Sample {
//!     at: u64,
//!     value: f64,
//! }
//!
//! #[derive(Debug, Clone, PartialEq, Message)]
//! #[myc(package = "logs", id = 1)]
//! struct Line {
//!     text: String,
//!     raw: mycelium::Bytes,
//!     samples: Vec<Sample>,
//! }
//!
//! #[derive(Debug, PartialEq, Message)]
//! #[myc(package = "logs", id = 1, name = "Line")]
//! struct LineRef<'a> {
//!     text: &'a str,
//!     raw: BytesRef<'a>,
//!     samples: &'a [Sample],
//! }
//! assert_eq!(Line::DIGEST, LineRef::DIGEST);
//!
//! let line = Line {
//!     text: "started".into(),
//!     raw: b"\x01\x02".as_slice().into(),
//!     samples: vec![Sample { at: 1, value: 0.5 }],
//! };
//! let frame = line.to_frame();
//!
//! // Owned.
//! assert_eq!(Line::from_frame(&frame)?, line);
//!
//! // Borrowed: lives as long as the frame.
//! let borrowed = LineRef::from_frame(&frame)?;
//! assert_eq!((borrowed.text, &*borrowed.raw), ("started", [1, 2].as_slice()));
//! assert_eq!(borrowed.samples, line.samples);
//!
//! // In place; a list is one view after the other, or a slice where its items allow it.
//! let view = Line::view(&frame)?;
//! assert_eq!(view.samples().iter().map(|sample| sample.value()).sum::<f64>(), 0.5);
//! assert_eq!(view.samples().as_slice(), Some(line.samples.as_slice()));
//!
//! // In place and unchecked: it has just been.
//! assert_eq!(Line::view_trusted(&frame)?.text(), "started");
//! # Ok::<(), mycelium::DecodeError>(())
//! ```
//!
//! A message of numbers alone can also be read and changed as itself, where it lies:
//! [`InPlace`](trait@mycelium_wire::InPlace). The frame of any message is changed field by field with
//! [`view_mut`](trait@mycelium_wire::Message#method.view_mut), text and lists by values of the same length.
//!
//! # Ways to write
//!
//! `to_frame` makes a new `Vec`. `encode_frame` writes into memory that is there and exactly
//! `frame_len()` bytes long, such as room that a transport has reserved: it fills every byte and allocates
//! nothing. Both look at no constraint; `validate` does, and so does publishing.
//!
//! ```
//! # extern crate mycelium_wire as mycelium;
//! # use mycelium_derive::Message;
//! # use mycelium::{Frame, Message};
//! # #[derive(Debug, PartialEq, Message)]
//! # #[myc(package = "logs", id = 1)]
//! # struct Line {
//! #     text: String,
//! # }
//! # let lines = [Line { text: "one".into() }, Line { text: "another".into() }];
//! // Into a buffer with room, which keeps what it has got, frame behind frame.
//! let mut batch = Vec::with_capacity(1 << 16);
//! for (line, sequence) in lines.iter().zip(0..) {
//!     let start = batch.len();
//!     batch.resize(start + line.frame_len()?, 0);
//!     line.encode_frame(0, sequence, &mut batch[start..]);
//! }
//!
//! let (first, rest) = Frame::split(&batch)?;
//! assert_eq!(Line::from_payload(&first.header, first.payload)?, lines[0]);
//! assert_eq!(Line::from_frame(rest)?, lines[1]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
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
//!     price: mycelium::Decimal<2>,
//! }
//!
//! let quote: Quote = serde_json::from_str(r#"{"price":"1.5"}"#)?;
//! assert_eq!(serde_json::to_string(&quote)?, r#"{"price":"1.50"}"#);
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
//! # Borrowing from the frame
//!
//! A message or struct with a lifetime has fields that lie in the frame which it is read from: `&str` is
//! `string`, `BytesRef` is `bytes`, and `&[T]` is `[T]`, where `T` lies in memory
//! as it does on the wire. Its digest and bytes are those of its owned twin.
//!
//! ```
//! # extern crate mycelium_wire as mycelium;
//! # use mycelium_derive::Message;
//! # use mycelium::Message;
//! #[derive(Message)]
//! #[myc(package = "market", id = 1)]
//! struct Series<'a> {
//!     symbol: &'a str,
//!     prices: &'a [f64],
//! }
//!
//! let frame = Series { symbol: "BTCUSDT", prices: &[1.0, 2.5] }.to_frame();
//! let series = Series::from_frame(&frame)?;
//! assert_eq!((series.symbol, series.prices[1]), ("BTCUSDT", 2.5));
//! # Ok::<(), mycelium::DecodeError>(())
//! ```
//!
//! Reading one with a `&[T]` fails where the frame does not begin at a multiple of 8. Of other items, or such
//! as Rust aligns more than the wire does, it does not compile:
//!
//! ```compile_fail,E0080
//! # extern crate mycelium_wire as mycelium;
//! # use mycelium_derive::Message;
//! # use mycelium::Message;
//! #[derive(Message)]
//! #[myc(package = "market", id = 1)]
//! struct Texts<'a> {
//!     texts: &'a [String],
//! }
//! # let _ = Texts::from_frame(&[]);
//! ```
//!
//! ```compile_fail,E0080
//! # extern crate mycelium_wire as mycelium;
//! # use mycelium_derive::Message;
//! # use mycelium::Message;
//! #[derive(Message)]
//! #[myc(package = "market", id = 1)]
//! struct Wide<'a> {
//!     numbers: &'a [u128],
//! }
//! # let _ = Wide::from_frame(&[]);
//! ```
//!
//! # Limits
//!
//! Types have one layout, so they cannot be generic, but for that one lifetime. All that the language
//! refuses is refused here, at the place of the mistake; where only the types can tell (a default of the
//! wrong type, an array of length zero) a compile-time assertion does it.

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

/// Makes a struct with named fields a message, which travels in frames of its own; its keys are on the
/// [crate's page](crate).
#[proc_macro_derive(Message, attributes(myc, message))]
pub fn derive_message(input: TokenStream) -> TokenStream {
    derive(Derive::Message, &parse_macro_input!(input)).into()
}

/// Makes a struct with named fields one that lies inline in messages and never changes. A tuple struct
/// is on the wire what its field is, or the tuple of its fields. Its keys are on the [crate's page](crate).
#[proc_macro_derive(Struct, attributes(myc))]
pub fn derive_struct(input: TokenStream) -> TokenStream {
    derive(Derive::Struct, &parse_macro_input!(input)).into()
}

/// Makes an enum a set of named numbers; its keys are on the [crate's page](crate).
#[proc_macro_derive(Enum, attributes(myc))]
pub fn derive_enum(input: TokenStream) -> TokenStream {
    derive(Derive::Enum, &parse_macro_input!(input)).into()
}

/// Makes a tuple struct of one unsigned integer a set of named bits; its keys are on the [crate's page](crate).
#[proc_macro_derive(Flags, attributes(myc))]
pub fn derive_flags(input: TokenStream) -> TokenStream {
    derive(Derive::Flags, &parse_macro_input!(input)).into()
}

/// Makes an enum whose variants hold one value each a choice between them; its keys are on the
/// [crate's page](crate).
#[proc_macro_derive(Union, attributes(myc))]
pub fn derive_union(input: TokenStream) -> TokenStream {
    derive(Derive::Union, &parse_macro_input!(input)).into()
}

/// All phases, in order.
fn derive(derive: Derive, original: &DeriveInput) -> proc_macro2::TokenStream {
    let errors = Errors::new();
    let input = Input::from_syn(derive, original, &errors);
    if valid::is_nameless(&input) {
        let nameless = valid::check_nameless(&input, &errors);
        return match (errors.finish(), nameless) {
            (None, Some(nameless)) => expand::expand_nameless(&nameless),
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

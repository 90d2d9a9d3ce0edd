//! Messages and structs: bytes, round trips, views.
#![forbid(unsafe_code)]
#![deny(missing_docs, warnings, clippy::all, clippy::pedantic)]

// Expansions reach the runtime as `::mycelium`; wire has all that they use.
extern crate mycelium_wire as mycelium;

use mycelium::{
    BoundedList, BoundedString, Bytes, Decimal, ErrorKind, Message, Tail, Timestamp, Wire,
};
use mycelium_derive::{Message, Struct};

/// Padding inside and at the end.
#[derive(Debug, Clone, Copy, PartialEq, Struct)]
#[myc(package = "test")]
pub struct Level {
    /// One byte, then seven of padding.
    pub side: bool,
    /// Eight.
    pub price: Decimal<8>,
    /// Two, then six of padding.
    pub last: u16,
}

/// Every way in which a field can lie.
#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "test", id = 7, topic = "test.books")]
pub struct Book {
    /// Inline.
    pub time: Timestamp,
    /// Inline text.
    #[myc(key)]
    pub symbol: BoundedString<16>,
    /// A struct.
    pub best: Level,
    /// In the tail.
    pub levels: Vec<Level>,
    /// Inline, with items.
    pub few: BoundedList<(u8, Level), 2>,
    /// Raw identifier.
    pub r#type: Option<u32>,
    /// A message.
    pub inner: Option<Inner>,
    /// References inside what lies in the tail.
    pub notes: Vec<Option<String>>,
    /// Bytes.
    pub raw: Bytes,
    private: u8,
}

/// A message inside a message.
#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "test", id = 8)]
pub struct Inner {
    /// Text in the tail of the inner payload.
    pub name: String,
}

/// No field, no braces.
#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "test", id = 9)]
pub struct Ping;

/// No field, braces.
#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "test", id = 10)]
pub struct Pong {}

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
        r#type: Some(4),
        inner: Some(Inner { name: "x".into() }),
        notes: vec![None, Some(String::new()), Some("hé".into())],
        raw: Bytes(vec![1, 2, 3]),
        private: 6,
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[test]
fn a_struct_lies_like_a_struct_of_c() {
    /// Holds one.
    #[derive(Debug, Clone, PartialEq, Message)]
    #[myc(package = "test", id = 1)]
    struct Holder {
        count: u16,
        level: Level,
        end: u8,
    }
    assert_eq!((<Level as Wire>::SIZE, <Level as Wire>::ALIGN), (24, 8));
    let holder = Holder { count: 2, level: level(5), end: 9 };
    let frame = holder.to_frame();
    // Header: payload of 40 bytes, type 1, channel 0, block of 33, sequence 0.
    assert_eq!(hex(&frame[..16]), "28000000 0100 0000 21000000 00000000".replace(' ', ""));
    assert_eq!(
        hex(&frame[16..]),
        "0200 000000000000  01 00000000000000 0500000000000000 0300 000000000000  09 00000000000000"
            .replace(' ', "")
    );
    assert_eq!(Holder::from_frame_strict(&frame), Ok(holder));
}

#[test]
fn a_message_reads_back_whole() {
    let frame = book().to_frame();
    assert_eq!(Book::from_frame_strict(&frame), Ok(book()));
    for empty in [Ping.to_frame(), Pong {}.to_frame()] {
        assert_eq!(empty.len(), 16);
    }
    assert_eq!(Ping::from_frame_strict(&Ping.to_frame()), Ok(Ping));
    assert_eq!(Pong::from_frame_strict(&Pong {}.to_frame()), Ok(Pong {}));
}

#[test]
fn a_message_reads_in_place() {
    let frame = book().to_frame();
    let view = Book::view(&frame).expect("valid");
    assert_eq!(view.time(), Timestamp(1));
    assert_eq!(view.symbol(), "BTCUSDT");
    assert_eq!(view.best().price(), Decimal::from_mantissa(5));
    assert_eq!(view.levels().iter().map(|level| level.last()).collect::<Vec<_>>(), [3, 3]);
    assert_eq!(view.few().get(0).map(|(count, level)| (count, level.side())), Some((1, true)));
    assert_eq!(view.r#type(), Some(4));
    assert_eq!(view.inner().map(|inner| inner.name()), Some("x"));
    let notes: Vec<_> = view.notes().iter().collect();
    assert_eq!(notes, [None, Some(""), Some("hé")]);
    assert_eq!(view.raw(), [1, 2, 3]);
    assert_eq!(view.private(), 6);
    assert_eq!(format!("{view:?}"), "BookView { .. }");
}

#[test]
fn a_message_knows_what_it_is() {
    assert_eq!((Book::TYPE_ID, Book::TOPIC, Book::NAME), (7, "test.books", "test.Book"));
    assert_eq!(Inner::TOPIC, "test.inner");
    assert_eq!(Book::DEF.name, "Book");
}

#[test]
fn errors_name_the_innermost_field() {
    let mut frame = book().to_frame();
    let side = 16 + 8 + 24;
    assert_eq!(frame[side], 1);
    frame[side] = 2;
    let error = Book::from_frame(&frame).expect_err("a bool of 2");
    assert_eq!(error.to_string(), "test.Level.side: a bool must be 0 or 1, not 2 (at byte 48)");
    assert_eq!(Book::view(&frame).expect_err("the same"), error);
}

#[test]
fn no_cut_or_changed_byte_panics_and_both_readers_agree() {
    let frame = book().to_frame();
    for len in 0..frame.len() {
        let error = Book::from_frame(&frame[..len]).expect_err("cut");
        assert!(matches!(error.kind, ErrorKind::Truncated { .. }), "{error}");
    }
    for at in 0..frame.len() {
        for byte in [0, 1, 2, 0x7f, 0x80, 0xff] {
            let mut frame = frame.clone();
            frame[at] = byte;
            let (owned, view) = (Book::from_frame(&frame), Book::view(&frame));
            assert_eq!(owned.as_ref().err(), view.as_ref().err(), "byte {at} set to {byte}");
            if let Ok(owned) = owned {
                // Not canonical, perhaps, but a value; and what it says encodes and decodes again.
                let canonical = owned.to_frame();
                assert_eq!(Book::from_frame_strict(&canonical), Ok(owned));
            }
        }
    }
}

#[test]
fn a_view_of_unchecked_bytes_does_not_panic() {
    for len in 0..200 {
        let block = vec![0xff; len];
        let view = <Level as Wire>::view_inline(&block, Tail::default());
        let _ = (view.side(), view.price(), view.last());
        let view = <Book as Wire>::view_block(&block, Tail::default());
        let _ = (view.time(), view.symbol(), view.best().last(), view.levels().get(0).is_some());
        let _ = (view.few().get(0).is_some(), view.r#type(), view.inner().is_some());
        let _ = (view.notes().iter().count(), view.raw(), view.private());
    }
}

//! A hand-written type is what the same declaration in a `.myc` file is: the same facts, layout and
//! digest, and so the same bytes.
#![forbid(unsafe_code)]
#![allow(dead_code)]

extern crate mycelium_wire as mycelium;

use myc_schema::schema::TypeId;
use myc_schema::{Arena, Format, Memory, SourceSet};
use mycelium::reflect::{Def, Type};
use mycelium::{
    BoundedBytes, BoundedList, BoundedString, Bytes, Decimal, Duration, Timestamp, UnknownArm,
    Wire, canon,
};
use mycelium_derive::{Enum, Flags, Message, Struct, Union};

const SCHEMA: &str = r#"
package test.shapes;

closed enum Side: i8 { sell = 2, buy = -1 }
open enum Venue: u64 { last = 18446744073709551615, book_2 = 1 }
flags Marks: u32 { block = 31, auction = 0 }
struct Level { price: decimal<8>, quantity: decimal<8>, side: Side }
message Inner = 300 { name: string, marks: Marks? }
@was("Former") message Renamed = 301 { inner: Inner }
closed union Choice { wide: [u128; 3] = 300, inner: Inner = 1, text: string<9> = 2 }
open union Event { inner: Inner = 1, levels: [Level] = 700, choice: Choice = 3 }

@topic("shapes.all")
message All = 65535 {
    @key symbol: string<16>,
    @key venue: Venue,
    flag: bool, a: i8, b: i16, c: i32, d: i64, e: i128, f: u8, g: u16, h: u32, i: u64, j: u128,
    k: f32, l: f64, time: timestamp, span: duration,
    text: string, raw: bytes, raw_4: bytes<4>, raw_300: bytes<300>,
    array: [Level; 2], list: [Event], few: [(u8, string); ..3], pair: (u8, [u16]),
    maybe: Level?, maybe_text: string?, maybe_inner: Inner?, maybe_choice: Choice?,
    choice: Choice, event: Event?, type: u8,
    whole: u16 = 0x10, below: i64 = -5, price: decimal<4> = 1.50, real: f64 = -2.5e-1,
    on: bool = true, note: string = "a \"b\"\n", code: string<4> = "USD",
    seen: timestamp = -1, life: duration = "1.5s", via: Venue = book_2,
}
"#;

#[derive(Enum)]
#[myc(package = "test.shapes", closed, repr = i8)]
#[repr(i8)]
enum Side {
    Sell = 2,
    Buy = -1,
}

#[derive(Enum)]
#[myc(package = "test.shapes", open, repr = u64)]
enum Venue {
    #[myc(value = 18_446_744_073_709_551_615)]
    Last,
    #[myc(value = 1, name = "book_2")]
    Book2,
    #[myc(unknown)]
    Unknown(u64),
}

#[derive(Flags)]
#[myc(package = "test.shapes", bits(block = 31, auction = 0))]
struct Marks(u32);

#[derive(Struct)]
#[myc(package = "test.shapes")]
struct Level {
    price: Decimal<8>,
    quantity: Decimal<8>,
    side: Side,
}

#[derive(Message)]
#[myc(package = "test.shapes", id = 300)]
struct Inner {
    name: String,
    marks: Option<Marks>,
}

#[derive(Union)]
#[myc(package = "test.shapes", closed)]
enum Choice {
    #[myc(tag = 300)]
    Wide([u128; 3]),
    #[myc(tag = 1)]
    Inner(Inner),
    #[myc(tag = 2)]
    Text(BoundedString<9>),
}

#[derive(Union)]
#[myc(package = "test.shapes", open)]
enum Event {
    #[myc(tag = 1)]
    Inner(Inner),
    #[myc(tag = 700)]
    Levels(Vec<Level>),
    #[myc(tag = 3)]
    Choice(Choice),
    #[myc(unknown)]
    Unknown(UnknownArm),
}

#[derive(Message)]
#[myc(package = "test.shapes", id = 65535, topic = "shapes.all")]
struct All {
    #[myc(key)]
    symbol: BoundedString<16>,
    #[myc(key)]
    venue: Venue,
    flag: bool,
    a: i8,
    b: i16,
    c: i32,
    d: i64,
    e: i128,
    f: u8,
    g: u16,
    h: u32,
    i: u64,
    j: u128,
    k: f32,
    l: f64,
    time: Timestamp,
    span: Duration,
    text: String,
    raw: Bytes,
    raw_4: BoundedBytes<4>,
    raw_300: BoundedBytes<300>,
    array: [Level; 2],
    list: Vec<Event>,
    few: BoundedList<(u8, String), 3>,
    pair: (u8, Vec<u16>),
    maybe: Option<Level>,
    maybe_text: Option<String>,
    maybe_inner: Option<Inner>,
    maybe_choice: Option<Choice>,
    choice: Choice,
    event: Option<Event>,
    r#type: u8,
    #[myc(default = 0x10)]
    whole: u16,
    #[myc(default = -5)]
    below: i64,
    #[myc(default = 1.50)]
    price: Decimal<4>,
    #[myc(default = -2.5e-1)]
    real: f64,
    #[myc(default = true)]
    on: bool,
    #[myc(default = "a \"b\"\n")]
    note: String,
    #[myc(default = "USD")]
    code: BoundedString<4>,
    #[myc(default = -1)]
    seen: Timestamp,
    #[myc(default = 1_500_000_000)]
    life: Duration,
    #[myc(default = book_2)]
    via: Venue,
}

/// It keeps its topic, `test.shapes.former`.
#[derive(Message)]
#[myc(package = "test.shapes", id = 301, was = "Former")]
struct Renamed {
    inner: Inner,
}

fn def<T: Wire>() -> &'static Def<'static> {
    match T::TYPE {
        Type::Named(def) => def,
        other => panic!("{other:?} has no name"),
    }
}

#[test]
fn hand_written_types_are_those_of_the_schema() {
    let sources = SourceSet::new(Memory::new().file("shapes.myc", SCHEMA)).root("shapes.myc");
    let (schema, diagnostics) = myc_schema::compile(&sources);
    let Some(schema) = schema else {
        panic!("{}", diagnostics.render(Format::Text { color: false }));
    };
    let arena = Arena::new();
    let all = [
        (def::<Side>(), <Side as Wire>::SIZE, <Side as Wire>::ALIGN),
        (def::<Venue>(), <Venue as Wire>::SIZE, <Venue as Wire>::ALIGN),
        (def::<Marks>(), <Marks as Wire>::SIZE, <Marks as Wire>::ALIGN),
        (def::<Level>(), <Level as Wire>::SIZE, <Level as Wire>::ALIGN),
        (def::<Inner>(), <Inner as Wire>::SIZE, <Inner as Wire>::ALIGN),
        (def::<Choice>(), <Choice as Wire>::SIZE, <Choice as Wire>::ALIGN),
        (def::<Event>(), <Event as Wire>::SIZE, <Event as Wire>::ALIGN),
        (def::<Renamed>(), <Renamed as Wire>::SIZE, <Renamed as Wire>::ALIGN),
        (def::<All>(), <All as Wire>::SIZE, <All as Wire>::ALIGN),
    ];
    assert_eq!(schema.types.len(), all.len());
    for (ours, size, align) in all {
        let index = schema.types.iter().position(|theirs| theirs.name == ours.name);
        let index = index.unwrap_or_else(|| panic!("the schema has {}", ours.name));
        let (theirs, layout) = (schema.reflect(&arena, TypeId(index)), &schema.types[index]);
        assert_eq!(canon::text(ours), canon::text(theirs));
        assert_eq!(ours.digest, theirs.digest, "{}", ours.name);
        assert_eq!(ours, theirs);
        assert_eq!((size, align), (layout.size, layout.align), "{}", ours.name);
    }
}

//! Defaults: what the derive makes of them at compile time is what the dynamic codec takes at run time.

extern crate mycelium_wire as mycelium;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use mycelium::{
    BoundedBytes, BoundedList, BoundedString, Bytes, Decimal, Duration, Message, Timestamp, U256,
    Uuid, value,
};
use mycelium_derive::{Enum, Flags, Message, Struct};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Enum)]
#[myc(package = "defaults", closed, repr = i32)]
enum Side {
    Sell = -1,
    #[myc(was = "long")]
    Buy = 70_000,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Flags)]
#[myc(package = "defaults", bits(first = 0, second = 1, #[myc(was = "end")] last = 63))]
struct Marks(u64);

#[derive(Debug, Clone, PartialEq, Struct)]
#[myc(package = "defaults")]
struct Level {
    price: Decimal<4>,
    #[myc(name = "type")]
    kind: Option<String>,
    sides: Vec<Side>,
}

#[derive(Debug, Clone, PartialEq, Struct)]
#[myc(package = "defaults")]
struct Point {
    x: f32,
    y: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Struct)]
struct Name(String);

#[derive(Debug, Message)]
#[myc(package = "defaults", id = 1, name = "All")]
struct Old {
    id: u8,
}

#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "defaults", id = 1)]
struct All {
    id: u8,
    #[myc(default = true)]
    on: bool,
    #[myc(default = -170_141_183_460_469_231_731_687_303_715_884_105_728)]
    signed: i128,
    #[myc(default = 340_282_366_920_938_463_463_374_607_431_768_211_455)]
    unsigned: u128,
    #[myc(default = 115792089237316195423570985008687907853269984665640564039457584007913129639935)]
    widest: U256,
    #[myc(default = 1e-45)]
    single: f32,
    #[myc(default = -2.2250738585072011e-308)]
    double: f64,
    #[myc(default = -12.5)]
    price: Decimal<4>,
    #[myc(default = 5)]
    time: Timestamp,
    #[myc(default = -7)]
    span: Duration,
    #[myc(default = 7)]
    standard: std::time::Duration,
    #[myc(default = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6")]
    uuid: Uuid,
    #[myc(default = "grün")]
    text: Arc<str>,
    #[myc(default = "ü")]
    short: BoundedString<300>,
    #[myc(default = b"\x00\xff")]
    raw: Bytes,
    #[myc(default = "0a")]
    bounded: BoundedBytes<3>,
    #[myc(default = "0001")]
    array: [u8; 2],
    #[myc(default = b"abc")]
    bytes: BoundedList<u8, 4>,
    #[myc(default = [1, 2])]
    numbers: BoundedList<u64, 3>,
    #[myc(default = [0; 3])]
    zeros: Vec<u16>,
    #[myc(default = ["a", "", "b"])]
    texts: Box<[String]>,
    #[myc(default = [[1], [], [2, 3]])]
    nested: Vec<Vec<i64>>,
    #[myc(default = (0.5, "x", [Some("y"), None, Some("")]))]
    tuple: (f64, String, Vec<Option<String>>),
    #[myc(default = [None, Some(9)])]
    maybe: [Option<u64>; 2],
    #[myc(default = Side::Sell)]
    side: Side,
    #[myc(default = long)]
    renamed: Side,
    #[myc(default = Marks::FIRST | Marks::SECOND)]
    marks: Marks,
    #[myc(default = [first, end])]
    ends: Marks,
    #[myc(default = Marks::empty())]
    none: Marks,
    #[myc(default = Level(1.5, "k", [Side::Sell]))]
    level: Level,
    #[myc(default = [Point { x: 0.1, y: None }, Point { x: 2.0, y: 3 }])]
    points: Vec<Point>,
    #[myc(default = "n")]
    name: Name,
    #[myc(default = [("a", 1), ("b", 2)])]
    counts: BTreeMap<String, u32>,
    #[myc(default = [(1, ["x"]), (2, [])])]
    hashed: HashMap<i8, Vec<String>>,
    #[myc(default = [(Side::Sell, Point { x: 1.0, y: 1 })])]
    by_side: BTreeMap<Side, Point>,
    last: Option<u8>,
}

#[test]
fn the_bytes_of_a_default_are_those_of_its_value() {
    let older = Old { id: 7 }.to_frame();
    let all = All::from_frame(&older).unwrap();
    // The tables' own way: a value of each literal, encoded.
    let dynamic = value::decode(All::DEF, &older).unwrap();
    assert_eq!(all.to_frame(), value::encode(All::DEF, &dynamic).unwrap());
    assert_eq!(All::from_frame_strict(&all.to_frame()), Ok(all));
}

#[test]
fn defaults_are_what_is_written() {
    let all = All::from_frame(&Old { id: 7 }.to_frame()).unwrap();
    assert_eq!((all.id, all.on, all.signed, all.unsigned), (7, true, i128::MIN, u128::MAX));
    assert_eq!((all.single.to_bits(), all.double), (1, f64::from_bits(0x800f_ffff_ffff_ffff)));
    assert_eq!((&*all.text, all.short.as_str()), ("grün", "ü"));
    assert_eq!((all.raw.as_slice(), &*all.bytes), ([0, 255].as_slice(), b"abc".as_slice()));
    assert_eq!(all.nested, [vec![1], vec![], vec![2, 3]]);
    assert_eq!(all.tuple.2, [Some("y".to_owned()), None, Some(String::new())]);
    assert_eq!((all.side, all.renamed), (Side::Sell, Side::Buy));
    assert_eq!(all.ends, Marks::FIRST | Marks::LAST);
    assert_eq!(all.level.kind.as_deref(), Some("k"));
    assert_eq!(all.points[1], Point { x: 2.0, y: Some(3) });
    assert_eq!(all.hashed[&1], ["x"]);
}

#[test]
fn a_view_has_them_too() {
    let older = Old { id: 7 }.to_frame();
    let view = All::view(&older).unwrap();
    assert_eq!(view.texts().iter().collect::<Vec<_>>(), ["a", "", "b"]);
    assert_eq!(view.nested().iter().map(|list| list.len()).collect::<Vec<_>>(), [1, 0, 2]);
    assert_eq!((view.text(), view.name(), view.side()), ("grün", "n", Side::Sell));
    assert_eq!(view.counts().get("b"), Some(2));
    assert_eq!(view.points().get(0).unwrap().x(), 0.1);
    assert_eq!(view.level().kind(), Some("k"));
    assert_eq!(view.last(), None);
}

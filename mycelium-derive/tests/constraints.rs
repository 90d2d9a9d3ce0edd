//! What fields are held to: refused where bytes come in, told by `validate` before they go out.

extern crate mycelium_wire as mycelium;

use std::collections::BTreeMap;

use mycelium::{BoundedList, BoundedString, Bytes, Decimal, ErrorKind, Message, Timestamp, value};
use mycelium_derive::{Message, Struct, Union};

#[derive(Debug, Clone, PartialEq, Struct)]
#[myc(package = "held")]
struct Level {
    #[myc(unit = "bps", range(-100..=100))]
    fee: i16,
    #[myc(nonempty)]
    codes: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Union)]
#[myc(package = "held", closed)]
enum Side {
    #[myc(tag = 1)]
    Level(Level),
    #[myc(tag = 2)]
    None(bool),
}

#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "held", id = 1)]
struct Order {
    #[myc(range(1..))]
    count: Option<u32>,
    #[myc(range(-0.5..=0.5))]
    ratio: f64,
    #[myc(range(..=99.5))]
    price: Decimal<2>,
    #[myc(range(0..))]
    time: Timestamp,
    #[myc(len(2..=4))]
    symbol: BoundedString<8>,
    #[myc(nonempty)]
    note: Option<String>,
    #[myc(len(..=1))]
    lists: BoundedList<Bytes, 4>,
    #[myc(len(1..=2))]
    map: BTreeMap<u8, Level>,
    side: Side,
}

fn order() -> Order {
    Order {
        count: None,
        ratio: 0.5,
        price: "99.5".parse().unwrap(),
        time: Timestamp(0),
        symbol: "BTC".parse().unwrap(),
        note: None,
        lists: BoundedList::new(),
        map: BTreeMap::from([(1, level(0))]),
        side: Side::Level(level(100)),
    }
}

fn level(fee: i16) -> Level {
    Level { fee, codes: vec![1] }
}

/// What validation says, and that decoding, by code and by tables, says the same.
fn refusal(order: &Order) -> String {
    let invalid = order.validate().unwrap_err();
    let frame = order.to_frame();
    let error = Order::from_frame(&frame).unwrap_err();
    assert_eq!(error.kind, invalid.kind);
    assert_eq!(Order::view(&frame).unwrap_err(), error);
    let dynamic = value::decode(Order::DEF, &frame).unwrap_err();
    assert_eq!((dynamic.error.kind, dynamic.error.at), (error.kind, error.at));
    assert_eq!(dynamic.path, invalid.path);
    assert_eq!(invalid.message, "held.Order");
    invalid.to_string()
}

#[test]
fn what_keeps_its_limits_is_a_value() {
    let order = order();
    assert_eq!(order.validate(), Ok(()));
    assert_eq!(Order::from_frame_strict(&order.to_frame()), Ok(order));
    assert_eq!(Free { any: u64::MAX }.validate(), Ok(()));
}

#[derive(Message)]
#[myc(package = "held", id = 2)]
struct Free {
    any: u64,
}

#[test]
fn what_does_not_is_refused_with_its_place_and_limits() {
    type Break = fn(&mut Order);
    let cases: [(Break, &str); 14] = [
        (|it| it.count = Some(0), "count: a number outside the field's range, at least 1"),
        (|it| it.ratio = -0.6, "ratio: a number outside the field's range, -0.5 to 0.5"),
        (|it| it.ratio = f64::NAN, "ratio: a number outside the field's range, -0.5 to 0.5"),
        (
            |it| it.price = Decimal::from_mantissa(9951),
            "price: a number outside the field's range, at most 99.5",
        ),
        (|it| it.time = Timestamp(-1), "time: a number outside the field's range, at least 0"),
        (
            |it| it.symbol = "B".parse().unwrap(),
            "symbol: 1 bytes or items where the field has 2 to 4",
        ),
        (
            |it| it.symbol = "BTCUS".parse().unwrap(),
            "symbol: 5 bytes or items where the field has 2 to 4",
        ),
        (
            |it| it.note = Some(String::new()),
            "note: 0 bytes or items where the field has at least 1",
        ),
        (
            |it| it.lists = [Bytes::default(), Bytes::default()].as_slice().try_into().unwrap(),
            "lists: 2 bytes or items where the field has 0 to 1",
        ),
        (|it| it.map.clear(), "map: 0 bytes or items where the field has 1 to 2"),
        (
            |it| it.map = (0..3).map(|key| (key, level(0))).collect(),
            "map: 3 bytes or items where the field has 1 to 2",
        ),
        (
            |it| it.map = BTreeMap::from([(0, level(0)), (9, level(101))]),
            "map[1][1].fee: a number outside the field's range, -100 to 100",
        ),
        (
            |it| it.side = Side::Level(level(-101)),
            "side.level.fee: a number outside the field's range, -100 to 100",
        ),
        (
            |it| it.side = Side::Level(Level { fee: 0, codes: vec![] }),
            "side.level.codes: 0 bytes or items where the field has at least 1",
        ),
    ];
    for (change, expected) in cases {
        let mut order = order();
        change(&mut order);
        assert_eq!(refusal(&order), format!("held.Order.{expected}"));
    }
}

#[test]
fn a_decode_error_says_the_range() {
    let order = Order { count: Some(0), ..order() };
    let error = Order::from_frame(&order.to_frame()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "held.Order.count: a number outside the field's range, at least 1 (at byte 16)"
    );
    assert_eq!(error.kind, ErrorKind::OutOfRange);
}

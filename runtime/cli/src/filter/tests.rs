//! Conditions on a message that has one field of each kind.

use super::Filter;
use mycelium::{
    BoundedString, Decimal, Duration, Enum, Flags, Message, Struct, Timestamp, U256, Union, Uuid,
};
use mycelium_wire::value;

#[derive(Debug, Clone, PartialEq, Struct)]
#[myc(package = "filtertest")]
struct Level {
    price: Decimal<2>,
    quantity: Decimal<8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[myc(package = "filtertest", closed, repr = u8)]
enum Side {
    Buy = 1,
    Sell = 2,
}

#[derive(Clone, Copy, PartialEq, Eq, Flags)]
#[myc(package = "filtertest", bits(maker = 0, liquidation = 1))]
struct Marks(u16);

#[derive(Debug, Clone, PartialEq, Union)]
#[myc(package = "filtertest", closed)]
enum Detail {
    #[myc(tag = 1)]
    Level(Level),
    #[myc(tag = 2)]
    Count(u32),
}

#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "filtertest", id = 9)]
struct Everything {
    symbol: BoundedString<16>,
    price: Decimal<8>,
    fee: Decimal<2>,
    count: u64,
    low: i32,
    wide: u128,
    widest: U256,
    ratio: f64,
    share: f32,
    weights: Vec<f32>,
    live: bool,
    time: Timestamp,
    age: Duration,
    id: Uuid,
    raw: Vec<u8>,
    side: Side,
    marks: Marks,
    note: Option<String>,
    limit: Option<u32>,
    bids: Vec<Level>,
    tags: Vec<String>,
    detail: Detail,
}

fn everything() -> Everything {
    let level = |price: &str, quantity: &str| Level {
        price: price.parse().expect("a price"),
        quantity: quantity.parse().expect("a quantity"),
    };
    Everything {
        symbol: "BTCUSDT".try_into().expect("short"),
        price: "61800.20000001".parse().expect("a price"),
        fee: "0.10".parse().expect("a fee"),
        count: 9_007_199_254_740_993,
        low: -5,
        wide: u128::MAX,
        widest: U256::MAX,
        ratio: 0.1,
        share: 0.1,
        weights: vec![0.1, 16_777_217.0],
        live: true,
        time: Timestamp(1_723_161_255_030_314_667),
        age: Duration(1_500_000_000),
        id: "f81d4fae-7dec-11d0-a765-00a0c91e6bf6".parse().expect("a UUID"),
        raw: vec![0xde, 0xad],
        side: Side::Sell,
        marks: Marks(2),
        note: None,
        limit: Some(7),
        bids: vec![level("61800.20", "2.507"), level("61800.10", "0.014")],
        tags: vec!["a".into(), "b".into()],
        detail: Detail::Level(level("1", "2")),
    }
}

fn holds(condition: &str) -> bool {
    let filter = Filter::parse(condition).unwrap_or_else(|error| panic!("{error}"));
    let bound = filter.bind(Everything::DEF).unwrap_or_else(|error| panic!("{error}"));
    let message = value::decode(Everything::DEF, &everything().to_frame()).expect("a message");
    bound.holds(&message)
}

#[test]
fn what_holds_holds() {
    for condition in [
        r#"price > 60000 and symbol == "BTCUSDT""#,
        "price == 61800.20000001",
        "61800.2 < price",
        "price > 61800.2 && price < 61800.20000002",
        "count == 9007199254740993 and count != 9007199254740992",
        "wide == 340282366920938463463374607431768211455",
        "wide > 340282366920938463463374607431768211454 and wide > count and widest > wide",
        "low < 0 and low >= -5.0 and low > -5.00000001",
        "fee < bids[0].price",
        "ratio == 0.1 and ratio < 1 and not ratio > 0.1",
        "share == 0.1 and share >= 0.1 and not share > 0.1 and not share < 0.1",
        "share != 0.1000001 and 0.09 < share and share < 0.11 and share > ratio",
        "weights contains 0.1 and weights[1] == 16777217 and not weights contains 0.2",
        "share < 340282366920938463463374607431768211456000",
        "live and not (live == false)",
        r#"time > "2024-08-08T23:54:15Z" and time < 1723161255030314668"#,
        r#"age == "1.5s" and age < "2s" and age == 1500000000"#,
        r#"id == "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6""#,
        r#"raw == "dead" and raw.len == 2"#,
        r#"side == "sell" and side != "buy" and side == 2"#,
        r#"marks contains "liquidation" and not marks contains "maker" and marks == 2"#,
        "note == null and not note != null and limit != null and limit == 7",
        r#"note != "x" and not note == "x" and not note < "x""#,
        "bids[1].quantity == 0.014 and bids.len == 2 and bids[2].price == null",
        r#"tags contains "b" and not tags contains "c" and symbol contains "USD""#,
        "detail.level.price == 1 and detail.count == null",
        r#"symbol == "x" or live or symbol == "y""#,
        r#""BTCUSDT, ETHUSDT" contains symbol and not "ETHUSDT" contains symbol"#,
        r#"symbol contains symbol and raw == raw and bids != null"#,
        r#"symbol < "C" and "A" <= symbol and symbol.len == 7"#,
        "!live or price >= 61800.20000001",
    ] {
        assert!(holds(condition), "{condition}");
        assert!(!holds(&format!("not ({condition})")), "{condition}");
    }
}

#[test]
fn only_what_another_type_may_have_is_an_unknown_member() {
    let is_unknown = |condition: &str| {
        let filter = Filter::parse(condition).expect(condition);
        filter.bind(Everything::DEF).expect_err(condition).is_unknown_member()
    };
    assert!(is_unknown("pric > 5"));
    assert!(is_unknown("bids[0].cost > 5"));
    // Of another type the field may be a struct or a list.
    assert!(is_unknown("price.level > 5"));
    assert!(is_unknown("live[0] == 5"));
    assert!(is_unknown("side.len > 5"));
    assert!(!is_unknown(r#"side == "hold""#));
    assert!(!is_unknown(r#"marks contains "x""#));
    assert!(!is_unknown("symbol > 5"));
}

#[test]
fn faults_name_their_place() {
    let fault = |condition: &str| match Filter::parse(condition) {
        Err(error) => error.to_string(),
        Ok(filter) => match filter.bind(Everything::DEF) {
            Err(error) => error.to_string(),
            Ok(_) => panic!("{condition} is taken"),
        },
    };
    for (condition, what, place) in [
        ("price >", "expected a field, a number", "       ^"),
        ("price = 5", "compared by `==`", "      ^"),
        ("price > 5 symbol", "expected `and`, `or` or the end", "          ^^^^^^"),
        ("(price > 5", "expected `)`", "          ^"),
        (r#"symbol == "BTC"#, "that ends the text", "          ^^^^"),
        ("price > 1e5", "plain digits", "        ^^"),
        ("price > 5 and #", "expected a name, a number", "              ^"),
        ("1 < 2", "one of the two must be a field", "^"),
        ("7", "expected `==`", " ^"),
        ("pric > 5", "filtertest.Everything has no `pric`; it has: symbol, price", "^^^^"),
        ("bids[0].cost > 5", "filtertest.Level has no `cost`; it has: price", "        ^^^^"),
        ("price.len > 5", "decimal<8> has nothing inside", "      ^^^"),
        ("symbol[0] == 5", "string<16> has no `0`; it has: len", "       ^"),
        ("live[0] == 5", "bool has nothing inside", "     ^"),
        (
            r#"price > "a""#,
            "decimal<8> cannot be compared with the text \"a\" by `>`",
            "        ^^^",
        ),
        ("symbol == 5", "string<16> cannot be compared with the number 5", "          ^"),
        ("symbol == price", "cannot be compared with decimal<8>", "^^^^^^^^^^^^^^^"),
        ("price", "neither true nor false", "^^^^^"),
        (r#"side == "hold""#, "filtertest.Side has no `hold`; it has: buy, sell", "        ^^^^^^"),
        (r#"side > "buy""#, "cannot be compared", "       ^^^^^"),
        (r#"marks contains "x""#, "has no `x`", "               ^^^"),
        (r#"time > "yesterday""#, "expected a time like", "       ^^^^^^^^^^^"),
        (r#"age > "long""#, "expected a duration like", "      ^^^^^^"),
        (r#"id == "1""#, "expected a UUID", "      ^^^"),
        (r#"raw == "xyz""#, "expected bytes as pairs", "       ^^^^^"),
        ("price < null", "cannot be compared with null", "        ^^^^"),
        ("bids == 1", "cannot be compared", "        ^"),
        ("bids == bids", "cannot be compared with [filtertest.Level", "^^^^^^^^^^^^"),
        ("detail != detail", "cannot be compared with filtertest.Detail", "^^^^^^^^^^^^^^^^"),
        ("tags contains tags", "by `contains`", "^^^^^^^^^^^^^^^^^^"),
        ("tags contains symbol", "by `contains`", "^^^^^^^^^^^^^^^^^^^^"),
        ("count contains low", "by `contains`", "^^^^^^^^^^^^^^^^^^"),
        ("5 contains count", "by `contains`", "^"),
        (r#""buy" contains side"#, "by `contains`", "^^^^^"),
        (r#""dead" contains raw"#, "by `contains`", "^^^^^^"),
        ("raw[0] == 222", "has no `0`; it has: len", "    ^"),
        ("price > 0.123456789012345678901234567890123456789", "at most 38 digits", "        ^^^"),
        ("", "expected a field", "^"),
    ] {
        let said = fault(condition);
        let lines: Vec<&str> = said.lines().collect();
        assert!(lines[0].contains(what), "{condition}: {said}");
        assert_eq!(lines[1], format!("  {condition}"));
        assert!(lines[2].starts_with(&format!("  {place}")), "{condition}:\n{said}");
    }
    let deep = format!("{}live", "not ".repeat(10_000));
    assert!(fault(&deep).contains("more than 64 deep"));
    assert!(fault(&"(".repeat(10_000)).contains("more than 64 deep"));
}

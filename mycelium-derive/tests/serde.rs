//! `#[myc(serde)]`: in formats for people the shape of the JSON mapping, in others bytes.

extern crate mycelium_wire as mycelium;

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

use mycelium::{
    BoundedBytes, BoundedList, BoundedString, Bytes, Decimal, Digest, Duration, Message, Timestamp,
    U256, UnknownArm, Uuid,
};
use mycelium_derive::{Enum, Flags, Message, Struct, Union};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[myc(package = "market", closed, repr = u8, serde)]
enum Side {
    Buy = 1,
    Sell = 2,
}

#[derive(Debug, Clone, Copy, PartialEq, Enum)]
#[myc(package = "market", open, repr = u16)]
#[myc(serde)]
enum Venue {
    #[myc(value = 1)]
    Binance,
    #[myc(unknown)]
    Unknown(u16),
}

#[derive(Clone, Copy, PartialEq, Default, Flags)]
#[myc(package = "market", bits(auction = 0, block = 1), serde)]
struct Marks(u16);

#[derive(Debug, Clone, Copy, PartialEq, Struct)]
#[myc(package = "market", serde)]
struct Level {
    price: Decimal<2>,
    #[myc(range(0..=100))]
    lots: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Struct)]
#[myc(serde)]
struct Price(Decimal<2>);

#[derive(Debug, Clone, PartialEq, Union)]
#[myc(package = "market", open, serde)]
enum Origin {
    #[myc(tag = 1)]
    Quote(Level),
    #[myc(tag = 2)]
    Name(String),
    #[myc(unknown)]
    Unknown(UnknownArm),
}

/// Has no impls of its own, and is no less part of what has.
#[derive(Debug, Clone, PartialEq, Struct)]
#[myc(package = "market")]
struct Plain {
    wide: i128,
    bytes: Bytes,
}

#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "market", id = 2, serde)]
struct Trade {
    #[myc(key)]
    symbol: BoundedString<8>,
    time: Timestamp,
    side: Side,
    #[myc(default = Venue::Binance)]
    venue: Venue,
    levels: Vec<Level>,
    marks: Marks,
    origin: Option<Origin>,
    plain: Plain,
    ratio: f64,
    #[myc(name = "type")]
    kind: u64,
    by_name: BTreeMap<String, u8>,
    by_side: HashMap<Side, (u8, bool)>,
}

fn trade() -> Trade {
    Trade {
        symbol: "BTCUSDT".parse().unwrap(),
        time: Timestamp(1_723_161_255_030_314_667),
        side: Side::Sell,
        venue: Venue::Unknown(9),
        levels: vec![Level { price: Decimal::from_mantissa(150), lots: 7 }],
        marks: Marks::AUCTION | Marks::from_bits(0x80),
        origin: Some(Origin::Unknown(UnknownArm { tag: 9, payload: vec![0; 8] })),
        plain: Plain { wide: i128::MIN, bytes: Bytes(vec![0, 255]) },
        ratio: f64::INFINITY,
        kind: u64::MAX >> 1,
        by_name: [("a".into(), 1), ("b".into(), 2)].into(),
        by_side: [(Side::Buy, (1, true))].into(),
    }
}

const JSON: &str = r#"{
    "symbol": "BTCUSDT",
    "time": "2024-08-08T23:54:15.030314667Z",
    "side": "sell",
    "venue": 9,
    "levels": [{ "price": "1.50", "lots": 7 }],
    "marks": ["auction", 128],
    "origin": { "unknown": { "tag": 9, "payload": "0000000000000000" } },
    "plain": { "wide": "-170141183460469231731687303715884105728", "bytes": "00ff" },
    "ratio": "Infinity",
    "type": 9223372036854775807,
    "by_name": { "a": 1, "b": 2 },
    "by_side": [["buy", [1, true]]]
}"#;

fn in_postcard<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) -> Vec<u8> {
    let bytes = postcard::to_allocvec(value).unwrap();
    assert_eq!(&postcard::from_bytes::<T>(&bytes).unwrap(), value);
    bytes
}

/// The JSON of a value, which is read back as the same.
fn in_json<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) -> String {
    let json = serde_json::to_string(value).unwrap();
    assert_eq!(&serde_json::from_str::<T>(&json).unwrap(), value);
    assert_eq!(&serde_json::from_value::<T>(serde_json::to_value(value).unwrap()).unwrap(), value);
    json
}

fn refused<T: DeserializeOwned + Debug>(json: &str) -> String {
    serde_json::from_str::<T>(json).unwrap_err().to_string()
}

#[test]
fn json_is_that_of_the_mapping() {
    let compact: String = JSON.split_whitespace().collect();
    assert_eq!(in_json(&trade()), compact);
    assert_eq!(serde_json::from_str::<Trade>(JSON).unwrap(), trade());
}

#[test]
fn each_kind_of_type_stands_alone() {
    assert_eq!(in_json(&Side::Buy), r#""buy""#);
    assert_eq!(in_json(&Venue::Unknown(7)), "7");
    assert_eq!(in_json(&Marks::BLOCK), r#"["block"]"#);
    assert_eq!(in_json(&Origin::Name("x".into())), r#"{"name":"x"}"#);
    assert_eq!(in_json(&Price(Decimal::from_mantissa(-5))), r#""-0.05""#);
    assert_eq!(serde_json::from_str::<Price>("60123.5").unwrap().0.to_string(), "60123.50");
}

#[test]
fn what_the_mapping_refuses_is_refused() {
    assert_eq!(
        refused::<Side>(r#""hold""#),
        "expected a member of `market.Side`: one of \"buy\", \"sell\", found the string \"hold\""
    );
    let text = JSON.replace("\"lots\": 7", "\"lots\": 101");
    assert_eq!(
        refused::<Trade>(&text),
        "$.levels[0].lots: expected 0 to 100, found the integer 101"
    );
    let text = JSON.replace("\"side\":", "\"sides\":");
    assert!(refused::<Trade>(&text).starts_with("expected a field of `market.Trade`: one of"));
    let text = JSON.replace("\"side\":", "\"venue\": 1, \"side\":");
    assert!(refused::<Trade>(&text).starts_with("the member \"venue\" is given twice"));
    assert!(serde_json::from_str::<Trade>(&JSON.replace("\"venue\": 9,", "")).is_ok());
    let deep = "[".repeat(100) + &"]".repeat(100);
    assert!(refused::<Level>(&deep).contains("found an array of 1 items"));
    // What was never read is not written either.
    let level = Level { lots: 101, price: Decimal::from_mantissa(0) };
    let error = serde_json::to_string(&level).unwrap_err().to_string();
    assert!(error.contains("lots"), "{error}");
    assert!(postcard::to_allocvec(&level).is_err());
    for (tag, payload) in [(0, vec![0; 8]), (2, vec![0; 8]), (9, vec![]), (9, vec![0; 12])] {
        let origin = Origin::Unknown(UnknownArm { tag, payload });
        assert!(serde_json::to_string(&origin).is_err(), "{origin:?}");
        assert!(postcard::to_allocvec(&origin).is_err(), "{origin:?}");
    }
}

#[test]
fn toml_has_the_same_shape() {
    let text = toml::to_string(&trade()).unwrap();
    assert!(text.contains("symbol = \"BTCUSDT\"") && text.contains("[by_name]\na = 1\n"), "{text}");
    assert_eq!(toml::from_str::<Trade>(&text).unwrap(), trade());
    // There is no null: what is absent is left out.
    let absent = Trade { origin: None, ..trade() };
    let text = toml::to_string(&absent).unwrap();
    assert_eq!(toml::from_str::<Trade>(&text).unwrap(), absent);
    // What TOML says natively is understood.
    let native = text
        .replace("\"2024-08-08T23:54:15.030314667Z\"", "2024-08-08T23:54:15.030314667Z")
        .replace("\"Infinity\"", "inf")
        .replace("\"1.50\"", "1.5");
    assert!(native != text && toml::from_str::<Trade>(&native).unwrap() == absent, "{native}");
}

#[test]
fn numbers_that_a_float_cannot_hold_are_no_decimals() {
    #[derive(Debug, Deserialize)]
    struct Row {
        price: Decimal<18>,
    }
    let read = |text: &str| toml::from_str::<Row>(text).map(|row| row.price.to_string());
    assert_eq!(read("price = 0.00001").unwrap(), "0.000010000000000000");
    assert_eq!(read("price = 0.123456789012345").unwrap(), "0.123456789012345000");
    assert!(read("price = 0.1234567890123456").is_err());
    assert!(read("price = nan").is_err());
    assert_eq!(read("price = \"0.1234567890123456\"").unwrap(), "0.123456789012345600");
}

#[test]
fn other_formats_hold_bytes() {
    let trade = trade();
    let bytes = in_postcard(&trade);
    assert!(bytes.ends_with(&trade.to_frame()), "behind its length");
    assert_eq!(in_postcard(&Side::Sell), [1, 2]);
    assert_eq!(in_postcard(&Marks::BLOCK), [2, 2, 0]);
    in_postcard(&Origin::Name("abc".into()));
    in_postcard(&Price(Decimal::from_mantissa(5)));
    let other = postcard::to_allocvec(&Bytes(vec![1; 24])).unwrap();
    assert!(postcard::from_bytes::<Trade>(&other).is_err());
    assert!(postcard::from_bytes::<Side>(&[1, 3]).is_err());
}

#[test]
fn a_message_has_grown_in_between() {
    #[derive(Message)]
    #[myc(package = "market", id = 3, name = "Quote", serde)]
    struct OldQuote {
        price: u64,
    }
    #[derive(Debug, PartialEq, Message)]
    #[myc(package = "market", id = 3, serde)]
    struct Quote {
        price: u64,
        #[myc(default = 1)]
        lots: u32,
    }
    let old = postcard::to_allocvec(&OldQuote { price: 7 }).unwrap();
    assert_eq!(postcard::from_bytes::<Quote>(&old).unwrap(), Quote { price: 7, lots: 1 });
    let new = postcard::to_allocvec(&Quote { price: 8, lots: 2 }).unwrap();
    assert_eq!(postcard::from_bytes::<OldQuote>(&new).unwrap().price, 8);
}

#[test]
fn what_borrows_is_written() {
    #[derive(Message)]
    #[myc(package = "market", id = 4, serde)]
    struct Note<'a> {
        text: &'a str,
    }
    assert_eq!(serde_json::to_string(&Note { text: "x" }).unwrap(), r#"{"text":"x"}"#);
}

#[derive(Debug, PartialEq, Struct)]
#[myc(package = "market", serde)]
struct Mark {
    sold: Side,
}

/// A type of serde's own that holds ours.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Config {
    price: Decimal<2>,
    time: Timestamp,
    wait: Duration,
    id: Uuid,
    wide: U256,
    name: BoundedString<4>,
    raw: Bytes,
    short: BoundedBytes<2>,
    rows: BoundedList<i128, 3>,
    levels: BoundedList<Level, 100>,
    digest: Digest,
    #[serde(flatten)]
    mark: Mark,
    venues: BTreeMap<String, Option<Venue>>,
}

#[test]
fn types_of_the_runtime_go_into_those_of_serde() {
    let config = Config {
        price: Decimal::from_mantissa(150),
        time: Timestamp(0),
        wait: Duration(1_500_000_000),
        id: Uuid::from_u128(1),
        wide: U256::MAX,
        name: "abcd".parse().unwrap(),
        raw: Bytes(vec![1, 2]),
        short: [3].as_slice().try_into().unwrap(),
        rows: [-1, 2].as_slice().try_into().unwrap(),
        levels: [].as_slice().try_into().unwrap(),
        digest: Trade::DIGEST,
        mark: Mark { sold: Side::Sell },
        venues: [("x".into(), Some(Venue::Binance)), ("y".into(), None)].into(),
    };
    let json = serde_json::to_string(&config).unwrap();
    assert!(
        json.starts_with(
            r#"{"price":"1.50","time":"1970-01-01T00:00:00.000000000Z","wait":"1.5s","#
        )
    );
    assert_eq!(serde_json::from_str::<Config>(&json).unwrap(), config);
    assert!(json.contains(r#""sold":"sell""#), "{json}");
    assert!(
        json.contains(r#""raw":"0102","short":"03","rows":["-1","2"],"levels":[],"digest":"myc1:"#)
    );
}

#[test]
fn types_of_the_runtime_are_small_in_bytes() {
    assert_eq!(in_postcard(&Decimal::<2>::from_mantissa(-1)), [1]);
    assert_eq!(in_postcard(&Timestamp(2)), [4]);
    assert_eq!(in_postcard(&Duration(2)), [4]);
    assert_eq!(in_postcard(&"ab".parse::<BoundedString<4>>().unwrap()), [2, b'a', b'b']);
    assert_eq!(in_postcard(&Bytes(vec![7])), [1, 7]);
    assert_eq!(in_postcard(&BoundedBytes::<4>::try_from([7].as_slice()).unwrap()), [1, 7]);
    assert_eq!(in_postcard(&Uuid::from_u128(1)).len(), 17);
    assert_eq!(in_postcard(&U256::MAX).len(), 33);
    assert_eq!(in_postcard(&Trade::DIGEST).len(), 33);
    let list = BoundedList::<Level, 100>::try_from(
        [Level { price: Decimal::from_mantissa(1), lots: 2 }].as_slice(),
    );
    assert_eq!(in_postcard(&list.unwrap()).len(), 1 + 8 + 16);
    assert!(postcard::from_bytes::<BoundedString<1>>(&[2, b'a', b'b']).is_err());
}

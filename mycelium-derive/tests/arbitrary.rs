//! `#[myc(arbitrary)]`: whatever bytes there are, the value keeps what its type is held to.

extern crate mycelium_wire as mycelium;

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

use arbitrary::{Arbitrary, Unstructured};
use mycelium::{
    BoundedBytes, BoundedList, BoundedString, Bytes, Decimal, DecodeOwned, Duration, Message,
    Timestamp, U256, UnknownArm, Uuid,
};
use mycelium_derive::{Enum, Flags, Message, Struct, Union};
use proptest::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[myc(package = "test", closed, repr = i8, arbitrary)]
enum Side {
    Buy = -1,
    Sell = 2,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Enum)]
#[myc(package = "test", open, repr = u16, arbitrary)]
enum Venue {
    #[myc(value = 1)]
    Binance,
    #[myc(unknown)]
    Unknown(u16),
}

#[derive(Clone, Copy, PartialEq, Default, Flags)]
#[myc(package = "test", bits(auction = 0, block = 1), arbitrary)]
struct Marks(u16);

#[derive(Debug, Clone, PartialEq, Struct)]
#[myc(package = "test", arbitrary)]
struct Limits {
    #[myc(range(-5..=5))]
    small: i128,
    #[myc(range(1..))]
    positive: u64,
    #[myc(range(..=100))]
    wide: u128,
    #[myc(range(0.01..=0.05))]
    price: Decimal<2>,
    #[myc(range(0.0..=1.0))]
    part: f64,
    #[myc(range(0.5..))]
    half: f32,
    #[myc(range(1_000..=2_000))]
    wait: Option<Duration>,
    #[myc(len(3..=4))]
    code: BoundedString<8>,
    #[myc(nonempty)]
    note: String,
    #[myc(len(..=2))]
    raw: Bytes,
    #[myc(len(2..=3))]
    rows: Vec<Option<u8>>,
    #[myc(len(1..))]
    bounded: BoundedList<Vec<u16>, 2>,
    #[myc(len(2..))]
    both: HashMap<Side, bool>,
    #[myc(len(3..))]
    by_name: BTreeMap<BoundedString<2>, u8>,
    #[myc(len(256..))]
    by_byte: BTreeMap<u8, bool>,
    #[myc(len(2..))]
    by_wait: BTreeMap<std::time::Duration, u8>,
}

#[derive(Debug, Clone, PartialEq, Union)]
#[myc(package = "test", open, arbitrary)]
enum Origin {
    #[myc(tag = 1)]
    Limits(Box<Limits>),
    #[myc(tag = 2)]
    Choice(Choice),
    #[myc(unknown)]
    Unknown(UnknownArm),
}

#[derive(Debug, Clone, PartialEq, Union)]
#[myc(package = "test", closed, arbitrary)]
enum Choice {
    #[myc(tag = 1)]
    One(u8),
    #[myc(tag = 300)]
    Other(String),
}

#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "test", id = 1, arbitrary)]
struct All {
    side: Side,
    venue: Venue,
    marks: Marks,
    limits: Option<Limits>,
    origin: Vec<Origin>,
    choice: (Choice, [Option<Choice>; 2]),
    time: Timestamp,
    standard: std::time::Duration,
    number: (i8, u8, i64, u64, U256, Uuid),
    floats: [f32; 2],
    bytes: (BoundedBytes<3>, [u8; 5], Vec<u8>),
    words: BTreeMap<String, Vec<Option<String>>>,
    by_venue: BTreeMap<Venue, u8>,
}

/// Whatever it gives encodes, validates and is read back strictly.
fn check<M: Message + DecodeOwned + for<'a> Arbitrary<'a> + Debug>(bytes: &[u8]) -> M {
    let value: M = Unstructured::new(bytes).arbitrary().unwrap();
    assert_eq!(value.validate(), Ok(()));
    let frame = value.to_frame();
    let again = M::from_frame_strict(&frame).unwrap();
    assert_eq!(again.to_frame(), frame);
    value
}

proptest! {
    #[test]
    fn any_bytes_make_a_value(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let value: All = check(&bytes);
        prop_assert!(value.to_frame().len() < 4_000 + 40 * bytes.len());
    }
}

#[test]
fn no_bytes_make_a_value() {
    check::<All>(&[]);
    let limits: Limits = Unstructured::new(&[]).arbitrary().unwrap();
    assert_eq!((limits.both.len(), limits.by_name.len(), limits.code.len()), (2, 3, 3));
}

#[test]
fn what_is_not_known_is_among_it() {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 56) as u8
    };
    let bytes: Vec<u8> = (0..100_000).map(|_| next()).collect();
    let made = |seed: usize| Unstructured::new(&bytes[seed * 500..][..500]);
    let venues: Vec<Venue> = (0..200).map(|seed| made(seed).arbitrary().unwrap()).collect();
    let unknown = venues.iter().filter(|venue| matches!(venue, Venue::Unknown(_))).count();
    assert!((5..100).contains(&unknown), "{unknown}");
    let origins: Vec<Origin> = (0..200).map(|seed| made(seed).arbitrary().unwrap()).collect();
    assert!(origins.iter().any(|origin| matches!(origin, Origin::Unknown(_))));
    assert!(origins.iter().any(|origin| matches!(origin, Origin::Choice(_))));
}

#[test]
fn types_of_the_runtime_go_into_those_of_others() {
    #[derive(Debug, Arbitrary)]
    #[allow(dead_code, reason = "only made")]
    struct Config {
        price: Decimal<2>,
        name: BoundedString<4>,
        levels: BoundedList<Limits, 1>,
        marks: Marks,
    }
    let config: Config = Unstructured::new(&[7; 100]).arbitrary().unwrap();
    assert!(config.name.len() <= 4);
}

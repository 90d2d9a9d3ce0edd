//! Other owners of a value, and newtypes, are the same on the wire as what they hold.
#![forbid(unsafe_code)]
#![deny(missing_docs, warnings, clippy::all, clippy::pedantic)]

extern crate mycelium_wire as mycelium;

use std::borrow::Cow;
use std::sync::Arc;

use mycelium::{Decimal, Duration, Message, canon};
use mycelium_derive::{Message, Struct};

/// An alias of a number.
#[derive(Debug, Clone, Copy, PartialEq, Struct)]
struct Price(Decimal<8>);

/// An alias of an optional.
#[derive(Debug, Clone, PartialEq, Struct)]
struct Remark(Option<String>);

mod plain {
    use super::{Decimal, Duration, Message};

    #[derive(Debug, Clone, PartialEq, Message)]
    #[myc(package = "test", id = 1)]
    pub(super) struct Inner {
        pub(super) text: String,
    }

    #[derive(Debug, Clone, PartialEq, Message)]
    #[myc(package = "test", id = 2)]
    pub(super) struct All {
        pub(super) boxed: String,
        pub(super) shared: String,
        pub(super) either: Option<String>,
        pub(super) texts: Vec<String>,
        pub(super) numbers: Vec<u64>,
        pub(super) inner: Inner,
        pub(super) maybe: Option<Inner>,
        #[myc(key)]
        pub(super) price: Decimal<8>,
        pub(super) prices: Vec<Decimal<8>>,
        pub(super) span: Duration,
        pub(super) remark: Option<String>,
        #[myc(default = "none")]
        pub(super) note: String,
        #[myc(default = 5)]
        pub(super) life: Duration,
        #[myc(default = 1.5)]
        pub(super) fee: Decimal<8>,
    }
}

/// The same with other owners.
mod owned {
    use super::{Arc, Cow, Message, Price, Remark, plain};

    #[derive(Debug, Clone, PartialEq, Message)]
    #[myc(package = "test", id = 2)]
    pub(super) struct All {
        pub(super) boxed: Box<str>,
        pub(super) shared: Arc<str>,
        pub(super) either: Option<Cow<'static, str>>,
        pub(super) texts: Box<[Arc<str>]>,
        pub(super) numbers: Arc<[u64]>,
        pub(super) inner: Box<plain::Inner>,
        pub(super) maybe: Option<Box<plain::Inner>>,
        #[myc(key)]
        pub(super) price: Price,
        pub(super) prices: Vec<Price>,
        pub(super) span: std::time::Duration,
        pub(super) remark: Remark,
        #[myc(default = "none")]
        pub(super) note: Box<str>,
        #[myc(default = 5)]
        pub(super) life: std::time::Duration,
        #[myc(default = 1.5)]
        pub(super) fee: Price,
    }
}

/// As `plain::All` was before its last three fields.
#[derive(Message)]
#[myc(package = "test", id = 2, name = "All")]
struct Older {
    boxed: String,
    shared: String,
    either: Option<String>,
    texts: Vec<String>,
    numbers: Vec<u64>,
    inner: plain::Inner,
    maybe: Option<plain::Inner>,
    #[myc(key)]
    price: Decimal<8>,
    prices: Vec<Decimal<8>>,
    span: Duration,
}

fn inner(text: &str) -> plain::Inner {
    plain::Inner { text: text.into() }
}

fn decimal(text: &str) -> Decimal<8> {
    text.parse().expect("a decimal")
}

fn plain_all() -> plain::All {
    plain::All {
        boxed: "boxed".into(),
        shared: "gröt".into(),
        either: Some(String::new()),
        texts: vec!["a".into(), "bc".into()],
        numbers: vec![1, u64::MAX],
        inner: inner("in"),
        maybe: Some(inner("side")),
        price: decimal("1.25"),
        prices: vec![decimal("2"), decimal("-3.5")],
        span: Duration(1_500_000_000),
        remark: Some("yes".into()),
        note: "a note".into(),
        life: Duration(9),
        fee: decimal("0.1"),
    }
}

fn owned_all() -> owned::All {
    owned::All {
        boxed: "boxed".into(),
        shared: "gröt".into(),
        either: Some(Cow::Borrowed("")),
        texts: Box::new(["a".into(), "bc".into()]),
        numbers: Arc::new([1, u64::MAX]),
        inner: Box::new(inner("in")),
        maybe: Some(Box::new(inner("side"))),
        price: Price(decimal("1.25")),
        prices: vec![Price(decimal("2")), Price(decimal("-3.5"))],
        span: std::time::Duration::from_millis(1500),
        remark: Remark(Some("yes".into())),
        note: "a note".into(),
        life: std::time::Duration::from_nanos(9),
        fee: Price(decimal("0.1")),
    }
}

#[test]
fn type_digest_and_bytes_are_the_same() {
    assert_eq!(canon::text(owned::All::DEF), canon::text(plain::All::DEF));
    assert_eq!(owned::All::DIGEST, plain::All::DIGEST);
    let frame = plain_all().to_frame();
    assert_eq!(owned_all().to_frame(), frame);
    assert_eq!(owned::All::from_frame_strict(&frame), Ok(owned_all()));
    assert_eq!(plain::All::from_frame_strict(&frame), Ok(plain_all()));
}

#[test]
fn views_are_the_same() {
    let frame = plain_all().to_frame();
    let view = owned::All::view(&frame).expect("valid");
    assert_eq!((view.boxed(), view.shared(), view.either()), ("boxed", "gröt", Some("")));
    assert_eq!(view.texts().iter().collect::<Vec<_>>(), ["a", "bc"]);
    assert_eq!(view.numbers().get(1), Some(u64::MAX));
    assert_eq!((view.inner().text(), view.maybe().map(|inner| inner.text())), ("in", Some("side")));
    assert_eq!(view.price(), decimal("1.25"));
    assert_eq!(view.span(), std::time::Duration::from_millis(1500));
    assert_eq!((view.remark(), view.note()), (Some("yes"), "a note"));
}

#[test]
fn what_an_older_sender_does_not_know_takes_its_default() {
    let all = plain_all();
    let older = Older {
        boxed: all.boxed,
        shared: all.shared,
        either: all.either,
        texts: all.texts,
        numbers: all.numbers,
        inner: all.inner,
        maybe: all.maybe,
        price: all.price,
        prices: all.prices,
        span: all.span,
    };
    let frame = older.to_frame();
    let read = owned::All::from_frame(&frame).expect("valid");
    assert_eq!((read.remark, &*read.note), (Remark(None), "none"));
    assert_eq!((read.life.as_nanos(), read.fee), (5, Price(decimal("1.5"))));
    let view = owned::All::view(&frame).expect("valid");
    assert_eq!((view.note(), view.life().as_nanos(), view.fee()), ("none", 5, decimal("1.5")));
}

#[test]
fn a_negative_duration_is_refused() {
    let mut all = plain_all();
    all.span = Duration(-1);
    let frame = all.to_frame();
    let error = owned::All::from_frame(&frame).expect_err("negative");
    assert_eq!((error.kind.name(), error.place.map(|place| place.member)), ("range", Some("span")));
    assert_eq!(owned::All::view(&frame).expect_err("the same"), error);
}

#[test]
fn a_duration_too_long_is_the_longest() {
    let mut all = owned_all();
    all.span = std::time::Duration::MAX;
    let read = plain::All::from_frame(&all.to_frame()).expect("valid");
    assert_eq!(read.span, Duration(i64::MAX));
}

#[test]
fn of_durations_too_long_one_is_a_key() {
    use std::collections::BTreeMap;

    #[derive(Message)]
    #[myc(package = "test", id = 3)]
    struct Waits {
        all: BTreeMap<std::time::Duration, u8>,
    }

    let seconds = std::time::Duration::from_secs;
    let all = [(seconds(1), 1), (seconds(1 << 40), 2), (std::time::Duration::MAX, 3)].into();
    let read = Waits::from_frame_strict(&Waits { all }.to_frame()).expect("valid");
    let longest = std::time::Duration::from_nanos(i64::MAX.unsigned_abs());
    assert_eq!(read.all, [(seconds(1), 1), (longest, 2)].into());
}

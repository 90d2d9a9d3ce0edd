//! Frames changed where they lie: what is stored is what encoding the changed value gives.
#![forbid(unsafe_code)]
#![deny(missing_docs, warnings, clippy::all, clippy::pedantic)]

extern crate mycelium_wire as mycelium;

use std::cell::Cell;
use std::collections::BTreeMap;

use mycelium::__private::{Decode, Failed, Tail, TailReader, TailWriter, Type};
use mycelium::{
    BoundedList, BoundedString, Decimal, ErrorKind, FieldOf, Message, UnknownArm, UpdateError, Wire,
};
use mycelium_derive::{Enum, Flags, Message, Struct, Union};

/// Of one byte.
#[derive(Debug, Clone, Copy, PartialEq, Enum)]
#[myc(package = "test", open, repr = u8)]
enum Side {
    #[myc(value = 1)]
    Buy,
    #[myc(unknown)]
    Unknown(u8),
}

#[derive(Clone, Copy, PartialEq, Flags)]
#[myc(package = "test", bits(first = 0))]
struct Marks(u16);

#[derive(Debug, Clone, PartialEq, Struct)]
#[myc(package = "test")]
struct Level {
    #[myc(range(1..))]
    price: u32,
    note: String,
}

#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "test", id = 1)]
struct Inner {
    text: String,
    count: u8,
}

#[derive(Debug, Clone, PartialEq, Union)]
#[myc(package = "test", closed)]
enum Size {
    #[myc(tag = 1)]
    Lots(u32),
    #[myc(tag = 2)]
    Share(f64),
}

#[derive(Debug, Clone, PartialEq, Union)]
#[myc(package = "test", open)]
enum Origin {
    #[myc(tag = 1)]
    Name(String),
    #[myc(tag = 2)]
    Count(u32),
    #[myc(unknown)]
    Unknown(UnknownArm),
}

/// Of every kind; texts between lists, so that their places in the tail are aligned anew.
#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "test", id = 2)]
struct All {
    #[myc(range(0..=9))]
    number: i64,
    side: Side,
    marks: Marks,
    price: Decimal<8>,
    symbol: BoundedString<8>,
    few: BoundedList<u16, 3>,
    maybe: Option<u32>,
    size: Size,
    #[myc(len(1..=9))]
    text: String,
    numbers: Vec<u64>,
    label: Option<String>,
    texts: Vec<String>,
    level: Level,
    inner: Inner,
    pairs: BTreeMap<u8, String>,
    last: [String; 2],
    origin: Option<Origin>,
    r#type: bool,
    #[myc(default = 5)]
    late: u64,
    end: Option<Vec<u32>>,
}

/// As `All` was before its last two fields.
#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "test", id = 2, name = "All")]
struct Older {
    #[myc(range(0..=9))]
    number: i64,
    side: Side,
    marks: Marks,
    price: Decimal<8>,
    symbol: BoundedString<8>,
    few: BoundedList<u16, 3>,
    maybe: Option<u32>,
    size: Size,
    #[myc(len(1..=9))]
    text: String,
    numbers: Vec<u64>,
    label: Option<String>,
    texts: Vec<String>,
    level: Level,
    inner: Inner,
    pairs: BTreeMap<u8, String>,
    last: [String; 2],
    origin: Option<Origin>,
    r#type: bool,
}

fn all() -> All {
    All {
        number: 7,
        side: Side::Buy,
        marks: Marks::FIRST,
        price: "1.5".parse().expect("a decimal"),
        symbol: "BTC".parse().expect("short"),
        few: [1, 2].as_slice().try_into().expect("few"),
        maybe: None,
        size: Size::Lots(4),
        text: "abc".into(),
        numbers: vec![1, 2, 3],
        label: Some("x".into()),
        texts: vec!["a".into(), "bc".into()],
        level: Level { price: 1, note: "n".into() },
        inner: Inner { text: "in".into(), count: 1 },
        pairs: [(1, "one".into()), (2, "two".into())].into(),
        last: ["y".into(), "z".into()],
        origin: Some(Origin::Count(5)),
        r#type: false,
        late: 6,
        end: Some(vec![9]),
    }
}

/// Stores a field, and holds the frame against that of the changed value.
#[track_caller]
fn check<T: Wire + Clone>(field: FieldOf<All, T>, value: T, change: impl Fn(&mut All, T)) {
    let (mut frame, mut changed) = (all().to_frame(), all());
    let mut update = All::view_mut(&mut frame).expect("valid");
    update.set(field, value.clone()).expect("it fits");
    change(&mut changed, value);
    assert_ne!(changed, all());
    assert_eq!(frame, changed.to_frame(), "{field:?}");
    assert_eq!(All::from_frame_strict(&frame), Ok(changed));
}

#[test]
fn what_is_inline_takes_any_value() {
    check(AllView::NUMBER, 9, |all, value| all.number = value);
    check(AllView::SIDE, Side::Unknown(200), |all, value| all.side = value);
    check(AllView::MARKS, Marks::empty(), |all, value| all.marks = value);
    check(AllView::PRICE, Decimal::from_mantissa(-1), |all, value| all.price = value);
    check(AllView::SYMBOL, "ETHUSDT".parse().expect("short"), |all, value| all.symbol = value);
    check(AllView::FEW, BoundedList::default(), |all, value| all.few = value);
    check(AllView::MAYBE, Some(1), |all, value| all.maybe = value);
    check(AllView::SIZE, Size::Share(0.5), |all, value| all.size = value);
    check(AllView::TYPE, true, |all, value| all.r#type = value);
    check(AllView::LATE, 1, |all, value| all.late = value);
}

#[test]
fn what_lies_in_the_tail_takes_values_of_its_length() {
    check(AllView::TEXT, "äb".into(), |all, value| all.text = value);
    check(AllView::NUMBERS, vec![3, 2, 1], |all, value| all.numbers = value);
    check(AllView::LABEL, Some("q".into()), |all, value| all.label = value);
    // Split otherwise, and together as long.
    check(AllView::TEXTS, vec!["xyz".into(), String::new()], |all, value| all.texts = value);
    let level = Level { price: 2, note: "m".into() };
    check(AllView::LEVEL, level, |all, value| all.level = value);
    let inner = Inner { text: "by".into(), count: 7 };
    check(AllView::INNER, inner, |all, value| all.inner = value);
    let pairs = [(3, "six".into()), (9, "ten".into())].into();
    check(AllView::PAIRS, pairs, |all, value| all.pairs = value);
    check(AllView::LAST, ["yz".into(), String::new()], |all, value| all.last = value);
    check(AllView::ORIGIN, Some(Origin::Count(6)), |all, value| all.origin = value);
    // A payload of 8 bytes behind its prefix, as that of the count is.
    let unknown = unknown_arm(3, &[4, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0]);
    check(AllView::ORIGIN, Some(unknown), |all, value| all.origin = value);
    check(AllView::END, Some(vec![1]), |all, value| all.end = value);
}

#[test]
fn what_does_not_fit_leaves_the_frame_alone() {
    let mut frame = all().to_frame();
    let mut update = All::view_mut(&mut frame).expect("valid");
    let length = |field, expected, found| {
        Err(UpdateError::Length { field, message: "test.All", expected, found })
    };
    assert_eq!(update.set(AllView::TEXT, "abcd".into()), length("text", 3, 4));
    assert_eq!(update.set(AllView::LABEL, None), length("label", 1, 0));
    // Behind the texts in front of them lists begin at a multiple of 8: the gap counts.
    assert_eq!(update.set(AllView::NUMBERS, vec![]), length("numbers", 29, 0));
    let long = Inner { text: "much longer".into(), count: 1 };
    assert!(matches!(update.set(AllView::INNER, long), Err(UpdateError::Length { .. })));

    let Err(UpdateError::Invalid(error)) = update.set(AllView::NUMBER, 10) else {
        panic!("out of its range")
    };
    assert_eq!(error.to_string(), "test.All.number: a number outside the field's range, 0 to 9");
    let inside = update.set(AllView::LEVEL, Level { price: 0, note: "n".into() });
    assert!(inside.expect_err("too low").to_string().starts_with("test.All.level.price: "));
    assert!(matches!(update.set(AllView::TEXT, String::new()), Err(UpdateError::Invalid(_))));
    assert_eq!(All::from_frame_strict(&frame), Ok(all()));
}

fn unknown_arm(tag: u32, payload: &[u8]) -> Origin {
    Origin::Unknown(UnknownArm { tag, payload: payload.to_vec() })
}

/// Each would make a frame that nobody can read, or that says something else.
#[test]
fn unknown_arms_that_are_none_are_refused() {
    let payload = [4, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0];
    let mut too_long = payload;
    too_long[0] = 9;
    let wrong = [
        (0, &payload[..], ErrorKind::Tag { tag: 0 }),
        (1, &payload, ErrorKind::Tag { tag: 1 }),
        (2, &payload, ErrorKind::Tag { tag: 2 }),
        (3, &[], ErrorKind::Truncated { needed: 8, found: 0 }),
        (3, &payload[..7], ErrorKind::Truncated { needed: 8, found: 7 }),
        (3, &payload[..12], ErrorKind::Length { found: 12 }),
        (3, &too_long, ErrorKind::Block { claimed: 9, payload: 8 }),
    ];
    for (tag, bytes, kind) in wrong {
        let mut frame = all().to_frame();
        let mut update = All::view_mut(&mut frame).expect("valid");
        let origin = Some(unknown_arm(tag, bytes));
        let Err(UpdateError::Invalid(error)) = update.set(AllView::ORIGIN, origin.clone()) else {
            panic!("no arm: {origin:?}")
        };
        assert_eq!((error.message, error.path.as_str()), ("test.All", "$.origin"));
        assert_eq!((error.kind, error.constraint), (kind, None));
        assert_eq!(All::from_frame_strict(&frame), Ok(all()));
        // Nor is such a value published.
        assert_eq!(All { origin, ..all() }.validate(), Err(error));
    }
    let known = All { origin: Some(unknown_arm(3, &payload)), ..all() };
    assert_eq!(known.validate(), Ok(()));
    assert_eq!(All::from_frame_strict(&known.to_frame()), Ok(known));
}

#[test]
fn frames_of_other_versions() {
    let All { number, side, marks, price, symbol, few, maybe, size, text, .. } = all();
    let All { numbers, label, texts, level, inner, pairs, last, origin, r#type, .. } = all();
    let mut older = Older {
        number,
        side,
        marks,
        price,
        symbol,
        few,
        maybe,
        size,
        text,
        numbers,
        label,
        texts,
        level,
        inner,
        pairs,
        last,
        origin,
        r#type,
    };
    let mut frame = older.to_frame();
    let mut update = All::view_mut(&mut frame).expect("valid");
    let missing = update.set(AllView::LATE, 1).expect_err("not in the frame");
    assert_eq!(missing, UpdateError::Missing { field: "late", message: "test.All" });
    update.set(AllView::TEXT, "xyz".into()).expect("it is there");
    assert_eq!((update.view().text(), update.view().late()), ("xyz", 5));
    older.text = "xyz".into();
    assert_eq!(frame, older.to_frame());

    // Of a newer one what is known is changed, and the rest stays.
    let mut frame = all().to_frame();
    let mut update = Older::view_mut(&mut frame).expect("valid");
    update.set(OlderView::LAST, ["b".into(), "c".into()]).expect("as long");
    let changed = All { last: ["b".into(), "c".into()], ..all() };
    assert_eq!(All::from_frame_strict(&frame), Ok(changed));
}

#[test]
fn what_is_no_frame_is_refused_as_by_the_others() {
    let frame = all().to_frame();
    for at in 0..frame.len() {
        let (mut changed, mut short) = (frame.clone(), frame[..at].to_vec());
        changed[at] ^= 0x81;
        let (view, error) = (All::view(&changed).err(), All::view_mut(&mut changed.clone()).err());
        assert_eq!(error, view, "byte {at}");
        assert_eq!(All::view_mut(&mut short).err(), All::view(&frame[..at]).err());
    }
}

thread_local! {
    /// What [`Shared`] finds in its byte, as if another process had written there since the first look.
    static WRITTEN: Cell<Option<u8>> = const { Cell::new(None) };
}

/// A bool whose byte others write.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Shared(bool);

impl Wire for Shared {
    const TYPE: &'static Type<'static> = &Type::Bool;
    type View<'a> = bool;

    fn encode(&self, inline: &mut [u8], tail: &mut TailWriter<'_>) {
        self.0.encode(inline, tail);
    }

    fn check(inline: &[u8], tail: &mut TailReader<'_>) -> Result<(), Failed> {
        match WRITTEN.get() {
            Some(byte) => bool::check(&[byte], tail),
            None => bool::check(inline, tail),
        }
    }

    fn view_inline<'a>(inline: &'a [u8], tail: Tail<'a>) -> bool {
        bool::view_inline(inline, tail)
    }
}

impl<'de> Decode<'de> for Shared {
    fn decode(inline: &'de [u8], tail: &mut TailReader<'de>) -> Result<Shared, Failed> {
        bool::decode(inline, tail).map(Shared)
    }
}

#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "test", id = 3)]
struct Ring {
    label: String,
    open: Shared,
    text: String,
}

#[test]
fn what_others_have_changed_is_not_written_to() {
    let ring = Ring { label: "a".into(), open: Shared(true), text: "abc".into() };
    let mut frame = ring.to_frame();
    let mut update = Ring::view_mut(&mut frame).expect("valid");
    WRITTEN.set(Some(2));
    let changed = update.set(RingView::TEXT, "xyz".into()).expect_err("2 is no bool");
    let UpdateError::Changed(error) = &changed else { panic!("{changed:?}") };
    assert_eq!(error.kind, ErrorKind::Bool(2));
    assert!(changed.to_string().starts_with("the frame was changed by others: test.Ring.open: "));
    // Fields in front of it need not be looked for behind it.
    update.set(RingView::LABEL, "b".into()).expect("it lies before what was changed");
    assert_eq!((update.view().label(), update.view().text()), ("b", "abc"));
}

//! Maps: what their bytes are, what is refused, and how a view finds a value.

extern crate mycelium_wire as mycelium;

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use mycelium::{BoundedString, Decimal, ErrorKind, Message, U256, Uuid, value};
use mycelium_derive::{Enum, Flags, Message, Struct};

/// Its order in Rust is not that of its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[myc(package = "maps", open, repr = i16)]
enum Venue {
    #[myc(value = 2)]
    Second,
    #[myc(value = -1)]
    Before,
    #[myc(unknown)]
    Unknown(i16),
}

impl Ord for Venue {
    fn cmp(&self, other: &Self) -> Ordering {
        format!("{other:?}").cmp(&format!("{self:?}"))
    }
}

impl PartialOrd for Venue {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Flags)]
#[myc(package = "maps", bits(first = 0, last = 7))]
struct Marks(u8);

/// A newtype of a key is one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Struct)]
struct Symbol(BoundedString<8>);

/// A newtype of what is no key is none, and no error.
#[derive(Debug, Clone, PartialEq, Struct)]
struct Ratio(f64);

#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "maps", id = 1)]
struct Book {
    levels: BTreeMap<Decimal<2>, Ratio>,
    venues: BTreeMap<Venue, String>,
    marks: Option<BTreeMap<Marks, Vec<u16>>>,
    symbols: BTreeMap<Symbol, BTreeMap<String, u8>>,
}

#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "maps", id = 1, name = "Book")]
struct HashedBook {
    levels: HashMap<Decimal<2>, Ratio>,
    venues: HashMap<Venue, Arc<str>>,
    marks: Option<HashMap<Marks, Vec<u16>>>,
    symbols: HashMap<Box<Symbol>, HashMap<Arc<str>, u8>>,
}

fn book() -> Book {
    let level = |mantissa| (Decimal::from_mantissa(mantissa), Ratio(mantissa as f64));
    let symbol = |text: &str| Symbol(text.parse().unwrap());
    Book {
        levels: [5, -5, 0, 256].map(level).into(),
        venues: [(Venue::Second, "s"), (Venue::Unknown(7), ""), (Venue::Before, "before")]
            .map(|(venue, name)| (venue, name.to_owned()))
            .into(),
        marks: Some(BTreeMap::from([(Marks::LAST, vec![1]), (Marks::FIRST, vec![])])),
        symbols: BTreeMap::from([
            (symbol("b"), BTreeMap::from([("x".to_owned(), 1), ("".to_owned(), 2)])),
            (symbol("a"), BTreeMap::new()),
        ]),
    }
}

#[test]
fn pairs_stand_in_the_order_of_the_wire() {
    let book = book();
    let frame = book.to_frame();
    assert_eq!(Book::from_frame_strict(&frame), Ok(book.clone()));
    let view = Book::view(&frame).unwrap();
    let venues: Vec<i16> = view.venues().keys().map(|venue| venue.value()).collect();
    assert_eq!(venues, [-1, 2, 7]);
    let levels: Vec<i64> = view.levels().keys().map(Decimal::mantissa).collect();
    assert_eq!(levels, [-5, 0, 5, 256]);
    // The dynamic codec, which refuses other orders, makes the same bytes.
    let dynamic = value::decode_strict(Book::DEF, &frame).unwrap();
    assert_eq!(value::encode(Book::DEF, &dynamic).unwrap(), frame);
}

#[test]
fn a_hash_map_is_sorted_when_it_is_written() {
    assert_eq!(HashedBook::DIGEST, Book::DIGEST);
    let frame = book().to_frame();
    for _ in 0..20 {
        // Each has a hasher of its own, and so another order.
        let hashed = HashedBook::from_frame_strict(&frame).unwrap();
        assert_eq!(hashed.to_frame(), frame);
    }
}

#[test]
fn a_view_finds_values_by_their_keys() {
    let frame = book().to_frame();
    let view = Book::view(&frame).unwrap();
    assert_eq!(view.venues().get(Venue::Unknown(7)), Some(""));
    assert_eq!(view.venues().get(Venue::Before), Some("before"));
    assert_eq!(view.venues().get(Venue::Unknown(0)), None);
    assert!(view.levels().contains_key(Decimal::from_mantissa(256)));
    assert!(!view.levels().contains_key(Decimal::from_mantissa(257)));
    let marks = view.marks().unwrap();
    assert_eq!((marks.len(), marks.is_empty()), (2, false));
    assert_eq!(marks.get(Marks::LAST).unwrap().iter().collect::<Vec<_>>(), [1]);
    assert_eq!(view.symbols().get("b").unwrap().get("x"), Some(1));
    assert_eq!(view.symbols().get("b").unwrap().values().collect::<Vec<_>>(), [2, 1]);
    assert!(view.symbols().get("a").unwrap().is_empty());
    assert!(view.symbols().get("").is_none());
    assert_eq!(view.symbols().iter().len(), 2);
    assert_eq!(format!("{:?}", view.symbols()), "MapView { len: 2, .. }");
}

#[test]
fn keys_that_are_one_on_the_wire_are_written_once() {
    let venues = [(Venue::Second, "known"), (Venue::Unknown(2), "unknown")];
    let venues = venues.map(|(venue, name)| (venue, name.to_owned())).into();
    let book = Book { venues, ..book() };
    let read = Book::from_frame_strict(&book.to_frame()).unwrap();
    assert_eq!(read.venues.len(), 1);
}

#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "maps", id = 2)]
struct Small {
    ids: BTreeMap<u8, u16>,
}

#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "maps", id = 2)]
struct Few {
    #[myc(len(2..=3))]
    ordered: BTreeMap<Venue, u8>,
    #[myc(len(2..=3))]
    hashed: HashMap<Venue, u8>,
}

/// What is counted is what is written.
#[test]
fn keys_that_are_one_on_the_wire_are_counted_once() {
    let few = |numbers: &[i16]| {
        let all = [(Venue::Second, 0), (Venue::Before, 1)].into_iter();
        let all = all.take(numbers.len()).chain(numbers.iter().map(|it| (Venue::Unknown(*it), 9)));
        Few { ordered: all.clone().collect(), hashed: all.collect() }
    };
    // Two keys that are one, four that are two, and five that are three.
    for (numbers, count) in [(&[2][..], 1), (&[2, -1], 2), (&[2, -1, 5], 3), (&[2, -1, 5, 6], 4)] {
        let few = few(numbers);
        let is_read = Few::from_frame(&few.to_frame()).map(drop);
        assert_eq!(few.validate().map_err(|it| it.kind), is_read.map_err(|it| it.kind));
        let refusal = ErrorKind::Len { min: 2, max: 3, found: count };
        let expected = if (2..=3).contains(&count) { Ok(()) } else { Err(refusal) };
        assert_eq!(few.validate().map_err(|it| it.kind), expected, "{numbers:?}");
    }
    // Too few however they are counted.
    let none = few(&[]);
    assert_eq!(
        none.validate().unwrap_err().kind,
        Few::from_frame(&none.to_frame()).unwrap_err().kind
    );
}

#[test]
fn keys_that_do_not_ascend_are_refused_where_they_stand() {
    let frame = Small { ids: BTreeMap::from([(1, 10), (2, 20), (3, 30)]) }.to_frame();
    // Header, block of 8, pairs of 4.
    let third = 16 + 8 + 2 * 4;
    for key in [0, 1, 2] {
        let mut wrong = frame.clone();
        wrong[third] = key;
        let error = Small::from_frame(&wrong).unwrap_err();
        assert_eq!((error.kind, error.at), (ErrorKind::KeyOrder, third));
        assert_eq!(Small::view(&wrong).unwrap_err(), error);
        assert_eq!(error.place.unwrap().member, "ids");
    }
    // What is not a value is found before its key is compared, and no count is believed.
    let mut wrong = frame.clone();
    wrong[16 + 4..16 + 8].fill(0xff);
    let error = Small::from_frame(&wrong).unwrap_err();
    assert_eq!(error.kind.name(), "reference");
}

#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "maps", id = 3)]
struct Wide {
    wide: BTreeMap<U256, u8>,
    ids: BTreeMap<Uuid, u8>,
    signed: BTreeMap<i128, bool>,
}

#[test]
fn wide_keys_are_numbers_and_uuids_are_bytes() {
    let wide = [U256::MAX, U256::from(256_u16), U256::from(255_u16), U256::from_halves(1, 0)];
    let wide = Wide {
        wide: wide.map(|key| (key, 0)).into(),
        ids: [Uuid::MAX, Uuid::from_u128(1), Uuid::from_u128(256)].map(|key| (key, 0)).into(),
        signed: [0, -1, i128::MAX, i128::MIN].map(|key| (key, true)).into(),
    };
    let frame = wide.to_frame();
    assert_eq!(Wide::from_frame_strict(&frame), Ok(wide.clone()));
    let dynamic = value::decode_strict(Wide::DEF, &frame).unwrap();
    assert_eq!(value::encode(Wide::DEF, &dynamic).unwrap(), frame);
    let view = Wide::view(&frame).unwrap();
    assert!(wide.wide.keys().all(|key| view.wide().contains_key(*key)));
    assert!(wide.ids.keys().all(|key| view.ids().contains_key(*key)));
    assert!(wide.signed.keys().all(|key| view.signed().contains_key(*key)));
}

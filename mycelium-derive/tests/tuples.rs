//! Tuple structs of several fields are the tuple of their fields; tuples have up to twelve items.
#![forbid(unsafe_code)]
#![deny(missing_docs, warnings, clippy::all, clippy::pedantic)]

extern crate mycelium_wire as mycelium;

use mycelium::{BoundedString, Decimal, Message, canon};
use mycelium_derive::{Message, Struct};

/// A constrained part.
#[derive(Debug, Clone, PartialEq, Struct)]
#[myc(package = "test")]
struct Level {
    #[myc(range(1..))]
    price: u32,
}

/// Of different alignments, with something in the tail, and another tuple struct inside.
#[derive(Debug, Clone, PartialEq, Struct)]
struct Way(u8, String, Option<Point>, Level);

#[derive(Debug, Clone, Copy, PartialEq, Struct)]
struct Point(f32, f64);

/// As many fields as there may be.
#[derive(Debug, Clone, PartialEq, Struct)]
struct Wide(u8, u16, u8, u32, u8, u64, u8, i8, i16, String, BoundedString<4>, Vec<Point>);

#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "test", id = 1)]
struct Route {
    way: Way,
    ways: Vec<Way>,
    wide: Wide,
    #[myc(default = (0.5, 2))]
    origin: Point,
}

type PlainPoint = (f32, f64);
type PlainWay = (u8, String, Option<PlainPoint>, Level);
type PlainWide =
    (u8, u16, u8, u32, u8, u64, u8, i8, i16, String, BoundedString<4>, Vec<PlainPoint>);

#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "test", id = 1, name = "Route")]
struct PlainRoute {
    way: PlainWay,
    ways: Vec<PlainWay>,
    wide: PlainWide,
    #[myc(default = (0.5, 2))]
    origin: PlainPoint,
}

/// As `Route` was before its last field.
#[derive(Message)]
#[myc(package = "test", id = 1, name = "Route")]
struct OlderRoute {
    way: Way,
    ways: Vec<Way>,
    wide: Wide,
}

fn way(text: &str) -> Way {
    Way(7, text.into(), Some(Point(1.5, -2.0)), Level { price: 3 })
}

fn wide() -> Wide {
    let short = "abcd".parse().expect("short enough");
    Wide(1, 2, 3, 4, 5, 6, 7, -8, -9, "ten".into(), short, vec![Point(0.0, 1.0); 2])
}

fn route() -> Route {
    Route { way: way("a"), ways: vec![way(""), way("bc")], wide: wide(), origin: Point(3.0, 4.0) }
}

fn plain_route() -> PlainRoute {
    let point = |point: Point| (point.0, point.1);
    let plain = |way: Way| (way.0, way.1, way.2.map(point), way.3);
    let Route { way, ways, wide: w, origin } = route();
    PlainRoute {
        way: plain(way),
        ways: ways.into_iter().map(plain).collect(),
        wide: {
            let points = w.11.into_iter().map(point).collect();
            (w.0, w.1, w.2, w.3, w.4, w.5, w.6, w.7, w.8, w.9, w.10, points)
        },
        origin: point(origin),
    }
}

#[test]
fn type_digest_and_bytes_are_those_of_the_tuple() {
    assert_eq!(canon::text(Route::DEF), canon::text(PlainRoute::DEF));
    assert_eq!(Route::DIGEST, PlainRoute::DIGEST);
    let frame = plain_route().to_frame();
    assert_eq!(route().to_frame(), frame);
    assert_eq!(Route::from_frame_strict(&frame), Ok(route()));
    assert_eq!(PlainRoute::from_frame_strict(&frame), Ok(plain_route()));
}

#[test]
fn views_are_tuples() {
    let frame = route().to_frame();
    let view = Route::view(&frame).expect("valid");
    let (number, text, point, level) = view.way();
    assert_eq!((number, text, level.price()), (7, "a", 3));
    assert_eq!(point, Some((1.5, -2.0)));
    assert_eq!(view.ways().iter().map(|way| way.1).collect::<Vec<_>>(), ["", "bc"]);
    assert_eq!((view.wide().9, view.wide().10), ("ten", "abcd"));
}

#[test]
fn an_older_sender_gives_the_default() {
    let older = OlderRoute { way: way("a"), ways: Vec::new(), wide: wide() }.to_frame();
    let read = Route::from_frame(&older).expect("valid");
    assert_eq!(read.origin, Point(0.5, 2.0));
    assert_eq!(Route::view(&older).expect("valid").origin(), (0.5, 2.0));
}

#[test]
fn constraints_inside_are_looked_at() {
    let mut wrong = route();
    wrong.ways[1].3.price = 0;
    assert_eq!(wrong.validate().expect_err("too low").path, "$.ways[1][3].price");
    let error = Route::from_frame(&wrong.to_frame()).expect_err("too low");
    assert_eq!(error.place.map(|place| place.member), Some("price"));
}

#[test]
fn a_tuple_struct_may_be_a_part_of_all_kinds() {
    #[derive(Debug, PartialEq, Message)]
    #[myc(package = "test", id = 2)]
    struct Parts {
        array: [Point; 2],
        tuple: (Point, u8),
        map: std::collections::BTreeMap<u8, Point>,
        fee: Option<Fee>,
    }

    #[derive(Debug, PartialEq, Struct)]
    struct Fee(Decimal<4>, Decimal<4>);

    let parts = Parts {
        array: [Point(1.0, 2.0), Point(3.0, 4.0)],
        tuple: (Point(5.0, 6.0), 7),
        map: [(8, Point(9.0, 10.0))].into(),
        fee: Some(Fee("0.1".parse().expect("a decimal"), "0.2".parse().expect("a decimal"))),
    };
    assert_eq!(Parts::from_frame_strict(&parts.to_frame()), Ok(parts));
}

/// On Unix the standard library's time counts nanoseconds too.
#[cfg(unix)]
mod times {
    use std::collections::BTreeMap;
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use mycelium::{Message, Timestamp};
    use mycelium_derive::Message;

    #[derive(Debug, Clone, PartialEq, Message)]
    #[myc(package = "test", id = 3)]
    struct Seen {
        #[myc(key)]
        at: SystemTime,
        until: Option<SystemTime>,
        all: BTreeMap<SystemTime, u8>,
        #[myc(default = -1)]
        default: SystemTime,
    }

    #[derive(Debug, Clone, PartialEq, Message)]
    #[myc(package = "test", id = 3, name = "Seen")]
    struct Plain {
        #[myc(key)]
        at: Timestamp,
        until: Option<Timestamp>,
        all: BTreeMap<Timestamp, u8>,
        #[myc(default = -1)]
        default: Timestamp,
    }

    fn plain(at: i64) -> Plain {
        let all = [(Timestamp(i64::MIN), 1), (Timestamp(5), 2)].into();
        Plain { at: Timestamp(at), until: Some(Timestamp(at)), all, default: Timestamp(0) }
    }

    #[test]
    fn each_timestamp_is_one() {
        assert_eq!(Seen::DIGEST, Plain::DIGEST);
        for nanos in [0, 1, -1, i64::MAX, i64::MIN, 1_723_161_255_030_314_667, -999_999_999] {
            let frame = plain(nanos).to_frame();
            let seen = Seen::from_frame_strict(&frame).expect("valid");
            assert_eq!(seen.to_frame(), frame);
            assert_eq!(Timestamp::try_from(seen.at), Ok(Timestamp(nanos)));
            assert_eq!(Seen::view(&frame).expect("valid").at(), seen.at);
        }
    }

    #[test]
    fn what_a_timestamp_does_not_reach_is_its_end() {
        let late = UNIX_EPOCH + Duration::from_secs(1 << 40);
        let early = UNIX_EPOCH - Duration::from_secs(1 << 40);
        for (time, nearest) in [(late, i64::MAX), (early, i64::MIN)] {
            let seen = Seen { at: time, until: None, all: BTreeMap::new(), default: UNIX_EPOCH };
            let read = Plain::from_frame(&seen.to_frame()).expect("valid");
            assert_eq!(read.at, Timestamp(nearest));
            let error = Timestamp::try_from(time).expect_err("out of range");
            assert_eq!(error.nanos.unsigned_abs(), 1_000_000_000 << 40);
        }
    }

    /// They would be two pairs of the same key, which nobody reads.
    #[test]
    fn of_keys_beyond_the_end_the_first_counts() {
        let [late, later] = [40, 41].map(|bits| UNIX_EPOCH + Duration::from_secs(1 << bits));
        let [early, earlier] = [40, 41].map(|bits| UNIX_EPOCH - Duration::from_secs(1 << bits));
        let all = [(earlier, 1), (early, 2), (UNIX_EPOCH, 3), (late, 4), (later, 5)].into();
        let seen = Seen { at: UNIX_EPOCH, until: None, all, default: UNIX_EPOCH };
        let read = Plain::from_frame_strict(&seen.to_frame()).expect("valid");
        let expected = [(i64::MIN, 1), (0, 3), (i64::MAX, 4)];
        assert_eq!(read.all, expected.map(|(at, value)| (Timestamp(at), value)).into());
    }
}

//! Lists that are copied as a whole, checked by a fold, or read item by item: the same values, and
//! errors at the same place.
#![forbid(unsafe_code)]
#![deny(missing_docs, warnings, clippy::all, clippy::pedantic)]

extern crate mycelium_wire as mycelium;

use mycelium::{BoundedList, BoundedString, ErrorKind, Message, Wire};
use mycelium_derive::{Message, Struct};

/// Of most bytes a value, of some not.
#[derive(Debug, Clone, PartialEq, Struct)]
#[myc(package = "test")]
struct Mixed {
    number: u32,
    flag: bool,
    name: BoundedString<70>,
}

/// One list of each way.
#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "test", id = 1)]
struct Lists {
    flags: Vec<bool>,
    few: BoundedList<bool, 3>,
    three: [bool; 3],
    points: [[f32; 3]; 2],
    numbers: Vec<u64>,
    mixed: Vec<Mixed>,
    texts: Vec<String>,
}

fn lists() -> Lists {
    let mixed = |number: u32, name: &str| Mixed {
        number,
        flag: number > 1,
        name: name.parse().expect("short"),
    };
    Lists {
        flags: (0..40).map(|index| index % 3 == 0).collect(),
        few: [true, false].as_slice().try_into().expect("short"),
        three: [true, false, true],
        points: [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]],
        numbers: (0..9).collect(),
        mixed: vec![mixed(1, ""), mixed(2, &"x".repeat(70))],
        texts: vec!["a".into(), "b".into()],
    }
}

#[test]
fn each_list_reads_what_was_written() {
    let frame = lists().to_frame();
    assert_eq!(Lists::from_frame_strict(&frame), Ok(lists()));
    assert!(Lists::view(&frame).is_ok());
}

#[test]
fn each_wrong_bool_is_found_where_it_lies() {
    let frame = lists().to_frame();
    for (at, member) in [(16 + 8 + 1, "few"), (16 + 8 + 4 + 2, "three")] {
        expect_bool(&frame, at, member);
    }
    let tail = 16 + Lists::BLOCK.next_multiple_of(8);
    for index in 0..40 {
        expect_bool(&frame, tail + index, "flags");
    }
}

fn expect_bool(frame: &[u8], at: usize, member: &str) {
    let mut frame = frame.to_vec();
    frame[at] = 0x82;
    let error = Lists::from_frame(&frame).expect_err("no bool");
    assert_eq!((error.kind, error.at), (ErrorKind::Bool(0x82), at));
    assert_eq!(error.place.map(|place| place.member), Some(member));
    assert_eq!(Lists::view(&frame).expect_err("the same"), error);
}

#[test]
fn a_wrong_record_in_a_list_is_refused() {
    let frame = lists().to_frame();
    for at in 0..frame.len() {
        let mut wrong = frame.clone();
        wrong[at] ^= 0x80;
        let (owned, view) = (Lists::from_frame(&wrong), Lists::view(&wrong));
        assert_eq!(owned.err(), view.err());
    }
}

#[test]
fn what_lies_behind_a_short_text_is_not_written_again() {
    /// Two sizes of room: masked and filled.
    #[derive(Debug, Clone, PartialEq, Message)]
    #[myc(package = "test", id = 2)]
    struct Texts {
        short: BoundedString<16>,
        long: BoundedString<300>,
    }
    let texts = Texts { short: "abc".parse().expect("short"), long: "de".parse().expect("short") };
    let frame = texts.to_frame();
    let mut dirty = frame.clone();
    // Room behind three bytes of `short` and two of `long`, which has a count of two bytes.
    (dirty[16 + 5], dirty[16 + 18 + 4]) = (b'x', 0xff);
    let read = Texts::from_frame(&dirty).expect("room is not looked at");
    assert_eq!(read, texts);
    assert_eq!(read.to_frame(), frame);
    assert!(Texts::from_frame_strict(&dirty).is_err());
}

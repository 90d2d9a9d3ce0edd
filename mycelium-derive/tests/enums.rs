//! Enums: numbers, openness, names.
#![forbid(unsafe_code)]
#![deny(missing_docs, warnings, clippy::all, clippy::pedantic)]

extern crate mycelium_wire as mycelium;

use mycelium::reflect::{Kind, Member, Repr, Type};
use mycelium::{Message, Wire};
use mycelium_derive::{Enum, Message};

/// Closed, out of order, negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[myc(package = "test", closed, repr = i8)]
#[repr(i8)]
pub enum Side {
    /// Second by value.
    Sell = 2,
    /// First by value.
    BuyLong = -1,
}

/// Open, neither `Copy` nor comparable.
#[derive(Debug, Enum)]
#[myc(package = "test", open, repr = u64)]
pub enum Venue {
    /// Largest.
    #[myc(value = 18_446_744_073_709_551_615)]
    Last,
    /// Named otherwise in the schema.
    #[myc(value = 1, name = "binance_usdm")]
    Binance,
    /// Not known.
    #[myc(unknown)]
    Other(u64),
}

/// Holds both.
#[derive(Debug, Message)]
#[myc(package = "test", id = 1)]
pub struct Holder {
    /// Open.
    pub venue: Venue,
    /// Closed.
    pub side: Side,
}

fn frame(venue: u64, side: u8) -> Vec<u8> {
    let holder = Holder { venue: Venue::Other(venue), side: Side::Sell };
    let mut frame = holder.to_frame();
    frame[24] = side;
    frame
}

#[test]
fn members_are_their_numbers() {
    assert_eq!((Side::Sell.value(), Side::BuyLong.value()), (2, -1));
    assert_eq!((Side::from_value(-1), Side::from_value(0)), (Some(Side::BuyLong), None));
    assert_eq!((Venue::Binance.value(), Venue::Last.value()), (1, u64::MAX));
    assert_eq!(Venue::Other(9).value(), 9);
    assert!(matches!(Venue::from_value(u64::MAX), Venue::Last));
    assert!(matches!(Venue::from_value(9), Venue::Other(9)));
}

#[test]
fn an_open_enum_keeps_what_it_does_not_know() {
    let read = Holder::from_frame(&frame(77, 2)).expect("valid");
    assert!(matches!(read.venue, Venue::Other(77)));
    assert_eq!(read.to_frame(), frame(77, 2));
    let bytes = frame(1, 2);
    assert!(matches!(Holder::view(&bytes).expect("valid").venue(), Venue::Binance));
}

#[test]
fn a_closed_enum_refuses_it() {
    assert_eq!(Holder::from_frame(&frame(1, 0xff)).expect("valid").side, Side::BuyLong);
    let error = Holder::from_frame(&frame(1, 0xfe)).expect_err("no member -2");
    assert_eq!(
        error.to_string(),
        "test.Holder.side: -2 is no member of this closed enum (at byte 24)"
    );
    assert_eq!(Holder::view(&frame(1, 0xfe)).expect_err("the same"), error);
}

#[test]
fn the_schema_has_members_in_order_of_value() {
    let Type::Named(def) = <Side as Wire>::TYPE else { panic!("a named type") };
    let members = &[Member::new("buy_long", -1), Member::new("sell", 2)];
    assert_eq!(def.kind, Kind::Enum { open: false, repr: Repr::I8, members });
    let Type::Named(def) = <Venue as Wire>::TYPE else { panic!("a named type") };
    let Kind::Enum { open: true, members, .. } = def.kind else { panic!("an open enum") };
    assert_eq!(
        members.iter().map(|member| member.name).collect::<Vec<_>>(),
        ["binance_usdm", "last"]
    );
}

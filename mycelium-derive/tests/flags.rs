//! Flags: constants, set operations, unknown bits.
#![forbid(unsafe_code)]
#![deny(missing_docs, warnings, clippy::all, clippy::pedantic)]

extern crate mycelium_wire as mycelium;

use mycelium::reflect::{Kind, Type};
use mycelium::{Message, Wire};
use mycelium_derive::{Flags, Message};

/// Marks of a trade.
#[derive(Clone, Copy, PartialEq, Eq, Default, Flags)]
#[myc(
    package = "test",
    bits(
        /// A large one.
        block_trade = 15,
        auction = 0,
        /// Raw identifier, and deprecated.
        #[deprecated = "gone"]
        r#type = 3
    )
)]
pub struct Marks(u16);

/// Holds some.
#[derive(Debug, PartialEq, Message)]
#[myc(package = "test", id = 1)]
pub struct Holder {
    /// Marks.
    pub marks: Marks,
}

#[test]
fn flags_are_a_set() {
    let both = Marks::AUCTION | Marks::BLOCK_TRADE;
    assert_eq!(both.bits(), 0x8001);
    assert!(both.contains(Marks::AUCTION) && both.contains(Marks::empty()));
    assert!(!Marks::AUCTION.contains(both));
    assert_eq!(both - Marks::AUCTION, Marks::BLOCK_TRADE);
    assert_eq!(both & Marks::AUCTION, Marks::AUCTION);
    let mut marks = Marks::default();
    assert!(marks.is_empty());
    marks |= Marks::from_bits(1);
    assert_eq!(marks, Marks::AUCTION);
    #[allow(deprecated)]
    let typed = Marks::TYPE;
    assert_eq!(typed.bits(), 8);
}

#[test]
fn flags_show_names_and_what_has_none() {
    assert_eq!(format!("{:?}", Marks::empty()), "Marks()");
    assert_eq!(format!("{:?}", Marks::from_bits(0x8001)), "Marks(AUCTION | BLOCK_TRADE)");
    assert_eq!(format!("{:?}", Marks::from_bits(0x0102)), "Marks(0x102)");
    assert_eq!(format!("{:?}", Marks::from_bits(3)), "Marks(AUCTION | 0x2)");
}

#[test]
fn unknown_bits_are_kept() {
    let holder = Holder { marks: Marks::from_bits(0x0102) };
    let frame = holder.to_frame();
    assert_eq!(frame[16..18], [2, 1]);
    assert_eq!(Holder::from_frame_strict(&frame).as_ref(), Ok(&holder));
    assert_eq!(Holder::view(&frame).expect("valid").marks(), holder.marks);
}

#[test]
fn the_schema_has_bits_in_order_of_number() {
    let Type::Named(def) = <Marks as Wire>::TYPE else { panic!("a named type") };
    let Kind::Flags { members, .. } = def.kind else { panic!("flags") };
    let members: Vec<_> = members.iter().map(|member| (member.name, member.value)).collect();
    assert_eq!(members, [("auction", 0), ("type", 3), ("block_trade", 15)]);
}

//! A crate that forbids unsafe code can derive everything.
#![forbid(unsafe_code, unsafe_op_in_unsafe_fn)]
#![deny(missing_docs, warnings, clippy::all, clippy::pedantic, clippy::undocumented_unsafe_blocks)]

extern crate mycelium_wire as mycelium;

use mycelium::{InPlace, Message, Wire};
use mycelium_derive::{Enum, Flags, Message, Struct, Union};

/// Plain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[myc(package = "test", closed, repr = u8)]
#[repr(u8)]
pub enum Side {
    /// One.
    Buy = 1,
}

/// Open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[myc(package = "test", open, repr = u8)]
pub enum Venue {
    /// One.
    #[myc(value = 1)]
    Here,
    /// Others.
    #[myc(unknown)]
    Other(u8),
}

/// Plain.
#[derive(Clone, Copy, PartialEq, Eq, Flags)]
#[myc(package = "test", bits(first = 0))]
pub struct Marks(u16);

/// Plain.
#[derive(Debug, Clone, Copy, PartialEq, Struct)]
pub struct Price(i64);

/// Plain.
#[derive(Debug, Clone, Copy, PartialEq, Struct)]
#[myc(package = "test")]
#[repr(C)]
pub struct Level {
    price: Price,
    lots: u32,
    marks: Marks,
    side: Side,
    is_firm: bool,
}

/// Plain.
#[derive(Debug, Clone, Copy, PartialEq, Message)]
#[myc(package = "test", id = 1)]
#[repr(C)]
pub struct Quote {
    levels: [Level; 2],
}

/// A choice.
#[derive(Debug, Clone, PartialEq, Union)]
#[myc(package = "test", closed)]
pub enum Choice {
    /// A message.
    #[myc(tag = 1)]
    Quote(Quote),
    /// An enum.
    #[myc(tag = 2)]
    Venue(Venue),
}

/// Borrows.
#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "test", id = 2)]
pub struct Note<'a> {
    text: &'a str,
    lots: &'a [u8],
    choice: Choice,
}

macro_rules! made_by_a_macro {
    ($name:ident { $($field:ident: $ty:ty),* }) => {
        /// Made by a macro of this crate.
        #[derive(Debug, Clone, Copy, PartialEq, Message)]
        #[myc(package = "test", id = 3)]
        #[repr(C)]
        pub struct $name {
            $($field: $ty),*
        }
    };
}

made_by_a_macro! { Made { first: u32, second: u32 } }

#[test]
fn all_of_it_works() {
    let level =
        Level { price: Price(7), lots: 3, marks: Marks::FIRST, side: Side::Buy, is_firm: true };
    let quote = Quote { levels: [level; 2] };
    assert!(Level::PLAIN.is_some() && Quote::PLAIN_BLOCK.is_some());
    assert!(Made::PLAIN_BLOCK.is_some() && Made::batch(&[]).is_ok());
    let note = Note { text: "x", lots: &[1, 2], choice: Choice::Quote(quote) };
    let frame = note.to_frame();
    assert_eq!(Note::from_frame(&frame), Ok(note));
}

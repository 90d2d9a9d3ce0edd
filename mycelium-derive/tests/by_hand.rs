//! Implementations by hand: whatever they say, safe code makes no value that its type does not have.
#![forbid(unsafe_code)]

extern crate mycelium_wire as mycelium;

use mycelium::reflect::Type;
use mycelium::{Decode, Failed, Message, Tail, TailReader, TailWriter, Wire};
use mycelium_derive::Message;

/// A list of bytes whose alignment none can have: the next item of the tail would lie at its start.
#[derive(Debug, PartialEq)]
struct Nowhere(Vec<u8>);

impl Wire for Nowhere {
    const TYPE: &'static Type<'static> = &Type::List(&Type::U8);
    type View<'a> = ();

    fn tail_end(&self, end: usize) -> usize {
        self.0.tail_end(end)
    }

    fn encode(&self, inline: &mut [u8], tail: &mut TailWriter<'_>) {
        self.0.encode(inline, tail);
    }

    fn check(inline: &[u8], tail: &mut TailReader<'_>) -> Result<(), Failed> {
        tail.item(inline, 1, 0).map(drop)
    }

    fn view_inline<'a>(_: &'a [u8], _: Tail<'a>) {}
}

impl<'de> Decode<'de> for Nowhere {
    fn decode(inline: &'de [u8], tail: &mut TailReader<'de>) -> Result<Self, Failed> {
        tail.item(inline, 1, 0).map(|(bytes, _)| Nowhere(bytes.to_vec()))
    }
}

#[derive(Debug, PartialEq, Message)]
#[myc(package = "test", id = 1)]
struct Holder {
    first: String,
    nowhere: Nowhere,
    last: String,
}

/// A look at the first text finds all that follows it to be ASCII, so the last would be taken for that
/// unseen, if a reader could be led back to where the tail begins.
#[test]
#[should_panic = "an alignment is a power of two"]
fn a_reader_of_a_tail_is_not_led_back() {
    let holder = Holder { first: "a".repeat(200), nowhere: Nowhere(vec![1]), last: "b".into() };
    let _ = Holder::from_frame(&holder.to_frame());
}

/// One inline form is said, and another read.
#[derive(Debug, PartialEq)]
struct Liar(u16);

impl Wire for Liar {
    const TYPE: &'static Type<'static> = &Type::U8;
    const SIZE: usize = 1;
    const IS_ANY: bool = true;
    type View<'a> = u16;

    fn encode(&self, inline: &mut [u8], _: &mut TailWriter<'_>) {
        inline[0] = self.0 as u8;
    }

    fn check(_: &[u8], _: &mut TailReader<'_>) -> Result<(), Failed> {
        Ok(())
    }

    fn view_inline<'a>(inline: &'a [u8], tail: Tail<'a>) -> u16 {
        u16::view_inline(inline, tail)
    }
}

impl<'de> Decode<'de> for Liar {
    fn decode(inline: &'de [u8], tail: &mut TailReader<'de>) -> Result<Self, Failed> {
        u16::decode(inline, tail).map(Liar)
    }
}

#[derive(Debug, PartialEq, Message)]
#[myc(package = "test", id = 2)]
#[repr(C)]
struct Lies {
    liar: Liar,
    flag: bool,
    more: Vec<Liar>,
}

#[test]
fn what_is_not_derived_is_not_plain() {
    assert!(Liar::PLAIN.is_none() && Lies::PLAIN_BLOCK.is_none() && <[Liar; 3]>::PLAIN.is_none());
    let lies = Lies { liar: Liar(1), flag: true, more: vec![Liar(3)] };
    let frame = lies.to_frame();
    assert_eq!(Lies::from_frame(&frame).expect("a value").more, [Liar(0)]);
}

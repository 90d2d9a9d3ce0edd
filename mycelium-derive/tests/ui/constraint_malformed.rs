extern crate mycelium_wire as mycelium;

use mycelium_derive::Message;

#[derive(Message)]
#[myc(package = "market", id = 1)]
struct Trade {
    #[myc(range(0..100))]
    half_open: u8,
    #[myc(range(..))]
    endless: u8,
    #[myc(range = 5)]
    no_range: u8,
    #[myc(range("a"..))]
    text: u8,
    #[myc(len(-1..))]
    negative: String,
    #[myc(nonempty, len(..=4))]
    twice: String,
    #[myc(unit = "")]
    empty: u8,
    #[myc(was = "was")]
    was: u8,
    #[myc(was = "Former")]
    former: u8,
}

#[derive(Message)]
#[myc(package = "market", id = 2)]
struct Quote {
    #[myc(was = "taken")]
    renamed: u8,
    taken: u8,
}

fn main() {}

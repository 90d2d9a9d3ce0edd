extern crate mycelium_wire as mycelium;

use mycelium_derive::{Enum, Union};

#[derive(Enum)]
#[myc(package = "market", repr = u8)]
enum Side {
    Buy = 1,
}

#[derive(Union)]
#[myc(package = "market")]
enum Event {
    #[myc(tag = 1)]
    Count(u8),
}

fn main() {}

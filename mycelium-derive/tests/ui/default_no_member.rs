extern crate mycelium_wire as mycelium;

use mycelium_derive::{Enum, Message};

#[derive(Enum)]
#[myc(package = "market", closed, repr = u8)]
enum Side {
    Buy = 1,
}

#[derive(Message)]
#[myc(package = "market", id = 1)]
struct Trade {
    #[myc(default = Side::Sell)]
    side: Side,
}

fn main() {}

extern crate mycelium_wire as mycelium;

use mycelium_derive::Enum;

#[derive(Enum)]
#[myc(package = "market", closed, repr = u8)]
enum Side {
    Buy = 1,
    #[myc(name = "buy")]
    Again = 2,
    #[myc(name = "Sell")]
    Sell = 3,
}

fn main() {}

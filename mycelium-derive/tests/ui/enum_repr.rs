extern crate mycelium_wire as mycelium;

use mycelium_derive::Enum;

#[derive(Enum)]
#[myc(package = "market", closed)]
enum Side {
    Buy = 1,
}

#[derive(Enum)]
#[myc(package = "market", closed, repr = u128)]
enum Wide {
    Buy = 1,
}

fn main() {}

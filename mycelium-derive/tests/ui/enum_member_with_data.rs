extern crate mycelium_wire as mycelium;

use mycelium_derive::Enum;

#[derive(Enum)]
#[myc(package = "market", closed, repr = u8)]
enum Side {
    #[myc(value = 1)]
    Buy(u64),
}

fn main() {}

extern crate mycelium_wire as mycelium;

use mycelium_derive::Enum;

#[derive(Enum)]
#[myc(package = "market", open, closed, repr = u8)]
enum Side {
    #[myc(value = 1)]
    Buy,
    #[myc(unknown)]
    Unknown(u8),
}

fn main() {}

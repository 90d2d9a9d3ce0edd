extern crate mycelium_wire as mycelium;

use mycelium_derive::Enum;

const SEVEN: isize = 7;

#[derive(Enum)]
#[myc(package = "market", closed, repr = u8)]
enum Side {
    Missing,
    TooLarge = 256,
    Computed = SEVEN,
    First = 3,
    #[myc(value = 3)]
    Again,
    #[myc(value = 4)]
    Different = 5,
}

fn main() {}

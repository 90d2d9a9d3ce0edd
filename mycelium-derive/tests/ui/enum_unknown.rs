extern crate mycelium_wire as mycelium;

use mycelium_derive::Enum;

#[derive(Enum)]
#[myc(package = "market", open, repr = u16)]
enum Missing {
    Buy = 1,
}

#[derive(Enum)]
#[myc(package = "market", open, repr = u16)]
enum WrongType {
    #[myc(value = 1)]
    Buy,
    #[myc(unknown)]
    Unknown(u8),
}

#[derive(Enum)]
#[myc(package = "market", open, repr = u16)]
enum Twice {
    #[myc(value = 1)]
    Buy,
    #[myc(unknown)]
    Unknown(u16),
    #[myc(unknown)]
    Other(u16),
}

#[derive(Enum)]
#[myc(package = "market", closed, repr = u16)]
enum Closed {
    #[myc(value = 1)]
    Buy,
    #[myc(unknown)]
    Unknown(u16),
}

fn main() {}

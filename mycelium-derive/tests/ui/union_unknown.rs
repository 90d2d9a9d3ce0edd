extern crate mycelium_wire as mycelium;

use mycelium_derive::Union;

#[derive(Union)]
#[myc(package = "market", open)]
enum Missing {
    #[myc(tag = 1)]
    Count(u8),
}

#[derive(Union)]
#[myc(package = "market", open)]
enum Empty {
    #[myc(tag = 1)]
    Count(u8),
    #[myc(unknown)]
    Unknown,
}

#[derive(Union)]
#[myc(package = "market", open)]
enum WrongType {
    #[myc(tag = 1)]
    Count(u8),
    #[myc(unknown)]
    Unknown(u8),
}

#[derive(Union)]
#[myc(package = "market", closed)]
enum Closed {
    #[myc(tag = 1)]
    Count(u8),
    #[myc(unknown)]
    Unknown(mycelium::UnknownArm),
}

fn main() {}

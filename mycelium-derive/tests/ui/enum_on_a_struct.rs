extern crate mycelium_wire as mycelium;

use mycelium_derive::Enum;

#[derive(Enum)]
#[myc(package = "market", closed, repr = u8)]
struct Side;

fn main() {}

extern crate mycelium_wire as mycelium;

use mycelium_derive::Flags;

#[derive(Flags)]
#[myc(package = "market")]
struct Missing(u8);

#[derive(Flags)]
#[myc(package = "market", bits())]
struct Empty(u8);

#[derive(Flags)]
#[myc(package = "market", bits = 3)]
struct Malformed(u8);

#[derive(Flags)]
#[myc(package = "market", bits(auction = 0, block = 8, auction = 1, cross = 0, Late = 3))]
struct Wrong(u8);

fn main() {}

extern crate mycelium_wire as mycelium;

use mycelium_derive::Flags;

#[derive(Flags)]
#[myc(package = "market", bits(auction = 0))]
struct Named {
    bits: u16,
}

#[derive(Flags)]
#[myc(package = "market", bits(auction = 0))]
struct Two(u16, u16);

#[derive(Flags)]
#[myc(package = "market", bits(auction = 0))]
struct Signed(i16);

fn main() {}

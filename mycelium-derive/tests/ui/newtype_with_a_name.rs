extern crate mycelium_wire as mycelium;

use mycelium_derive::Struct;

#[derive(Struct)]
#[myc(package = "market")]
struct Price(u64);

fn main() {}

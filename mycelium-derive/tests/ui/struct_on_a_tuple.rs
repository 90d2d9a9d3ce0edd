extern crate mycelium_wire as mycelium;

use mycelium_derive::Struct;

#[derive(Struct)]
#[myc(package = "market")]
struct Level(u64, u64);

fn main() {}

extern crate mycelium_wire as mycelium;

use mycelium_derive::Union;

#[derive(Union)]
#[myc(package = "market", closed)]
enum Event {}

fn main() {}

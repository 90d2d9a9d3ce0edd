extern crate mycelium_wire as mycelium;

use mycelium_derive::Struct;

#[derive(Struct)]
#[myc(package = "Market.data")]
struct Level {
    price: u64,
}

fn main() {}

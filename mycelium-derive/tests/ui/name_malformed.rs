extern crate mycelium_wire as mycelium;

use mycelium_derive::Struct;

#[derive(Struct)]
#[myc(package = "market", name = "price_level")]
struct Level {
    price: u64,
}

fn main() {}

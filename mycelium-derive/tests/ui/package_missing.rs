extern crate mycelium_wire as mycelium;

use mycelium_derive::Struct;

#[derive(Struct)]
struct Level {
    price: u64,
}

fn main() {}

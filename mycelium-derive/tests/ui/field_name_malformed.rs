extern crate mycelium_wire as mycelium;

use mycelium_derive::Struct;

#[derive(Struct)]
#[myc(package = "market")]
#[allow(non_snake_case)]
struct Level {
    bestPrice: u64,
    #[myc(name = "quantity_")]
    quantity: u64,
}

fn main() {}

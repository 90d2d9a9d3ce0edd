extern crate mycelium_wire as mycelium;

use mycelium_derive::Struct;

#[derive(Struct)]
#[myc(package = "market")]
struct Level {
    price: u64,
    #[myc(name = "price")]
    cost: u64,
}

fn main() {}

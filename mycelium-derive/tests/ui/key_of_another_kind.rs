extern crate mycelium_wire as mycelium;

use mycelium_derive::Struct;

#[derive(Struct)]
#[myc(package = "market", id = 1)]
struct Level {
    #[myc(default = 1)]
    price: u64,
}

fn main() {}

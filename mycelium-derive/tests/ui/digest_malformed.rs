extern crate mycelium_wire as mycelium;

use mycelium_derive::Struct;

#[derive(Struct)]
#[myc(package = "market", digest = "myc1:abc")]
struct Level {
    price: u64,
}

#[derive(mycelium_derive::Message)]
#[myc(package = "market", id = 1)]
#[myc(older = "myc1:ABC")]
struct Trade {
    price: u64,
}

fn main() {}

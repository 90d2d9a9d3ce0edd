extern crate mycelium_wire as mycelium;

use mycelium_derive::Message;

#[derive(Message)]
#[myc(package = "market", id = 1)]
#[myc(id = 2)]
struct Trade {
    price: u64,
}

fn main() {}

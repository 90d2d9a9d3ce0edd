extern crate mycelium_wire as mycelium;

use mycelium_derive::Message;

#[derive(Message)]
#[myc(package = "market")]
struct Trade {
    price: u64,
}

fn main() {}

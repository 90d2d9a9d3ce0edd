extern crate mycelium_wire as mycelium;

use mycelium_derive::Message;

#[derive(Message)]
#[myc(package = market, id)]
struct Trade {
    #[myc(key = true)]
    price: u64,
}

fn main() {}

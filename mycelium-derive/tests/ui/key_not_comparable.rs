extern crate mycelium_wire as mycelium;

use mycelium_derive::Message;

#[derive(Message)]
#[myc(package = "market", id = 1)]
struct Trade {
    #[myc(key)]
    price: f64,
}

fn main() {}

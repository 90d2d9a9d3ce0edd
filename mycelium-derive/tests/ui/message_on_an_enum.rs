extern crate mycelium_wire as mycelium;

use mycelium_derive::Message;

#[derive(Message)]
#[myc(package = "market", id = 1)]
enum Trade {
    Buy,
    Sell,
}

fn main() {}

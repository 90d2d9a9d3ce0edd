extern crate mycelium_wire as mycelium;

use mycelium_derive::Message;

#[derive(Message)]
#[myc(package = "market", identity = 1)]
struct Trade {
    #[myc(defautl = 1)]
    price: u64,
}

fn main() {}

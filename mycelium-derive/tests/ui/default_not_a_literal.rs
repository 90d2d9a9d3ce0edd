extern crate mycelium_wire as mycelium;

use mycelium_derive::Message;

#[derive(Message)]
#[myc(package = "market", id = 1)]
struct Trade {
    #[myc(default = 1 + 1)]
    price: u64,
    #[myc(default = 1u32)]
    quantity: u64,
}

fn main() {}

extern crate mycelium_wire as mycelium;

use mycelium_derive::Message;

#[derive(Message)]
#[myc(package = "market", id = 0)]
struct Trade {
    price: u64,
}

#[derive(Message)]
#[myc(package = "market", id = 65_536)]
struct Quote {
    price: u64,
}

// The frames of transports are of this one package.
#[derive(Message)]
#[myc(package = "mycelium.control", id = 0)]
struct Control {
    price: u64,
}

fn main() {}

extern crate mycelium_wire as mycelium;

use mycelium_derive::Union;

#[derive(Union)]
#[myc(package = "market", closed)]
struct Event {
    count: u8,
}

fn main() {}

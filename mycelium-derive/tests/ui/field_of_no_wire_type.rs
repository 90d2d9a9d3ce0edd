extern crate mycelium_wire as mycelium;

use mycelium_derive::Struct;

struct Money(u64);

#[derive(Struct)]
#[myc(package = "market")]
struct Level {
    price: Money,
}

fn main() {}

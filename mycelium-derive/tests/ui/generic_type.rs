extern crate mycelium_wire as mycelium;

use mycelium_derive::Struct;

#[derive(Struct)]
#[myc(package = "market")]
struct Pair<T> {
    first: T,
    second: T,
}

fn main() {}

extern crate mycelium_wire as mycelium;

use std::collections::BTreeMap;

use mycelium_derive::{Message, Struct};

#[derive(PartialEq, Eq, PartialOrd, Ord, Struct)]
#[myc(package = "market")]
struct Level {
    price: u64,
}

#[derive(Message)]
#[myc(package = "market", id = 1)]
struct Book {
    by_level: BTreeMap<Level, u8>,
}

fn main() {}

extern crate mycelium_wire as mycelium;

use std::collections::BTreeMap;

use mycelium_derive::{Flags, Message, Struct};

#[derive(Clone, Copy, Flags)]
#[myc(package = "market", bits(first = 0, second = 1))]
struct Marks(u8);

#[derive(Struct)]
#[myc(package = "market")]
struct Level {
    price: u64,
    quantity: u32,
}

#[derive(Message)]
#[myc(package = "market", id = 1)]
struct Book {
    #[myc(default = [0, 255])]
    bytes: [u8; 2],
    #[myc(default = Marks::FIRST)]
    one_flag: Marks,
    #[myc(default = Marks::SECOND | Marks::FIRST)]
    flags: Marks,
    #[myc(default = Level { quantity: 1, price: 2 })]
    level: Level,
    #[myc(default = [("b", 1), ("a", 2)])]
    counts: BTreeMap<String, u8>,
    #[myc(default = [1, 2, 3])]
    too_many: mycelium::BoundedList<u16, 2>,
}

fn main() {}

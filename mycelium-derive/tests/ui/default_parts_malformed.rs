extern crate mycelium_wire as mycelium;

use mycelium_derive::{Message, Struct};

#[derive(Struct)]
#[myc(package = "market")]
struct Level {
    price: u64,
    quantity: u32,
}

#[derive(Message)]
#[myc(package = "market", id = 1)]
struct Book {
    #[myc(default = Level { price: 1, ..Default::default() })]
    rest: Level,
    #[myc(default = [1, 2 + 3])]
    sum: Vec<u16>,
    #[myc(default = [0; LEN])]
    long: Vec<u16>,
    #[myc(default = Marks::FIRST | 2)]
    flags: u8,
}

fn main() {}

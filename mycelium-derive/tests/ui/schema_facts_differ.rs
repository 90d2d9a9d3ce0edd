extern crate mycelium_wire as mycelium;

use mycelium::{BoundedString, Decimal};
use mycelium_derive::{Message, Struct};

#[derive(Struct)]
#[myc(package = "test.units")]
struct Level {
    price: Decimal<8>,
    quantity: u32,
}

#[derive(Message)]
#[myc(package = "test.quotes", id = 8, topic = "quotes.some", schema = "../schemas/quotes.myc")]
struct Quote {
    symbol: BoundedString<16>,
    best: Level,
    level: Vec<Level>,
    #[myc(default = "some", key)]
    venue: String,
}

fn main() {}

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
#[myc(package = "test.quotes", id = 7, topic = "quotes.all", schema = "../schemas/quotes.myc")]
struct Quote {
    #[myc(key)]
    symbol: BoundedString<16>,
    levels: Vec<Level>,
    best: Level,
    #[myc(default = "none")]
    venue: String,
    note: Option<String>,
}

fn main() {}

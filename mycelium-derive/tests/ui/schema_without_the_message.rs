extern crate mycelium_wire as mycelium;

use mycelium_derive::Message;

#[derive(Message)]
#[myc(package = "test.quotes", id = 7, schema = "../schemas/quotes.myc")]
struct Quotes {
    a: u8,
}

#[derive(Message)]
#[myc(package = "test.quotes", id = 7, schema = "../schemas/quotes.myc")]
struct Other {
    a: u8,
}

#[derive(Message)]
#[myc(package = "test.quotes", id = 7, schema = "../schemas/nowhere.myc")]
struct Quote {
    a: u8,
}

fn main() {}

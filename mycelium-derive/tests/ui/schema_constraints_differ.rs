extern crate mycelium_wire as mycelium;

use mycelium_derive::Message;

#[derive(Message)]
#[myc(package = "test.held", id = 9, schema = "../schemas/held.myc")]
struct Fill {
    #[myc(unit = "percent", range(0..=99))]
    fee: u16,
    #[myc(default = ["a", "b"])]
    tags: Vec<String>,
    quantity: u32,
    #[myc(unit = "words", nonempty, was = "text")]
    note: String,
}

fn main() {}

extern crate mycelium_wire as mycelium;

use mycelium_derive::Message;

#[derive(Message)]
#[myc(pakage = "market", id = "one", topic = "")]
struct Trade {
    #[myc(default = Vec::new())]
    Price: u64,
}

fn main() {}

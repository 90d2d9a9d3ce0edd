extern crate mycelium_wire as mycelium;

use mycelium_derive::Message;

#[derive(Message)]
#[myc(pakage = "market", id = "one", topic = "")]
struct Trade {
    #[myc(default = 1 + 1)]
    Price: u64,
}

fn main() {}

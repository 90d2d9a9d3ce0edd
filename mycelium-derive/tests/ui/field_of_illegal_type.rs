extern crate mycelium_wire as mycelium;

use mycelium_derive::Message;

#[derive(Message)]
#[myc(package = "market", id = 1)]
struct Trade {
    none: [u8; 0],
    twice: Option<Option<u8>>,
    scale: mycelium::Decimal<19>,
    one: (u8,),
}

fn main() {}

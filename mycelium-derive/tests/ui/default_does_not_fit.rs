extern crate mycelium_wire as mycelium;

use mycelium_derive::Message;

#[derive(Message)]
#[myc(package = "market", id = 1)]
struct Trade {
    #[myc(default = 256)]
    count: u8,
    #[myc(default = "too long")]
    symbol: mycelium::BoundedString<4>,
    #[myc(default = 0.001)]
    price: mycelium::Decimal<2>,
    #[myc(default = 1)]
    maybe: Option<u8>,
}

fn main() {}

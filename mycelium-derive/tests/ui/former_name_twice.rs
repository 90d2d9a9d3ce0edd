extern crate mycelium_wire as mycelium;

use mycelium_derive::{Enum, Flags, Message, Union};

#[derive(Enum)]
#[myc(package = "market", closed, repr = u8)]
enum Side {
    #[myc(was = "sell")]
    Buy = 1,
    Sell = 2,
}

#[derive(Flags)]
#[myc(package = "market", bits(#[myc(was = "late")] odd = 0, late = 1))]
struct Marks(u8);

#[derive(Union)]
#[myc(package = "market", closed)]
enum Event {
    #[myc(tag = 1)]
    Level(u8),
    #[myc(tag = 2, was = "level")]
    Price(u8),
}

#[derive(Message)]
#[myc(package = "market", id = 1)]
struct Trade {
    price: u8,
    #[myc(was = "price")]
    cost: u8,
}

fn main() {}

extern crate mycelium_wire as mycelium;

use std::collections::BTreeMap;

use mycelium_derive::{Message, Struct};

#[derive(Struct)]
#[myc(package = "market")]
struct Fee {
    #[myc(range(..=10))]
    points: Option<u16>,
}

#[derive(Message)]
#[myc(package = "market", id = 1)]
struct Trade {
    #[myc(range(0..=256))]
    too_wide: u8,
    #[myc(range(5..=4))]
    upside_down: i32,
    #[myc(range(0..))]
    text: String,
    #[myc(len(1..))]
    number: u64,
    #[myc(len(..=9))]
    above_bound: mycelium::BoundedString<8>,
    #[myc(unit = "bps")]
    no_number: BTreeMap<u8, String>,
    #[myc(range(1..), default = 0)]
    default: u8,
    #[myc(default = [[11]])]
    default_inside: [Fee; 1],
}

fn main() {}

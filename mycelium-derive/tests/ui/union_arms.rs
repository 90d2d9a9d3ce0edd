extern crate mycelium_wire as mycelium;

use mycelium_derive::Union;

#[derive(Union)]
#[myc(package = "market", closed)]
enum Event {
    Untagged(u8),
    #[myc(tag = 0)]
    Zero(u8),
    #[myc(tag = 65_536)]
    Large(u8),
    #[myc(tag = 1)]
    None,
    #[myc(tag = 2)]
    Two(u8, u8),
    #[myc(tag = 3)]
    Named { count: u8 },
    #[myc(tag = 4)]
    First(u8),
    #[myc(tag = 4)]
    Again(u8),
    #[myc(tag = 5, name = "again")]
    Other(u8),
}

fn main() {}

//! `serde` and `arbitrary` stand on a type, alone; what borrows cannot be made of random bytes.

extern crate mycelium_wire as mycelium;

#[derive(mycelium_derive::Struct)]
#[myc(package = "test", serde = true)]
struct Level {
    price: u64,
    #[myc(serde)]
    lots: u64,
}

#[derive(mycelium_derive::Message)]
#[myc(package = "test", id = 1, arbitrary, serde)]
struct Note<'a> {
    text: &'a str,
}

#[derive(mycelium_derive::Struct)]
#[myc(package = "test", serde, serde)]
struct Twice {
    price: u64,
}

fn main() {}

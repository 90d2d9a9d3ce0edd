extern crate mycelium_wire as mycelium;

use mycelium_derive::{Message, Struct};

#[allow(non_camel_case_types)]
#[derive(Struct)]
#[myc(package = "market", name = "Word")]
struct u64 {
    text: String,
}

#[derive(Message)]
#[myc(package = "market", id = 1)]
struct Trade {
    price: u64,
}

#[allow(non_camel_case_types)]
mod short {
    type i64 = i32;

    #[derive(mycelium_derive::Message)]
    #[myc(package = "market", id = 2)]
    struct Level {
        price: i64,
    }
}

fn main() {}

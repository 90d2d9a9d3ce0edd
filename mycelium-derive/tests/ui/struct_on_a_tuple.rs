extern crate mycelium_wire as mycelium;

use mycelium_derive::{Message, Struct};

#[derive(Struct)]
#[myc(package = "market")]
struct Level(u64, #[myc(unit = "bps")] u64);

#[derive(Struct)]
struct None();

#[derive(Struct)]
struct Many(u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8);

#[derive(Struct)]
struct Odd(u8, Option<Option<u8>>);

#[derive(Message)]
#[myc(package = "market", id = 1)]
struct Point(u64, u64);

fn main() {}

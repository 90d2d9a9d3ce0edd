extern crate mycelium_wire as mycelium;

use mycelium_derive::{Enum, Message, Struct, Union};

#[derive(Message)]
#[myc(package = "market", id = 1)]
struct Two<'a, 'b> {
    symbol: &'a str,
    note: &'b str,
}

#[derive(Struct)]
#[myc(package = "market")]
struct Bounded<'a>
where
    'a: 'static,
{
    symbol: &'a str,
}

#[derive(Enum)]
#[myc(package = "market", closed, repr = u8)]
enum Side<'a> {
    #[myc(value = 1)]
    Buy,
    #[myc(value = 2)]
    Sell(&'a str),
}

#[derive(Union)]
#[myc(package = "market", closed)]
enum Choice<'a> {
    #[myc(tag = 1)]
    Symbol(&'a str),
}

#[derive(Struct)]
struct Symbol<'a>(&'a str);

fn main() {}

extern crate mycelium_wire as mycelium;

use mycelium_derive::{Message, Struct};

use mycelium::Message as _;

// The only mistake: no package.
#[derive(Struct)]
struct Level {
    price: u64,
}

// What uses the type is not blamed.
#[derive(Message)]
#[myc(package = "market", id = 1)]
struct Book {
    bids: Vec<Level>,
    best: Option<Level>,
}

fn best(frame: &[u8]) -> Option<u64> {
    Some(Book::view(frame).ok()?.best()?.price())
}

fn publish(book: &Book) -> Vec<u8> {
    let _ = Book::view(&[]).map(|view| view.bids().len());
    book.to_frame()
}

fn main() {}

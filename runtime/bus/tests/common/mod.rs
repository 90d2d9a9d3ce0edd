//! Messages that the tests send.
#![allow(dead_code, reason = "each test uses a part")]

use std::time::Duration;

use mycelium::Message;

/// Longer than anything that is not stuck takes.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A message of fixed size.
#[derive(Message, Debug, Clone, PartialEq)]
#[myc(package = "test", id = 1)]
pub struct Tick {
    pub number: u64,
    pub source: u32,
}

/// A message with a tail.
#[derive(Message, Debug, Clone, PartialEq)]
#[myc(package = "test", id = 2)]
pub struct Note {
    pub number: u64,
    pub text: String,
    pub values: Vec<u64>,
}

pub fn tick(number: u64) -> Tick {
    Tick { number, source: 0 }
}

pub fn note(number: u64) -> Note {
    Note { number, text: format!("note {number}"), values: (0..number % 50).collect() }
}

//! `fixed`: a message of 48 bytes without text or lists, as a market sends by the million.

use super::Shape;
use super::random::Random;

/// So few that they and their bytes stay in the nearest cache.
const MESSAGES: usize = 100;

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    mycelium_derive::Message,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
    wincode::SchemaWrite,
    wincode::SchemaRead,
    bitcode::Encode,
    bitcode::Decode,
    bincode::Encode,
    bincode::Decode,
    speedy::Writable,
    speedy::Readable,
    serde::Serialize,
    serde::Deserialize,
)]
#[myc(package = "peers", id = 3)]
#[repr(C)]
pub(crate) struct Fixed {
    /// Nanoseconds since 1970.
    pub(crate) timestamp: i64,
    pub(crate) id: u64,
    /// In units of 1e-8, as the quantity.
    pub(crate) price: i64,
    pub(crate) quantity: i64,
    pub(crate) sequence: u64,
    pub(crate) instrument: u32,
    pub(crate) venue: u16,
    pub(crate) side: Side,
    pub(crate) marks: u8,
}

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    mycelium_derive::Enum,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
    wincode::SchemaWrite,
    wincode::SchemaRead,
    bitcode::Encode,
    bitcode::Decode,
    bincode::Encode,
    bincode::Decode,
    speedy::Writable,
    speedy::Readable,
    serde::Serialize,
    serde::Deserialize,
)]
#[myc(package = "peers", closed, repr = u8)]
#[speedy(tag_type = u8)]
#[wincode(tag_encoding = "u8")]
#[repr(u8)]
pub(crate) enum Side {
    Buy = 1,
    Sell = 2,
}

impl Shape for Fixed {
    const NAME: &'static str = "fixed";

    fn samples() -> Vec<Self> {
        let mut random = Random::new(3);
        (0..MESSAGES as u64).map(|sequence| message(sequence, &mut random)).collect()
    }

    type Reading = u64;

    fn read(&self) -> u64 {
        self.id.wrapping_add(self.price as u64).wrapping_add(self.quantity as u64)
    }

    fn update(&mut self) {
        self.price = self.price.wrapping_add(1);
    }
}

fn message(sequence: u64, random: &mut Random) -> Fixed {
    Fixed {
        timestamp: 1_723_161_255_030_314_667 + random.below(1 << 40) as i64,
        id: 5_000_000_000 + random.below(1 << 20),
        price: 6_012_350_000_000 + random.below(1 << 34) as i64,
        quantity: random.below(1 << 34) as i64,
        sequence: 900_000 + sequence,
        instrument: random.below(4000) as u32,
        venue: random.below(12) as u16,
        side: if random.below(2) == 0 { Side::Buy } else { Side::Sell },
        marks: random.below(8) as u8,
    }
}

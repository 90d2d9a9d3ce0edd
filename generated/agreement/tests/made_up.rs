//! Made-up messages: a derive finds the schema's digest, and reads and writes what the tables do.

use std::collections::BTreeSet;

use mycelium_agreement::{Codec, Random, codecs, value_of};
use mycelium_wire::reflect::{Kind, MAX_TUPLE_ITEMS, Type};
use mycelium_wire::{FrameHeader, value};

/// Values of each message that are written and read.
const VALUES: u64 = 40;
/// Frames of those that are altered.
const ALTERED: u64 = 6;

fn made_up() -> impl Iterator<Item = Codec> {
    codecs().into_iter().filter(|codec| codec.name.starts_with("random."))
}

/// A frame of a value that follows from the number.
fn frame(codec: &Codec, number: u64) -> Vec<u8> {
    let mut random = Random(number << 16 | u64::from(codec.type_id));
    let value = value_of(&mut random, &Type::Named(codec.def));
    value::encode(codec.def, &value).unwrap_or_else(|error| panic!("{}: {error}", codec.name))
}

#[test]
fn there_are_messages_of_every_shape() {
    let all: Vec<Codec> = made_up().collect();
    let plain = all.iter().filter(|codec| codec.is_plain).count();
    let fixed = all.iter().filter(|codec| codec.def.is_fixed()).count();
    eprintln!("{} messages, {fixed} of them fixed, {plain} plain", all.len());
    assert!(all.len() >= 50 && (3..fixed).contains(&plain) && fixed < all.len());
    let tuples: BTreeSet<usize> = all.iter().flat_map(items_of_tuples).collect();
    assert!((2..=MAX_TUPLE_ITEMS).all(|items| tuples.contains(&items)), "{tuples:?}");
}

/// How many items the tuples have that are fields.
fn items_of_tuples(codec: &Codec) -> impl Iterator<Item = usize> {
    let Kind::Message { fields, .. } = codec.def.kind else { panic!("{}", codec.name) };
    fields.iter().filter_map(|field| match field.ty {
        Type::Tuple(items) => Some(items.len()),
        _ => None,
    })
}

#[test]
fn a_derive_finds_the_digest_of_the_schema() {
    for codec in codecs() {
        assert_eq!(codec.digest, codec.schema_digest, "{}", codec.name);
    }
}

#[test]
fn values_go_round() {
    for codec in made_up() {
        for number in 0..VALUES {
            let frame = frame(&codec, number);
            assert_eq!((codec.check)(&frame).as_ref(), Ok(&frame), "{} {number}", codec.name);
        }
    }
}

#[test]
fn a_frame_of_another_length_has_one_verdict() {
    for codec in made_up() {
        for number in 0..ALTERED {
            let frame = frame(&codec, number);
            for len in 0..frame.len() {
                let _ = (codec.check)(&frame[..len]);
                let _ = (codec.check)(&with_length(&frame[..len]));
            }
            let _ = (codec.check)(&with_length(&[&frame[..], &[0; 8]].concat()));
        }
    }
}

#[test]
fn an_older_or_newer_block_has_one_verdict() {
    for codec in made_up() {
        for number in 0..ALTERED {
            let frame = frame(&codec, number);
            let block = u32::from_le_bytes(frame[8..12].try_into().unwrap());
            for claimed in (0..block + 24).chain([u32::MAX, u32::MAX - 7]) {
                let mut altered = frame.clone();
                altered[8..12].copy_from_slice(&claimed.to_le_bytes());
                let _ = (codec.check)(&altered);
                // The tail lies where it did.
                let end = FrameHeader::SIZE + block.next_multiple_of(8) as usize;
                let start = FrameHeader::SIZE + claimed.min(block).next_multiple_of(8) as usize;
                altered.drain(start..end);
                let _ = (codec.check)(&with_length(&altered));
            }
        }
    }
}

#[test]
fn altered_bytes_have_one_verdict() {
    for codec in made_up() {
        for number in 0..ALTERED {
            let frame = frame(&codec, number);
            let mut random = Random(number);
            for at in 0..frame.len() {
                for change in [1 << random.below(8), 0xff, 1 + random.below(255) as u8] {
                    let mut altered = frame.clone();
                    altered[at] ^= change;
                    let _ = (codec.check)(&altered);
                    let _ = (codec.trust)(&altered);
                }
            }
        }
    }
}

/// The bytes with a header that tells their length.
fn with_length(bytes: &[u8]) -> Vec<u8> {
    let mut frame = bytes.to_vec();
    if let Some(payload) = frame.len().checked_sub(FrameHeader::SIZE) {
        frame[..4].copy_from_slice(&(payload as u32).to_le_bytes());
    }
    frame
}

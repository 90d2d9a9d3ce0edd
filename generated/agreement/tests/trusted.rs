//! Trusted views of bytes that nothing has checked: every field of every message can be asked for,
//! without a panic. The golden vectors of `schemas/`, cut short and with each bit of them turned.

use std::fs;
use std::path::Path;

use mycelium_agreement::{Codec, codecs};
use mycelium_wire::{FrameHeader, hex};
use serde_json::Value as Json;

/// Vectors that are longer are cut and turned at fewer places.
const LONG: usize = 512;

/// Room for unoptimised code to hold a value of 64 KiB some dozens of times.
const STACK_BYTES: usize = 64 << 20;

/// Vectors that there are at least: some hundreds, unless most are not found.
const LEAST: usize = 100;

/// Calls `look` with the code of each vector's message, its frame, and whether that is one of the message.
fn each_vector(look: impl Fn(&Codec, &[u8], bool) + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
    thread.spawn(move || each_vector_here(look)).unwrap().join().unwrap();
}

fn each_vector_here(look: impl Fn(&Codec, &[u8], bool)) {
    let codecs = codecs();
    let mut seen = 0;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/vectors");
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|it| it != "json") {
            continue;
        }
        let file: Json = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        for vector in file["vectors"].as_array().unwrap() {
            let codec = codecs.iter().find(|codec| vector["type"] == codec.name);
            let codec = codec.unwrap_or_else(|| panic!("no code for {}", vector["type"]));
            let frame = hex::decode(vector["frame"].as_str().unwrap()).unwrap();
            look(codec, &frame, vector.get("error").is_none());
            seen += 1;
        }
    }
    assert!(seen >= LEAST, "{seen} vectors");
}

fn places(frame: &[u8]) -> impl Iterator<Item = usize> {
    (0..frame.len()).step_by(1 + frame.len() / LONG)
}

#[test]
fn vectors_are_read_the_same_in_every_way() {
    each_vector(|codec, frame, is_right| {
        let read = (codec.check)(frame);
        assert_eq!(read.is_ok(), is_right, "{}: {read:?}", codec.name);
        assert!(!is_right || (codec.trust)(frame).is_some());
    });
}

#[test]
fn a_vector_cut_short_is_read_as_something() {
    each_vector(|codec, frame, _| {
        for len in places(frame) {
            let trusted = (codec.trust)(&frame[..len]);
            assert!(trusted.is_none() || len >= FrameHeader::SIZE);
            let _ = (codec.check)(&frame[..len]);
        }
    });
}

#[test]
fn a_vector_with_a_bit_turned_is_read_as_something() {
    each_vector(|codec, frame, _| {
        for at in places(frame) {
            let mut altered = frame.to_vec();
            for change in (0..8).map(|bit| 1 << bit).chain([0xff]) {
                altered[at] ^= change;
                let _ = (codec.trust)(&altered);
                if change == 0xff || change == 1 {
                    let _ = (codec.check)(&altered);
                }
                altered[at] ^= change;
            }
        }
    });
}

/// References that lead anywhere, to the same place, and beyond the end.
#[test]
fn a_vector_overwritten_is_read_as_something() {
    each_vector(|codec, frame, _| {
        let words = [[0, 0, 0, 0], [1, 0, 0, 0], [8, 0, 0, 0], [0xff; 4], [0xf8, 0xff, 0xff, 0x7f]];
        let starts = (8..frame.len().saturating_sub(3)).step_by(4 + 4 * (frame.len() / LONG));
        for at in starts {
            for word in words {
                let mut altered = frame.to_vec();
                altered[at..at + 4].copy_from_slice(&word);
                let _ = (codec.trust)(&altered);
                let _ = (codec.check)(&altered);
            }
        }
    });
}

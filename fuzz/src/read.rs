//! Any bytes as a frame that derived code reads: owned, strictly, in place and trusted, all with one verdict,
//! which is that of the dynamic decoder; and what is read encodes to the one form. Bytes that nothing has
//! checked, a trusted view reads as something.
//!
//! The first byte names the message, one of `schemas/` or a made-up one. The second says which parts of the
//! header are put right, so that the fuzzer need not guess them: 1 the length, 2 the type.

use std::sync::LazyLock;

use mycelium_agreement::{Codec, codecs};
use mycelium_wire::FrameHeader;

/// All messages, in one order as long as the schemas stay.
pub static READERS: LazyLock<Vec<Codec>> = LazyLock::new(codecs);

/// Panics where something does not hold.
pub fn check(bytes: &[u8]) {
    let [message, fixes, frame @ ..] = bytes else { return };
    let reader = &READERS[usize::from(*message) % READERS.len()];
    let frame = put_right(frame.to_vec(), *fixes, reader.type_id);
    // What differs, panics there.
    let _ = (reader.check)(&frame);
    let _ = (reader.trust)(&frame);
}

/// Puts the parts of a frame's header right that `fixes` names.
pub fn put_right(mut frame: Vec<u8>, fixes: u8, type_id: u16) -> Vec<u8> {
    if frame.len() >= FrameHeader::SIZE {
        let length = (frame.len() - FrameHeader::SIZE) as u32;
        if fixes & 1 != 0 {
            frame[..4].copy_from_slice(&length.to_le_bytes());
        }
        if fixes & 2 != 0 {
            frame[4..6].copy_from_slice(&type_id.to_le_bytes());
        }
    }
    frame
}

//! Any bytes as a frame that generated code reads: owned, strictly and in place, all with one verdict,
//! which is that of the dynamic decoder; and what is read encodes to the one form.
//!
//! The first byte names the message. The second says which parts of the header are put right, so that
//! the fuzzer need not guess them: 1 the length, 2 the type.

use std::sync::LazyLock;

use mycelium_generated::messages::{Visitor, visit_all};
use mycelium_wire::{DecodeError, DecodeOwned, FrameHeader, Message, value};

/// A message: its name and its check.
pub struct Reader {
    /// `market.Trade`.
    pub name: &'static str,
    type_id: u16,
    check: fn(&[u8]),
}

/// All of them, in one order as long as the schemas stay.
pub static READERS: LazyLock<Vec<Reader>> = LazyLock::new(|| {
    let mut readers = Readers(Vec::new());
    visit_all(&mut readers);
    readers.0
});

struct Readers(Vec<Reader>);

impl Visitor for Readers {
    fn visit<M: Message + DecodeOwned>(&mut self) {
        self.0.push(Reader { name: M::NAME, type_id: M::TYPE_ID, check: check_as::<M> });
    }
}

/// Panics where something does not hold.
pub fn check(bytes: &[u8]) {
    let [message, fixes, frame @ ..] = bytes else { return };
    let reader = &READERS[usize::from(*message) % READERS.len()];
    (reader.check)(&put_right(frame.to_vec(), *fixes, reader.type_id));
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

fn check_as<M: Message + DecodeOwned>(frame: &[u8]) {
    let viewed = M::view(frame).map(drop);
    let owned = M::from_frame(frame);
    assert_eq!(viewed.err(), owned.as_ref().err().copied(), "a view is refused like a value");
    let encoded = owned.map(|value| {
        assert_eq!(value.validate().err(), None, "what is read keeps its constraints");
        value.to_frame()
    });
    let dynamic = value::decode(M::DEF, frame)
        .map(|value| value::encode(M::DEF, &value).expect("what was decoded can be encoded"))
        .map_err(|error| error.error);
    // Only generated code names the place in the type.
    let placeless = encoded.map_err(|error| DecodeError { place: None, ..error });
    assert_eq!(placeless, dynamic, "generated code and tables do the same");
    let Ok(encoded) = placeless else { return };
    let again = M::from_frame_strict(&encoded).expect("what was encoded has the one form");
    assert_eq!(again.to_frame(), encoded);
}

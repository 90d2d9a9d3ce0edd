//! What names the instance that a message is about: the bytes of its fields marked `@key`.

use std::convert::Infallible;

use mycelium_wire::reflect::{Field, Kind, Type};
use mycelium_wire::{FrameHeader, layout};

use crate::carried::Carried;
use crate::inbox::Delivery;
use crate::received::Received;

/// Appends the key of a message or frame to `key`, which is empty; `frame` is memory to work in.
/// A fault, and a type without `@key`, have the empty key.
pub(crate) fn write_key<T: Carried>(
    delivery: &Delivery<Received<T>>,
    frame: &mut Vec<u8>,
    key: &mut Vec<u8>,
) {
    let Kind::Message { fields, .. } = T::DEF.kind else { return };
    if !fields.iter().any(|field| field.key) {
        return;
    }
    match delivery {
        Delivery::Message(message) => {
            // What is too long for a frame has no key; no route would take it either.
            let Ok(len) = message.frame_len() else { return };
            frame.resize(len, 0);
            message.encode_frame(0, 0, frame);
            write_key_of_frame(fields, frame, key);
        }
        Delivery::Frames { frames, .. } => {
            write_key_of_frame(fields, frames.first().unwrap_or_default(), key);
        }
        Delivery::Fault(_) => {}
    }
}

/// The same of a topic whose frames are not opened.
pub(crate) fn write_frame_key<T: Carried>(
    delivery: &Delivery<Infallible>,
    _: &mut Vec<u8>,
    key: &mut Vec<u8>,
) {
    if let (Kind::Message { fields, .. }, Delivery::Frames { frames, .. }) = (T::DEF.kind, delivery)
    {
        write_key_of_frame(fields, frames.first().unwrap_or_default(), key);
    }
}

/// A frame that is cut short, or older than a key, gives what there is of it.
fn write_key_of_frame(fields: &[Field<'_>], frame: &[u8], key: &mut Vec<u8>) {
    let Ok(header) = FrameHeader::parse(frame) else { return };
    let payload = &frame[FrameHeader::SIZE..];
    let Some((block, tail)) = payload.split_at_checked(header.block as usize) else { return };
    for (field, offset) in fields.iter().zip(layout::field_offsets(fields)) {
        if field.key {
            let inline = block.get(offset..offset + layout::size(field.ty)).unwrap_or_default();
            write_field(field.ty, inline, tail, key);
        }
    }
}

fn write_field(ty: &Type<'_>, inline: &[u8], tail: &[u8], key: &mut Vec<u8>) {
    if !matches!(ty, Type::String | Type::Bytes) {
        return key.extend_from_slice(inline);
    }
    // A reference: offset and count.
    let word = |at: usize| inline.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
    let (Some(offset), Some(count)) = (word(0), word(4)) else { return };
    let (offset, count) = (u32::from_le_bytes(offset) as usize, u32::from_le_bytes(count) as usize);
    // The length stands first, so that two strings do not run into one another.
    key.extend_from_slice(&inline[4..8]);
    key.extend_from_slice(tail.get(offset..offset.saturating_add(count)).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use mycelium_derive::Message;
    use mycelium_wire::Message as _;

    use super::write_key;
    use crate::inbox::{Delivery, Run};
    use crate::received::Received;
    use crate::recycle::Bin;

    #[derive(Message, Debug, Clone)]
    #[myc(package = "test", id = 9)]
    struct Position {
        #[myc(key)]
        account: u32,
        size: i64,
        #[myc(key)]
        symbol: String,
        note: String,
    }

    fn key(account: u32, size: i64, symbol: &str, note: &str) -> Vec<u8> {
        let position = Position { account, size, symbol: symbol.to_owned(), note: note.to_owned() };
        let (mut frame, mut of_message, mut of_frame) = (vec![7; 9], Vec::new(), Vec::new());
        let frames = Run::one(Bytes::from(position.to_frame()));
        write_key(
            &Delivery::Message(Received::new(position, Bin::of_type())),
            &mut frame,
            &mut of_message,
        );
        let delivery = Delivery::<Received<Position>>::Frames { topic: "t".into(), frames };
        write_key(&delivery, &mut frame, &mut of_frame);
        assert_eq!(of_message, of_frame);
        of_message
    }

    #[test]
    fn only_the_fields_of_the_key_count() {
        assert_eq!(key(1, 5, "A", "x"), key(1, -5, "A", "yy"));
        assert_ne!(key(1, 5, "A", "x"), key(2, 5, "A", "x"));
        assert_ne!(key(1, 5, "A", "x"), key(1, 5, "B", "x"));
    }

    #[test]
    fn nothing_is_encoded_for_a_type_without_a_key() {
        #[derive(Message, Debug, Clone)]
        #[myc(package = "test", id = 10)]
        struct Plain {
            size: i64,
        }
        let message = Received::new(Plain { size: 1 }, Bin::of_type());
        let (mut frame, mut key) = (Vec::new(), Vec::new());
        write_key(&Delivery::Message(message), &mut frame, &mut key);
        assert!(frame.is_empty() && key.is_empty());
    }

    #[test]
    fn a_broken_frame_has_a_key_all_the_same() {
        for bytes in [vec![], vec![255; 15], vec![255; 64]] {
            let delivery = Delivery::<Received<Position>>::Frames {
                topic: "t".into(),
                frames: Run::one(Bytes::from(bytes)),
            };
            write_key(&delivery, &mut Vec::new(), &mut Vec::new());
        }
    }
}

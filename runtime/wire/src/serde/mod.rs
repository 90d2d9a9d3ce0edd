//! Values in the formats of serde.
//!
//! In formats for people a value has the shape of the [JSON mapping](crate::mapping), whatever serde
//! derives would make of the Rust type: names, decimals as text, times in RFC 3339, constraints kept and
//! fields that are not known refused. In all other formats it is bytes: a message its frame, which older
//! and newer versions read, anything else its payload up to the padding at the end.
//!
//! What a value holds needs no impl of its own: the type's table says all.

mod bytes;
mod own;
mod tree;

use alloc::vec;
use alloc::vec::Vec;

use serde_core::de::Error as _;
use serde_core::ser::Error as _;
use serde_core::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{DecodeError, ErrorKind};
use crate::frame::{self, Frame, FrameHeader};
use crate::layout::{PAYLOAD_ALIGN, align_up};
use crate::mapping::{self, Tree};
use crate::reflect::{Def, Kind, Type};
use crate::value;
use crate::wire::{DecodeOwned, TooLong, Wire};

/// Writes a value in the form that the format has for it.
///
/// # Errors
///
/// Where the value does not keep its constraints, or the format does not take it.
pub fn serialize<T: Wire, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    if T::IS_CONSTRAINED {
        // Its path begins behind the name of a message, which not every type is.
        let wrong = |error| S::Error::custom(format_args!("${error}"));
        value.validate_parts().map_err(wrong)?;
    }
    if serializer.is_human_readable() {
        let value = value::value_of(value).map_err(S::Error::custom)?;
        let tree = mapping::write(T::TYPE, &value).map_err(S::Error::custom)?;
        return tree.serialize(serializer);
    }
    serializer.serialize_bytes(&to_bytes(value).map_err(S::Error::custom)?)
}

/// Reads a value in the form that the format has for it.
///
/// # Errors
///
/// Where there is none.
pub fn deserialize<'de, T: DecodeOwned, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    if !deserializer.is_human_readable() {
        return from_bytes(bytes::read(deserializer)?).map_err(D::Error::custom);
    }
    let tree = Tree::deserialize(deserializer)?;
    let value =
        mapping::read(T::TYPE, &tree).map_err(|error| D::Error::custom(value::in_words(error)))?;
    value::make(&value).map_err(D::Error::custom)
}

/// Id of a message type.
const fn message_id(ty: &Type<'_>) -> Option<u16> {
    match ty {
        Type::Named(Def { kind: Kind::Message { id, .. }, .. }) => Some(*id),
        _ => None,
    }
}

fn to_bytes<T: Wire>(value: &T) -> Result<Vec<u8>, TooLong> {
    let length = frame::payload_len_of(value)?;
    let header_len = if message_id(T::TYPE).is_some() { FrameHeader::SIZE } else { 0 };
    let mut bytes = vec![0; header_len + length];
    let (head, payload) = bytes.split_at_mut(header_len);
    frame::encode_payload(value, payload);
    match message_id(T::TYPE) {
        Some(type_id) => {
            let (length, block) = (length as u32, T::BLOCK as u32);
            let header = FrameHeader { length, type_id, block, ..FrameHeader::default() };
            head.copy_from_slice(&header.to_bytes());
        }
        None => bytes.truncate(match value.block_tail_end() {
            0 => T::BLOCK,
            tail => align_up(T::BLOCK, PAYLOAD_ALIGN) + tail,
        }),
    }
    Ok(bytes)
}

fn from_bytes<T: DecodeOwned>(mut bytes: Vec<u8>) -> Result<T, DecodeError> {
    let Some(expected) = message_id(T::TYPE) else {
        bytes.resize(align_up(bytes.len(), PAYLOAD_ALIGN), 0);
        return frame::decode_payload(&bytes, T::BLOCK as u32, bytes.as_ptr() as usize);
    };
    let Frame { header: FrameHeader { type_id: found, block, .. }, payload } =
        Frame::parse(&bytes)?;
    if found != expected {
        return Err(DecodeError::new(ErrorKind::TypeId { expected, found }, 4));
    }
    frame::decode_payload(payload, block, bytes.as_ptr() as usize)
}

//! What each byte of a frame is, also of a frame that is wrong.
//!
//! [`walk`] goes over the bytes as far as they make sense and notes what it sees; what is wrong with
//! them, and where, is said by the same decoder that everybody uses.

mod leaf;
mod print;
mod walk;

use myc_schema::Arena;
use myc_schema::schema::{Schema, TypeId};
use mycelium_wire::layout::block_size;
use mycelium_wire::reflect::{Def, Kind};
use mycelium_wire::value::{self, DecodeValueError};
use mycelium_wire::{DecodeError, ErrorKind, Frame, FrameHeader};

pub use walk::Note;

/// What is known about a frame.
#[derive(Debug)]
#[non_exhaustive]
pub struct Report<'b> {
    /// The frame.
    pub bytes: &'b [u8],
    /// Message, where it is known.
    pub name: Option<String>,
    /// Ascending by place; together all bytes.
    pub notes: Vec<Note>,
    /// What is wrong, in the words of the decoder.
    pub fault: Option<DecodeValueError>,
    /// First byte that encoding the value would write otherwise.
    pub other_form: Option<usize>,
}

impl Report<'_> {
    /// As a table, of the frame with that number, which begins at byte `at` of what was given.
    pub fn text(&self, number: usize, at: usize) -> String {
        print::print(number, at, self)
    }
}

/// Looks at the bytes of one frame, of message `id` where that is known.
pub fn inspect<'b>(schema: &Schema, id: Option<TypeId>, frame: &'b [u8]) -> Report<'b> {
    let arena = Arena::new();
    let def = id.map(|id| schema.reflect(&arena, id));
    let fault = match def {
        Some(def) => value::decode(def, frame).err(),
        None => Frame::parse(frame).err().or(unknown_type(schema, frame)).map(Into::into),
    };
    let at = fault.as_ref().map(|fault| fault.error.at);
    Report {
        bytes: frame,
        name: id.map(|id| schema.qualified_name(id)),
        notes: walk::walk(frame, def, at),
        other_form: def.filter(|_| fault.is_none()).and_then(|def| other_form(def, frame)),
        fault,
    }
}

/// With a schema, a type id that it does not have is a fault.
fn unknown_type(schema: &Schema, frame: &[u8]) -> Option<DecodeError> {
    let header = FrameHeader::parse(frame).ok()?;
    let kind = ErrorKind::TypeId { expected: 0, found: header.type_id };
    (!schema.types.is_empty()).then(|| DecodeError::new(kind, 4))
}

fn other_form(def: &Def<'_>, frame: &[u8]) -> Option<usize> {
    let header = FrameHeader::parse(frame).ok()?;
    match def.kind {
        Kind::Message { fields, .. } if block_size(fields) == header.block as usize => {
            value::decode_strict(def, frame).err().map(|fault| fault.error.at)
        }
        _ => None,
    }
}

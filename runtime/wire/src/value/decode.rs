//! Frame to value.
//!
//! Items of the tail are taken by the same [`TailReader`] as everywhere, which accepts them only where
//! they must be; so what is allocated is bounded by what came in. Nesting is bounded by the type's.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::{Value, is_bytes, is_key_below, keeps, take_default};
use crate::embedded;
use crate::error::{DecodeError, ErrorKind, Failed, Fault};
use crate::frame::{self, Frame, FrameHeader};
use crate::layout::{
    arm_offset, block_size, count_size, field_offset, items_offset, pair_align, pair_size, size,
    tag_size, tuple_offset, value_offset,
};
use crate::reflect::{Arm, Constraint, Def, Field, Kind, Member, Repr, Type};
use crate::tail::{Tail, TailReader};
use crate::wire::Wire;
use crate::{U256, Uuid};

/// Bytes that are not a value of the type asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeValueError {
    /// Where in the value, from the message down: `$.bids[3].price`.
    pub path: String,
    /// What is wrong, and where in the bytes.
    pub error: DecodeError,
}

impl From<DecodeError> for DecodeValueError {
    fn from(error: DecodeError) -> Self {
        DecodeValueError { path: "$".to_string(), error }
    }
}

impl From<Fault> for DecodeValueError {
    fn from(fault: Fault) -> Self {
        DecodeError::from(fault).into()
    }
}

impl From<Failed> for DecodeValueError {
    fn from(failed: Failed) -> Self {
        DecodeError::from(failed).into()
    }
}

impl DecodeValueError {
    fn in_field(self, name: &str) -> Self {
        self.inside(&format!(".{name}"))
    }

    fn in_item(self, index: usize) -> Self {
        self.inside(&format!("[{index}]"))
    }

    fn inside(mut self, step: &str) -> Self {
        self.path.insert_str(1, step);
        self
    }
}

impl fmt::Display for DecodeValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.error)
    }
}

impl core::error::Error for DecodeValueError {}

type Result<T> = core::result::Result<T, DecodeValueError>;

/// Reads a value from exactly one frame of the message type `def`.
///
/// # Errors
///
/// Where the bytes are not such a frame.
pub fn decode(def: &Def<'_>, bytes: &[u8]) -> Result<Value> {
    let frame = Frame::parse(bytes)?;
    match def.kind {
        Kind::Message { id, .. } if id == frame.header.type_id => {}
        Kind::Message { id, .. } => return Err(other_type(id, frame.header.type_id)),
        // Only messages have frames of their own.
        _ => return Err(other_type(0, frame.header.type_id)),
    }
    decode_payload(&Type::Named(def), frame.payload, frame.header.block, bytes.as_ptr() as usize)
}

/// Like [`decode`], but refuses every form of a value that is not the one that [`encode`] gives.
///
/// # Errors
///
/// As [`decode`]; [`ErrorKind::NotCanonical`] at the first byte that differs.
///
/// [`encode`]: super::encode()
pub fn decode_strict(def: &Def<'_>, bytes: &[u8]) -> Result<Value> {
    let value = decode(def, bytes)?;
    // What was decoded fits its type and is no longer than it was.
    let mut canonical = super::encode(def, &value).unwrap_or_default();
    let given = FrameHeader::parse(bytes)?;
    if let Ok(header) = FrameHeader::parse(&canonical) {
        let header = FrameHeader { channel: given.channel, sequence: given.sequence, ..header };
        canonical[..FrameHeader::SIZE].copy_from_slice(&header.to_bytes());
    }
    if canonical == bytes {
        return Ok(value);
    }
    let at = canonical.iter().zip(bytes).take_while(|(a, b)| a == b).count();
    Err(DecodeError::new(ErrorKind::NotCanonical, at).into())
}

fn other_type(expected: u16, found: u16) -> DecodeValueError {
    DecodeError::new(ErrorKind::TypeId { expected, found }, 4).into()
}

/// Reads a payload of its own: a message's fields, or any other type's one value.
pub(crate) fn decode_payload(
    ty: &Type<'_>,
    payload: &[u8],
    block: u32,
    origin: usize,
) -> Result<Value> {
    let Some((block, tail)) = frame::split_payload(payload, block) else {
        return Err(frame::block_too_long(payload, block, origin).into());
    };
    let mut tail = TailReader::new(tail, origin);
    let (value, known) = match ty {
        Type::Named(Def { kind: Kind::Message { fields, .. }, .. }) => {
            (message(fields, block, &mut tail)?, block_size(fields))
        }
        ty => {
            let inline = block.get(..size(ty)).ok_or_else(|| missing(size(ty), block, &tail))?;
            (read(ty, inline, &mut tail)?, size(ty))
        }
    };
    if block.len() <= known {
        tail.finish()?;
    }
    Ok(value)
}

/// Reads a message's fields as far as the block goes.
fn message(fields: &[Field<'_>], block: &[u8], tail: &mut TailReader<'_>) -> Result<Value> {
    let read_field = |(index, field): (usize, &Field<'_>)| {
        let start = field_offset(fields, index);
        let end = start + size(field.ty);
        let value = match block.get(start..end) {
            Some(inline) => read_field_value(field, inline, tail),
            None => take_default(field).ok_or_else(|| missing(end, block, tail)),
        };
        value.map_err(|error| error.in_field(field.name))
    };
    fields.iter().enumerate().map(read_field).collect::<Result<_>>().map(Value::Fields)
}

fn read_field_value(field: &Field<'_>, inline: &[u8], tail: &mut TailReader<'_>) -> Result<Value> {
    let value = read(field.ty, inline, tail)?;
    let Some(constraint) = field.constraint.filter(|wanted| !keeps(field.ty, &value, wanted))
    else {
        return Ok(value);
    };
    let kind = match constraint {
        Constraint::Range { .. } => ErrorKind::OutOfRange,
        Constraint::Len { min, max } => {
            let found = u32::try_from(super::constraint::count(&value)).unwrap_or(u32::MAX);
            ErrorKind::Len { min, max: max.unwrap_or(u32::MAX), found }
        }
    };
    Err(tail.fault_at(inline, kind).into())
}

fn missing(needed: usize, block: &[u8], tail: &TailReader<'_>) -> DecodeValueError {
    tail.fault_at(block, ErrorKind::Missing { needed, found: block.len() }).into()
}

/// Reads a value from its inline form, which is `size(ty)` bytes, and from the tail.
fn read(ty: &Type<'_>, inline: &[u8], tail: &mut TailReader<'_>) -> Result<Value> {
    match *ty {
        Type::Bool => match inline[0] {
            0 => Ok(Value::Bool(false)),
            1 => Ok(Value::Bool(true)),
            other => Err(tail.fault_at(inline, ErrorKind::Bool(other)).into()),
        },
        Type::U8 | Type::U16 | Type::U32 | Type::U64 => Ok(Value::Int(unsigned(inline) as i128)),
        Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::I128 => Ok(Value::Int(signed(inline))),
        Type::Timestamp | Type::Duration | Type::Decimal(_) => Ok(Value::Int(signed(inline))),
        Type::U128 => Ok(Value::U128(unsigned(inline))),
        Type::U256 => Ok(Value::U256(U256::view_inline(inline, Tail(&[])))),
        Type::Uuid => Ok(Value::Uuid(Uuid::view_inline(inline, Tail(&[])))),
        Type::F32 => Ok(Value::F32(f32::from_bits(unsigned(inline) as u32))),
        Type::F64 => Ok(Value::F64(f64::from_bits(unsigned(inline) as u64))),
        Type::String => text(tail.item(inline, 1, 1)?.0, tail),
        Type::Bytes => Ok(Value::Bytes(tail.item(inline, 1, 1)?.0.to_vec())),
        Type::BoundedString(max) => text(bounded(inline, max, tail)?, tail),
        Type::BoundedBytes(max) => Ok(Value::Bytes(bounded(inline, max, tail)?.to_vec())),
        Type::Array(item, _) => items(ty, item, inline, tail),
        Type::BoundedList(item, max) => {
            let count = read_count(inline, max, tail)?;
            let start = items_offset(item, max);
            items(ty, item, &inline[start..start + count * size(item)], tail)
        }
        Type::List(item) => {
            let (region, _) = tail.item(inline, size(item), crate::layout::align(item))?;
            items(ty, item, region, tail)
        }
        Type::Map(key, value) => {
            let (region, _) = tail.item(inline, pair_size(key, value), pair_align(key, value))?;
            pairs([key, value], region, tail)
        }
        Type::Tuple(types) => tuple(types, inline, tail),
        Type::Optional(item) => optional(item, inline, tail),
        Type::Named(def) => named(def, inline, tail),
    }
}

fn tuple(types: &[&Type<'_>], inline: &[u8], tail: &mut TailReader<'_>) -> Result<Value> {
    let read_item = |(index, ty): (usize, &&Type<'_>)| {
        let start = tuple_offset(types, index);
        read(ty, &inline[start..start + size(ty)], tail).map_err(|error| error.in_item(index))
    };
    types.iter().enumerate().map(read_item).collect::<Result<_>>().map(Value::Items)
}

/// Pairs of a map: each key above the one before.
fn pairs(types: [&Type<'_>; 2], region: &[u8], tail: &mut TailReader<'_>) -> Result<Value> {
    let mut read: Vec<Value> = Vec::new();
    for (index, inline) in region.chunks_exact(pair_size(types[0], types[1])).enumerate() {
        let pair = tuple(&types, inline, tail).map_err(|error| error.in_item(index))?;
        if let (Some(Value::Items(last)), Value::Items(this)) = (read.last(), &pair)
            && !is_key_below(&last[0], &this[0])
        {
            let error: DecodeValueError = tail.fault_at(inline, ErrorKind::KeyOrder).into();
            return Err(error.in_item(index));
        }
        read.push(pair);
    }
    Ok(Value::Items(read))
}

fn items(
    ty: &Type<'_>,
    item: &Type<'_>,
    region: &[u8],
    tail: &mut TailReader<'_>,
) -> Result<Value> {
    if is_bytes(ty) {
        return Ok(Value::Bytes(region.to_vec()));
    }
    let read_item = |(index, inline)| {
        read(item, inline, tail).map_err(|error: DecodeValueError| error.in_item(index))
    };
    let items = region.chunks_exact(size(item)).enumerate().map(read_item);
    items.collect::<Result<Vec<_>>>().map(Value::Items)
}

fn optional(item: &Type<'_>, inline: &[u8], tail: &mut TailReader<'_>) -> Result<Value> {
    if !item.is_reference() {
        return match inline[0] {
            0 => Ok(Value::Absent),
            1 => read(item, &inline[value_offset(item)..], tail),
            other => Err(tail.fault_at(inline, ErrorKind::Presence(other)).into()),
        };
    }
    match inline {
        [1, 0, 0, 0, 0, 0, 0, 0] => read(item, &[0; 8], tail),
        inline if inline.iter().all(|byte| *byte == 0) => Ok(Value::Absent),
        inline => read(item, inline, tail),
    }
}

fn named(def: &Def<'_>, inline: &[u8], tail: &mut TailReader<'_>) -> Result<Value> {
    match def.kind {
        Kind::Message { .. } => embedded(&Type::Named(def), inline, tail),
        Kind::Struct { fields } => message(fields, inline, tail),
        Kind::Enum { open, repr, members } => enumerator(open, repr, members, inline, tail),
        Kind::Flags { .. } => Ok(Value::Int(unsigned(inline) as i128)),
        Kind::Union { open: true, arms } => open_union(arms, inline, tail),
        Kind::Union { open: false, arms } => closed_union(arms, inline, tail),
    }
}

fn enumerator(
    open: bool,
    repr: Repr,
    members: &[Member<'_>],
    inline: &[u8],
    tail: &TailReader<'_>,
) -> Result<Value> {
    let value = match repr {
        Repr::I8 | Repr::I16 | Repr::I32 | Repr::I64 => signed(inline),
        Repr::U8 | Repr::U16 | Repr::U32 | Repr::U64 => unsigned(inline) as i128,
    };
    if open || members.iter().any(|member| member.value == value) {
        return Ok(Value::Int(value));
    }
    Err(tail.fault_at(inline, ErrorKind::Enum { value }).into())
}

fn open_union(arms: &[Arm<'_>], inline: &[u8], tail: &mut TailReader<'_>) -> Result<Value> {
    let (tag_bytes, reference) = inline.split_at(4);
    let tag = unsigned(tag_bytes) as u32;
    if tag == 0 {
        return Err(tail.fault_at(inline, ErrorKind::Tag { tag }).into());
    }
    match arms.iter().find(|arm| u32::from(arm.tag) == tag) {
        Some(arm) => arm_value(arm, embedded(arm.ty, reference, tail)),
        None => {
            let unknown = embedded::UnknownArm::decode(tag, reference, tail)?;
            Ok(Value::UnknownArm { tag, payload: unknown.payload })
        }
    }
}

fn closed_union(arms: &[Arm<'_>], inline: &[u8], tail: &mut TailReader<'_>) -> Result<Value> {
    let tag = unsigned(&inline[..tag_size(arms)]) as u32;
    let Some(arm) = arms.iter().find(|arm| u32::from(arm.tag) == tag) else {
        return Err(tail.fault_at(inline, ErrorKind::Tag { tag }).into());
    };
    let start = arm_offset(arms);
    arm_value(arm, read(arm.ty, &inline[start..start + size(arm.ty)], tail))
}

fn arm_value(arm: &Arm<'_>, value: Result<Value>) -> Result<Value> {
    match value {
        Ok(value) => Ok(Value::Arm { tag: arm.tag, value: Box::new(value) }),
        Err(error) => Err(error.in_field(arm.name)),
    }
}

fn embedded(ty: &Type<'_>, reference: &[u8], tail: &mut TailReader<'_>) -> Result<Value> {
    let (block, bytes) = embedded::open(reference, tail)?;
    decode_payload(ty, bytes, block, tail.origin())
}

fn text(bytes: &[u8], tail: &TailReader<'_>) -> Result<Value> {
    match core::str::from_utf8(bytes) {
        Ok(text) => Ok(Value::Text(text.to_string())),
        Err(error) => Err(tail.fault_at(&bytes[error.valid_up_to()..], ErrorKind::Utf8).into()),
    }
}

/// The bytes of a bounded string or bytes.
fn bounded<'a>(inline: &'a [u8], max: u32, tail: &TailReader<'_>) -> Result<&'a [u8]> {
    let count = read_count(inline, max, tail)?;
    Ok(&inline[count_size(max)..][..count])
}

fn read_count(inline: &[u8], max: u32, tail: &TailReader<'_>) -> Result<usize> {
    let found = unsigned(&inline[..count_size(max)]) as u32;
    if found > max {
        return Err(tail.fault_at(inline, ErrorKind::Count { max, found }).into());
    }
    Ok(found as usize)
}

/// A little-endian number of up to 16 bytes.
fn unsigned(bytes: &[u8]) -> u128 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u128::from(*byte))
}

/// A little-endian two's complement number of up to 16 bytes.
fn signed(bytes: &[u8]) -> i128 {
    let unused = 128 - 8 * bytes.len() as u32;
    (unsigned(bytes) << unused) as i128 >> unused
}

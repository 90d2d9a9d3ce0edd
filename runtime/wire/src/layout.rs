//! Where each field lies: sizes, alignments and offsets of inline forms.
//!
//! The rules are those of a C struct on a 64-bit machine, with wider integers aligned to 8. They
//! are const functions over [`reflect`](crate::reflect), so that the derive, the compiler and tools
//! use this one copy.
//!
//! | type | size | alignment |
//! |---|---|---|
//! | integer, float, timestamp, duration, decimal | its width | its width, at most 8 |
//! | uuid | 16 | 1 |
//! | string, bytes, list, map, message | 8: `{u32 offset, u32 count}` | 4 |
//! | open union | 12: `{u32 tag, u32 offset, u32 count}` | 4 |
//! | closed union | tag (1 or 2 bytes), then the widest arm | largest of tag and arms |
//! | bounded string, bytes, list | count (1, 2 or 4 bytes), then room for all | larger of count and item |
//! | optional inline value | presence byte, then the value | the value's |
//!
//! Every size is a multiple of its alignment, so that the size is also the stride of an array. The pairs
//! of a map lie in the tail like tuples in a list.

use crate::reflect::{Arm, Field, Kind, Repr, Type};

/// Bytes of a reference `{u32 offset, u32 count}`.
pub const REFERENCE: usize = 8;

/// Bytes of an open union's inline form `{u32 tag, u32 offset, u32 count}`.
pub const TAGGED_REFERENCE: usize = 12;

/// Alignment of a payload, of its tail, and of a payload embedded in a tail.
pub const PAYLOAD_ALIGN: usize = 8;

/// Smallest multiple of `align` that is not below `position`; `align` is a power of two.
#[inline]
pub const fn align_up(position: usize, align: usize) -> usize {
    (position + align - 1) & !(align - 1)
}

/// Bytes of the count before a bounded string, bytes or list of at most `max` items.
#[inline]
pub const fn count_size(max: u32) -> usize {
    match max {
        0..=0xff => 1,
        0x100..=0xffff => 2,
        _ => 4,
    }
}

/// Bytes of the tag of a closed union.
pub const fn tag_size(arms: &[Arm<'_>]) -> usize {
    match arms.last() {
        Some(arm) if arm.tag > 0xff => 2,
        _ => 1,
    }
}

/// Bytes of the integer that carries an enum or flags.
pub const fn repr_size(repr: Repr) -> usize {
    match repr {
        Repr::I8 | Repr::U8 => 1,
        Repr::I16 | Repr::U16 => 2,
        Repr::I32 | Repr::U32 => 4,
        Repr::I64 | Repr::U64 => 8,
    }
}

/// Alignment of the inline form.
pub const fn align(ty: &Type<'_>) -> usize {
    match ty {
        Type::Bool | Type::I8 | Type::U8 | Type::Uuid => 1,
        Type::I16 | Type::U16 => 2,
        Type::I32 | Type::U32 | Type::F32 => 4,
        Type::I64 | Type::U64 | Type::F64 | Type::I128 | Type::U128 | Type::U256 => 8,
        Type::Timestamp | Type::Duration | Type::Decimal(_) => 8,
        Type::String | Type::Bytes | Type::List(_) | Type::Map(..) => 4,
        Type::BoundedString(max) | Type::BoundedBytes(max) => count_size(*max),
        Type::Array(item, _) => align(item),
        Type::BoundedList(item, max) => larger(count_size(*max), align(item)),
        Type::Tuple(items) => {
            let mut most = 1;
            let mut i = 0;
            while i < items.len() {
                most = larger(most, align(items[i]));
                i += 1;
            }
            most
        }
        Type::Optional(item) => align(item),
        Type::Named(def) => kind_align(&def.kind),
    }
}

/// Bytes of the inline form, a multiple of its alignment.
pub const fn size(ty: &Type<'_>) -> usize {
    match ty {
        Type::Bool | Type::I8 | Type::U8 => 1,
        Type::I16 | Type::U16 => 2,
        Type::I32 | Type::U32 | Type::F32 => 4,
        Type::I64 | Type::U64 | Type::F64 => 8,
        Type::I128 | Type::U128 | Type::Uuid => 16,
        Type::U256 => 32,
        Type::Timestamp | Type::Duration | Type::Decimal(_) => 8,
        Type::String | Type::Bytes | Type::List(_) | Type::Map(..) => REFERENCE,
        Type::BoundedString(max) | Type::BoundedBytes(max) => {
            align_up(count_size(*max) + *max as usize, count_size(*max))
        }
        Type::Array(item, len) => size(item) * *len as usize,
        Type::BoundedList(item, max) => {
            align_up(items_offset(item, *max) + size(item) * *max as usize, align(ty))
        }
        Type::Tuple(items) => align_up(tuple_end(items, items.len()), align(ty)),
        Type::Optional(item) if item.is_reference() => size(item),
        Type::Optional(item) => align_up(1, align(item)) + size(item),
        Type::Named(def) => kind_size(&def.kind),
    }
}

/// Offset of the first item of a bounded list.
pub const fn items_offset(item: &Type<'_>, max: u32) -> usize {
    align_up(count_size(max), align(item))
}

/// Offset of the value behind the presence byte of an optional inline value.
pub const fn value_offset(item: &Type<'_>) -> usize {
    align_up(1, align(item))
}

/// Offset of item `index` of a tuple.
pub const fn tuple_offset(items: &[&Type<'_>], index: usize) -> usize {
    align_up(tuple_end(items, index), align(items[index]))
}

/// Alignment of a pair of a map.
pub const fn pair_align(key: &Type<'_>, value: &Type<'_>) -> usize {
    larger(align(key), align(value))
}

/// Offset of the value in a pair of a map; the key lies at its start.
pub const fn pair_value_offset(key: &Type<'_>, value: &Type<'_>) -> usize {
    align_up(size(key), align(value))
}

/// Bytes of a pair of a map, which is laid out like a tuple.
pub const fn pair_size(key: &Type<'_>, value: &Type<'_>) -> usize {
    align_up(pair_value_offset(key, value) + size(value), pair_align(key, value))
}

/// Offset of field `index`.
pub const fn field_offset(fields: &[Field<'_>], index: usize) -> usize {
    align_up(fields_end(fields, index), align(fields[index].ty))
}

/// Offsets of all fields, in one pass.
pub fn field_offsets<'f>(fields: &'f [Field<'f>]) -> impl Iterator<Item = usize> + 'f {
    fields.iter().scan(0, |end, field| {
        let offset = align_up(*end, align(field.ty));
        *end = offset + size(field.ty);
        Some(offset)
    })
}

/// Offset of a closed union's value behind its tag.
pub const fn arm_offset(arms: &[Arm<'_>]) -> usize {
    align_up(tag_size(arms), arms_align(arms))
}

/// Bytes of a message's block: where its last field ends, *not* rounded up.
///
/// The frame says this number, so that a reader can tell a field that an older writer did not know
/// from one that lies in what used to be padding.
pub const fn block_size(fields: &[Field<'_>]) -> usize {
    fields_end(fields, fields.len())
}

const fn larger(a: usize, b: usize) -> usize {
    if a > b { a } else { b }
}

const fn tuple_end(items: &[&Type<'_>], count: usize) -> usize {
    let mut end = 0;
    let mut i = 0;
    while i < count {
        end = align_up(end, align(items[i])) + size(items[i]);
        i += 1;
    }
    end
}

const fn fields_end(fields: &[Field<'_>], count: usize) -> usize {
    let mut end = 0;
    let mut i = 0;
    while i < count {
        end = align_up(end, align(fields[i].ty)) + size(fields[i].ty);
        i += 1;
    }
    end
}

const fn arms_align(arms: &[Arm<'_>]) -> usize {
    let mut most = tag_size(arms);
    let mut i = 0;
    while i < arms.len() {
        most = larger(most, align(arms[i].ty));
        i += 1;
    }
    most
}

/// Alignment of the inline form of a named type.
pub(crate) const fn kind_align(kind: &Kind<'_>) -> usize {
    match *kind {
        Kind::Message { .. } | Kind::Union { open: true, .. } => 4,
        Kind::Struct { fields } => {
            let mut most = 1;
            let mut i = 0;
            while i < fields.len() {
                most = larger(most, align(fields[i].ty));
                i += 1;
            }
            most
        }
        Kind::Enum { repr, .. } | Kind::Flags { repr, .. } => repr_size(repr),
        Kind::Union { open: false, arms } => arms_align(arms),
    }
}

/// Bytes of the inline form of a named type.
pub(crate) const fn kind_size(kind: &Kind<'_>) -> usize {
    match *kind {
        Kind::Message { .. } => REFERENCE,
        Kind::Struct { fields } => align_up(block_size(fields), kind_align(kind)),
        Kind::Enum { repr, .. } | Kind::Flags { repr, .. } => repr_size(repr),
        Kind::Union { open: true, .. } => TAGGED_REFERENCE,
        Kind::Union { open: false, arms } => {
            let mut widest = 0;
            let mut i = 0;
            while i < arms.len() {
                widest = larger(widest, size(arms[i].ty));
                i += 1;
            }
            align_up(arm_offset(arms) + widest, arms_align(arms))
        }
    }
}

//! Value to frame.
//!
//! The frame grows at its end: a payload's block is laid out as zeros, its fields are written in
//! order, and each appends what it keeps in the tail. That is the tail's order by definition.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use super::{
    Value, ValueError, check_constraint, expected, integer_range, is_bytes, is_key_below,
    is_unknown_tag,
};
use crate::embedded;
use crate::frame::FrameHeader;
use crate::layout::{
    PAYLOAD_ALIGN, align, align_up, arm_offset, block_size, count_size, field_offset, items_offset,
    pair_align, pair_size, size, tag_size, tuple_offset, value_offset,
};
use crate::reflect::{Arm, Def, Field, Kind, Type};

/// Encodes a message as a frame on channel 0 with sequence 0.
pub fn encode(def: &Def<'_>, value: &Value) -> Result<Vec<u8>, ValueError> {
    let Kind::Message { id, fields, .. } = def.kind else {
        return Err(ValueError::new("a message type", format!("`{}.{}`", def.package, def.name)));
    };
    let mut writer = Writer { bytes: vec![0; FrameHeader::SIZE], tail: 0 };
    let block = writer.message(def, fields, value)?;
    let length = to_u32(writer.bytes.len() - FrameHeader::SIZE)?;
    let header = FrameHeader { length, type_id: id, channel: 0, block, sequence: 0 };
    writer.bytes[..FrameHeader::SIZE].copy_from_slice(&header.to_bytes());
    Ok(writer.bytes)
}

/// Encodes a value as the payload of its own that it has.
#[cfg(any(feature = "serde", feature = "arbitrary"))]
pub(crate) fn encode_payload(ty: &Type<'_>, value: &Value) -> Result<Vec<u8>, ValueError> {
    let mut writer = Writer { bytes: Vec::new(), tail: 0 };
    writer.own_payload(ty, value)?;
    Ok(writer.bytes)
}

/// A frame that grows at its end.
struct Writer {
    bytes: Vec<u8>,
    /// Where the tail of the payload that is being written starts.
    tail: usize,
}

impl Writer {
    /// Appends a message's payload and says how long its block is.
    fn message(
        &mut self,
        def: &Def<'_>,
        fields: &[Field<'_>],
        value: &Value,
    ) -> Result<u32, ValueError> {
        self.payload(block_size(fields), |writer, at| writer.fields(def, fields, value, at))
    }

    /// Appends a payload: a block of zeros that `fill` writes, and what `fill` puts in the tail.
    fn payload(
        &mut self,
        block: usize,
        fill: impl FnOnce(&mut Writer, usize) -> Result<(), ValueError>,
    ) -> Result<u32, ValueError> {
        let start = self.grow(block, PAYLOAD_ALIGN);
        self.grow(0, PAYLOAD_ALIGN);
        let outer_tail = core::mem::replace(&mut self.tail, self.bytes.len());
        fill(self, start)?;
        self.grow(0, PAYLOAD_ALIGN);
        self.tail = outer_tail;
        to_u32(block)
    }

    /// Appends the payload of its own that a value has, and says how long its block is.
    fn own_payload(&mut self, ty: &Type<'_>, value: &Value) -> Result<u32, ValueError> {
        match ty {
            Type::Named(def @ Def { kind: Kind::Message { fields, .. }, .. }) => {
                self.message(def, fields, value)
            }
            ty => self.payload(size(ty), |writer, at| writer.inline(ty, value, at)),
        }
    }

    /// Appends an embedded payload and puts the reference to it at `at`.
    fn embedded(
        &mut self,
        at: usize,
        payload: impl FnOnce(&mut Writer) -> Result<u32, ValueError>,
    ) -> Result<(), ValueError> {
        let start = self.grow(PAYLOAD_ALIGN, PAYLOAD_ALIGN);
        let block = payload(self)?;
        self.put_u32(start, block);
        self.reference(at, start, self.bytes.len() - start)
    }

    fn inline(&mut self, ty: &Type<'_>, value: &Value, at: usize) -> Result<(), ValueError> {
        match (ty, value) {
            (Type::Named(def), value) => self.named(def, value, at),
            (Type::Optional(item), value) => self.optional(item, value, at),
            (Type::Bool, Value::Bool(truth)) => self.put(at, &[u8::from(*truth)]),
            (Type::U128, Value::U128(number)) => self.put(at, &number.to_le_bytes()),
            (Type::U256, Value::U256(number)) => self.put(at, &number.to_le_bytes()),
            (Type::Uuid, Value::Uuid(uuid)) => self.put(at, uuid.as_bytes()),
            (Type::F32, Value::F32(number)) => self.put(at, &number.to_bits().to_le_bytes()),
            (Type::F64, Value::F64(number)) => self.put(at, &number.to_bits().to_le_bytes()),
            (Type::String, Value::Text(text)) => self.tail_bytes(text.as_bytes(), at),
            (Type::BoundedString(max), Value::Text(text)) => {
                self.bounded_bytes(ty, text.as_bytes(), *max, at)
            }
            (Type::BoundedBytes(max), Value::Bytes(bytes)) => {
                self.bounded_bytes(ty, bytes, *max, at)
            }
            (Type::Bytes, Value::Bytes(bytes)) => self.tail_bytes(bytes, at),
            (ty, Value::Bytes(bytes)) if is_bytes(ty) => self.byte_items(ty, bytes, at),
            (Type::Array(..) | Type::BoundedList(..) | Type::List(_), Value::Items(items)) => {
                self.items(ty, items, at)
            }
            (Type::Map(key, of), Value::Items(pairs)) => self.pairs([key, of], pairs, at),
            (Type::Tuple(types), Value::Items(items)) if types.len() == items.len() => {
                self.tuple(types, items, at)
            }
            (ty, Value::Int(number)) => self.integer(ty, *number, at),
            (ty, value) => Err(ValueError::shape(ty, value)),
        }
    }

    fn integer(&mut self, ty: &Type<'_>, number: i128, at: usize) -> Result<(), ValueError> {
        match integer_range(ty) {
            Some(range) if range.contains(&number) => {
                self.put(at, &number.to_le_bytes()[..size(ty)])
            }
            _ => Err(ValueError::shape(ty, &Value::Int(number))),
        }
    }

    fn optional(&mut self, item: &Type<'_>, value: &Value, at: usize) -> Result<(), ValueError> {
        if *value == Value::Absent {
            return Ok(());
        }
        if !item.is_reference() {
            self.bytes[at] = 1;
            return self.inline(item, value, at + value_offset(item));
        }
        self.inline(item, value, at)?;
        // Present but empty: an offset of 1 tells it from absent. Whatever is not empty has a count.
        if is_empty(value) {
            self.put_u32(at, 1);
        }
        Ok(())
    }

    fn named(&mut self, def: &Def<'_>, value: &Value, at: usize) -> Result<(), ValueError> {
        let ty = &Type::Named(def);
        match (def.kind, value) {
            (Kind::Struct { fields }, value) => self.fields(def, fields, value, at),
            (Kind::Message { fields, .. }, value) => {
                self.embedded(at, |writer| writer.message(def, fields, value))
            }
            (Kind::Enum { open, repr, members }, Value::Int(number)) => {
                if !open && !members.iter().any(|member| member.value == *number) {
                    return Err(ValueError::shape(ty, value));
                }
                self.integer(repr.ty(), *number, at)
            }
            (Kind::Flags { repr, .. }, Value::Int(bits)) => self.integer(repr.ty(), *bits, at),
            (Kind::Union { open, arms }, Value::Arm { tag, value }) => {
                let arm = arms.iter().find(|arm| arm.tag == *tag).ok_or_else(|| {
                    ValueError::new(expected(ty), format!("the tag {tag}, which it does not have"))
                })?;
                let written = match open {
                    true => self.open_arm(arm, value, at),
                    false => self.closed_arm(arms, arm, value, at),
                };
                written.map_err(|error| error.in_field(arm.name))
            }
            (Kind::Union { open: true, arms }, Value::UnknownArm { tag, payload }) => {
                self.unknown_arm(arms, *tag, payload, at)
            }
            (_, value) => Err(ValueError::shape(ty, value)),
        }
    }

    fn fields(
        &mut self,
        def: &Def<'_>,
        fields: &[Field<'_>],
        value: &Value,
        at: usize,
    ) -> Result<(), ValueError> {
        match value {
            Value::Fields(values) if values.len() == fields.len() => {
                for (index, (field, value)) in fields.iter().zip(values).enumerate() {
                    let at = at + field_offset(fields, index);
                    self.field(field, value, at).map_err(|error| error.in_field(field.name))?;
                }
                Ok(())
            }
            other => Err(ValueError::shape(&Type::Named(def), other)),
        }
    }

    fn field(&mut self, field: &Field<'_>, value: &Value, at: usize) -> Result<(), ValueError> {
        check_constraint(field, value)?;
        self.inline(field.ty, value, at)
    }

    fn pairs(
        &mut self,
        types: [&Type<'_>; 2],
        pairs: &[Value],
        at: usize,
    ) -> Result<(), ValueError> {
        if pairs.is_empty() {
            return Ok(());
        }
        let [key, value] = types;
        let stride = pair_size(key, value);
        let start = self.grow(pairs.len() * stride, pair_align(key, value));
        self.reference(at, start, pairs.len())?;
        let mut last: Option<&Value> = None;
        for (index, pair) in pairs.iter().enumerate() {
            let Value::Items(items) = pair else {
                return Err(ValueError::new("a key and a value", pair.describe()).in_item(index));
            };
            let [this, _] = items.as_slice() else {
                return Err(ValueError::new("a key and a value", pair.describe()).in_item(index));
            };
            if last.is_some_and(|last| !is_key_below(last, this)) {
                let expected = "keys in ascending order, each once";
                return Err(ValueError::new(expected, this.describe()).in_item(index));
            }
            last = Some(this);
            self.tuple(&types, items, start + index * stride)
                .map_err(|error| error.in_item(index))?;
        }
        Ok(())
    }

    fn tuple(&mut self, types: &[&Type<'_>], items: &[Value], at: usize) -> Result<(), ValueError> {
        for (index, (ty, item)) in types.iter().zip(items).enumerate() {
            self.inline(ty, item, at + tuple_offset(types, index))
                .map_err(|error| error.in_item(index))?;
        }
        Ok(())
    }

    fn open_arm(&mut self, arm: &Arm<'_>, value: &Value, at: usize) -> Result<(), ValueError> {
        self.put_u32(at, arm.tag.into());
        self.embedded(at + 4, |writer| writer.own_payload(arm.ty, value))
    }

    fn closed_arm(
        &mut self,
        arms: &[Arm<'_>],
        arm: &Arm<'_>,
        value: &Value,
        at: usize,
    ) -> Result<(), ValueError> {
        self.put(at, &arm.tag.to_le_bytes()[..tag_size(arms)])?;
        self.inline(arm.ty, value, at + arm_offset(arms))
    }

    fn unknown_arm(
        &mut self,
        arms: &[Arm<'_>],
        tag: u32,
        payload: &[u8],
        at: usize,
    ) -> Result<(), ValueError> {
        if !is_unknown_tag(arms, tag) {
            return Err(ValueError::new("a tag that the union does not have", format!("{tag}")));
        }
        if embedded::check_bytes(payload).is_err() {
            return Err(ValueError::new(
                "an embedded payload: u32 block, u32 0, then a block and a tail, each padded to 8",
                format!("{} bytes that are none", payload.len()),
            ));
        }
        self.put_u32(at, tag);
        let start = self.grow(payload.len(), PAYLOAD_ALIGN);
        self.bytes[start..].copy_from_slice(payload);
        self.reference(at + 4, start, payload.len())
    }

    fn items(&mut self, ty: &Type<'_>, items: &[Value], at: usize) -> Result<(), ValueError> {
        let (item, start) = self.room(ty, items.len(), at)?;
        for (index, value) in items.iter().enumerate() {
            self.inline(item, value, start + index * size(item))
                .map_err(|error| error.in_item(index))?;
        }
        Ok(())
    }

    fn byte_items(&mut self, ty: &Type<'_>, bytes: &[u8], at: usize) -> Result<(), ValueError> {
        let (_, start) = self.room(ty, bytes.len(), at)?;
        self.put(start, bytes)
    }

    /// Writes the count of an array or list, and says where its items go and of what type they are.
    fn room<'t>(
        &mut self,
        ty: &Type<'t>,
        count: usize,
        at: usize,
    ) -> Result<(&'t Type<'t>, usize), ValueError> {
        let fits = |max: u32| match u32::try_from(count) {
            Ok(count) if count <= max => Ok(count),
            _ => Err(ValueError::new(expected(ty), format!("{count} items"))),
        };
        match *ty {
            Type::Array(item, len) if count == len as usize => Ok((item, at)),
            Type::BoundedList(item, max) => {
                self.put(at, &fits(max)?.to_le_bytes()[..count_size(max)])?;
                Ok((item, at + items_offset(item, max)))
            }
            Type::List(item) if count == 0 => Ok((item, at)),
            Type::List(item) => {
                fits(u32::MAX)?;
                let start = self.grow(count * size(item), align(item));
                self.reference(at, start, count)?;
                Ok((item, start))
            }
            _ => Err(ValueError::new(expected(ty), format!("{count} items"))),
        }
    }

    fn bounded_bytes(
        &mut self,
        ty: &Type<'_>,
        bytes: &[u8],
        max: u32,
        at: usize,
    ) -> Result<(), ValueError> {
        match u32::try_from(bytes.len()) {
            Ok(count) if count <= max => {
                self.put(at, &count.to_le_bytes()[..count_size(max)])?;
                self.put(at + count_size(max), bytes)
            }
            _ => Err(ValueError::new(expected(ty), format!("{} bytes", bytes.len()))),
        }
    }

    fn tail_bytes(&mut self, bytes: &[u8], at: usize) -> Result<(), ValueError> {
        if bytes.is_empty() {
            return Ok(());
        }
        let start = self.grow(bytes.len(), 1);
        self.bytes[start..].copy_from_slice(bytes);
        self.reference(at, start, bytes.len())
    }

    /// Puts a reference to `count` items from position `start` on at position `at`.
    fn reference(&mut self, at: usize, start: usize, count: usize) -> Result<(), ValueError> {
        let (offset, count) = (to_u32(start - self.tail)?, to_u32(count)?);
        self.put_u32(at, offset);
        self.put_u32(at + 4, count);
        Ok(())
    }

    /// Appends zeros: up to `align`, then `len`. Says where the latter begin.
    fn grow(&mut self, len: usize, align: usize) -> usize {
        let start = align_up(self.bytes.len(), align);
        self.bytes.resize(start + len, 0);
        start
    }

    fn put_u32(&mut self, at: usize, number: u32) {
        self.bytes[at..at + 4].copy_from_slice(&number.to_le_bytes());
    }

    fn put(&mut self, at: usize, bytes: &[u8]) -> Result<(), ValueError> {
        self.bytes[at..at + bytes.len()].copy_from_slice(bytes);
        Ok(())
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Text(text) => text.is_empty(),
        Value::Bytes(bytes) => bytes.is_empty(),
        Value::Items(items) => items.is_empty(),
        _ => false,
    }
}

fn to_u32(number: usize) -> Result<u32, ValueError> {
    u32::try_from(number)
        .map_err(|_| ValueError::new("a frame below 4 GiB", format!("{number} bytes")))
}

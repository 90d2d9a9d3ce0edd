//! Taking a value apart: each of its parts goes into its column, with the levels by which readers put it together.

use mycelium_wire::reflect::Member;
use mycelium_wire::value::Value;

use super::column::{Cell, Level};
use super::columns::{Columns, Refused};
use super::shape::{Leaf, Shape};

/// Puts a value into its columns.
pub(super) fn put(
    shape: &Shape<'_>,
    value: &Value,
    level: Level,
    columns: &mut Columns,
) -> Result<(), Refused> {
    match (shape, value) {
        (Shape::Leaf { column, leaf }, value) => {
            let cell = leaf.cell(value).ok_or(Refused::OtherType)?;
            columns.push(*column, cell, level)
        }
        (Shape::Group(shapes), Value::Fields(values) | Value::Items(values)) => {
            if shapes.len() != values.len() {
                return Err(Refused::OtherType);
            }
            let mut parts = shapes.iter().zip(values);
            parts.try_for_each(|(shape, value)| put(shape, value, level, columns))
        }
        (Shape::Optional(inner), Value::Absent) => put_absent(inner, level, columns),
        (Shape::Optional(inner), value) => put(inner, value, level.deeper(), columns),
        (Shape::List { item, repetition }, Value::Items(values)) => {
            if values.is_empty() {
                return put_absent(item, level, columns);
            }
            let mut levels = level.of_items(*repetition);
            values.iter().try_for_each(|value| put(item, value, levels(), columns))
        }
        (Shape::Flags { column, members, repetition }, Value::Int(bits)) => {
            put_flags(*column, members, *bits, level.of_items(*repetition), level, columns)
        }
        (Shape::Union { arms, unknown }, value) => put_arm(arms, unknown, value, level, columns),
        _ => Err(Refused::OtherType),
    }
}

impl Level {
    /// Of something optional or repeated that is there.
    fn deeper(self) -> Self {
        Self { definition: self.definition + 1, ..self }
    }

    /// Of the items of a list, one after the other: all but the first go on with this list.
    fn of_items(self, repetition: i16) -> impl FnMut() -> Self {
        let mut next = self.deeper();
        move || {
            let now = next;
            next.repetition = repetition;
            now
        }
    }
}

fn put_flags(
    column: usize,
    members: &[Member<'_>],
    bits: i128,
    mut levels: impl FnMut() -> Level,
    level: Level,
    columns: &mut Columns,
) -> Result<(), Refused> {
    let mut rest = bits;
    let mut names = Vec::new();
    for member in members {
        let bit = u32::try_from(member.value).ok().and_then(|bit| 1_i128.checked_shl(bit));
        let bit = bit.ok_or(Refused::OtherType)?;
        if rest & bit != 0 {
            rest &= !bit;
            names.push(member.name.to_owned());
        }
    }
    if rest != 0 {
        names.push(rest.to_string());
    }
    if names.is_empty() {
        return columns.push_absent(column, level);
    }
    names
        .into_iter()
        .try_for_each(|name| columns.push(column, Cell::Bytes(name.into_bytes()), levels()))
}

fn put_arm(
    arms: &[(u16, Shape<'_>)],
    unknown: &Option<[usize; 2]>,
    value: &Value,
    level: Level,
    columns: &mut Columns,
) -> Result<(), Refused> {
    for (tag, shape) in arms {
        match value {
            Value::Arm { tag: found, value } if found == tag => {
                put(shape, value, level.deeper(), columns)?;
            }
            _ => put_absent(shape, level, columns)?,
        }
    }
    match (value, unknown) {
        (Value::UnknownArm { tag, payload }, Some([tag_column, payload_column])) => {
            let level = level.deeper();
            columns.push(*tag_column, Cell::Int32(*tag as i32), level)?;
            columns.push(*payload_column, Cell::Bytes(payload.clone()), level)
        }
        (Value::Arm { .. }, None) => Ok(()),
        (Value::Arm { .. }, Some(unknown)) => {
            unknown.iter().try_for_each(|column| columns.push_absent(*column, level))
        }
        _ => Err(Refused::OtherType),
    }
}

/// Puts into every column below that something above it is not there.
fn put_absent(shape: &Shape<'_>, level: Level, columns: &mut Columns) -> Result<(), Refused> {
    match shape {
        Shape::Leaf { column, .. } | Shape::Flags { column, .. } => {
            columns.push_absent(*column, level)
        }
        Shape::Optional(inner) => put_absent(inner, level, columns),
        Shape::List { item, .. } => put_absent(item, level, columns),
        Shape::Group(shapes) => {
            shapes.iter().try_for_each(|shape| put_absent(shape, level, columns))
        }
        Shape::Union { arms, unknown } => {
            let mut unknown = unknown.iter().flatten();
            unknown.try_for_each(|column| columns.push_absent(*column, level))?;
            arms.iter().try_for_each(|(_, shape)| put_absent(shape, level, columns))
        }
    }
}

/// A single value of a column of its own.
pub(super) fn put_plain(
    column: usize,
    leaf: Leaf<'_>,
    value: &Value,
    columns: &mut Columns,
) -> Result<(), Refused> {
    put(&Shape::Leaf { column, leaf }, value, Level::default(), columns)
}

//! The exact size of what a value has in the tail, before anything is written.

use pyo3::prelude::*;

use crate::encode::{octets_of, sorted_pairs, unknown_arm};
use crate::given;
use crate::items::Items;
use crate::object::{self, Object, Outcome, Raised};
use crate::packed::Packed;
use crate::plan::{
    Arms, Field, Form, Kind, PAYLOAD_ALIGN, PREFIX_SIZE, Record, align_up, pair_form,
};

/// Passes what the fields of a record have in the tail.
pub(crate) fn record(record: &Record, value: &Object<'_>, end: &mut usize) -> Outcome<()> {
    if let Some(instance) = record.layout.instance(value) {
        for (index, field) in record.fields.iter().enumerate() {
            if !field.form.is_fixed {
                form(&field.form, &instance.get(index).ok_or(Raised)?, end)?;
            }
        }
        return Ok(());
    }
    let items = record_items(record, value)?;
    for (index, field) in record.fields.iter().enumerate() {
        if !field.form.is_fixed {
            form(field.public(), &items.get(index)?, end)?;
        }
    }
    Ok(())
}

/// The values of a struct that is given as a tuple.
pub(crate) fn record_items<'py>(record: &Record, value: &Object<'py>) -> Outcome<Items<'py>> {
    let items = Items::of_tuple(value).filter(|items| items.len() == record.fields.len());
    items.ok_or(Raised)
}

/// Passes what the values of a message's fields, given one by one, have in the tail.
pub(crate) fn values<'py>(
    fields: &[Field],
    values: &[Object<'py>],
    end: &mut usize,
) -> Outcome<()> {
    for (field, value) in fields.iter().zip(values) {
        let public = field.public();
        if !public.is_fixed {
            form(public, value, end)?;
        }
    }
    Ok(())
}

/// Passes what a value has in the tail.
pub(crate) fn form(form: &Form, value: &Object<'_>, end: &mut usize) -> Outcome<()> {
    if form.is_fixed {
        return Ok(());
    }
    match &form.kind {
        Kind::Text => *end += given::utf8_of(value)?.len(),
        Kind::Octets => *end += octets_of(value, |data| Ok(data.len()))?,
        Kind::List(item) => list(item, value, end)?,
        Kind::Map(parts) => {
            let pairs = sorted_pairs(value)?;
            let (size, align) = pair_form(parts);
            if pairs.len() > 0 {
                *end = align_up(*end, align) + pairs.len() * size;
            }
            each(&pairs, |pair| self::parts(parts, pair, end))?;
        }
        Kind::Tuple(parts) => self::parts(parts, value, end)?,
        Kind::Array { item, .. } | Kind::BoundedList { item, .. } => {
            each(&Items::of(value, item)?, |one| self::form(item, one, end))?;
        }
        Kind::Optional { .. } if value.is_none() => {}
        Kind::Optional { item, .. } => self::form(item, value, end)?,
        Kind::Struct(record) => self::record(record, value, end)?,
        Kind::Message(record) => embed(end, record.room(), |inner| message(record, value, inner))?,
        Kind::OpenUnion(arms) => open_union(arms, value, end)?,
        Kind::ClosedUnion { arms, .. } => {
            let (arm, inner) = arms.arm_of(value)?;
            self::form(&arm.form, &inner, end)?;
        }
        _ => {}
    }
    Ok(())
}

/// Passes what a message, of its very class, has in its own tail.
pub(crate) fn message(record: &Record, value: &Object<'_>, end: &mut usize) -> Outcome<()> {
    record.layout.instance(value).ok_or(Raised)?;
    self::record(record, value, end)
}

fn list(item: &Form, value: &Object<'_>, end: &mut usize) -> Outcome<()> {
    let (count, items) = match Packed::bytes_for(value, item)? {
        Some(data) => (data.len()? / item.size, None),
        None => {
            let items = Items::of(value, item)?;
            (items.len(), Some(items))
        }
    };
    if count > 0 {
        *end = align_up(*end, item.align) + count * item.size;
    }
    match items {
        Some(items) if !item.is_fixed => each(&items, |one| form(item, one, end)),
        _ => Ok(()),
    }
}

fn parts(parts: &[crate::plan::Part], value: &Object<'_>, end: &mut usize) -> Outcome<()> {
    let items = Items::of_sequence(value).ok_or(Raised)?;
    for (index, part) in parts.iter().enumerate() {
        form(&part.form, &items.get(index)?, end)?;
    }
    Ok(())
}

fn each<'py>(
    items: &Items<'py>,
    mut measure: impl FnMut(&Object<'py>) -> Outcome<()>,
) -> Outcome<()> {
    (0..items.len()).try_for_each(|index| measure(&items.get(index)?))
}

fn open_union(arms: &Arms, value: &Object<'_>, end: &mut usize) -> Outcome<()> {
    if let Some((_, payload)) = unknown_arm(arms, value)? {
        *end = align_up(*end, PAYLOAD_ALIGN) + object::bytes_of(&payload).ok_or(Raised)?.len();
        return Ok(());
    }
    let (arm, inner) = arms.arm_of(value)?;
    if let Kind::Message(record) = &arm.form.kind {
        return embed(end, record.room(), |tail| message(record, &inner, tail));
    }
    embed(end, align_up(arm.form.size, PAYLOAD_ALIGN), |tail| form(&arm.form, &inner, tail))
}

/// Passes an embedded payload: prefix, block, and a tail of its own.
fn embed(
    end: &mut usize,
    room: usize,
    measure: impl FnOnce(&mut usize) -> Outcome<()>,
) -> Outcome<()> {
    let mut tail = 0;
    measure(&mut tail)?;
    *end = align_up(*end, PAYLOAD_ALIGN) + PREFIX_SIZE + room + align_up(tail, PAYLOAD_ALIGN);
    Ok(())
}

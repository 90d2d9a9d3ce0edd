//! Checks a payload without making objects of it: what a view does once.
//!
//! Refuses what [`decode`](crate::decode) refuses, with the same errors.

use crate::object::Outcome;
use crate::plan::{EnumPlan, Field, Form, Kind, Record};
use crate::reference::{Payload, Reader, reference_at};
use crate::refuse;

/// Checks a message's payload, whose block may be older or newer.
pub(crate) fn message<'a>(
    reader: &mut Reader<'a, '_>,
    record: &'a Record,
    payload: Payload,
) -> Outcome<()> {
    for field in &record.fields {
        if payload.block >= field.end() {
            reader.check_field(field, payload.at)?;
        } else {
            reader.field_if_sent(field, payload)?;
        }
    }
    reader.finish(payload.block, record.block)
}

impl<'a> Reader<'a, '_> {
    #[inline]
    fn check_field(&mut self, field: &'a Field, at: usize) -> Outcome<()> {
        if field.constraint.is_some() {
            return self.field(field, at).map(drop);
        }
        if field.form.is_plain {
            return Ok(());
        }
        let outer = self.stand_at(&field.place);
        self.check(&field.form, at + field.offset)?;
        self.stand_back(outer);
        Ok(())
    }

    fn check(&mut self, form: &'a Form, at: usize) -> Outcome<()> {
        if form.is_plain {
            return Ok(());
        }
        match &form.kind {
            Kind::BoundedText { bound, count, .. } => {
                let data = self.bounded(*bound, *count, at)?;
                self.check_text(data, at + count.size())
            }
            Kind::BoundedOctets { bound, count } => self.bounded(*bound, *count, at).map(drop),
            Kind::Enum(plan) => self.check_member(plan, at),
            Kind::Bool => self.truth(at).map(drop),
            Kind::Struct(record) => {
                record.fields.iter().try_for_each(|field| self.check_field(field, at))
            }
            Kind::Tuple(parts) => {
                parts.iter().try_for_each(|part| self.check(&part.form, at + part.offset))
            }
            Kind::Array { item, length } => self.check_items(item, at, *length),
            Kind::BoundedList { item, bound, count, items_offset } => {
                let found = self.count(*bound, *count, at)?;
                self.check_items(item, at + items_offset, found)
            }
            Kind::Optional { item, value_offset } if !form.is_reference() => {
                match self.presence(at)? {
                    true => self.check(item, at + value_offset),
                    false => Ok(()),
                }
            }
            Kind::Text => {
                let reference = reference_at(self.buf, at);
                let start = self.next(at, reference, 1, 1)?;
                self.check_text(self.run(start, reference.1), at)
            }
            Kind::Octets => self.next(at, reference_at(self.buf, at), 1, 1).map(drop),
            Kind::List(item) => {
                let reference = reference_at(self.buf, at);
                let start = self.next(at, reference, item.size, item.align)?;
                self.check_items(item, start, reference.1)
            }
            Kind::Message(record) => {
                let payload = self.embedded(at, reference_at(self.buf, at))?;
                message(&mut self.within(payload, &record.name), record, payload)
            }
            // Rare and rich: maps, unions, what may be absent from the tail.
            _ => self.form(form, at).map(drop),
        }
    }

    fn check_items(&mut self, item: &'a Form, at: usize, count: usize) -> Outcome<()> {
        if item.is_plain {
            return Ok(());
        }
        (0..count).try_for_each(|index| self.check(item, at + index * item.size))
    }

    fn check_text(&self, data: &[u8], at: usize) -> Outcome<()> {
        match std::str::from_utf8(data) {
            Ok(_) => Ok(()),
            Err(_) => refuse::utf8(self.py, at, self.place),
        }
    }

    fn check_member(&mut self, plan: &'a EnumPlan, at: usize) -> Outcome<()> {
        if plan.is_open {
            return Ok(());
        }
        let small = plan.number.load(self.buf, at);
        let known = usize::try_from(small).ok().and_then(|number| plan.small.get(number));
        if matches!(known, Some(Some(_))) {
            return Ok(());
        }
        self.member(plan, at).map(drop)
    }
}

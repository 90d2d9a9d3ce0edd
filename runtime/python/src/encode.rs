//! Values into bytes: straight stores into memory of the exact size.
//!
//! Errors here are not worded: the interpreter's indicator may or may not be set, and the caller asks
//! Python what is wrong with the value.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::given;
use crate::items::{Items, Tuple};
use crate::measure::record_items;
use crate::object::{self, Object, Outcome, Raised};
use crate::packed::Packed;
use crate::plan::{
    Arm, Arms, Count, EnumPlan, Field, Form, Kind, PAYLOAD_ALIGN, PREFIX_SIZE, Part, Record,
    align_up, pair_form,
};
use crate::scalar::Number;
use crate::steps::{self, Store};

/// Where a payload is written: its block, and behind it a tail that grows.
pub(crate) struct Writer<'a> {
    buf: &'a mut [u8],
    tail: usize,
    /// Where the next item of the tail may lie, counted from the tail's start.
    position: usize,
}

impl<'a> Writer<'a> {
    /// A writer of a payload whose tail starts at `tail` of the buffer.
    pub(crate) fn new(buf: &'a mut [u8], tail: usize) -> Self {
        Self { buf, tail, position: 0 }
    }

    /// Whether exactly what was measured has been written.
    pub(crate) fn is_full(&self) -> bool {
        self.tail + align_up(self.position, PAYLOAD_ALIGN) == self.buf.len()
    }

    /// The fields of a record whose block lies at `at`.
    #[inline]
    pub(crate) fn record(&mut self, record: &Record, value: &Object<'_>, at: usize) -> Outcome<()> {
        if let Some(instance) = record.layout.instance(value) {
            if record.is_simple {
                return steps::write(&record.steps, &instance, self.into(at, record.block)?);
            }
            return instance.zip(&record.steps, |index, step, value| match step.store {
                Store::Field => self.slot(&record.fields[index], value, at + step.offset),
                _ => step.write(value, self.into(at, record.block)?),
            });
        }
        let items = record_items(record, value)?;
        for (index, field) in record.fields.iter().enumerate() {
            items.with(index, |value| self.public(field, value, at))?;
        }
        Ok(())
    }

    /// What a slot holds, held to what the field is held to.
    fn slot(&mut self, field: &Field, value: &Object<'_>, at: usize) -> Outcome<()> {
        let Some(constraint) = &field.constraint else {
            return self.form(&field.form, value, at);
        };
        // To look may run code of others, which may empty the slot.
        let value = &value.clone();
        keep(constraint.keeps(value)?)?;
        self.form(&field.form, value, at)
    }

    /// The values of a message's fields, given one by one.
    pub(crate) fn values(
        &mut self,
        fields: &[Field],
        values: &[Object<'_>],
        at: usize,
    ) -> Outcome<()> {
        fields.iter().zip(values).try_for_each(|(field, value)| self.public(field, value, at))
    }

    /// A field's value as users give it.
    fn public(&mut self, field: &Field, value: &Object<'_>, at: usize) -> Outcome<()> {
        let public = field.public();
        if field.constraint.is_none() {
            return self.form(public, value, at + field.offset);
        }
        // It is looked at twice, and code of others may run between.
        let value = &value.clone();
        self.form(public, value, at + field.offset)?;
        match &field.constraint {
            Some(_) if field.public.is_some() => {
                let raw = field.form.read_number(value.py(), self.buf, at + field.offset)?;
                keep(field.constraint.as_ref().ok_or(Raised)?.keeps(&raw)?)
            }
            Some(constraint) => keep(constraint.keeps(value)?),
            None => Ok(()),
        }
    }

    fn into(&mut self, at: usize, size: usize) -> Outcome<&mut [u8]> {
        self.buf.get_mut(at..at + size).ok_or(Raised)
    }

    fn number(&mut self, count: Count, at: usize, number: usize) -> Outcome<()> {
        count.write(number, self.buf, at)
    }

    /// A value whose inline form lies at `at`.
    #[inline]
    pub(crate) fn form(&mut self, form: &Form, value: &Object<'_>, at: usize) -> Outcome<()> {
        match &form.kind {
            Kind::Number(number) => number.write(value, self.buf, at),
            Kind::BoundedText { bound, count, .. } => {
                self.bounded(given::utf8_of(value)?, *bound, *count, at)
            }
            Kind::Enum(plan) => self.member(plan, value, at),
            Kind::Bool => {
                self.into(at, 1)?[0] = given::bool_of(value)?.into();
                Ok(())
            }
            // Its fields may run code of others.
            Kind::Struct(record) => self.record(record, &value.clone(), at),
            _ => self.other(form, value, at),
        }
    }

    fn other(&mut self, form: &Form, value: &Object<'_>, at: usize) -> Outcome<()> {
        // From here on code of others may run, and make whoever lends the value let go of it.
        let value = &value.clone();
        match &form.kind {
            Kind::Decimal(decimal) => {
                let mantissa = decimal.mantissa_of.bind(value.py()).call1((value,))?;
                Number::I64.write(&mantissa, self.buf, at)
            }
            Kind::Wide { is_signed } => {
                crate::scalar::write_wide(value, *is_signed, self.into(at, form.size)?)
            }
            Kind::Uuid(class) => {
                keep(value.is_instance(class.bind(value.py()))?)?;
                let bytes = value.getattr(intern!(value.py(), "bytes"))?;
                self.exactly(object::bytes_of(&bytes).ok_or(Raised)?, at, form.size)
            }
            Kind::BoundedOctets { bound, count } => {
                octets_of(value, |data| self.bounded(data, *bound, *count, at))
            }
            Kind::OctetArray => octets_of(value, |data| self.exactly(data, at, form.size)),
            Kind::Array { item, length } => {
                self.inline_items(item, value, at, |count| count == *length).map(drop)
            }
            Kind::BoundedList { item, bound, count, items_offset } => {
                let found =
                    self.inline_items(item, value, at + items_offset, |count| count <= *bound)?;
                self.number(*count, at, found)
            }
            Kind::Tuple(parts) => self.parts(parts, value, at),
            Kind::Optional { item, value_offset } if form.is_reference() => {
                debug_assert_eq!(*value_offset, 0);
                if value.is_none() { Ok(()) } else { self.item(item, value, at, 1) }
            }
            Kind::Optional { item, value_offset } => {
                if value.is_none() {
                    return Ok(());
                }
                self.into(at, 1)?[0] = 1;
                self.form(item, value, at + value_offset)
            }
            Kind::ClosedUnion { arms, count, value_offset } => {
                let (arm, inner) = arms.arm_of(value)?;
                self.number(*count, at, arm.tag as usize)?;
                self.form(&arm.form, &inner, at + value_offset)
            }
            _ => self.item(form, value, at, 0),
        }
    }

    fn exactly(&mut self, data: &[u8], at: usize, size: usize) -> Outcome<()> {
        keep(data.len() == size)?;
        self.into(at, size)?.copy_from_slice(data);
        Ok(())
    }

    fn bounded(&mut self, data: &[u8], bound: usize, count: Count, at: usize) -> Outcome<()> {
        steps::write_bounded(data, bound, count, self.buf, at)
    }

    #[inline(always)]
    fn member(&mut self, plan: &EnumPlan, value: &Object<'_>, at: usize) -> Outcome<()> {
        if plan.is_open || value.get_type_ptr().cast() == plan.class.as_ptr() {
            return plan.number.write(value, self.buf, at);
        }
        // As in `other`.
        let member = plan.class.bind(value.py()).call1((value.clone(),))?;
        plan.number.write(&member, self.buf, at)
    }

    fn inline_items(
        &mut self,
        item: &Form,
        value: &Object<'_>,
        at: usize,
        fits: impl FnOnce(usize) -> bool,
    ) -> Outcome<usize> {
        if let Some(data) = Packed::bytes_for(value, item)? {
            let size = data.len()?;
            keep(fits(size / item.size))?;
            data.copy_to(self.into(at, size)?)?;
            return Ok(size / item.size);
        }
        let items = Items::of(value, item)?;
        let count = items.len();
        keep(fits(count))?;
        self.items(item, &items, count, at)?;
        Ok(count)
    }

    fn items(&mut self, item: &Form, items: &Items<'_>, count: usize, at: usize) -> Outcome<()> {
        match &item.kind {
            Kind::Number(number) => {
                let size = item.size;
                let block = self.into(at, count * size)?;
                let done = if *number == Number::F64 { items.write_floats(block) } else { 0 };
                for (index, into) in block.chunks_exact_mut(size).enumerate().skip(done) {
                    items.with(index, |value| number.write(value, into, 0))?;
                }
                Ok(())
            }
            Kind::Struct(record) if !record.numbers.is_empty() => {
                let size = item.size;
                let block = self.into(at, count * size)?;
                let are_floats = record.is_row && record.is_floats;
                let width = record.numbers.len();
                let done = if are_floats { items.write_rows(width, block) } else { 0 };
                for (index, into) in block.chunks_exact_mut(size).enumerate().skip(done) {
                    if !items.with(index, |value| row(record, value, into))? {
                        let at = at + index * size;
                        return (index..count).try_for_each(|next| {
                            let at = at + (next - index) * size;
                            items.with(next, |value| self.record(record, &value.clone(), at))
                        });
                    }
                }
                Ok(())
            }
            _ => (0..count).try_for_each(|index| {
                items.with(index, |value| self.form(item, value, at + index * item.size))
            }),
        }
    }

    fn parts(&mut self, parts: &[Part], value: &Object<'_>, at: usize) -> Outcome<()> {
        let items = Items::of_sequence(value).ok_or(Raised)?;
        keep(items.len() == parts.len())?;
        for (index, part) in parts.iter().enumerate() {
            self.form(&part.form, &items.get(index)?, at + part.offset)?;
        }
        Ok(())
    }

    /// A value in the tail: writes it, and the reference at `at`. `empty` is where a reference to nothing
    /// points.
    fn item(&mut self, form: &Form, value: &Object<'_>, at: usize, empty: usize) -> Outcome<()> {
        match &form.kind {
            Kind::Text => self.run(given::utf8_of(value)?, at, empty),
            Kind::Octets => octets_of(value, |data| self.run(data, at, empty)),
            Kind::List(item) => self.list(item, value, at, empty),
            Kind::Map(parts) => {
                let pairs = sorted_pairs(value)?;
                let ((size, align), count) = (pair_form(parts), pairs.len());
                let start = self.claim(align, count * size);
                self.refer(at, start, count, empty)?;
                for index in 0..count {
                    self.parts(parts, &pairs.get(index)?, self.tail + start + index * size)?;
                }
                Ok(())
            }
            Kind::Message(record) => {
                record.layout.instance(value).ok_or(Raised)?;
                self.embed(at, record.block, |writer, block| writer.record(record, value, block))
            }
            Kind::OpenUnion(arms) => self.open_union(arms, value, at),
            _ => Err(Raised),
        }
    }

    fn list(&mut self, item: &Form, value: &Object<'_>, at: usize, empty: usize) -> Outcome<()> {
        if let Some(data) = Packed::bytes_for(value, item)? {
            let size = data.len()?;
            let start = self.claim(item.align, size);
            data.copy_to(self.into(self.tail + start, size)?)?;
            return self.refer(at, start, size / item.size, empty);
        }
        let items = Items::of(value, item)?;
        let count = items.len();
        let start = self.claim(item.align, count * item.size);
        self.refer(at, start, count, empty)?;
        self.items(item, &items, count, self.tail + start)
    }

    fn run(&mut self, data: &[u8], at: usize, empty: usize) -> Outcome<()> {
        let start = self.claim(1, data.len());
        self.into(self.tail + start, data.len())?.copy_from_slice(data);
        self.refer(at, start, data.len(), empty)
    }

    /// Takes room in the tail; nothing needs none and is aligned to nothing.
    fn claim(&mut self, align: usize, size: usize) -> usize {
        if size == 0 {
            return self.position;
        }
        let start = align_up(self.position, align);
        self.position = start + size;
        start
    }

    fn refer(&mut self, at: usize, start: usize, count: usize, empty: usize) -> Outcome<()> {
        let start = if count == 0 { empty } else { start };
        self.number(Count::U32, at, start)?;
        self.number(Count::U32, at + 4, count)
    }

    fn open_union(&mut self, arms: &Arms, value: &Object<'_>, at: usize) -> Outcome<()> {
        if let Some((tag, payload)) = unknown_arm(arms, value)? {
            self.number(Count::U32, at, tag as usize)?;
            let data = object::bytes_of(&payload).ok_or(Raised)?;
            let start = self.claim(PAYLOAD_ALIGN, data.len());
            self.into(self.tail + start, data.len())?.copy_from_slice(data);
            return self.refer(at + 4, start, data.len(), 0);
        }
        let (arm, inner) = arms.arm_of(value)?;
        self.number(Count::U32, at, arm.tag as usize)?;
        match &arm.form.kind {
            Kind::Message(_) => self.item(&arm.form, &inner, at + 4, 0),
            _ => self.embed(at + 4, arm.form.size, |writer, block| {
                writer.form(&arm.form, &inner, block)
            }),
        }
    }

    /// A payload of its own: prefix, block, tail.
    fn embed(
        &mut self,
        at: usize,
        block: usize,
        write: impl FnOnce(&mut Writer<'_>, usize) -> Outcome<()>,
    ) -> Outcome<()> {
        let start = align_up(self.position, PAYLOAD_ALIGN);
        let prefix = self.tail + start;
        self.number(Count::U32, prefix, block)?;
        let block_start = prefix + PREFIX_SIZE;
        let tail = block_start + align_up(block, PAYLOAD_ALIGN);
        keep(tail <= self.buf.len())?;
        let mut inner = Writer { buf: &mut *self.buf, tail, position: 0 };
        write(&mut inner, block_start)?;
        let end = tail + align_up(inner.position, PAYLOAD_ALIGN);
        self.position = end - self.tail;
        self.refer(at, start, end - prefix, 0)
    }
}

/// Writes a struct of nothing but numbers; false where the value is given in another form.
#[inline(always)]
fn row(record: &Record, value: &Object<'_>, into: &mut [u8]) -> Outcome<bool> {
    // The list may let go of it while a number is asked for.
    let value = &value.clone();
    if let Some(tuple) = Tuple::of(value) {
        if !record.is_row || tuple.len() != record.numbers.len() {
            return Ok(false);
        }
        for (index, (offset, number)) in record.numbers.iter().enumerate() {
            tuple.with(index, |value| number.write(value, into, *offset))?;
        }
        return Ok(true);
    }
    let Some(instance) = record.layout.instance(value) else {
        return Ok(false);
    };
    instance
        .zip(&record.numbers, |_, (offset, number), value| number.write(value, into, *offset))?;
    Ok(true)
}

fn keep(holds: bool) -> Outcome<()> {
    if holds { Ok(()) } else { Err(Raised) }
}

impl Arms {
    /// The arm that a value is of, and what it holds.
    pub(crate) fn arm_of<'py>(&self, value: &Object<'py>) -> Outcome<(&Arm, Object<'py>)> {
        for arm in &self.arms {
            if let Some(instance) = arm.layout.instance(value) {
                return Ok((arm, instance.get(0).ok_or(Raised)?));
            }
        }
        Err(Raised)
    }
}

/// Tag and payload, where a value is of an arm that this version does not know.
pub(crate) fn unknown_arm<'py>(
    arms: &Arms,
    value: &Object<'py>,
) -> Outcome<Option<(u32, Object<'py>)>> {
    let py = value.py();
    if value.get_type_ptr().cast() != arms.unknown_class.as_ptr() {
        return Ok(None);
    }
    let payload = arms.unknown_payload.bind(py).call1((value, arms.tags.bind(py)))?;
    Ok(Some((value.getattr(intern!(py, "tag"))?.extract()?, payload)))
}

/// Hands the bytes of anything that holds bytes to a function.
pub(crate) fn octets_of<T>(
    value: &Object<'_>,
    take: impl FnOnce(&[u8]) -> Outcome<T>,
) -> Outcome<T> {
    if let Some(data) = object::bytes_of(value) {
        return take(data);
    }
    let bytes = crate::codec::as_bytes(value)?;
    take(object::bytes_of(&bytes).ok_or(Raised)?)
}

/// The pairs of a mapping, ascending by key.
pub(crate) fn sorted_pairs<'py>(value: &Object<'py>) -> Outcome<Items<'py>> {
    let pairs = match value.cast::<PyDict>() {
        Ok(dict) => dict.items(),
        Err(_) => value
            .call_method0(intern!(value.py(), "items"))?
            .try_iter()?
            .collect::<PyResult<Vec<_>>>()
            .and_then(|pairs| pyo3::types::PyList::new(value.py(), pairs))?,
    };
    pairs.sort()?;
    Items::of_sequence(pairs.as_any()).ok_or(Raised)
}

//! Bytes into objects: any bytes at all give a value or a `DecodeError` with the place.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyDictMethods};

use crate::items;
use crate::object::{self, Name, Object, Outcome};
use crate::plan::{Arms, Count, Default, EnumPlan, Field, Form, Kind, Part, Record};
use crate::reference::{Payload, Reader, reference_at};
use crate::refuse;
use crate::scalar::{read_wide, u32_at};

/// A message from its payload, whose block may be older or newer.
#[inline]
pub(crate) fn message<'a, 'py>(
    reader: &mut Reader<'a, 'py>,
    record: &'a Record,
    payload: Payload,
) -> Outcome<Object<'py>> {
    let made = record.layout.make(reader.py)?;
    if payload.block >= record.block {
        for (index, (step, field)) in record.steps.iter().zip(&record.fields).enumerate() {
            let value = match step.number() {
                Some(number) => number.read(reader.py, reader.buf, payload.at + step.offset),
                None => reader.field(field, payload.at),
            };
            made.set(index, value?);
        }
    } else {
        for (index, field) in record.fields.iter().enumerate() {
            made.set(index, reader.field_if_sent(field, payload)?);
        }
    }
    reader.finish(payload.block, record.block)?;
    Ok(made.done())
}

impl<'a, 'py> Reader<'a, 'py> {
    /// A message within this payload.
    fn inner_message(&self, record: &'a Record, payload: Payload) -> Outcome<Object<'py>> {
        message(&mut self.within(payload, &record.name), record, payload)
    }

    /// A field's value; its block lies at `at`.
    #[inline(always)]
    pub(crate) fn field(&mut self, field: &'a Field, at: usize) -> Outcome<Object<'py>> {
        let at = at + field.offset;
        let outer = self.stand_at(&field.place);
        let value = self.form(&field.form, at)?;
        if let Some(constraint) = &field.constraint
            && !constraint.keeps(&value)?
        {
            let found = match &field.public {
                Some(Form { kind: Kind::Decimal(decimal), .. }) => {
                    decimal.decimal_of.bind(self.py).call1((value,))?
                }
                _ => value,
            };
            let arguments = (at, field.place.bind(self.py), constraint.object.bind(self.py), found);
            return Err(refuse::raise(self.py, "constraint", arguments));
        }
        self.stand_back(outer);
        Ok(value)
    }

    /// A field's value, or its default where the sender's block ends before it does.
    pub(crate) fn field_if_sent(
        &mut self,
        field: &'a Field,
        payload: Payload,
    ) -> Outcome<Object<'py>> {
        if payload.block >= field.end() {
            return self.field(field, payload.at);
        }
        match &field.default {
            Default::Shared(value) => Ok(value.bind(self.py).clone()),
            Default::Fresh(fresh) => Ok(fresh.bind(self.py).call_method0("make")?),
            Default::Required => {
                let numbers = (field.end(), payload.block);
                refuse::pair(self.py, "missing", payload.at, &field.place, numbers)
            }
        }
    }

    /// The value whose inline form lies at `at`.
    #[inline]
    pub(crate) fn form(&mut self, form: &'a Form, at: usize) -> Outcome<Object<'py>> {
        match &form.kind {
            Kind::Number(number) => number.read(self.py, self.buf, at),
            Kind::BoundedText { bound, count, texts } => {
                let data = self.bounded(*bound, *count, at)?;
                match texts.get(self.py, data) {
                    Some(text) => Ok(text),
                    None => refuse::utf8(self.py, at + count.size(), self.place),
                }
            }
            Kind::Enum(plan) => self.member(plan, at),
            Kind::Bool => Ok(self
                .truth(at)?
                .into_pyobject(self.py)
                .map(|b| b.to_owned().into_any())
                .map_err(PyErr::from)?),
            Kind::Struct(record) => self.record(record, at),
            _ => self.other(form, at),
        }
    }

    fn other(&mut self, form: &'a Form, at: usize) -> Outcome<Object<'py>> {
        let py = self.py;
        match &form.kind {
            Kind::Decimal(decimal) => {
                let mantissa = i64::from_le_bytes(crate::scalar::take(self.buf, at));
                Ok(decimal.decimal_of.bind(py).call1((mantissa,))?)
            }
            Kind::Wide { is_signed } => read_wide(py, self.run(at, form.size), *is_signed),
            Kind::Uuid(_) => {
                let data = object::octets(py, self.run(at, form.size))?;
                Ok(crate::codec::uuid_of(&data)?)
            }
            Kind::BoundedOctets { bound, count } => {
                object::octets(py, self.bounded(*bound, *count, at)?)
            }
            Kind::OctetArray => object::octets(py, self.run(at, form.size)),
            Kind::Array { item, length } => self.items(item, at, *length),
            Kind::BoundedList { item, bound, count, items_offset } => {
                let found = self.count(*bound, *count, at)?;
                self.items(item, at + items_offset, found)
            }
            Kind::Tuple(parts) => self.parts(parts, at),
            Kind::Optional { item, .. } if form.is_reference() => self.optional_reference(item, at),
            Kind::Optional { item, value_offset } => match self.presence(at)? {
                true => self.form(item, at + value_offset),
                false => Ok(py.None().into_bound(py)),
            },
            Kind::ClosedUnion { arms, count, value_offset } => {
                let tag = count.read(self.buf, at);
                match arms.arms.iter().find(|arm| arm.tag as usize == tag) {
                    Some(arm) => {
                        let made = arm.layout.make(py)?;
                        made.set(0, self.form(&arm.form, at + value_offset)?);
                        Ok(made.done())
                    }
                    None => refuse::value(py, "tag", at, self.place, tag as i128),
                }
            }
            Kind::OpenUnion(_) => {
                let tag = u32_at(self.buf, at);
                self.item(form, at + 4, reference_at(self.buf, at + 4), tag)
            }
            _ => self.item(form, at, reference_at(self.buf, at), 0),
        }
    }

    fn record(&mut self, record: &'a Record, at: usize) -> Outcome<Object<'py>> {
        let made = record.layout.make(self.py)?;
        for (index, field) in record.fields.iter().enumerate() {
            made.set(index, self.field(field, at)?);
        }
        Ok(made.done())
    }

    pub(crate) fn truth(&self, at: usize) -> Outcome<bool> {
        match self.buf[at] {
            byte @ 0..=1 => Ok(byte == 1),
            byte => refuse::value(self.py, "bool", at, self.place, byte.into()),
        }
    }

    pub(crate) fn presence(&self, at: usize) -> Outcome<bool> {
        match self.buf[at] {
            byte @ 0..=1 => Ok(byte == 1),
            byte => refuse::value(self.py, "presence", at, self.place, byte.into()),
        }
    }

    #[inline(always)]
    pub(crate) fn count(&self, bound: usize, count: Count, at: usize) -> Outcome<usize> {
        let found = count.read(self.buf, at);
        if found > bound {
            return refuse::pair(self.py, "count", at, self.place, (bound, found));
        }
        Ok(found)
    }

    #[inline(always)]
    pub(crate) fn bounded(&self, bound: usize, count: Count, at: usize) -> Outcome<&'a [u8]> {
        let found = self.count(bound, count, at)?;
        Ok(self.run(at + count.size(), found))
    }

    #[inline(always)]
    fn text(&self, data: &[u8], at: usize) -> Outcome<Object<'py>> {
        match object::text(self.py, data) {
            Some(text) => Ok(text),
            None => refuse::utf8(self.py, at, self.place),
        }
    }

    #[inline(always)]
    pub(crate) fn member(&self, plan: &'a EnumPlan, at: usize) -> Outcome<Object<'py>> {
        let py = self.py;
        let number = plan.number.load(self.buf, at);
        let small = usize::try_from(number).ok().and_then(|number| plan.small.get(number));
        if let Some(Some(member)) = small {
            return Ok(member.bind(py).clone());
        }
        self.rare_member(plan, number, at)
    }

    #[cold]
    fn rare_member(&self, plan: &'a EnumPlan, number: i128, at: usize) -> Outcome<Object<'py>> {
        let py = self.py;
        let Ok(key) = number.into_pyobject(py);
        let members = plan.members.bind(py).cast::<PyDict>().map_err(PyErr::from)?;
        if let Some(member) = members.get_item(&key)? {
            return Ok(member);
        }
        if !plan.is_open {
            return refuse::value(py, "enum", at, self.place, number);
        }
        Ok(plan.unknown.bind(py).call1((key,))?)
    }

    /// So many items side by side.
    pub(crate) fn items(
        &mut self,
        item: &'a Form,
        at: usize,
        count: usize,
    ) -> Outcome<Object<'py>> {
        let py = self.py;
        let (buf, size) = (self.buf, item.size);
        match &item.kind {
            Kind::Number(number) => {
                let data = self.run(at, count * size);
                items::list(py, count, |index| number.read(py, data, index * size))
            }
            _ => {
                debug_assert!(at + count * size <= buf.len());
                items::list(py, count, |index| self.form(item, at + index * size))
            }
        }
    }

    fn parts(&mut self, parts: &'a [Part], at: usize) -> Outcome<Object<'py>> {
        items::tuple(self.py, parts.len(), |index| {
            self.form(&parts[index].form, at + parts[index].offset)
        })
    }

    fn optional_reference(&mut self, item: &'a Form, at: usize) -> Outcome<Object<'py>> {
        let is_union = matches!(item.kind, Kind::OpenUnion(_));
        let (tag, at) = if is_union { (u32_at(self.buf, at), at + 4) } else { (0, at) };
        let mut reference = reference_at(self.buf, at);
        if reference == (0, 0) && tag == 0 {
            return Ok(self.py.None().into_bound(self.py));
        }
        let may_be_empty =
            matches!(item.kind, Kind::Text | Kind::Octets | Kind::List(_) | Kind::Map(_));
        if may_be_empty && reference == (1, 0) {
            reference = (0, 0);
        }
        self.item(item, at, reference, tag)
    }

    /// An item of the tail, by the reference at `at`.
    fn item(
        &mut self,
        form: &'a Form,
        at: usize,
        reference: (usize, usize),
        tag: u32,
    ) -> Outcome<Object<'py>> {
        let count = reference.1;
        match &form.kind {
            Kind::Text => {
                let start = self.next(at, reference, 1, 1)?;
                self.text(self.run(start, count), at)
            }
            Kind::Octets => {
                let start = self.next(at, reference, 1, 1)?;
                object::octets(self.py, self.run(start, count))
            }
            Kind::List(item) => {
                let start = self.next(at, reference, item.size, item.align)?;
                self.items(item, start, count)
            }
            Kind::Map(parts) => self.pairs(parts, at, reference),
            Kind::Message(record) => {
                let payload = self.embedded(at, reference)?;
                self.inner_message(record, payload)
            }
            Kind::OpenUnion(arms) => self.open_union(arms, at, reference, tag),
            _ => unreachable!("only references have items in the tail"),
        }
    }

    fn pairs(
        &mut self,
        parts: &'a [Part],
        at: usize,
        reference: (usize, usize),
    ) -> Outcome<Object<'py>> {
        let (size, align) = crate::plan::pair_form(parts);
        let start = self.next(at, reference, size, align)?;
        let pairs = PyDict::new(self.py);
        let mut last: Option<Object<'py>> = None;
        for index in 0..reference.1 {
            let at = start + index * size;
            let key = self.form(&parts[0].form, at + parts[0].offset)?;
            let value = self.form(&parts[1].form, at + parts[1].offset)?;
            if let Some(last) = &last
                && !last.lt(&key)?
            {
                return Err(refuse::raise(self.py, "key_order", (at, self.place.bind(self.py))));
            }
            pairs.set_item(&key, value)?;
            last = Some(key);
        }
        Ok(pairs.into_any())
    }

    fn open_union(
        &mut self,
        arms: &'a Arms,
        at: usize,
        reference: (usize, usize),
        tag: u32,
    ) -> Outcome<Object<'py>> {
        let py = self.py;
        if tag == 0 {
            return refuse::value(py, "tag", at, self.place, 0);
        }
        let payload = self.embedded(at, reference)?;
        let Some(arm) = arms.arms.iter().find(|arm| arm.tag == tag) else {
            let start = payload.at - crate::plan::PREFIX_SIZE;
            let data = object::octets(py, self.run(start, payload.end - start))?;
            return Ok(arms.unknown_class.bind(py).call1((tag, data))?);
        };
        let made = arm.layout.make(py)?;
        let value = match &arm.form.kind {
            Kind::Message(record) => self.inner_message(record, payload)?,
            _ => self.payload(&arm.form, payload)?,
        };
        made.set(0, value);
        Ok(made.done())
    }

    /// A value that is no message from a payload of its own.
    fn payload(&mut self, form: &'a Form, payload: Payload) -> Outcome<Object<'py>> {
        if payload.block < form.size {
            let numbers = (form.size, payload.block);
            return refuse::pair(self.py, "missing", payload.at, self.place, numbers);
        }
        let mut inner = self.within(payload, self.place);
        let value = inner.form(form, payload.at)?;
        inner.finish(payload.block, form.size)?;
        Ok(value)
    }

    /// Names the field that is read now; gives the one that was.
    #[inline(always)]
    pub(crate) fn stand_at(&mut self, place: &'a Name) -> &'a Name {
        std::mem::replace(&mut self.place, place)
    }

    #[inline(always)]
    pub(crate) fn stand_back(&mut self, outer: &'a Name) {
        self.place = outer;
    }
}

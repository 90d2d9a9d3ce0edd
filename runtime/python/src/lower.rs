//! From the nodes of `mycelium._codec.types` to a plan. Each class's record is made once.

use std::sync::Arc;

use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyFrozenSet, PyString, PyType};

use crate::codec::Codec;
use crate::constraint::Constraint;
use crate::object::{Layout, Object};
use crate::plan::{
    Arm, Arms, Count, Decimal, Default, EnumPlan, Field, Form, HEADER_SIZE, Kind, PAYLOAD_ALIGN,
    Part, Record, align_up,
};
use crate::scalar::Number;
use crate::steps::{Step, Store};
use crate::texts::Texts;

/// Members with numbers below this stand in a table.
const SMALL: usize = 256;

/// The record of a message or struct; kept in the class.
pub(crate) fn record_of(class: &Object<'_>) -> PyResult<Arc<Record>> {
    let py = class.py();
    let name = intern!(py, "_CODEC_");
    if let Ok(kept) = class.cast::<PyType>()?.as_any().getattr("__dict__")?.get_item(name) {
        return Ok(kept.cast::<Codec>()?.get().record().clone());
    }
    let record = Arc::new(make_record(class)?);
    class.setattr(name, Codec::new(record.clone()))?;
    Ok(record)
}

fn make_record(class: &Object<'_>) -> PyResult<Record> {
    let nodes: Vec<Object<'_>> = class.getattr("FIELDS")?.extract()?;
    let fields = nodes.iter().map(make_field).collect::<PyResult<Vec<_>>>()?;
    let slots: Vec<String> =
        nodes.iter().map(|node| node.getattr("slot")?.extract()).collect::<PyResult<_>>()?;
    let type_id = match class.getattr_opt("TYPE_ID")? {
        Some(id) => id.extract()?,
        None => 0,
    };
    let block = class.getattr("BLOCK")?.extract()?;
    let numbers = numbers_of(&fields);
    let steps: Vec<_> = fields.iter().map(Step::of).collect();
    Ok(Record {
        class: class.clone().unbind(),
        layout: Layout::find(class.cast::<PyType>()?, &slots)?,
        name: class.getattr("NAME")?.cast_into::<PyString>()?.unbind(),
        type_id,
        block,
        blank: blank(type_id, block),
        is_simple: !steps.iter().any(|step| matches!(step.store, Store::Field)),
        steps,
        is_fixed: fields.iter().all(|field| field.form.is_fixed),
        is_row: fields.iter().all(|field| field.public.is_none()),
        is_floats: are_floats(&numbers),
        numbers,
        fields,
    })
}

fn numbers_of(fields: &[Field]) -> Vec<(usize, Number)> {
    let number = |field: &Field| match (&field.form.kind, &field.constraint) {
        (Kind::Number(number), None) => Some((field.offset, *number)),
        _ => None,
    };
    fields.iter().map(number).collect::<Option<_>>().unwrap_or_default()
}

fn are_floats(numbers: &[(usize, Number)]) -> bool {
    let mut places = numbers.iter().enumerate();
    places.all(|(index, place)| *place == (index * size_of::<f64>(), Number::F64))
}

/// Of a message; a struct has no frames.
fn blank(type_id: u16, block: usize) -> Box<[u8]> {
    let room = align_up(block, PAYLOAD_ALIGN);
    let mut blank = vec![0; HEADER_SIZE + room];
    blank[0..4].copy_from_slice(&(room as u32).to_le_bytes());
    blank[4..6].copy_from_slice(&type_id.to_le_bytes());
    blank[8..12].copy_from_slice(&(block as u32).to_le_bytes());
    blank.into()
}

fn make_field(node: &Object<'_>) -> PyResult<Field> {
    let py = node.py();
    let raw = node.getattr("raw_type")?;
    let public = node.getattr("type")?;
    let form = form_of(&raw)?;
    let is_raw = !raw.is(&public);
    let held_to = node.getattr("constraint")?;
    let constraint =
        if held_to.is_none() { None } else { Some(Constraint::new(&held_to, &form, is_raw)?) };
    let default = node.getattr("raw_default")?;
    let fresh = PyModule::import(py, "mycelium._codec.default")?.getattr("Fresh")?;
    let default = if node.getattr("is_required")?.extract()? {
        Default::Required
    } else if default.is_instance(&fresh)? {
        Default::Fresh(default.unbind())
    } else {
        Default::Shared(default.unbind())
    };
    Ok(Field {
        offset: node.getattr("offset")?.extract()?,
        form,
        public: if is_raw { Some(form_of(&public)?) } else { None },
        constraint,
        place: node.getattr("place")?.cast_into::<PyString>()?.unbind(),
        default,
        item_dtype: PyOnceLock::new(),
    })
}

/// The form of a type's node.
pub(crate) fn form_of(node: &Object<'_>) -> PyResult<Form> {
    let kind = kind_of(node)?;
    let is_fixed = node.getattr("is_fixed")?.extract()?;
    let size = node.getattr("size")?.extract()?;
    Ok(Form {
        is_plain: is_fixed && is_plain(&kind),
        is_dense: is_dense(&kind, size),
        kind,
        size,
        align: node.getattr("align")?.extract()?,
        is_fixed,
        dtype: PyOnceLock::new(),
    })
}

fn is_plain(kind: &Kind) -> bool {
    match kind {
        Kind::Number(_)
        | Kind::Decimal(_)
        | Kind::Wide { .. }
        | Kind::Uuid(_)
        | Kind::OctetArray => true,
        Kind::Enum(plan) => plan.is_open,
        Kind::Array { item, .. } => item.is_plain,
        Kind::Tuple(parts) => parts.iter().all(|part| part.form.is_plain),
        Kind::Struct(record) => {
            record.fields.iter().all(|field| field.form.is_plain && field.constraint.is_none())
        }
        _ => false,
    }
}

fn is_dense(kind: &Kind, size: usize) -> bool {
    match kind {
        Kind::Number(_)
        | Kind::Bool
        | Kind::Decimal(_)
        | Kind::Wide { .. }
        | Kind::Uuid(_)
        | Kind::Enum(_)
        | Kind::OctetArray => true,
        Kind::Array { item, .. } => item.is_dense,
        Kind::Tuple(parts) => fill(parts.iter().map(|part| (part.offset, &part.form)), size),
        Kind::Struct(record) => {
            fill(record.fields.iter().map(|field| (field.offset, &field.form)), size)
        }
        _ => false,
    }
}

/// Whether the parts lie one right behind the other, up to the end.
fn fill<'a>(mut parts: impl Iterator<Item = (usize, &'a Form)>, size: usize) -> bool {
    let end = parts.try_fold(0, |end, (offset, form)| {
        (offset == end && form.is_dense).then_some(offset + form.size)
    });
    end == Some(size)
}

fn kind_of(node: &Object<'_>) -> PyResult<Kind> {
    let number = |name| node.getattr(name)?.extract::<usize>();
    let item = || form_of(&node.getattr("item")?).map(Arc::new);
    let class_name = node.get_type().name()?;
    Ok(match class_name.to_str()? {
        "Int" | "Float" => Kind::Number(number_of(node)?),
        "Bool" => Kind::Bool,
        "Decimal" => Kind::Decimal(decimal_of(node)?),
        "Wide" => Kind::Wide { is_signed: node.getattr("signed")?.extract()? },
        "Uuid" => Kind::Uuid(PyModule::import(node.py(), "uuid")?.getattr("UUID")?.unbind()),
        "Enum" => Kind::Enum(enum_of(node)?),
        "BoundedText" => {
            let bound = number("bound")?;
            Kind::BoundedText { bound, count: Count::of_bound(bound), texts: Texts::new() }
        }
        "BoundedOctets" => {
            let bound = number("bound")?;
            Kind::BoundedOctets { bound, count: Count::of_bound(bound) }
        }
        "Text" => Kind::Text,
        "Octets" => Kind::Octets,
        "OctetArray" => Kind::OctetArray,
        "Array" => Kind::Array { item: item()?, length: number("length")? },
        "BoundedList" => {
            let bound = number("bound")?;
            let items_offset = number("items_offset")?;
            Kind::BoundedList { item: item()?, bound, count: Count::of_bound(bound), items_offset }
        }
        "List" => Kind::List(item()?),
        "Tuple" => Kind::Tuple(parts_of(node)?),
        "Map" => Kind::Map(parts_of(&node.getattr("item")?)?),
        "Optional" => Kind::Optional {
            item: Box::new(form_of(&node.getattr("item")?)?),
            value_offset: number("value_offset")?,
        },
        "Struct" => Kind::Struct(record_of(&node.getattr("cls")?)?),
        "Message" => Kind::Message(record_of(&node.getattr("cls")?)?),
        "OpenUnion" => Kind::OpenUnion(arms_of(node)?),
        "ClosedUnion" => Kind::ClosedUnion {
            arms: arms_of(node)?,
            count: Count::of_code(node.getattr("tag_code")?.extract()?),
            value_offset: number("value_offset")?,
        },
        other => return Err(PyTypeError::new_err(format!("the core knows no type {other}"))),
    })
}

fn number_of(node: &Object<'_>) -> PyResult<Number> {
    Number::of_code(node.getattr("code")?.extract()?)
}

fn decimal_of(node: &Object<'_>) -> PyResult<Decimal> {
    let values = PyModule::import(node.py(), "mycelium._codec.values")?;
    let scale = node.getattr("scale")?;
    Ok(Decimal {
        mantissa_of: values.call_method1("mantissa_of", (&scale,))?.unbind(),
        decimal_of: values.call_method1("decimal_of", (&scale,))?.unbind(),
    })
}

fn enum_of(node: &Object<'_>) -> PyResult<EnumPlan> {
    let py = node.py();
    let enums = PyModule::import(py, "mycelium._codec.enums")?;
    let (members, unknown): (Bound<'_, PyDict>, Object<'_>) =
        enums.call_method1("members_of", (node,))?.extract()?;
    let mut small = Vec::new();
    for (number, member) in members.iter() {
        if let Ok(number @ 0..SMALL) = number.extract::<usize>() {
            small.resize_with(small.len().max(number + 1), || None);
            small[number] = Some(member.unbind());
        }
    }
    Ok(EnumPlan {
        class: node.getattr("cls")?.unbind(),
        number: number_of(&node.getattr("repr")?)?,
        is_open: node.getattr("is_open")?.extract()?,
        small,
        members: members.into_any().unbind(),
        unknown: unknown.unbind(),
    })
}

fn parts_of(tuple: &Object<'_>) -> PyResult<Vec<Part>> {
    let items: Vec<Object<'_>> = tuple.getattr("items")?.extract()?;
    let offsets: Vec<usize> = tuple.getattr("offsets")?.extract()?;
    let forms = items.iter().map(form_of);
    forms.zip(offsets).map(|(form, offset)| Ok(Part { offset, form: form? })).collect()
}

fn arms_of(node: &Object<'_>) -> PyResult<Arms> {
    let py = node.py();
    let unions = PyModule::import(py, "mycelium._codec.unions")?;
    let values = PyModule::import(py, "mycelium._codec.values")?;
    let mut arms = Vec::new();
    for arm in node.getattr("arms")?.try_iter()? {
        let arm = arm?;
        arms.push(Arm {
            tag: arm.getattr("tag")?.extract()?,
            layout: Layout::find(arm.getattr("cls")?.cast::<PyType>()?, &["value".to_owned()])?,
            form: form_of(&arm.getattr("type")?)?,
        });
    }
    let tags = PyFrozenSet::new(py, arms.iter().map(|arm| arm.tag))?;
    Ok(Arms {
        arms,
        tags: tags.into_any().unbind(),
        unknown_class: unions.getattr("UnknownArm")?.unbind(),
        unknown_payload: values.getattr("unknown_arm_payload")?.unbind(),
    })
}

//! Fields of a view: each reads the frame when it is asked for.

use pyo3::exceptions::{PyAttributeError, PyTypeError, PyValueError};
use pyo3::prelude::*;

use crate::codec::Codec;
use crate::object::{self, Object, Outcome, Raised};
use crate::packed::Packed;
use crate::plan::{Field, HEADER_SIZE, Kind, PAYLOAD_ALIGN, Record};
use crate::reference::{Payload, Reader, reference_at};
use crate::scalar::u32_at;

/// The descriptor of one field in a view class.
#[pyclass(frozen, module = "mycelium._core")]
pub(crate) struct Load {
    codec: Py<Codec>,
    index: usize,
    is_raw: bool,
}

impl Load {
    pub(crate) fn new(codec: Py<Codec>, index: usize, is_raw: bool) -> Self {
        Self { codec, index, is_raw }
    }

    fn load<'py>(&self, view: &Object<'py>) -> Outcome<Object<'py>> {
        let codec = self.codec.bind(view.py()).get();
        let record = codec.record();
        let Some(frame) = codec.frame_in_view(view) else {
            return Err(PyTypeError::new_err("a field of a view is read from such a view").into());
        };
        let buf = object::bytes_of(&frame).ok_or_else(no_frame)?;
        let payload = payload_of(buf).ok_or_else(no_frame)?;
        let field = &record.fields[self.index];
        let mut reader = Reader::new(view.py(), buf, payload, &field.place).free();
        if payload.block < field.end() {
            let default = reader.field_if_sent(field, payload)?;
            return if self.is_raw { Ok(default) } else { public(field, default) };
        }
        let at = payload.at + field.offset;
        match &field.form.kind {
            Kind::List(item) if item.is_fixed => {
                let reference = reference_at(buf, at);
                let start = reader.next(at, reference, item.size, item.align)?;
                Packed::make(&frame, record, self.index, (start, reference.1))
            }
            _ if self.is_raw => reader.form(&field.form, at),
            _ => reader.form(field.public(), at),
        }
    }
}

/// The payload of a view's frame, if it may be read.
///
/// The frame was checked when the view was made; whoever goes behind the back of the class can put another there.
fn payload_of(buf: &[u8]) -> Option<Payload> {
    let length = buf.len().checked_sub(HEADER_SIZE)?;
    let block = u32_at(buf, 8) as usize;
    (length.is_multiple_of(PAYLOAD_ALIGN) && block <= length).then_some(Payload {
        at: HEADER_SIZE,
        end: buf.len(),
        block,
    })
}

fn no_frame() -> PyErr {
    PyValueError::new_err("what this view keeps is no frame")
}

/// What users see of a value in a slot.
fn public<'py>(field: &Field, value: Object<'py>) -> Outcome<Object<'py>> {
    match field.public.as_ref().map(|form| &form.kind) {
        Some(Kind::Decimal(decimal)) => Ok(decimal.decimal_of.bind(value.py()).call1((value,))?),
        _ => Ok(value),
    }
}

#[pymethods]
impl Load {
    fn __get__<'py>(
        slf: &Bound<'py, Self>,
        view: Option<&Bound<'py, PyAny>>,
        _class: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        match view {
            None => Ok(slf.clone().into_any()),
            Some(view) => slf.get().load(view).map_err(|Raised| PyErr::fetch(slf.py())),
        }
    }

    fn __set__(&self, _view: &Bound<'_, PyAny>, _value: &Bound<'_, PyAny>) -> PyResult<()> {
        Err(PyAttributeError::new_err("a view cannot be changed"))
    }
}

/// The list field of a record that holds packed items.
pub(crate) fn item_of(record: &Record, index: usize) -> Option<&crate::plan::Form> {
    match &record.fields[index].form.kind {
        Kind::List(item) => Some(item),
        _ => None,
    }
}

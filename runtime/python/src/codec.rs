//! The codec of one class: what Python puts into the class in place of its slow twins.

use std::sync::Arc;

use bytes::BytesMut;
use pyo3::exceptions::{PyException, PyOverflowError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use crate::decode;
use crate::encode::Writer;
use crate::lower::record_of;
use crate::measure;
use crate::method;
use crate::object::{self, Layout, Object, Outcome, Raised};
use crate::plan::{HEADER_SIZE, Record, align_up};
use crate::reference::{Payload, Reader};
use crate::refuse;
use crate::scalar::{take, u32_at};
use crate::steps;
use crate::view::Load;

/// The plan of one class, and the functions that follow it.
///
/// It keeps its class, which keeps it, and the collector does not look inside: classes live for as long as the
/// process, so that reloading a generated module leaks the former ones.
#[pyclass(frozen, module = "mycelium._core")]
pub(crate) struct Codec {
    record: Arc<Record>,
    /// Instances of the view class, which have one slot, the frame.
    view: PyOnceLock<Layout>,
}

/// The codec of a generated class.
#[pyfunction]
pub(crate) fn codec<'py>(class: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    record_of(class)?;
    class.getattr("_CODEC_")
}

impl Codec {
    pub(crate) fn new(record: Arc<Record>) -> Self {
        Self { record, view: PyOnceLock::new() }
    }

    pub(crate) fn record(&self) -> &Arc<Record> {
        &self.record
    }

    /// Reads a value from memory that is no object of the interpreter's.
    #[inline]
    pub(crate) fn read_slice<'py>(&self, py: Python<'py>, buf: &[u8]) -> Outcome<Object<'py>> {
        let Some(payload) = self.plain_payload(buf) else {
            // With an error that names what is wrong, most likely.
            return self.read(&object::octets(py, buf)?);
        };
        let record = &*self.record;
        let mut reader = Reader::new(py, buf, payload, &record.name);
        decode::message(&mut reader, record, payload)
    }

    /// Reads a value from exactly one frame.
    #[inline]
    pub(crate) fn read<'py>(&self, frame: &Object<'py>) -> Outcome<Object<'py>> {
        let Some(buf) = object::bytes_of(frame) else {
            return self.read(&as_bytes(frame)?);
        };
        let payload = self.payload(frame, buf)?;
        let record = &*self.record;
        let mut reader = Reader::new(frame.py(), buf, payload, &record.name);
        decode::message(&mut reader, record, payload)
    }

    /// Checks a frame in memory that is no object of the interpreter's.
    pub(crate) fn check_slice(&self, py: Python<'_>, buf: &[u8]) -> Outcome<()> {
        let Some(payload) = self.plain_payload(buf) else {
            // With an error that names what is wrong.
            return self.look(&object::octets(py, buf)?).map(drop);
        };
        let record = &*self.record;
        let mut reader = Reader::new(py, buf, payload, &record.name);
        crate::check::message(&mut reader, record, payload)
    }

    /// Checks a frame once, and gives the view of it.
    #[inline]
    pub(crate) fn look<'py>(&self, frame: &Object<'py>) -> Outcome<Object<'py>> {
        let Some(buf) = object::bytes_of(frame) else {
            return self.look(&as_bytes(frame)?);
        };
        let py = frame.py();
        let payload = self.payload(frame, buf)?;
        let record = &*self.record;
        let mut reader = Reader::new(py, buf, payload, &record.name);
        crate::check::message(&mut reader, record, payload)?;
        let view =
            self.view.get(py).ok_or_else(|| PyValueError::new_err("no view class"))?.make(py)?;
        view.set(0, frame.clone());
        Ok(view.done())
    }

    /// Where the payload of one frame of the type lies.
    #[inline(always)]
    fn payload(&self, frame: &Object<'_>, buf: &[u8]) -> Outcome<Payload> {
        if let Some(payload) = self.plain_payload(buf) {
            return Ok(payload);
        }
        let block =
            refuse::check_header(frame.py(), frame, self.record.type_id, &self.record.name)?;
        Ok(Payload { at: HEADER_SIZE, end: buf.len(), block })
    }

    /// The same where nothing is to be said about the header.
    #[inline(always)]
    fn plain_payload(&self, buf: &[u8]) -> Option<Payload> {
        let end = buf.len();
        if end < HEADER_SIZE {
            return None;
        }
        let (length, block) = (u32_at(buf, 0) as usize, u32_at(buf, 8) as usize);
        let type_id = u16::from_le_bytes(take(buf, 4));
        let fits = length + HEADER_SIZE == end && length % 8 == 0 && block <= length;
        (fits && type_id == self.record.type_id).then_some(Payload { at: HEADER_SIZE, end, block })
    }
}

/// A value's frame.
#[inline]
pub(crate) fn frame_of<'py>(
    record: &Record,
    value: &Object<'py>,
    channel: u16,
    sequence: u32,
) -> Outcome<Object<'py>> {
    let written = if record.is_simple {
        simple_frame_of(record, value, (channel, sequence))
    } else {
        tail_of(record, value).and_then(|tail| {
            write(value.py(), record, tail, (channel, sequence), |writer| {
                writer.record(record, value, HEADER_SIZE)
            })
        })
    };
    written.map_err(|Raised| explain(value))
}

/// The frame of a message that has nothing in a tail, and nothing to look at twice.
#[inline(always)]
fn simple_frame_of<'py>(
    record: &Record,
    value: &Object<'py>,
    place: (u16, u32),
) -> Outcome<Object<'py>> {
    let instance = record.layout.instance(value).ok_or(Raised)?;
    object::copied(value.py(), &record.blank, |buf| {
        write_place(buf, place);
        steps::write(&record.steps, &instance, &mut buf[HEADER_SIZE..])
    })
}

/// Appends a value's frame to a buffer, which is left as it was where the value is refused.
#[inline]
pub(crate) fn append_frame(
    record: &Record,
    value: &Object<'_>,
    into: &mut BytesMut,
) -> Outcome<()> {
    let start = into.len();
    let written = tail_of(record, value).and_then(|tail| {
        let length = length_of(record, tail)?;
        into.resize(start + HEADER_SIZE + length as usize, 0);
        let frame = &mut into[start..];
        begin(frame, record, length);
        fill(frame, record, (0, 0), |writer| writer.record(record, value, HEADER_SIZE))
    });
    written.map_err(|Raised| {
        into.truncate(start);
        explain(value)
    })
}

/// Bytes of a value's tail.
#[inline(always)]
fn tail_of(record: &Record, value: &Object<'_>) -> Outcome<usize> {
    if record.is_fixed {
        return record.layout.instance(value).ok_or(Raised).map(|_| 0);
    }
    let mut tail = 0;
    measure::message(record, value, &mut tail).map(|()| tail)
}

/// The frame of a message that is given field by field.
pub(crate) fn frame_of_values<'py>(
    py: Python<'py>,
    record: &Record,
    values: &[Object<'py>],
) -> Outcome<Object<'py>> {
    let mut tail = 0;
    if !record.is_fixed {
        measure::values(&record.fields, values, &mut tail)?;
    }
    write(py, record, tail, (0, 0), |writer| writer.values(&record.fields, values, HEADER_SIZE))
}

#[inline(always)]
fn write<'py>(
    py: Python<'py>,
    record: &Record,
    tail: usize,
    place: (u16, u32),
    body: impl FnOnce(&mut Writer<'_>) -> Outcome<()>,
) -> Outcome<Object<'py>> {
    if tail == 0 {
        return object::copied(py, &record.blank, |buf| fill(buf, record, place, body));
    }
    let length = length_of(record, tail)?;
    object::filled(py, HEADER_SIZE + length as usize, |buf| {
        begin(buf, record, length);
        fill(buf, record, place, body)
    })
}

/// Begins a frame with such a payload, in memory that is zeroed.
#[inline(always)]
fn begin(buf: &mut [u8], record: &Record, length: u32) {
    buf[..HEADER_SIZE].copy_from_slice(&record.blank[..HEADER_SIZE]);
    buf[0..4].copy_from_slice(&length.to_le_bytes());
}

/// Bytes of a payload with such a tail.
#[inline(always)]
fn length_of(record: &Record, tail: usize) -> Outcome<u32> {
    let length = record.room() + align_up(tail, 8);
    u32::try_from(length).map_err(|_| {
        let text = format!("a payload of {length} bytes, where {} are the most", u32::MAX);
        PyOverflowError::new_err(text).into()
    })
}

/// Writes channel and sequence to a header that has none.
#[inline(always)]
fn write_place(buf: &mut [u8], (channel, sequence): (u16, u32)) {
    buf[6..8].copy_from_slice(&channel.to_le_bytes());
    buf[12..16].copy_from_slice(&sequence.to_le_bytes());
}

/// Fills a frame that was begun.
#[inline(always)]
fn fill(
    buf: &mut [u8],
    record: &Record,
    place: (u16, u32),
    body: impl FnOnce(&mut Writer<'_>) -> Outcome<()>,
) -> Outcome<()> {
    write_place(buf, place);
    let mut writer = Writer::new(buf, HEADER_SIZE + record.room());
    body(&mut writer)?;
    if writer.is_full() { Ok(()) } else { Err(Raised) }
}

/// Sets the error that says what is wrong with a value that could not be written.
#[cold]
pub(crate) fn explain(value: &Object<'_>) -> Raised {
    let py = value.py();
    let error =
        PyErr::take(py).unwrap_or_else(|| PyValueError::new_err("it changed while it was encoded"));
    // Such as an interrupt from the keyboard, which has nothing to do with the value.
    if !error.is_instance_of::<PyException>(py) {
        return error.into();
    }
    let explained = PyModule::import(py, "mycelium._codec.check")
        .and_then(|check| check.call_method1("explain", (value, error.into_value(py))));
    match explained {
        Ok(error) => PyErr::from_value(error).into(),
        Err(error) => error.into(),
    }
}

#[pymethods]
impl Codec {
    /// `to_frame`, a method of the class; `twin` is the Python function that documents it.
    #[staticmethod]
    fn to_frame_method<'py>(
        codec: &Bound<'py, Codec>,
        twin: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        method::to_frame(codec, twin)
    }

    /// `encode`, a function in the class; `twin` is the Python function that documents it.
    #[staticmethod]
    fn encode_function<'py>(
        codec: &Bound<'py, Codec>,
        twin: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        method::encode(codec, twin)
    }

    /// `from_frame`, a function in the class.
    #[staticmethod]
    fn from_frame_function<'py>(codec: &Bound<'py, Codec>) -> PyResult<Bound<'py, PyAny>> {
        method::from_frame(codec)
    }

    /// `view`, a function in the class; instances of the view class have one slot of this name.
    #[staticmethod]
    fn view_function<'py>(
        codec: &Bound<'py, Codec>,
        view_class: &Bound<'py, pyo3::types::PyType>,
        slot: String,
    ) -> PyResult<Bound<'py, PyAny>> {
        let layout = Layout::find(view_class, &[slot])?;
        let _ = codec.get().view.set(codec.py(), layout);
        method::view(codec)
    }

    /// The descriptor of a field in the view class; of a decimal's mantissa if `is_raw`.
    #[staticmethod]
    fn load(codec: Py<Codec>, py: Python<'_>, index: usize, is_raw: bool) -> Load {
        Load::new(codec.clone_ref(py), index, is_raw)
    }

    /// Reads a payload that lies in `buf`, whatever the length of its block.
    fn decode_payload<'py>(
        &self,
        py: Python<'py>,
        buf: &[u8],
        at: usize,
        end: usize,
        block: usize,
    ) -> PyResult<Bound<'py, PyAny>> {
        let payload = Payload { at, end, block };
        let sound =
            at <= end && end <= buf.len() && block <= end - at && (end - at).is_multiple_of(8);
        if !sound {
            return Err(PyValueError::new_err("no payload lies there"));
        }
        let mut reader = Reader::new(py, buf, payload, &self.record.name);
        decode::message(&mut reader, &self.record, payload).map_err(|Raised| PyErr::fetch(py))
    }
}

impl Codec {
    /// The slot of an instance of the view class; nothing for anything else.
    pub(crate) fn frame_in_view<'py>(&self, view: &Object<'py>) -> Option<Object<'py>> {
        self.view.get(view.py())?.instance(view)?.get(0)
    }
}

/// `bytes` of anything that holds bytes.
#[cold]
pub(crate) fn as_bytes<'py>(value: &Object<'py>) -> Outcome<Object<'py>> {
    let values = PyModule::import(value.py(), "mycelium._codec.values")?;
    Ok(values.call_method1("as_bytes", (value,))?)
}

/// The UUID of 16 bytes.
pub(crate) fn uuid_of<'py>(data: &Object<'py>) -> PyResult<Object<'py>> {
    static MAKE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let py = data.py();
    let make = MAKE.get_or_try_init(py, || {
        let values = PyModule::import(py, "mycelium._codec.values")?;
        PyResult::Ok(values.getattr("uuid_of")?.unbind())
    })?;
    make.bind(py).call1((data,))
}

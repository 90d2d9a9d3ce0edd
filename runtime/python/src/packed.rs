//! A list of fixed items that still lies in its frame.

use std::sync::Arc;

use pyo3::buffer::PyBuffer;
use pyo3::exceptions::{PyIndexError, PyOverflowError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PySlice, PyTuple};

use crate::items;
use crate::numpy;
use crate::object::{self, Object, Outcome, Raised};
use crate::plan::{Form, HEADER_SIZE, Kind, Record};
use crate::reference::{Payload, Reader};
use crate::rows;
use crate::view::item_of;

/// Items of one size, side by side in a frame: a sequence that makes each item when it is asked for.
///
/// `numpy()` and `memoryview()` give all of them without a copy; `rows()` and `iter_rows()` give structs as tuples.
#[pyclass(frozen, sequence, module = "mycelium._core")]
pub(crate) struct Packed {
    frame: Py<PyBytes>,
    record: Arc<Record>,
    field: usize,
    start: usize,
    count: usize,
}

impl Packed {
    /// So many items from `start` of a frame, of a field of a record that is a list of fixed items.
    pub(crate) fn make<'py>(
        frame: &Object<'py>,
        record: &Arc<Record>,
        field: usize,
        (start, count): (usize, usize),
    ) -> Outcome<Object<'py>> {
        let py = frame.py();
        let frame = frame.cast::<PyBytes>().map_err(PyErr::from)?.clone().unbind();
        let packed = Packed { frame, record: record.clone(), field, start, count };
        Ok(Bound::new(py, packed)?.into_any())
    }

    /// The bytes of items of this form, if that is what a value holds side by side and they may be sent as they
    /// are: `Packed`, or a buffer such as a numpy array.
    ///
    /// What lies between the parts of an item would go along: so there is none where they are copied. Items of a
    /// frame were checked when its view was made; of a buffer's, any bytes must be a value.
    #[inline(always)]
    pub(crate) fn bytes_for<'a, 'py>(
        value: &'a Object<'py>,
        item: &'a Form,
    ) -> Outcome<Option<Data<'a, 'py>>> {
        if object::is_list_or_tuple(value) || !item.is_dense {
            return Ok(None);
        }
        Self::rare_bytes_for(value, item)
    }

    #[cold]
    fn rare_bytes_for<'a, 'py>(
        value: &'a Object<'py>,
        item: &'a Form,
    ) -> Outcome<Option<Data<'a, 'py>>> {
        if let Ok(packed) = value.cast_exact::<Packed>() {
            let packed = packed.get();
            let is_like =
                item_of(&packed.record, packed.field).is_some_and(|ours| ours.is_like(item));
            return Ok(is_like.then(|| Data::Packed(packed.data(value.py()))));
        }
        if !item.is_plain || !object::has_buffer(value) {
            return Ok(None);
        }
        if let Some(items) = numpy::Items::of(value, item) {
            return Ok(Some(Data::Array(items)));
        }
        let view = buffer_of(value, item)?;
        if view.is_some()
            && item.dtype.get(value.py()).is_none()
            && let Some(dtype) = numpy::dtype_of(value)?
        {
            // Whoever sends an array sends many that are like it.
            let _ = item.dtype.set(value.py(), dtype);
        }
        Ok(view.map(Data::Buffer))
    }

    fn item(&self) -> &Form {
        // Made of such a field only.
        item_of(&self.record, self.field).unwrap_or(&self.record.fields[self.field].form)
    }

    fn data<'a>(&'a self, py: Python<'a>) -> &'a [u8] {
        &self.frame.as_bytes(py)[self.start..self.start + self.count * self.item().size]
    }

    fn reader<'a, 'py>(&'a self, py: Python<'py>, buf: &'a [u8]) -> Reader<'a, 'py> {
        let nothing = Payload { at: HEADER_SIZE, end: buf.len(), block: 0 };
        Reader::new(py, buf, nothing, &self.record.fields[self.field].place)
    }

    fn place(&self, index: usize) -> usize {
        self.start + index * self.item().size
    }
}

/// Bytes of items side by side.
pub(crate) enum Data<'a, 'py> {
    Packed(&'a [u8]),
    Array(numpy::Items<'a, 'py>),
    /// A `memoryview` of bytes.
    Buffer(Object<'py>),
}

impl Data<'_, '_> {
    /// How many bytes.
    pub(crate) fn len(&self) -> Outcome<usize> {
        match self {
            Data::Packed(data) => Ok(data.len()),
            Data::Array(items) => Ok(items.len_bytes()),
            Data::Buffer(view) => Ok(view.len()?),
        }
    }

    /// Copies them to where they are sent from.
    pub(crate) fn copy_to(&self, into: &mut [u8]) -> Outcome<()> {
        match self {
            Data::Packed(data) => into.copy_from_slice(data),
            Data::Array(items) => items.copy_to(into)?,
            Data::Buffer(view) => PyBuffer::<u8>::get(view)?.copy_to_slice(view.py(), into)?,
        }
        Ok(())
    }
}

/// The items of a buffer whose format is theirs, as a `memoryview` of bytes; nothing for anything else.
fn buffer_of<'py>(value: &Object<'py>, item: &Form) -> PyResult<Option<Object<'py>>> {
    static HELPER: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let py = value.py();
    let code = match &item.kind {
        Kind::Number(number) => number.code(),
        Kind::Struct(_) => "",
        _ => return Ok(None),
    };
    let helper = HELPER.get_or_try_init(py, || {
        let module = PyModule::import(py, "mycelium._codec.arrays")?;
        PyResult::Ok(module.getattr("view_of_buffer")?.unbind())
    })?;
    let class = match &item.kind {
        Kind::Struct(record) => record.class.bind(py).clone(),
        _ => py.None().into_bound(py),
    };
    let view = helper.bind(py).call1((value, code, class))?;
    Ok((!view.is_none()).then_some(view))
}

#[pymethods]
impl Packed {
    fn __len__(&self) -> usize {
        self.count
    }

    fn __getitem__<'py>(&self, index: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = index.py();
        if index.is_instance_of::<PySlice>() {
            return self.tolist(py)?.get_item(index);
        }
        let outside = || PyIndexError::new_err(format!("item {index} of {}", self.count));
        let place = match index.extract::<isize>() {
            Ok(number) if number < 0 => number + self.count as isize,
            Ok(number) => number,
            Err(error) if error.is_instance_of::<PyOverflowError>(py) => return Err(outside()),
            Err(error) => return Err(error),
        };
        if place < 0 || place as usize >= self.count {
            return Err(outside());
        }
        let buf = self.frame.as_bytes(py);
        let item = self.reader(py, buf).form(self.item(), self.place(place as usize));
        item.map_err(|Raised| PyErr::fetch(py))
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(self.tolist(py)?.try_iter()?.into_any())
    }

    /// The items, as a list of their own.
    fn tolist<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let buf = self.frame.as_bytes(py);
        let items = self.reader(py, buf).items(self.item(), self.start, self.count);
        items.map_err(|Raised| PyErr::fetch(py))
    }

    /// Where the first item that is equal to a value stands, from `start` up to `stop`.
    #[pyo3(signature = (value, /, *bounds))]
    fn index<'py>(
        &self,
        value: &Bound<'py, PyAny>,
        bounds: &Bound<'py, PyTuple>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = value.py();
        let arguments = PyTuple::new(py, [value.clone()])?.add(bounds)?;
        self.tolist(py)?.getattr("index")?.call1(arguments.cast::<PyTuple>()?)
    }

    /// How many items are equal to a value.
    fn count<'py>(&self, value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.tolist(value.py())?.call_method1("count", (value,))
    }

    /// Structs as tuples of their fields; decimals as mantissas.
    fn rows<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let Kind::Struct(record) = &self.item().kind else {
            return self.tolist(py);
        };
        let buf = self.frame.as_bytes(py);
        let mut reader = self.reader(py, buf);
        if !record.numbers.is_empty() {
            let rows = items::list(py, self.count, |index| {
                let at = self.place(index);
                items::tuple(py, record.numbers.len(), |field| {
                    let (offset, number) = record.numbers[field];
                    number.read(py, buf, at + offset)
                })
            });
            return rows.map_err(|Raised| PyErr::fetch(py));
        }
        let rows = items::list(py, self.count, |index| {
            let at = self.place(index);
            items::tuple(py, record.fields.len(), |field| {
                let field = &record.fields[field];
                reader.form(&field.form, at + field.offset)
            })
        });
        rows.map_err(|Raised| PyErr::fetch(py))
    }

    /// As `rows`, one after the other: each is made when it is asked for.
    fn iter_rows<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let (py, packed) = (slf.py(), slf.get());
        match &packed.item().kind {
            Kind::Struct(record) if !record.numbers.is_empty() => {
                let (size, span) = (packed.item().size, (packed.start, packed.count));
                let rows = rows::make(py, &packed.frame, record, size, span);
                rows.map_err(|Raised| PyErr::fetch(py))
            }
            _ => Ok(packed.rows(py)?.try_iter()?.into_any()),
        }
    }

    /// The bytes of all items, without a copy; for numbers, an array of them.
    fn memoryview<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let whole = py.import("builtins")?.getattr("memoryview")?.call1((&self.frame,))?;
        let end = (self.start + self.count * self.item().size) as isize;
        let part = whole.get_item(PySlice::new(py, self.start as isize, end, 1))?;
        match &self.item().kind {
            Kind::Number(number) => part.call_method1("cast", (number.code(),)),
            _ => Ok(part),
        }
    }

    /// The items as a numpy array, without a copy; structs as a record array.
    fn numpy<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let field = &self.record.fields[self.field];
        let dtype = field.item_dtype.get_or_try_init(py, || {
            let module = PyModule::import(py, "mycelium._codec.arrays")?;
            let arguments = (self.record.class.bind(py), self.field);
            PyResult::Ok(module.call_method1("item_dtype_of_field", arguments)?.unbind())
        })?;
        let item = self.item();
        numpy::array(
            self.frame.bind(py),
            dtype.bind(py),
            self.start,
            self.count,
            (item.size, item.align),
        )
    }

    #[pyo3(signature = (dtype=None, copy=None))]
    fn __array__<'py>(
        &self,
        py: Python<'py>,
        dtype: Option<&Bound<'py, PyAny>>,
        copy: Option<bool>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let array = self.numpy(py)?;
        let array = match dtype {
            Some(dtype) => array.call_method1("astype", (dtype,))?,
            None => array,
        };
        if copy == Some(true) { array.call_method0("copy") } else { Ok(array) }
    }

    fn __eq__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<bool> {
        let ours = self.tolist(other.py())?;
        match other.cast_exact::<Packed>() {
            Ok(packed) => ours.eq(packed.get().tolist(other.py())?),
            Err(_) => ours.eq(other),
        }
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(self.tolist(py)?.repr()?.to_string())
    }

    fn __reduce__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyAny>,))> {
        Ok((py.get_type::<pyo3::types::PyList>().into_any(), (self.tolist(py)?,)))
    }
}

//! Many frames of one type at once.

use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::numpy;
use crate::plan::HEADER_SIZE;
use crate::scalar::take;

/// Frames that are all of this type, and have blocks of this size and no tail, as an array of records; nothing where one
/// is not, or is not there as a whole.
#[pyfunction]
pub(crate) fn records<'py>(
    buf: &Bound<'py, PyBytes>,
    type_id: u16,
    block: u32,
    dtype: &Bound<'py, PyAny>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let data = buf.as_bytes();
    let size = numpy::item_size(dtype)?;
    if size < HEADER_SIZE
        || !data.len().is_multiple_of(size)
        || !are_frames(data, type_id, block, size)
    {
        return Ok(None);
    }
    // The columns of such a `dtype` may lie anywhere.
    numpy::array(buf, dtype, 0, data.len() / size, (size, 1)).map(Some)
}

fn are_frames(buf: &[u8], type_id: u16, block: u32, size: usize) -> bool {
    // A header is two words. What in them is the sender's affair: the channel in the upper part of the first, the sequence
    // in that of the second.
    let length = (size - HEADER_SIZE) as u64;
    let wanted = [length | u64::from(type_id) << 32, block.into()];
    let matters = [0x0000_FFFF_FFFF_FFFF, 0x0000_0000_FFFF_FFFF];
    let are_good = |faults: [u64; 2]| faults[0] & matters[0] | faults[1] & matters[1] == 0;
    // What differs from what is wanted, added to what did before.
    let add = |faults: [u64; 2], frame: &[u8]| match frame.first_chunk::<HEADER_SIZE>() {
        Some(head) => {
            let word = |at| u64::from_le_bytes(take(head, at));
            [faults[0] | (word(0) ^ wanted[0]), faults[1] | (word(8) ^ wanted[1])]
        }
        None => [u64::MAX; 2],
    };
    // Whole runs at a time, so that the loop within has one exit and looks at nothing but the words.
    buf.chunks(size * 64).all(|run| are_good(run.chunks_exact(size).fold([0; 2], add)))
}

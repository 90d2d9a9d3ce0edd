//! Many frames of one type at once.

use pyo3::prelude::*;

use crate::plan::HEADER_SIZE;
use crate::scalar::{take, u32_at};

/// How many of the frames in `buf`, which should all be of this type and have blocks of this size and no
/// tail, are so; the first that is not stands at that index.
#[pyfunction]
pub(crate) fn count_frames(buf: &[u8], type_id: u16, block: u32, size: usize) -> usize {
    let length = (size - HEADER_SIZE) as u64;
    // Length and type in one word; the channel in its upper half is the sender's affair.
    let wanted = length | u64::from(type_id) << 32;
    // Zero for a good frame.
    let fault = |frame: &[u8; HEADER_SIZE]| {
        let word = (u64::from_le_bytes(take(frame, 0)) ^ wanted) & 0x0000_FFFF_FFFF_FFFF;
        word | u64::from(u32_at(frame, 8) ^ block)
    };
    let head = |frame: &[u8]| frame.first_chunk::<HEADER_SIZE>().map_or(1, fault);
    let mut good = 0;
    // Whole runs at a time, so that the loop within has one exit.
    for run in buf.chunks(size * 64) {
        let frames = run.chunks_exact(size);
        if frames.clone().fold(0, |faults, frame| faults | head(frame)) != 0 {
            return good + frames.take_while(|frame| head(frame) == 0).count();
        }
        good += frames.len();
    }
    good
}

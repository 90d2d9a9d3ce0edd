//! Many frames of one type at once.

use pyo3::prelude::*;

use crate::plan::HEADER_SIZE;
use crate::scalar::take;

/// How many of the frames in `buf`, which should all be of this type and have blocks of this size and no
/// tail, are so; the first that is not stands at that index.
#[pyfunction]
pub(crate) fn count_frames(buf: &[u8], type_id: u16, block: u32, size: usize) -> usize {
    // A header is two words. What in them is the sender's affair: the channel in the upper part of the first, the sequence
    // in that of the second.
    let length = (size - HEADER_SIZE) as u64;
    let wanted = [length | u64::from(type_id) << 32, block.into()];
    let matters = [0x0000_FFFF_FFFF_FFFF, 0x0000_0000_FFFF_FFFF];
    let are_good = |faults: [u64; 2]| faults[0] & matters[0] | faults[1] & matters[1] == 0;
    // What differs from what is wanted, added to what did before; of a piece of a frame, all.
    let add = |faults: [u64; 2], frame: &[u8]| match frame.first_chunk::<HEADER_SIZE>() {
        Some(head) => {
            let word = |at| u64::from_le_bytes(take(head, at));
            [faults[0] | (word(0) ^ wanted[0]), faults[1] | (word(8) ^ wanted[1])]
        }
        None => [u64::MAX; 2],
    };
    let mut good = 0;
    // Whole runs at a time, so that the loop within has one exit and looks at nothing but the words.
    for run in buf.chunks(size * 64) {
        let frames = run.chunks_exact(size);
        if !are_good(frames.clone().fold([0; 2], add)) {
            return good + frames.take_while(|frame| are_good(add([0; 2], frame))).count();
        }
        good += frames.len();
    }
    good
}

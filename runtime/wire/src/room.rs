//! Room for a known number of items, each made where it will lie.
//!
//! A row of items says how many they are, so the list has its room before there is the first, and no item
//! is followed by a look whether there is room for another.

#![allow(unsafe_code)]

use alloc::vec::Vec;

use crate::error::Failed;
use crate::tail::TailReader;
use crate::wire::Decode;

/// Reads items that lie side by side in `region`.
///
/// The loop has a reader of its own, which is in registers where all of an item is read in the loop.
#[inline]
pub(crate) fn decode_items<'de, T: Decode<'de>>(
    region: &'de [u8],
    tail: &mut TailReader<'de>,
) -> Result<Vec<T>, Failed> {
    let mut items: Vec<T> = Vec::with_capacity(region.len() / T::SIZE);
    let (mut reader, mut made, mut result) = (tail.clone(), 0, Ok(()));
    for (room, inline) in items.spare_capacity_mut().iter_mut().zip(region.chunks_exact(T::SIZE)) {
        match T::decode(inline, &mut reader) {
            Ok(item) => room.write(item),
            Err(failed) => {
                result = Err(failed);
                break;
            }
        };
        made += 1;
    }
    // SAFETY: the first `made` have been written.
    unsafe { items.set_len(made) };
    *tail = reader;
    result.map(|()| items)
}

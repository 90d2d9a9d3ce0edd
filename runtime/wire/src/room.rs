//! Room for a known number of items, or for a text of known length, each made where it will lie.
//!
//! A row of items says how many they are, so the list has its room before there is the first, and no item
//! is followed by a look whether there is room for another.

#![allow(unsafe_code)]

use alloc::string::String;
use alloc::vec::Vec;
use core::hint;
use core::ptr;

use crate::error::Failed;
use crate::tail::TailReader;
use crate::wire::Decode;

/// Bytes up to which text is copied without a call.
const SHORT: usize = 64;

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

/// The same text in room of its own, which is just enough.
///
/// Inlined: what the lengths of one field are, the processor learns where that field is read, and a look at them all
/// in one place foretells none.
#[inline(always)]
pub(crate) fn own(text: &str) -> String {
    let len = text.len();
    // SAFETY: no text is longer than that.
    unsafe { hint::assert_unchecked(len <= isize::MAX as usize) };
    let mut bytes = Vec::with_capacity(len);
    // SAFETY: there is room for `len` bytes, which nobody else has; and they have been written when it is said that
    // they are there, the bytes of a text.
    unsafe {
        copy(text.as_ptr(), bytes.as_mut_ptr(), len);
        bytes.set_len(len);
        String::from_utf8_unchecked(bytes)
    }
}

/// Copies bytes, few of them without a call, and with two jumps that depend on how many they are: a jump that is not
/// foreseen, as between calls of the allocator many are not, costs more than the words that are written twice.
///
/// # Safety
///
/// `from` can be read and `to` be written for `len` bytes, which do not overlap.
#[inline(always)]
unsafe fn copy(from: *const u8, to: *mut u8, len: usize) {
    // SAFETY: as the caller says; each branch keeps to the lengths that its windows take.
    unsafe {
        if len >= 16 {
            if len <= SHORT {
                copy_windows::<16>(from, to, len);
            } else {
                ptr::copy_nonoverlapping(from, to, len);
            }
        } else if len >= 4 {
            copy_windows::<4>(from, to, len);
        } else if len > 0 {
            for at in [0, len / 2, len - 1] {
                to.add(at).write(from.add(at).read());
            }
        }
    }
}

/// Copies bytes by four windows of `N`, which overlap unless they are all needed: two from the first byte on, and two
/// up to the last.
///
/// # Safety
///
/// As [`copy`]; and `len` is `N` to `4 * N`.
#[inline(always)]
unsafe fn copy_windows<const N: usize>(from: *const u8, to: *mut u8, len: usize) {
    // Nothing up to `2 * N`, and from there on one window; two where there are four.
    let (step, last) = (len / (2 * N) * N, len - N);
    for at in [0, step, last - step, last] {
        // SAFETY: `step` is at most `last`, and the `N` bytes from `last` on are the last.
        unsafe {
            let window = from.add(at).cast::<[u8; N]>().read_unaligned();
            to.add(at).cast::<[u8; N]>().write_unaligned(window);
        }
    }
}

//! Hints to the processor. They change nothing but times.
#![allow(unsafe_code)]

/// Asks for what an `Arc` points to, and its counts, which lie before: it is used soon, and was by another core last.
#[inline]
pub(crate) fn prefetch_shared<T>(message: *const T) {
    #[cfg(all(target_arch = "x86_64", not(loom), not(miri)))]
    {
        use std::arch::x86_64::{_MM_HINT_ET0, _mm_prefetch};
        let place = message.wrapping_byte_sub(size_of::<[usize; 2]>()).cast::<i8>();
        // SAFETY: a hint, which faults nowhere.
        unsafe { _mm_prefetch::<_MM_HINT_ET0>(place) };
        if size_of::<T>() > LINE_BYTES / 2 {
            // SAFETY: as above. What is a line further belongs to the value, or is a neighbour.
            unsafe { _mm_prefetch::<_MM_HINT_ET0>(place.wrapping_add(LINE_BYTES)) };
        }
    }
    #[cfg(not(all(target_arch = "x86_64", not(loom), not(miri))))]
    let _ = (message, LINE_BYTES);
}

const LINE_BYTES: usize = 64;

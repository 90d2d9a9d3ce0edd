//! Values of which several readers take one each out of one slot.
//!
//! # Safety
//!
//! Whoever puts a value for `n` readers into a slot has made `n` of it; each reader copies the bits
//! once, and so gets one of them. For an `Arc` that is one reference each, counted in advance by the
//! one who publishes: readers change no count until they drop what they got.
#![allow(unsafe_code)]

use std::sync::Arc;

/// A value that can be made ready to be taken several times.
///
/// # Safety
///
/// After `value.multiply(n)`, the bits of the value may be copied out `n` times, each copy being a value
/// of its own, and must not be dropped where they were copied from.
pub(crate) unsafe trait Share: Send + Sync + Sized {
    /// Makes `count` of the value, which is at least 1.
    fn multiply(&self, count: u64);

    /// Whether what is read lies elsewhere.
    const LEADS_ELSEWHERE: bool = false;

    /// Asks for the memory that the value leads to, which is used soon.
    #[inline]
    fn fetch(&self) {}
}

// SAFETY: each clone that is forgotten leaves a reference for one copy of the pointer.
unsafe impl<T: Send + Sync> Share for Arc<T> {
    #[inline]
    fn multiply(&self, count: u64) {
        for _ in 1..count {
            std::mem::forget(self.clone());
        }
    }

    const LEADS_ELSEWHERE: bool = true;

    #[inline]
    fn fetch(&self) {
        super::prefetch_shared(Arc::as_ptr(self));
    }
}

//! Types whose bytes in memory are those on the wire, so that rows of them are copied whole and read in
//! place as slices.
//!
//! # Safety
//!
//! A [`Plain`] is the proof that a type is one. Here it is given to numbers and to what holds one number
//! alone; the derive asks for it with all fields of a struct, of which [`Plain::record`] sees whether
//! they lie side by side, as on the wire, and are plain themselves.

#![allow(unsafe_code)]

use alloc::vec::Vec;
use core::marker::PhantomData;
use core::mem::size_of;

use crate::field::Slot;
use crate::{Decimal, Duration, Timestamp, Uuid};

/// Proof that a value in memory is its inline form: as long, without padding, little-endian, and any
/// bytes are a value.
pub struct Plain<T>(PhantomData<fn() -> T>);

impl<T> Clone for Plain<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Plain<T> {}

/// What is one number, or an array of bytes.
///
/// # Safety
///
/// It has no padding, any bytes are a value, and its bytes on the wire are those in the memory of a
/// little-endian machine.
pub(crate) unsafe trait Number: Copy {}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        // SAFETY: integers and floats; the others are `repr(transparent)` over one, or over bytes.
        unsafe impl Number for $number {}
    )*};
}

numbers! { i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 Timestamp Duration Uuid }

// SAFETY: as above.
unsafe impl<const SCALE: u8> Number for Decimal<SCALE> {}

/// A field as the derive knows it: its offset in memory, and its size where it is plain.
pub(crate) type PlainField = (usize, Option<usize>);

impl<T> Plain<T> {
    /// A number is plain, on a machine that has the order of the wire.
    pub(crate) const fn number() -> Option<Plain<T>>
    where
        T: Number,
    {
        if cfg!(target_endian = "little") { Some(Plain(PhantomData)) } else { None }
    }

    /// An array is plain where its items are.
    pub(crate) const fn array<const N: usize>(self) -> Plain<[T; N]> {
        Plain(PhantomData)
    }

    /// A struct is plain where its fields are, and lie in memory as they do on the wire, without gaps.
    ///
    /// # Safety
    ///
    /// `fields` are all fields of `T`, each with its offset there, and the size that the proof of its
    /// own type goes with.
    pub const unsafe fn record<const N: usize>(
        slots: &[Slot; N],
        fields: [PlainField; N],
    ) -> Option<Plain<T>> {
        let (mut end, mut i) = (0, 0);
        while i < N {
            let (offset, size) = fields[i];
            let Some(size) = size else { return None };
            if offset != end || slots[i].start() != end {
                return None;
            }
            end += size;
            i += 1;
        }
        if end == size_of::<T>() { Some(Plain(PhantomData)) } else { None }
    }

    /// A struct of one field is plain where the field is.
    ///
    /// # Safety
    ///
    /// The only field of `T` is an `F`, at this offset.
    pub const unsafe fn wrapper<F>(field: Option<Plain<F>>, offset: usize) -> Option<Plain<T>> {
        if field.is_some() && offset == 0 && size_of::<F>() == size_of::<T>() {
            Some(Plain(PhantomData))
        } else {
            None
        }
    }

    /// The bytes of items.
    #[inline]
    pub(crate) fn bytes_of(self, items: &[T]) -> &[u8] {
        // SAFETY: the items lie side by side and have no padding, so each byte is there to be read.
        unsafe { core::slice::from_raw_parts(items.as_ptr().cast(), size_of_val(items)) }
    }

    /// Items that lie in `bytes`, where they are aligned for the type. What is left over is ignored.
    #[inline]
    pub(crate) fn items_in(self, bytes: &[u8]) -> Option<&[T]> {
        let items: *const T = bytes.as_ptr().cast();
        // SAFETY: the items are within the bytes, aligned, and any bytes are a value.
        items
            .is_aligned()
            .then(|| unsafe { core::slice::from_raw_parts(items, bytes.len() / size_of::<T>()) })
    }

    /// A copy of the items that lie in `bytes`, at whatever address. What is left over is ignored.
    #[inline]
    pub(crate) fn to_vec(self, bytes: &[u8]) -> Vec<T> {
        let count = bytes.len() / size_of::<T>();
        let mut items: Vec<T> = Vec::with_capacity(count);
        // SAFETY: there is room for `count` items, so many lie in the bytes, and any bytes are a value.
        unsafe {
            let room: *mut u8 = items.as_mut_ptr().cast();
            core::ptr::copy_nonoverlapping(bytes.as_ptr(), room, count * size_of::<T>());
            items.set_len(count);
        }
        items
    }
}

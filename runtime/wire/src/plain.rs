//! Types whose bytes in memory are those on the wire, so that rows of them are copied whole and read in
//! place as slices.
//!
//! # Safety
//!
//! A [`Plain`] is the proof that a type is one. Here it is given to numbers and to what holds one number
//! alone; the derive asks for it with all fields of a struct, of which [`Plain::record`] sees whether
//! they lie side by side, as on the wire, and are plain themselves. A `bool` or a closed enum is plain,
//! but not any byte is one: so whatever holds them is made of bytes only behind the type's own check.

#![allow(unsafe_code)]

use alloc::vec::Vec;
use core::marker::PhantomData;
use core::mem::size_of;

use crate::error::{DecodeError, ErrorKind, Failed};
use crate::field::Slot;
use crate::frame;
use crate::tail::TailReader;
use crate::wire::Wire;
use crate::{Decimal, Duration, Timestamp, Uuid};

/// Reads a row of items that lie in the input.
#[inline]
pub(crate) fn decode_items<T: Wire>(
    plain: Plain<T>,
    region: &[u8],
    tail: &mut TailReader<'_>,
) -> Result<Vec<T>, Failed> {
    T::check_items(region, tail)?;
    // SAFETY: the bytes have been checked.
    Ok(unsafe { plain.to_vec(region) })
}

/// Borrows a row of items that lie in the input.
#[inline]
pub(crate) fn borrow_items<'de, T: Wire>(
    plain: Plain<T>,
    region: &'de [u8],
    tail: &mut TailReader<'_>,
) -> Result<&'de [T], Failed> {
    T::check_items(region, tail)?;
    // SAFETY: the bytes have been checked.
    unsafe { plain.items_in(region) }
        .ok_or_else(|| tail.error(region, ErrorKind::Misaligned { align: align_of::<T>() as u32 }))
}

/// A row of items in bytes that may not have been checked.
#[inline]
pub(crate) fn slice_of<T>(plain: Plain<T>, items: &[u8]) -> Option<&[T]> {
    if !plain.is_any() {
        return None;
    }
    // SAFETY: any bytes are a value.
    unsafe { plain.items_in(items) }
}

/// Borrows a row of items, to be changed; errors count from `origin`.
pub(crate) fn borrow_items_mut<T: Wire>(
    plain: Plain<T>,
    region: &mut [u8],
    origin: usize,
) -> Result<&mut [T], DecodeError> {
    let at = (region.as_ptr() as usize).saturating_sub(origin);
    if !plain.is_any() {
        T::check_items(region, &mut TailReader::new(&[], origin))?;
    }
    let kind = ErrorKind::Misaligned { align: align_of::<T>() as u32 };
    // SAFETY: any bytes are a value, or these have been checked.
    unsafe { plain.items_in_mut(region) }.ok_or_else(|| DecodeError::new(kind, at))
}

/// The proof that a row of such items can be borrowed from a frame; without it the program is not compiled.
pub(crate) const fn items_in_frames<T: Wire>() -> Plain<T> {
    assert!(
        align_of::<T>() <= T::ALIGN,
        "items of a borrowed list lie where a frame aligns them: 128-bit integers at 8 bytes, others at \
         their size; what has more in memory is read as a `Vec`"
    );
    match T::PLAIN {
        Some(plain) => plain,
        None => panic!(
            "a borrowed list has items that lie in memory as they do on the wire: numbers, times, \
             decimals, UUIDs, bools, closed enums with a `repr`, arrays of them, and structs of these \
             without gaps; others are read as a `Vec`"
        ),
    }
}

/// Reads a payload whose block reaches all fields of a plain message. Behind the check, it is one copy.
///
/// # Errors
///
/// As [`frame::check_payload`].
#[inline(always)]
pub(crate) fn decode_payload<T: Wire>(
    _: Plain<T>,
    payload: &[u8],
    block: u32,
    origin: usize,
) -> Result<T, DecodeError> {
    frame::check_payload::<T>(payload, block, origin)?;
    // SAFETY: they have been checked.
    Ok(unsafe { read(&payload[..size_of::<T>()]) })
}

/// Reads a plain message whose block has the right length; errors count from `origin`.
///
/// # Errors
///
/// As [`Wire::check_block`].
#[inline(always)]
pub(crate) fn decode_block<T: Wire>(
    _: Plain<T>,
    block: &[u8],
    origin: usize,
) -> Result<T, DecodeError> {
    T::check_block(block, &mut TailReader::new(&[], origin))?;
    // SAFETY: they have been checked.
    Ok(unsafe { read(&block[..size_of::<T>()]) })
}

/// A value from its bytes.
///
/// # Safety
///
/// They are as many as `T` has, the type is [plain](Plain), and its check has passed them.
#[inline(always)]
unsafe fn read<T>(bytes: &[u8]) -> T {
    // SAFETY: as the caller says.
    unsafe { bytes.as_ptr().cast::<T>().read_unaligned() }
}

/// Proof that a value in memory is its form on the wire: as long, without padding, little-endian; and
/// that bytes which the type's `check` passes are a value.
pub struct Plain<T> {
    /// Whether any bytes are a value, checked or not.
    is_any: bool,
    of: PhantomData<fn() -> T>,
}

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

// SAFETY: a bool is a byte that is 0 or 1, on the wire too.
impl Plain<bool> {
    pub(crate) const fn boolean() -> Option<Plain<bool>> {
        Plain::new(false)
    }
}

numbers! { i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 Timestamp Duration Uuid }

// SAFETY: as above.
unsafe impl<const SCALE: u8> Number for Decimal<SCALE> {}

/// What the proof for a field says of the bytes that it takes.
#[derive(Clone, Copy)]
pub struct Extent {
    bytes: usize,
    is_any: bool,
}

impl<T> Plain<T> {
    const fn new(is_any: bool) -> Option<Plain<T>> {
        if cfg!(target_endian = "little") { Some(Plain { is_any, of: PhantomData }) } else { None }
    }

    /// A number is plain, on a machine that has the order of the wire.
    pub(crate) const fn number() -> Option<Plain<T>>
    where
        T: Number,
    {
        Plain::new(true)
    }

    /// An array is plain where its items are.
    pub(crate) const fn array<const N: usize>(self) -> Plain<[T; N]> {
        Plain { is_any: self.is_any, of: PhantomData }
    }

    /// A closed enum is plain where its members are in memory the numbers that travel.
    ///
    /// # Safety
    ///
    /// `T` has no fields and a `repr` of its number's type; `is_same` where each member is its number;
    /// and its `check` passes no other number.
    pub const unsafe fn members(is_same: bool) -> Option<Plain<T>>
    where
        T: Wire,
    {
        if is_same && size_of::<T>() == T::SIZE { Plain::new(false) } else { None }
    }

    /// A struct is plain where its fields are, and lie in memory as they do on the wire, without gaps;
    /// there it takes `bytes`. A machine that aligns its numbers less may leave out padding at the end.
    ///
    /// # Safety
    ///
    /// `fields` are all fields of `T`, each with its offset there, and the extent that the proof of its
    /// own type gives; and the `check` of `T`, or for the block of a message its `check_block`, checks
    /// each.
    pub const unsafe fn record<const N: usize>(
        bytes: usize,
        slots: &[Slot],
        fields: [(usize, Option<Extent>); N],
    ) -> Option<Plain<T>> {
        let (mut end, mut is_any, mut i) = (0, true, 0);
        while i < N {
            let (offset, extent) = fields[i];
            let Some(extent) = extent else { return None };
            if offset != end || slots[i].start() != end {
                return None;
            }
            end += extent.bytes;
            is_any &= extent.is_any;
            i += 1;
        }
        if end == size_of::<T>() && end == bytes && N > 0 { Plain::new(is_any) } else { None }
    }

    /// A struct of one field is plain where the field is.
    ///
    /// # Safety
    ///
    /// The only field of `T` is an `F`, at this offset, and the `check` of `T` is that of `F`.
    pub const unsafe fn wrapper<F>(field: Option<Plain<F>>, offset: usize) -> Option<Plain<T>> {
        match field {
            Some(field) if offset == 0 && size_of::<F>() == size_of::<T>() => {
                Plain::new(field.is_any)
            }
            _ => None,
        }
    }

    /// The bytes that a value takes.
    pub(crate) const fn extent(self) -> Extent {
        Extent { bytes: size_of::<T>(), is_any: self.is_any }
    }

    /// Whether any bytes are a value, checked or not.
    pub(crate) const fn is_any(self) -> bool {
        self.is_any
    }

    /// Writes a value.
    ///
    /// # Panics
    ///
    /// Where `bytes` is not as long as the value.
    #[inline]
    pub(crate) fn write(self, value: &T, bytes: &mut [u8]) {
        bytes.copy_from_slice(self.bytes_of(core::slice::from_ref(value)));
    }

    /// The bytes of items.
    #[inline]
    pub(crate) fn bytes_of(self, items: &[T]) -> &[u8] {
        // SAFETY: the items lie side by side and have no padding, so each byte is there to be read.
        unsafe { core::slice::from_raw_parts(items.as_ptr().cast(), size_of_val(items)) }
    }

    /// Items that lie in `bytes`, where they are aligned for the type, as none are anywhere. What is left
    /// over is ignored.
    ///
    /// # Safety
    ///
    /// [`is_any`](Plain::is_any), or the type's `check` has passed the bytes.
    #[inline]
    pub(crate) unsafe fn items_in(self, bytes: &[u8]) -> Option<&[T]> {
        if bytes.is_empty() {
            return Some(&[]);
        }
        let items: *const T = bytes.as_ptr().cast();
        // SAFETY: the items are within the bytes, aligned, and the bytes are values.
        items
            .is_aligned()
            .then(|| unsafe { core::slice::from_raw_parts(items, bytes.len() / size_of::<T>()) })
    }

    /// The same, to be changed.
    ///
    /// # Safety
    ///
    /// As [`items_in`](Plain::items_in).
    unsafe fn items_in_mut(self, bytes: &mut [u8]) -> Option<&mut [T]> {
        if bytes.is_empty() {
            return Some(&mut []);
        }
        let (items, count): (*mut T, _) = (bytes.as_mut_ptr().cast(), bytes.len() / size_of::<T>());
        // SAFETY: the items are within the bytes, aligned, and values; and as they have no padding, the bytes are
        // still bytes whatever becomes of them.
        items.is_aligned().then(|| unsafe { core::slice::from_raw_parts_mut(items, count) })
    }

    /// The item that `bytes` begin with, to be changed, where it is aligned for the type.
    ///
    /// # Safety
    ///
    /// As [`items_in`](Plain::items_in).
    #[inline]
    pub(crate) unsafe fn item_in_mut(self, bytes: &mut [u8]) -> Option<&mut T> {
        let item: *mut T = bytes.as_mut_ptr().cast();
        let fits = item.is_aligned() && bytes.len() >= size_of::<T>();
        // SAFETY: the item is within the bytes, aligned, and a value; and as it has no padding, the bytes
        // are still bytes whatever becomes of it.
        fits.then(|| unsafe { &mut *item })
    }

    /// A copy of the items that lie in `bytes`, at whatever address. What is left over is ignored.
    ///
    /// # Safety
    ///
    /// As [`items_in`](Plain::items_in).
    #[inline]
    pub(crate) unsafe fn to_vec(self, bytes: &[u8]) -> Vec<T> {
        let count = bytes.len() / size_of::<T>();
        let mut items: Vec<T> = Vec::with_capacity(count);
        // SAFETY: there is room for `count` items, so many lie in the bytes, and the bytes are values.
        unsafe {
            let room: *mut u8 = items.as_mut_ptr().cast();
            core::ptr::copy_nonoverlapping(bytes.as_ptr(), room, count * size_of::<T>());
            items.set_len(count);
        }
        items
    }
}

#[cfg(test)]
mod tests {
    use super::{Extent, Plain};
    use crate::field::{Slot, slots};
    use crate::reflect::{Field, Type};

    /// What Rust makes of `{ wide: u64, flag: bool }` where a `u64` is aligned to 1: on the wire it takes
    /// 16 bytes.
    #[repr(C, packed)]
    struct Packed {
        _wide: u64,
        _flag: bool,
    }

    const SLOTS: [Slot; 2] = slots(
        "test.Packed",
        &[Field::new("wide", &Type::U64), Field::new("flag", &Type::Bool)],
        [None, None],
    );

    /// Its proof, where it takes so many bytes on the wire.
    fn proof(bytes: usize) -> Option<Plain<Packed>> {
        let wide = Some(Extent { bytes: 8, is_any: true });
        let flag = Some(Extent { bytes: 1, is_any: false });
        // SAFETY: these are both fields; nothing is made of bytes here.
        unsafe { Plain::record(bytes, &SLOTS, [(0, wide), (8, flag)]) }
    }

    #[test]
    fn what_is_shorter_in_memory_is_not_plain() {
        assert!(proof(9).is_some());
        assert!(proof(16).is_none());
    }
}

//! Lists: unbounded in the tail, bounded inline, and arrays.

use alloc::vec::Vec;
use core::array;
use core::fmt;
use core::marker::PhantomData;
use core::ops::{Deref, DerefMut};

use arrayvec::ArrayVec;

use crate::error::{ErrorKind, Failed};
use crate::layout::{align_up, count_size, items_offset};
use crate::limits::Bound;
use crate::plain::{self, Plain};
use crate::reflect::Type;
use crate::room;
use crate::tail::{Tail, TailReader, TailWriter};
use crate::text::TooMany;
use crate::validate::ValidationError;
use crate::wire::{Decode, Wire};

/// At most `N` items, held inline.
///
/// ```
/// use mycelium_wire::BoundedList;
/// let list: BoundedList<u32, 4> = [1, 2, 3].as_slice().try_into()?;
/// assert_eq!(list.iter().sum::<u32>(), 6);
/// # Ok::<(), mycelium_wire::private::TooMany>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BoundedList<T, const N: usize>(ArrayVec<T, N>);

impl<T, const N: usize> BoundedList<T, N> {
    /// No items.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an item, or gives it back where the list is full.
    ///
    /// # Errors
    ///
    /// The item, where the list holds `N` already.
    pub fn try_push(&mut self, item: T) -> Result<(), T> {
        self.0.try_push(item).map_err(|full| full.element())
    }

    /// Takes the items out.
    pub fn into_iter_owned(self) -> impl Iterator<Item = T> {
        self.0.into_iter()
    }
}

impl<T, const N: usize> Default for BoundedList<T, N> {
    fn default() -> Self {
        BoundedList(ArrayVec::new())
    }
}

impl<T, const N: usize> Deref for BoundedList<T, N> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T, const N: usize> DerefMut for BoundedList<T, N> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.0
    }
}

impl<T: Clone, const N: usize> TryFrom<&[T]> for BoundedList<T, N> {
    type Error = TooMany;

    fn try_from(items: &[T]) -> Result<Self, TooMany> {
        match ArrayVec::try_from(items) {
            Ok(items) => Ok(BoundedList(items)),
            Err(_) => Err(TooMany { max: N, found: items.len() }),
        }
    }
}

impl<'a, T, const N: usize> IntoIterator for &'a BoundedList<T, N> {
    type Item = &'a T;
    type IntoIter = core::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: fmt::Debug, const N: usize> fmt::Debug for BoundedList<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// A list read in place: items are made as they are asked for, or all lie there as a
/// [slice](ListView::as_slice).
pub struct ListView<'a, T> {
    /// `len * T::SIZE` bytes.
    items: &'a [u8],
    len: usize,
    tail: Tail<'a>,
    item: PhantomData<fn() -> T>,
}

impl<T> Clone for ListView<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for ListView<'_, T> {}

impl<T> fmt::Debug for ListView<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListView").field("len", &self.len).finish_non_exhaustive()
    }
}

impl<'a, T: Wire> ListView<'a, T> {
    fn new(items: &'a [u8], len: usize, tail: Tail<'a>) -> Self {
        ListView { items, len, tail, item: PhantomData }
    }

    /// Number of items.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Item `index`, where there is one.
    pub fn get(&self, index: usize) -> Option<T::View<'a>> {
        if index >= self.len {
            return None;
        }
        let inline = self.items.get(index * T::SIZE..(index + 1) * T::SIZE)?;
        Some(T::view_inline(inline, self.tail))
    }

    /// The items as a slice, where they are such in memory: numbers, times, decimals and UUIDs, arrays of
    /// them, and structs of these whose fields lie in Rust as they do on the wire; and where the frame
    /// is aligned for them, as every frame is that begins at a multiple of 8, save for what holds integers
    /// of 128 bits, which Rust aligns to 16.
    ///
    /// ```
    /// # extern crate mycelium_wire as mycelium;
    /// # use mycelium::Message;
    /// #[derive(mycelium_derive::Message)]
    /// #[myc(package = "weather", id = 1)]
    /// struct Day {
    ///     celsius: Vec<f64>,
    ///     notes: Vec<String>,
    /// }
    ///
    /// let frame = Day { celsius: vec![-12.5, -8.0], notes: vec!["fog".into()] }.to_frame();
    /// let view = Day::view(&frame)?;
    /// assert_eq!(view.celsius().as_slice(), Some([-12.5, -8.0].as_slice()));
    /// assert_eq!(view.notes().as_slice(), None);
    /// assert_eq!(view.notes().iter().collect::<Vec<_>>(), ["fog"]);
    /// # Ok::<(), mycelium::DecodeError>(())
    /// ```
    pub fn as_slice(&self) -> Option<&'a [T]> {
        plain::slice_of(T::PLAIN?, self.items)
    }

    /// All items, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = T::View<'a>> + use<'a, T> {
        let tail = self.tail;
        self.items
            .chunks_exact(T::SIZE)
            .take(self.len)
            .map(move |inline| T::view_inline(inline, tail))
    }
}

/// Writes the count of a bounded value and gives the room behind it.
#[inline]
pub(crate) fn write_count(inline: &mut [u8], max: usize, count: usize) -> &mut [u8] {
    let (head, room) = inline.split_at_mut(count_size(max as u32));
    head.copy_from_slice(&(count as u32).to_le_bytes()[..head.len()]);
    room
}

/// Reads the count of a bounded value, at most `max`.
#[inline]
pub(crate) fn read_count(
    inline: &[u8],
    max: usize,
    tail: &TailReader<'_>,
) -> Result<usize, Failed> {
    let found = match count_size(max as u32) {
        1 => u32::from(inline[0]),
        2 => u32::from(u16::from_le_bytes([inline[0], inline[1]])),
        _ => u32::from_le_bytes([inline[0], inline[1], inline[2], inline[3]]),
    };
    if found as usize > max {
        return Err(tail.error(inline, ErrorKind::Count { max: max as u32, found }));
    }
    Ok(found as usize)
}

/// Writes items side by side.
#[inline]
fn encode_items<T: Wire>(items: &[T], region: &mut [u8], tail: &mut TailWriter<'_>) {
    if let Some(plain) = T::PLAIN {
        region[..items.len() * T::SIZE].copy_from_slice(plain.bytes_of(items));
        return;
    }
    for (item, inline) in items.iter().zip(region.chunks_exact_mut(T::SIZE)) {
        item.encode(inline, tail);
    }
}

/// Checks items that lie side by side.
#[inline]
pub(crate) fn check_items<T: Wire>(region: &[u8], tail: &mut TailReader<'_>) -> Result<(), Failed> {
    if T::IS_ANY {
        return Ok(());
    }
    // A reader of its own, as in `room`.
    let mut reader = tail.clone();
    let checked = region.chunks_exact(T::SIZE).try_for_each(|inline| T::check(inline, &mut reader));
    *tail = reader;
    checked
}

/// Reads items that lie side by side.
///
/// Plain ones are copied whole. Where nothing else of them lies in the tail, all are checked first: so
/// there are as many as there is room for, and making them is a loop without a branch.
#[inline]
pub(crate) fn decode_items<'de, T: Decode<'de>>(
    region: &'de [u8],
    tail: &mut TailReader<'de>,
) -> Result<Vec<T>, Failed> {
    if const { T::TYPE.is_fixed() } {
        if let Some(plain) = T::PLAIN {
            return plain::decode_items(plain, region, tail);
        }
        T::check_items(region, tail)?;
        let items = region.chunks_exact(T::SIZE);
        return Ok(items.map(|inline| decode_checked(inline, tail)).collect());
    }
    room::decode_items(region, tail)
}

/// Reads a value that `check` has passed, which is all that `decode` may refuse.
#[inline]
fn decode_checked<'de, T: Decode<'de>>(inline: &'de [u8], tail: &mut TailReader<'de>) -> T {
    match T::decode(inline, tail) {
        Ok(value) => value,
        Err(_) => unreachable!("`check` passed what `decode` refuses"),
    }
}

#[inline]
fn items_tail_end<T: Wire>(items: &[T], end: usize) -> usize {
    if const { T::TYPE.is_fixed() } {
        return end;
    }
    items.iter().fold(end, |end, item| item.tail_end(end))
}

/// Holds what the items hold to its constraints.
#[inline]
pub(crate) fn validate_items<T: Wire>(items: &[T]) -> Result<(), ValidationError> {
    if !T::IS_CONSTRAINED {
        return Ok(());
    }
    let validate =
        |(index, item): (usize, &T)| item.validate_parts().map_err(|error| error.in_item(index));
    items.iter().enumerate().try_for_each(validate)
}

/// Where the tail ends behind an unbounded list.
#[inline]
pub(crate) fn tail_end<T: Wire>(items: &[T], end: usize) -> usize {
    if items.is_empty() {
        return end;
    }
    let start = align_up(end, T::ALIGN);
    items_tail_end(items, start + items.len() * T::SIZE)
}

/// Writes an unbounded list.
#[inline]
pub(crate) fn encode<T: Wire>(items: &[T], inline: &mut [u8], tail: &mut TailWriter<'_>) {
    let region = tail.item(inline, items.len(), items.len() * T::SIZE, T::ALIGN);
    encode_items(items, region, tail);
}

impl<T: Wire> Wire for Vec<T> {
    const TYPE: &'static Type<'static> = &Type::List(T::TYPE);
    type View<'a> = ListView<'a, T>;

    #[inline]
    fn tail_end(&self, end: usize) -> usize {
        tail_end(self, end)
    }

    #[inline]
    fn encode(&self, inline: &mut [u8], tail: &mut TailWriter<'_>) {
        encode(self, inline, tail);
    }

    #[inline]
    fn check(inline: &[u8], tail: &mut TailReader<'_>) -> Result<(), Failed> {
        let (region, _) = tail.item(inline, T::SIZE, T::ALIGN)?;
        T::check_items(region, tail)
    }

    #[inline]
    fn view_inline<'a>(inline: &'a [u8], tail: Tail<'a>) -> ListView<'a, T> {
        let (region, len) = tail.item(inline, T::SIZE);
        ListView::new(region, len, tail)
    }

    #[inline]
    fn keeps(&self, bound: &Bound) -> Result<(), ErrorKind> {
        bound.check_count(self.len())
    }

    #[inline]
    fn validate_parts(&self) -> Result<(), ValidationError> {
        validate_items(self)
    }
}

impl<'de, T: Decode<'de>> Decode<'de> for Vec<T> {
    #[inline]
    fn decode(inline: &'de [u8], tail: &mut TailReader<'de>) -> Result<Self, Failed> {
        let (region, _) = tail.item(inline, T::SIZE, T::ALIGN)?;
        T::decode_items(region, tail)
    }
}

impl<T: Wire, const N: usize> Wire for BoundedList<T, N> {
    const TYPE: &'static Type<'static> = &Type::BoundedList(T::TYPE, N as u32);
    type View<'a> = ListView<'a, T>;

    #[inline]
    fn tail_end(&self, end: usize) -> usize {
        items_tail_end(self, end)
    }

    #[inline]
    fn encode(&self, inline: &mut [u8], tail: &mut TailWriter<'_>) {
        inline.fill(0);
        write_count(inline, N, self.len());
        encode_items(self, &mut inline[const { items_offset(T::TYPE, N as u32) }..], tail);
    }

    #[inline]
    fn check(inline: &[u8], tail: &mut TailReader<'_>) -> Result<(), Failed> {
        let region = bounded_region::<T, N>(inline, tail)?;
        T::check_items(region, tail)
    }

    #[inline]
    fn view_inline<'a>(inline: &'a [u8], tail: Tail<'a>) -> ListView<'a, T> {
        let count = crate::bytes::view_count(inline, N);
        let start = const { items_offset(T::TYPE, N as u32) };
        match inline.get(start..start.saturating_add(count * T::SIZE)) {
            Some(region) => ListView::new(region, count, tail),
            None => ListView::new(&[], 0, tail),
        }
    }

    #[inline]
    fn keeps(&self, bound: &Bound) -> Result<(), ErrorKind> {
        bound.check_count(self.len())
    }

    #[inline]
    fn validate_parts(&self) -> Result<(), ValidationError> {
        validate_items(self)
    }
}

impl<'de, T: Decode<'de>, const N: usize> Decode<'de> for BoundedList<T, N> {
    #[inline]
    fn decode(inline: &'de [u8], tail: &mut TailReader<'de>) -> Result<Self, Failed> {
        let region = bounded_region::<T, N>(inline, tail)?;
        let mut items = ArrayVec::new();
        for inline in region.chunks_exact(T::SIZE) {
            items.push(T::decode(inline, tail)?);
        }
        Ok(BoundedList(items))
    }
}

fn bounded_region<'a, T: Wire, const N: usize>(
    inline: &'a [u8],
    tail: &TailReader<'_>,
) -> Result<&'a [u8], Failed> {
    let count = read_count(inline, N, tail)?;
    let start = const { items_offset(T::TYPE, N as u32) };
    Ok(&inline[start..start + count * T::SIZE])
}

impl<T: Wire, const N: usize> Wire for [T; N] {
    const TYPE: &'static Type<'static> = &Type::Array(T::TYPE, N as u32);
    const IS_ANY: bool = T::IS_ANY;
    const PLAIN: Option<Plain<Self>> = match T::PLAIN {
        Some(plain) => Some(plain.array()),
        None => None,
    };
    type View<'a> = ListView<'a, T>;

    #[inline]
    fn tail_end(&self, end: usize) -> usize {
        items_tail_end(self, end)
    }

    #[inline]
    fn encode(&self, inline: &mut [u8], tail: &mut TailWriter<'_>) {
        encode_items(self, inline, tail);
    }

    #[inline]
    fn check(inline: &[u8], tail: &mut TailReader<'_>) -> Result<(), Failed> {
        T::check_items(inline, tail)
    }

    #[inline]
    fn view_inline<'a>(inline: &'a [u8], tail: Tail<'a>) -> ListView<'a, T> {
        ListView::new(inline, N, tail)
    }

    #[inline]
    fn validate_parts(&self) -> Result<(), ValidationError> {
        validate_items(self)
    }
}

impl<'de, T: Decode<'de>, const N: usize> Decode<'de> for [T; N] {
    #[inline]
    fn decode(inline: &'de [u8], tail: &mut TailReader<'de>) -> Result<Self, Failed> {
        if const { T::TYPE.is_fixed() } {
            T::check_items(inline, tail)?;
            let inline = &inline[..N * T::SIZE];
            return Ok(array::from_fn(|index| {
                decode_checked(&inline[index * T::SIZE..(index + 1) * T::SIZE], tail)
            }));
        }
        let mut items = ArrayVec::<T, N>::new();
        for inline in inline.chunks_exact(T::SIZE) {
            items.push(T::decode(inline, tail)?);
        }
        let found = items.len() as u32;
        items
            .into_inner()
            .map_err(|_| tail.error(inline, ErrorKind::Count { max: N as u32, found }))
    }
}

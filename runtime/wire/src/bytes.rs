//! Raw bytes: unbounded in the tail, bounded inline.

use alloc::vec::Vec;
use core::fmt;
use core::ops::{Deref, DerefMut};

use arrayvec::ArrayVec;

use crate::error::{ErrorKind, Failed};
use crate::layout::count_size;
use crate::limits::Bound;
use crate::list::{read_count, write_count};
use crate::reflect::Type;
use crate::tail::{Tail, TailReader, TailWriter};
use crate::text::TooMany;
use crate::wire::{Decode, Wire};

/// Any number of bytes, held in the tail.
///
/// A `Vec<u8>` has the same bytes, but is a list of integers to the schema and to people.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Bytes(pub Vec<u8>);

/// At most `N` bytes, held inline.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct BoundedBytes<const N: usize>(ArrayVec<u8, N>);

impl Deref for Bytes {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.0
    }
}

impl DerefMut for Bytes {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.0
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes(bytes)
    }
}

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Self {
        Bytes(bytes.to_vec())
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug_hex(&self.0, f)
    }
}

impl<const N: usize> BoundedBytes<N> {
    /// No bytes.
    pub fn new() -> Self {
        Self::default()
    }
}

impl<const N: usize> Deref for BoundedBytes<N> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl<const N: usize> TryFrom<&[u8]> for BoundedBytes<N> {
    type Error = TooMany;

    fn try_from(bytes: &[u8]) -> Result<Self, TooMany> {
        match ArrayVec::try_from(bytes) {
            Ok(bytes) => Ok(BoundedBytes(bytes)),
            Err(_) => Err(TooMany { max: N, found: bytes.len() }),
        }
    }
}

impl<const N: usize> fmt::Debug for BoundedBytes<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug_hex(self, f)
    }
}

pub(crate) fn debug_hex(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("x\"")?;
    for byte in bytes {
        write!(f, "{byte:02x}")?;
    }
    f.write_str("\"")
}

/// The bytes of a bounded string or bytes, once checked.
pub(crate) fn view_bounded(inline: &[u8], max: usize) -> &[u8] {
    let start = count_size(max as u32);
    inline.get(start..start.saturating_add(view_count(inline, max))).unwrap_or_default()
}

/// The count of a bounded value, once checked.
pub(crate) fn view_count(inline: &[u8], max: usize) -> usize {
    let head = inline.iter().take(count_size(max as u32));
    head.rev().fold(0, |count, byte| count << 8 | usize::from(*byte))
}

impl Wire for Bytes {
    const TYPE: &'static Type<'static> = &Type::Bytes;
    type View<'a> = &'a [u8];

    #[inline]
    fn tail_end(&self, end: usize) -> usize {
        end + self.len()
    }

    #[inline]
    fn encode(&self, inline: &mut [u8], tail: &mut TailWriter<'_>) {
        tail.bytes(inline, self);
    }

    #[inline]
    fn check(inline: &[u8], tail: &mut TailReader<'_>) -> Result<(), Failed> {
        tail.item(inline, 1, 1).map(|_| ())
    }

    #[inline]
    fn view_inline<'a>(inline: &'a [u8], tail: Tail<'a>) -> &'a [u8] {
        tail.item(inline, 1).0
    }

    #[inline]
    fn keeps(&self, bound: &Bound) -> Result<(), ErrorKind> {
        bound.check_count(self.len())
    }
}

impl<'de> Decode<'de> for Bytes {
    #[inline]
    fn decode(inline: &'de [u8], tail: &mut TailReader<'de>) -> Result<Self, Failed> {
        let (bytes, _) = tail.item(inline, 1, 1)?;
        Ok(Bytes(bytes.to_vec()))
    }
}

impl<const N: usize> Wire for BoundedBytes<N> {
    const TYPE: &'static Type<'static> = &Type::BoundedBytes(N as u32);
    type View<'a> = &'a [u8];

    #[inline]
    fn encode(&self, inline: &mut [u8], _: &mut TailWriter<'_>) {
        let room = write_count(inline, N, self.len());
        let (bytes, rest) = room.split_at_mut(self.len());
        bytes.copy_from_slice(self);
        rest.fill(0);
    }

    #[inline]
    fn check(inline: &[u8], tail: &mut TailReader<'_>) -> Result<(), Failed> {
        read_count(inline, N, tail).map(|_| ())
    }

    #[inline]
    fn view_inline<'a>(inline: &'a [u8], _: Tail<'a>) -> &'a [u8] {
        view_bounded(inline, N)
    }

    #[inline]
    fn keeps(&self, bound: &Bound) -> Result<(), ErrorKind> {
        bound.check_count(self.len())
    }
}

impl<'de, const N: usize> Decode<'de> for BoundedBytes<N> {
    #[inline]
    fn decode(inline: &'de [u8], tail: &mut TailReader<'de>) -> Result<Self, Failed> {
        let count = read_count(inline, N, tail)?;
        let start = count_size(N as u32);
        let mut bytes = ArrayVec::new();
        bytes.extend(inline[start..start + count].iter().copied());
        Ok(BoundedBytes(bytes))
    }
}

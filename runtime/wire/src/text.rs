//! Text: unbounded in the tail, bounded inline.
//!
//! # Safety
//!
//! A `str` is made without the standard library's check of bytes just seen to be ASCII or UTF-8, and of the text in a
//! [`BoundedString`], which was checked when it went in.

#![allow(unsafe_code)]

use alloc::string::String;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::ops::Deref;
use core::str::FromStr;

use crate::error::{ErrorKind, Failed};
use crate::layout::{REFERENCE, count_size};
use crate::limits::Bound;
use crate::list::{read_count, write_count};
use crate::reflect::Type;
use crate::room;
use crate::tail::{Tail, TailReader, TailWriter};
use crate::utf8::{is_ascii, len_ahead};
use crate::wire::{Decode, Wire};

/// Bytes of room up to which masking all of it is faster than filling what is not used.
const SHORT: usize = 64;

/// UTF-8 of at most `N` bytes, held inline.
///
/// ```
/// use mycelium_wire::BoundedString;
/// let symbol: BoundedString<16> = "BTCUSDT".parse()?;
/// assert_eq!(symbol.as_str(), "BTCUSDT");
/// assert!("longer than four".parse::<BoundedString<4>>().is_err());
/// # Ok::<(), mycelium_wire::private::TooMany>(())
/// ```
#[derive(Clone, Copy)]
pub struct BoundedString<const N: usize> {
    /// `bytes[..len]` is UTF-8; what lies behind means nothing.
    bytes: [u8; N],
    /// At most N.
    len: usize,
}

impl<const N: usize> BoundedString<N> {
    /// The empty text.
    pub fn new() -> Self {
        Self::default()
    }

    /// The text.
    #[inline]
    pub fn as_str(&self) -> &str {
        // SAFETY: `from_str` copies a `str`, `decode` checks what it copies, and nothing else writes.
        unsafe { core::str::from_utf8_unchecked(self.bytes.get_unchecked(..self.len)) }
    }
}

impl<const N: usize> Default for BoundedString<N> {
    fn default() -> Self {
        BoundedString { bytes: [0; N], len: 0 }
    }
}

impl<const N: usize> PartialEq for BoundedString<N> {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl<const N: usize> Eq for BoundedString<N> {}

impl<const N: usize> Hash for BoundedString<N> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl<const N: usize> PartialOrd for BoundedString<N> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<const N: usize> Ord for BoundedString<N> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl<const N: usize> Deref for BoundedString<N> {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl<const N: usize> FromStr for BoundedString<N> {
    type Err = TooMany;

    fn from_str(text: &str) -> Result<Self, TooMany> {
        let mut bytes = [0; N];
        match bytes.get_mut(..text.len()) {
            Some(room) => room.copy_from_slice(text.as_bytes()),
            None => return Err(TooMany { max: N, found: text.len() }),
        }
        Ok(BoundedString { bytes, len: text.len() })
    }
}

impl<const N: usize> TryFrom<&str> for BoundedString<N> {
    type Error = TooMany;

    fn try_from(text: &str) -> Result<Self, TooMany> {
        text.parse()
    }
}

impl<const N: usize> AsRef<str> for BoundedString<N> {
    fn as_ref(&self) -> &str {
        self
    }
}

impl<const N: usize> PartialEq<str> for BoundedString<N> {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl<const N: usize> PartialEq<&str> for BoundedString<N> {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl<const N: usize> fmt::Display for BoundedString<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_str(), f)
    }
}

impl<const N: usize> fmt::Debug for BoundedString<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// More items, or bytes of text, than the bound allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMany {
    /// The bound.
    pub max: usize,
    /// What was given.
    pub found: usize,
}

impl fmt::Display for TooMany {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} where the bound is {}", self.found, self.max)
    }
}

impl core::error::Error for TooMany {}

/// The text that these bytes are; an error at the first that is none.
#[inline]
pub(crate) fn utf8<'a>(bytes: &'a [u8], tail: &TailReader<'_>) -> Result<&'a str, Failed> {
    if is_ascii(bytes) {
        // SAFETY: ASCII is UTF-8.
        return Ok(unsafe { core::str::from_utf8_unchecked(bytes) });
    }
    utf8_beyond_ascii(bytes, tail)
}

#[cold]
fn utf8_beyond_ascii<'a>(bytes: &'a [u8], tail: &TailReader<'_>) -> Result<&'a str, Failed> {
    core::str::from_utf8(bytes).map_err(|error| {
        tail.error(bytes.get(error.valid_up_to()..).unwrap_or(bytes), ErrorKind::Utf8)
    })
}

/// Text in bytes that were checked before; nothing where they were not, and are none.
#[inline]
fn view_utf8(bytes: &[u8]) -> &str {
    if is_ascii(bytes) {
        // SAFETY: ASCII is UTF-8.
        return unsafe { core::str::from_utf8_unchecked(bytes) };
    }
    core::str::from_utf8(bytes).unwrap_or_default()
}

/// Zeroes what lies behind the first `len` of `N` bytes.
#[inline]
fn clear_behind<const N: usize>(bytes: &mut [u8], len: usize) {
    if N > SHORT {
        bytes[len..].fill(0);
        return;
    }
    // By a mask and without a branch. The index is a byte, so that sixteen are compared at once.
    let (len, mut index) = (len as u8, 0_u8);
    for byte in &mut bytes[..N] {
        *byte &= if index < len { 0xff } else { 0 };
        index = index.wrapping_add(1);
    }
}

/// The text that `reference` points at.
#[inline(always)]
pub(crate) fn take<'a>(reference: &[u8], tail: &mut TailReader<'a>) -> Result<&'a str, Failed> {
    if let Some(text) = tail.seen_text(reference) {
        return Ok(text);
    }
    if reference[..REFERENCE] == [0; REFERENCE] {
        return Ok("");
    }
    // Handed over and back, so that the address of the reader at hand is nobody's: it may be in registers.
    let (text, reader) = take_unseen(reference, tail.clone())?;
    *tail = reader;
    Ok(text)
}

/// The same of text that nobody has looked at, after which some of what follows has been.
#[inline(never)]
fn take_unseen<'a>(
    reference: &[u8],
    mut tail: TailReader<'a>,
) -> Result<(&'a str, TailReader<'a>), Failed> {
    let (bytes, _) = tail.item(reference, 1, 1)?;
    let from = tail.last_and_rest(bytes.len());
    let seen = len_ahead(from, bytes.len(), tail.position());
    // SAFETY: so many of the bytes are UTF-8.
    let seen = unsafe { core::str::from_utf8_unchecked(&from[..seen]) };
    let text = match seen.split_at_checked(bytes.len()) {
        Some((text, next)) => {
            tail.see(next);
            text
        }
        None => utf8_beyond_ascii(bytes, &tail)?,
    };
    Ok((text, tail))
}

impl<const N: usize> Wire for BoundedString<N> {
    const TYPE: &'static Type<'static> = &Type::BoundedString(N as u32);
    type View<'a> = &'a str;

    #[inline]
    fn encode(&self, inline: &mut [u8], _: &mut TailWriter<'_>) {
        let (room, padding) = write_count(inline, N, self.len).split_at_mut(N);
        room.copy_from_slice(&self.bytes);
        clear_behind::<N>(room, self.len);
        padding.fill(0);
    }

    #[inline]
    fn check(inline: &[u8], tail: &mut TailReader<'_>) -> Result<(), Failed> {
        let count = read_count(inline, N, tail)?;
        let start = count_size(N as u32);
        utf8(&inline[start..start + count], tail).map(|_| ())
    }

    #[inline]
    fn view_inline<'a>(inline: &'a [u8], _: Tail<'a>) -> &'a str {
        view_utf8(crate::bytes::view_bounded(inline, N))
    }

    #[inline]
    fn keeps(&self, bound: &Bound) -> Result<(), ErrorKind> {
        bound.check_count(self.len())
    }
}

impl<'de, const N: usize> Decode<'de> for BoundedString<N> {
    #[inline]
    fn decode(inline: &'de [u8], tail: &mut TailReader<'de>) -> Result<Self, Failed> {
        let len = read_count(inline, N, tail)?;
        let room = &inline[const { count_size(N as u32) }..];
        // All the room at once: its size is known, that of the text is not.
        let mut bytes = [0; N];
        bytes.copy_from_slice(&room[..N]);
        if !is_ascii(&bytes) {
            utf8(&room[..len], tail)?;
        }
        Ok(BoundedString { bytes, len })
    }
}

impl Wire for String {
    const TYPE: &'static Type<'static> = &Type::String;
    type View<'a> = &'a str;

    #[inline]
    fn tail_end(&self, end: usize) -> usize {
        end + self.len()
    }

    #[inline]
    fn encode(&self, inline: &mut [u8], tail: &mut TailWriter<'_>) {
        tail.bytes(inline, self.as_bytes());
    }

    #[inline]
    fn check(inline: &[u8], tail: &mut TailReader<'_>) -> Result<(), Failed> {
        take(inline, tail).map(|_| ())
    }

    #[inline]
    fn view_inline<'a>(inline: &'a [u8], tail: Tail<'a>) -> &'a str {
        view_utf8(tail.item(inline, 1).0)
    }

    #[inline]
    fn keeps(&self, bound: &Bound) -> Result<(), ErrorKind> {
        bound.check_count(self.len())
    }
}

impl<'de> Decode<'de> for String {
    // A loop over many texts keeps its reader in registers, but not across a call that takes it.
    #[inline(always)]
    fn decode(inline: &'de [u8], tail: &mut TailReader<'de>) -> Result<Self, Failed> {
        take(inline, tail).map(room::own)
    }
}

//! Text: unbounded in the tail, bounded inline.

use alloc::string::{String, ToString};
use core::fmt;
use core::ops::Deref;
use core::str::FromStr;

use arrayvec::ArrayString;

use crate::error::{DecodeError, ErrorKind};
use crate::layout::count_size;
use crate::list::{read_count, write_count};
use crate::reflect::{Literal, Type};
use crate::tail::{Tail, TailReader, TailWriter};
use crate::wire::Wire;

/// UTF-8 of at most `N` bytes, held inline.
///
/// ```
/// use mycelium_wire::BoundedString;
/// let symbol: BoundedString<16> = "BTCUSDT".parse()?;
/// assert_eq!(symbol.as_str(), "BTCUSDT");
/// assert!("longer than four".parse::<BoundedString<4>>().is_err());
/// # Ok::<(), mycelium_wire::private::TooMany>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct BoundedString<const N: usize>(ArrayString<N>);

impl<const N: usize> BoundedString<N> {
    /// The empty text.
    pub fn new() -> Self {
        Self::default()
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const N: usize> Deref for BoundedString<N> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<const N: usize> FromStr for BoundedString<N> {
    type Err = TooMany;

    fn from_str(text: &str) -> Result<Self, TooMany> {
        match ArrayString::from(text) {
            Ok(text) => Ok(BoundedString(text)),
            Err(_) => Err(TooMany { max: N, found: text.len() }),
        }
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

pub(crate) fn utf8<'a>(bytes: &'a [u8], tail: &TailReader<'_>) -> Result<&'a str, DecodeError> {
    core::str::from_utf8(bytes).map_err(|error| {
        tail.error(bytes.get(error.valid_up_to()..).unwrap_or(bytes), ErrorKind::Utf8)
    })
}

impl<const N: usize> Wire for BoundedString<N> {
    const TYPE: &'static Type<'static> = &Type::BoundedString(N as u32);
    type View<'a> = &'a str;

    #[inline]
    fn encode(&self, inline: &mut [u8], _: &mut TailWriter<'_>) {
        let room = write_count(inline, N, self.len());
        let (text, rest) = room.split_at_mut(self.len());
        text.copy_from_slice(self.as_bytes());
        rest.fill(0);
    }

    #[inline]
    fn decode(inline: &[u8], tail: &mut TailReader<'_>) -> Result<Self, DecodeError> {
        let count = read_count(inline, N, tail)?;
        let start = count_size(N as u32);
        let text = utf8(&inline[start..start + count], tail)?;
        // The count has been checked against N.
        Ok(BoundedString(ArrayString::from(text).unwrap_or_default()))
    }

    #[inline]
    fn check(inline: &[u8], tail: &mut TailReader<'_>) -> Result<(), DecodeError> {
        let count = read_count(inline, N, tail)?;
        let start = count_size(N as u32);
        utf8(&inline[start..start + count], tail).map(|_| ())
    }

    #[inline]
    fn view_inline<'a>(inline: &'a [u8], _: Tail<'a>) -> &'a str {
        core::str::from_utf8(crate::bytes::view_bounded(inline, N)).unwrap_or_default()
    }

    fn from_literal(literal: &Literal<'_>) -> Option<Self> {
        match literal {
            Literal::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    fn view_literal<'a>(literal: &'a Literal<'a>) -> Option<&'a str> {
        match literal {
            Literal::Text(text) => Some(text),
            _ => None,
        }
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
        tail.item(inline, self.len(), self.len(), 1).copy_from_slice(self.as_bytes());
    }

    #[inline]
    fn decode(inline: &[u8], tail: &mut TailReader<'_>) -> Result<Self, DecodeError> {
        let (bytes, _) = tail.item(inline, 1, 1)?;
        Ok(utf8(bytes, tail)?.to_string())
    }

    #[inline]
    fn check(inline: &[u8], tail: &mut TailReader<'_>) -> Result<(), DecodeError> {
        let (bytes, _) = tail.item(inline, 1, 1)?;
        utf8(bytes, tail).map(|_| ())
    }

    #[inline]
    fn view_inline<'a>(inline: &'a [u8], tail: Tail<'a>) -> &'a str {
        core::str::from_utf8(tail.item(inline, 1).0).unwrap_or_default()
    }

    fn from_literal(literal: &Literal<'_>) -> Option<Self> {
        match literal {
            Literal::Text(text) => Some(text.to_string()),
            _ => None,
        }
    }

    fn view_literal<'a>(literal: &'a Literal<'a>) -> Option<&'a str> {
        match literal {
            Literal::Text(text) => Some(text),
            _ => None,
        }
    }
}

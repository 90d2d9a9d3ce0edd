//! Universally unique identifiers.

use core::fmt;
use core::str::FromStr;

use crate::error::Failed;
use crate::plain::Plain;
use crate::reflect::Type;
use crate::tail::{Tail, TailReader, TailWriter};
use crate::wire::{Decode, Wire};

/// A UUID (RFC 9562) of any version: 16 bytes, in the order in which it is written.
///
/// The order of values is that of the bytes, so that UUIDs of version 7 are in order of time.
///
/// ```
/// use mycelium_wire::Uuid;
/// let order: Uuid = "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6".parse()?;
/// assert_eq!(order.to_string(), "f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
/// assert_eq!(order.to_bytes()[..4], [0xf8, 0x1d, 0x4f, 0xae]);
/// # Ok::<(), mycelium_wire::ParseUuidError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[repr(transparent)]
pub struct Uuid([u8; 16]);

/// Characters of the text form.
const TEXT: usize = 36;

impl Uuid {
    /// The nil UUID: zeros.
    pub const NIL: Uuid = Uuid([0; 16]);
    /// The max UUID: ones.
    pub const MAX: Uuid = Uuid([0xff; 16]);

    /// The UUID with these bytes, in the order in which they are written.
    pub const fn from_bytes(bytes: [u8; 16]) -> Uuid {
        Uuid(bytes)
    }

    /// The bytes, in the order in which they are written.
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0
    }

    /// The bytes in place.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The UUID whose digits are those of this number in hexadecimal.
    pub const fn from_u128(number: u128) -> Uuid {
        Uuid(number.to_be_bytes())
    }

    /// The number whose digits in hexadecimal are those of the UUID.
    pub const fn to_u128(self) -> u128 {
        u128::from_be_bytes(self.0)
    }

    /// Reads the text form; at compile time a wrong text is a compile error.
    ///
    /// # Panics
    ///
    /// Where the text is anything else. Meant for literals; see [`Uuid::parse`].
    pub const fn literal(text: &str) -> Uuid {
        match Uuid::parse(text) {
            Ok(uuid) => uuid,
            Err(_) => panic!("a uuid is 8-4-4-4-12 hexadecimal digits"),
        }
    }

    /// Reads hexadecimal digits of either case, in groups of 8, 4, 4, 4 and 12 with hyphens between
    /// them, and no other form.
    ///
    /// # Errors
    ///
    /// Where the text is anything else.
    pub const fn parse(text: &str) -> Result<Uuid, ParseUuidError> {
        let text = text.as_bytes();
        if text.len() != TEXT {
            return Err(ParseUuidError);
        }
        let (mut number, mut i) = (0_u128, 0);
        while i < TEXT {
            match (text[i] as char).to_digit(16) {
                Some(digit) if !is_hyphen(i) => number = number << 4 | digit as u128,
                None if is_hyphen(i) && text[i] == b'-' => {}
                _ => return Err(ParseUuidError),
            }
            i += 1;
        }
        Ok(Uuid::from_u128(number))
    }

    /// Whether the text is that which a UUID is shown as: hyphens and lower-case digits.
    pub(crate) const fn is_canonical(text: &str) -> bool {
        let mut i = 0;
        while i < text.len() {
            if text.as_bytes()[i].is_ascii_uppercase() {
                return false;
            }
            i += 1;
        }
        Uuid::parse(text).is_ok()
    }
}

/// Whether a hyphen stands at this place of the text form.
const fn is_hyphen(place: usize) -> bool {
    matches!(place, 8 | 13 | 18 | 23)
}

/// Text that is no UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseUuidError;

impl fmt::Display for ParseUuidError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a UUID like `f81d4fae-7dec-11d0-a765-00a0c91e6bf6`")
    }
}

impl core::error::Error for ParseUuidError {}

impl FromStr for Uuid {
    type Err = ParseUuidError;

    fn from_str(text: &str) -> Result<Self, ParseUuidError> {
        Uuid::parse(text)
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let (mut text, mut rest) = ([b'-'; TEXT], self.to_u128());
        for place in (0..TEXT).rev().filter(|place| !is_hyphen(*place)) {
            text[place] = DIGITS[(rest & 15) as usize];
            rest >>= 4;
        }
        f.pad(str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<[u8; 16]> for Uuid {
    fn from(bytes: [u8; 16]) -> Uuid {
        Uuid(bytes)
    }
}

impl From<Uuid> for [u8; 16] {
    fn from(uuid: Uuid) -> [u8; 16] {
        uuid.0
    }
}

impl Wire for Uuid {
    const TYPE: &'static Type<'static> = &Type::Uuid;
    const IS_ANY: bool = true;
    const PLAIN: Option<Plain<Self>> = Plain::number();
    type View<'a> = Uuid;

    #[inline]
    fn encode(&self, inline: &mut [u8], _: &mut TailWriter<'_>) {
        inline.copy_from_slice(&self.0);
    }

    #[inline]
    fn check(_: &[u8], _: &mut TailReader<'_>) -> Result<(), Failed> {
        Ok(())
    }

    #[inline]
    fn view_inline<'a>(inline: &'a [u8], _: Tail<'a>) -> Uuid {
        inline.first_chunk().map(|bytes| Uuid(*bytes)).unwrap_or_default()
    }
}

impl<'de> Decode<'de> for Uuid {
    #[inline]
    fn decode(inline: &'de [u8], _: &mut TailReader<'de>) -> Result<Self, Failed> {
        Ok(Self::view_inline(inline, Tail(&[])))
    }
}

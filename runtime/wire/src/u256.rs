//! Unsigned integers of 256 bits.

use core::fmt;
use core::str::FromStr;

use crate::error::Failed;
use crate::reflect::Type;
use crate::tail::{Tail, TailReader, TailWriter};
use crate::wire::{Decode, Wire};

/// An unsigned integer of 256 bits: amounts and hashes of chains.
///
/// It is held, compared, shown and converted, not computed with.
///
/// ```
/// use mycelium_wire::U256;
/// let wei: U256 = "115792089237316195423570985008687907853269984665640564039457584007913129639935".parse()?;
/// assert_eq!(wei, U256::MAX);
/// assert!(U256::from(5_u64) < wei);
/// assert_eq!(u64::try_from(U256::from(5_u64)), Ok(5));
/// # Ok::<(), mycelium_wire::ParseU256Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct U256 {
    // In this order, so that the derived order is that of the numbers.
    high: u128,
    low: u128,
}

impl U256 {
    /// Zero.
    pub const ZERO: U256 = U256 { high: 0, low: 0 };
    /// Smallest value, 0.
    pub const MIN: U256 = U256::ZERO;
    /// Largest value, 2^256 - 1.
    pub const MAX: U256 = U256 { high: u128::MAX, low: u128::MAX };

    /// The number with these bytes, the least significant first.
    pub const fn from_le_bytes(bytes: [u8; 32]) -> U256 {
        match bytes.as_chunks::<16>().0 {
            [low, high] => {
                U256 { high: u128::from_le_bytes(*high), low: u128::from_le_bytes(*low) }
            }
            _ => U256::ZERO,
        }
    }

    /// The bytes, the least significant first.
    pub const fn to_le_bytes(self) -> [u8; 32] {
        let (low, high) = (self.low.to_le_bytes(), self.high.to_le_bytes());
        let mut bytes = [0; 32];
        bytes.split_at_mut(16).0.copy_from_slice(&low);
        bytes.split_at_mut(16).1.copy_from_slice(&high);
        bytes
    }

    /// The number with these bytes, the most significant first, as hashes are written.
    pub const fn from_be_bytes(bytes: [u8; 32]) -> U256 {
        match bytes.as_chunks::<16>().0 {
            [high, low] => {
                U256 { high: u128::from_be_bytes(*high), low: u128::from_be_bytes(*low) }
            }
            _ => U256::ZERO,
        }
    }

    /// The bytes, the most significant first.
    pub const fn to_be_bytes(self) -> [u8; 32] {
        let (low, high) = (self.low.to_be_bytes(), self.high.to_be_bytes());
        let mut bytes = [0; 32];
        bytes.split_at_mut(16).0.copy_from_slice(&high);
        bytes.split_at_mut(16).1.copy_from_slice(&low);
        bytes
    }

    /// The number with these halves, which are 128 bits each.
    pub const fn from_halves(high: u128, low: u128) -> U256 {
        U256 { high, low }
    }

    /// The more significant half and the less significant one.
    pub const fn halves(self) -> (u128, u128) {
        (self.high, self.low)
    }

    /// Reads decimal digits; at compile time a wrong text is a compile error.
    ///
    /// # Panics
    ///
    /// Where the text is anything else. Meant for literals; see [`U256::from_str_radix`].
    pub const fn literal(digits: &str) -> U256 {
        match U256::from_str_radix(digits, 10) {
            Ok(number) => number,
            Err(_) => panic!("a u256 is decimal digits, at most 2^256 - 1"),
        }
    }

    /// Reads digits of a base from 2 to 36, and nothing else: no sign, no prefix, no underscore.
    ///
    /// # Errors
    ///
    /// Where the text is empty, has another character, or says more than [`U256::MAX`].
    ///
    /// # Panics
    ///
    /// Where the base is none of these.
    pub const fn from_str_radix(digits: &str, radix: u32) -> Result<U256, ParseU256Error> {
        assert!(radix >= 2 && radix <= 36, "the base of a number is 2 to 36");
        let bytes = digits.as_bytes();
        if bytes.is_empty() {
            return Err(ParseU256Error::Malformed);
        }
        let (mut number, mut fits, mut i) = (U256::ZERO, true, 0);
        while i < bytes.len() {
            let Some(digit) = (bytes[i] as char).to_digit(radix) else {
                return Err(ParseU256Error::Malformed);
            };
            match number.push_digit(radix, digit) {
                Some(more) => number = more,
                None => fits = false,
            }
            i += 1;
        }
        if fits { Ok(number) } else { Err(ParseU256Error::OutOfRange) }
    }

    /// `self * radix + digit`, where 256 bits hold it.
    const fn push_digit(self, radix: u32, digit: u32) -> Option<U256> {
        let (low, carry) = times_and(self.low, radix, digit);
        let (high, beyond) = times_and(self.high, radix, carry);
        if beyond == 0 { Some(U256 { high, low }) } else { None }
    }

    /// `self / 10^19` and the remainder, which has 19 digits and fits 64 bits.
    const fn split_digits(self) -> (U256, u64) {
        const UNIT: u128 = 10_u128.pow(19);
        let limbs = [self.high >> 64, self.high & LIMB, self.low >> 64, self.low & LIMB];
        let (mut quotient, mut rest, mut i) = ([0; 4], 0, 0);
        while i < 4 {
            let dividend = rest << 64 | limbs[i];
            quotient[i] = dividend / UNIT;
            rest = dividend % UNIT;
            i += 1;
        }
        let [a, b, c, d] = quotient;
        (U256 { high: a << 64 | b, low: c << 64 | d }, rest as u64)
    }
}

/// The lower 64 bits.
const LIMB: u128 = u64::MAX as u128;

/// `number * factor + more`: its lower 128 bits and what goes beyond.
const fn times_and(number: u128, factor: u32, more: u32) -> (u128, u32) {
    let low = (number & LIMB) * factor as u128 + more as u128;
    let high = (number >> 64) * factor as u128 + (low >> 64);
    (high << 64 | low & LIMB, (high >> 64) as u32)
}

/// Text that is no `u256`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParseU256Error {
    /// Not digits alone.
    Malformed,
    /// Beyond 2^256 - 1.
    OutOfRange,
}

impl fmt::Display for ParseU256Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ParseU256Error::Malformed => "not an unsigned integer in decimal digits like `250`",
            ParseU256Error::OutOfRange => "a number too large for 256 bits",
        })
    }
}

impl core::error::Error for ParseU256Error {}

impl FromStr for U256 {
    type Err = ParseU256Error;

    fn from_str(text: &str) -> Result<Self, ParseU256Error> {
        U256::from_str_radix(text, 10)
    }
}

impl fmt::Display for U256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Five groups of nineteen digits hold all numbers, the first with two at most.
        let mut digits = [b'0'; 95];
        let (mut rest, mut end) = (*self, digits.len());
        while rest != U256::ZERO {
            let (more, mut group) = rest.split_digits();
            for digit in digits[end - 19..end].iter_mut().rev() {
                *digit = b'0' + (group % 10) as u8;
                group /= 10;
            }
            (rest, end) = (more, end - 19);
        }
        let first = digits.iter().position(|digit| *digit != b'0').unwrap_or(digits.len() - 1);
        f.pad_integral(true, "", str::from_utf8(&digits[first..]).unwrap_or_default())
    }
}

impl fmt::Debug for U256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A [`U256`] that the narrower integer does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NarrowU256Error;

impl fmt::Display for NarrowU256Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a u256 too large for the narrower integer")
    }
}

impl core::error::Error for NarrowU256Error {}

/// Conversions from and to narrower integers.
macro_rules! narrower {
    ($($narrow:ty)*) => {$(
        impl From<$narrow> for U256 {
            fn from(number: $narrow) -> U256 {
                U256 { high: 0, low: number.into() }
            }
        }

        impl TryFrom<U256> for $narrow {
            type Error = NarrowU256Error;

            fn try_from(number: U256) -> Result<Self, NarrowU256Error> {
                match number.high {
                    0 => number.low.try_into().map_err(|_| NarrowU256Error),
                    _ => Err(NarrowU256Error),
                }
            }
        }
    )*};
}

narrower! { u8 u16 u32 u64 u128 }

impl Wire for U256 {
    const TYPE: &'static Type<'static> = &Type::U256;
    const IS_ANY: bool = true;
    type View<'a> = U256;

    #[inline]
    fn encode(&self, inline: &mut [u8], _: &mut TailWriter<'_>) {
        inline.copy_from_slice(&self.to_le_bytes());
    }

    #[inline]
    fn check(_: &[u8], _: &mut TailReader<'_>) -> Result<(), Failed> {
        Ok(())
    }

    #[inline]
    fn view_inline<'a>(inline: &'a [u8], _: Tail<'a>) -> U256 {
        inline.first_chunk().map(|bytes| U256::from_le_bytes(*bytes)).unwrap_or_default()
    }
}

impl<'de> Decode<'de> for U256 {
    #[inline]
    fn decode(inline: &'de [u8], _: &mut TailReader<'de>) -> Result<Self, Failed> {
        Ok(Self::view_inline(inline, Tail(&[])))
    }
}

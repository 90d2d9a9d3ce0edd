//! Decimal numbers with a fixed number of places, exact.

use core::fmt;
use core::ops::{Add, AddAssign, Neg, Sub, SubAssign};
use core::str::FromStr;

use crate::error::Failed;
use crate::plain::Plain;
use crate::reflect::Type;
use crate::tail::{Tail, TailReader, TailWriter};
use crate::wire::{Decode, Wire};

/// `mantissa / 10^SCALE`, with a 64-bit mantissa. `SCALE` is at most 18.
///
/// ```
/// use mycelium_wire::Decimal;
/// let price: Decimal<8> = "61800.20".parse()?;
/// assert_eq!(price.mantissa(), 6_180_020_000_000);
/// assert_eq!(price.to_string(), "61800.20000000");
/// # Ok::<(), mycelium_wire::ParseDecimalError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[repr(transparent)]
pub struct Decimal<const SCALE: u8>(i64);

impl<const SCALE: u8> Decimal<SCALE> {
    /// Zero.
    pub const ZERO: Self = Decimal(0);
    /// The smallest step above zero.
    pub const STEP: Self = Decimal(1);
    /// Largest value.
    pub const MAX: Self = Decimal(i64::MAX);
    /// Smallest value.
    pub const MIN: Self = Decimal(i64::MIN);

    /// The decimal with this mantissa.
    pub const fn from_mantissa(mantissa: i64) -> Self {
        assert!(SCALE <= 18, "a decimal has at most 18 places");
        Decimal(mantissa)
    }

    /// The mantissa: the value times 10^SCALE.
    pub const fn mantissa(self) -> i64 {
        self.0
    }

    /// The sum, or nothing where 64 bits do not hold it.
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Decimal(sum)),
            None => None,
        }
    }

    /// The difference, or nothing where 64 bits do not hold it.
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(difference) => Some(Decimal(difference)),
            None => None,
        }
    }

    /// The nearest float.
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / 10_i64.pow(u32::from(SCALE)) as f64
    }
}

impl<const SCALE: u8> Add for Decimal<SCALE> {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Decimal(self.0 + other.0)
    }
}

impl<const SCALE: u8> Sub for Decimal<SCALE> {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Decimal(self.0 - other.0)
    }
}

impl<const SCALE: u8> Neg for Decimal<SCALE> {
    type Output = Self;

    fn neg(self) -> Self {
        Decimal(-self.0)
    }
}

impl<const SCALE: u8> AddAssign for Decimal<SCALE> {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl<const SCALE: u8> SubAssign for Decimal<SCALE> {
    fn sub_assign(&mut self, other: Self) {
        self.0 -= other.0;
    }
}

/// Text that is no decimal of the wanted scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParseDecimalError {
    /// Not digits with at most one point and a leading minus.
    Malformed,
    /// More places than the scale has, and not zeros.
    TooPrecise {
        /// Places that the scale has.
        scale: u8,
    },
    /// The mantissa does not fit 64 bits.
    OutOfRange,
}

impl fmt::Display for ParseDecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ParseDecimalError::Malformed => f.write_str("not a decimal number like `-12.5`"),
            ParseDecimalError::TooPrecise { scale } => {
                write!(f, "more than {scale} decimal places")
            }
            ParseDecimalError::OutOfRange => f.write_str("a number too large for 64 bits"),
        }
    }
}

impl core::error::Error for ParseDecimalError {}

impl<const SCALE: u8> FromStr for Decimal<SCALE> {
    type Err = ParseDecimalError;

    fn from_str(text: &str) -> Result<Self, ParseDecimalError> {
        parse_scaled(text, SCALE).map(Decimal)
    }
}

/// Reads a decimal number as a mantissa for `scale`; never rounds.
pub(crate) const fn parse_scaled(text: &str, scale: u8) -> Result<i64, ParseDecimalError> {
    let bytes = text.as_bytes();
    let negative = matches!(bytes, [b'-', ..]);
    let mut i = negative as usize;
    let (mut mantissa, mut digits, mut places, mut point) = (0_i64, 0, 0, false);
    while i < bytes.len() {
        let byte = bytes[i];
        i += 1;
        if byte == b'.' && !point && digits > 0 {
            point = true;
            continue;
        }
        if !byte.is_ascii_digit() {
            return Err(ParseDecimalError::Malformed);
        }
        digits += 1;
        if point && places == scale {
            if byte != b'0' {
                return Err(ParseDecimalError::TooPrecise { scale });
            }
            continue;
        }
        places += point as u8;
        mantissa = match push_digit(mantissa, byte - b'0') {
            Some(mantissa) => mantissa,
            None => return Err(ParseDecimalError::OutOfRange),
        };
    }
    if digits == 0 || bytes[bytes.len() - 1] == b'.' {
        return Err(ParseDecimalError::Malformed);
    }
    while places < scale {
        places += 1;
        mantissa = match push_digit(mantissa, 0) {
            Some(mantissa) => mantissa,
            None => return Err(ParseDecimalError::OutOfRange),
        };
    }
    // The digits were gathered below zero, where there is room for one number more.
    match (negative, mantissa.checked_neg()) {
        (true, _) => Ok(mantissa),
        (false, Some(mantissa)) => Ok(mantissa),
        (false, None) => Err(ParseDecimalError::OutOfRange),
    }
}

const fn push_digit(mantissa: i64, digit: u8) -> Option<i64> {
    match mantissa.checked_mul(10) {
        Some(mantissa) => mantissa.checked_sub(digit as i64),
        None => None,
    }
}

impl<const SCALE: u8> fmt::Display for Decimal<SCALE> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Scaled(self.0, SCALE), f)
    }
}

/// A mantissa and its scale, shown with exactly that many places.
pub(crate) struct Scaled(pub(crate) i64, pub(crate) u8);

impl fmt::Display for Scaled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Scaled(mantissa, scale) = *self;
        let sign = if mantissa < 0 { "-" } else { "" };
        let unit = 10_u64.pow(u32::from(scale));
        let (whole, places) = (mantissa.unsigned_abs() / unit, mantissa.unsigned_abs() % unit);
        if scale == 0 {
            return write!(f, "{sign}{whole}");
        }
        write!(f, "{sign}{whole}.{places:0width$}", width = usize::from(scale))
    }
}

impl<const SCALE: u8> fmt::Debug for Decimal<SCALE> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<const SCALE: u8> Wire for Decimal<SCALE> {
    const TYPE: &'static Type<'static> = &Type::Decimal(SCALE);
    const IS_ANY: bool = true;
    const PLAIN: Option<Plain<Self>> = Plain::number();
    type View<'a> = Self;

    #[inline]
    fn encode(&self, inline: &mut [u8], tail: &mut TailWriter<'_>) {
        self.0.encode(inline, tail);
    }

    #[inline]
    fn check(_: &[u8], _: &mut TailReader<'_>) -> Result<(), Failed> {
        Ok(())
    }

    #[inline]
    fn view_inline<'a>(inline: &'a [u8], tail: Tail<'a>) -> Self {
        Decimal(i64::view_inline(inline, tail))
    }
}

impl<'de, const SCALE: u8> Decode<'de> for Decimal<SCALE> {
    #[inline]
    fn decode(inline: &'de [u8], tail: &mut TailReader<'de>) -> Result<Self, Failed> {
        i64::decode(inline, tail).map(Decimal)
    }
}

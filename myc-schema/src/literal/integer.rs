//! Integers wide enough for every type of the language and for one step beyond.

use std::fmt;

use super::NumberError;

/// An integer of at most 128 bits and a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Integer {
    /// False for zero.
    negative: bool,
    magnitude: u128,
}

impl Integer {
    fn new(negative: bool, magnitude: u128) -> Integer {
        Integer { negative: negative && magnitude != 0, magnitude }
    }

    /// Reads digits without a sign.
    pub(super) fn parse(digits: &str, radix: u32) -> Result<Integer, NumberError> {
        if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
            return Err(NumberError::Malformed);
        }
        let magnitude = u128::from_str_radix(digits, radix).map_err(|_| NumberError::TooLarge)?;
        Ok(Integer::new(false, magnitude))
    }

    pub(crate) fn to_i128(self) -> Option<i128> {
        match self.negative {
            false => i128::try_from(self.magnitude).ok(),
            true => 0i128.checked_sub_unsigned(self.magnitude),
        }
    }

    pub(crate) fn to_u128(self) -> Option<u128> {
        (!self.negative).then_some(self.magnitude)
    }

    pub(crate) fn negated(self) -> Integer {
        Integer::new(!self.negative, self.magnitude)
    }

    pub(crate) fn checked_add(self, other: Integer) -> Option<Integer> {
        if self.negative == other.negative {
            let magnitude = self.magnitude.checked_add(other.magnitude)?;
            return Some(Integer::new(self.negative, magnitude));
        }
        let (larger, smaller) =
            if self.magnitude >= other.magnitude { (self, other) } else { (other, self) };
        Some(Integer::new(larger.negative, larger.magnitude - smaller.magnitude))
    }

    pub(crate) fn checked_sub(self, other: Integer) -> Option<Integer> {
        self.checked_add(other.negated())
    }

    pub(crate) fn checked_mul(self, other: Integer) -> Option<Integer> {
        let magnitude = self.magnitude.checked_mul(other.magnitude)?;
        Some(Integer::new(self.negative != other.negative, magnitude))
    }

    /// Rounds towards zero; nothing where `other` is zero.
    pub(crate) fn checked_div(self, other: Integer) -> Option<Integer> {
        let magnitude = self.magnitude.checked_div(other.magnitude)?;
        Some(Integer::new(self.negative != other.negative, magnitude))
    }
}

impl From<i128> for Integer {
    fn from(value: i128) -> Integer {
        Integer::new(value < 0, value.unsigned_abs())
    }
}

impl From<u128> for Integer {
    fn from(value: u128) -> Integer {
        Integer::new(false, value)
    }
}

impl fmt::Display for Integer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.negative { "-" } else { "" };
        write!(f, "{sign}{}", self.magnitude)
    }
}

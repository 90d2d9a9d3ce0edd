//! Decimal fractions, kept exact until a type asks for its own form of them.

use std::fmt;

use super::{Integer, NumberError, without_underscores};

/// `digits` × 10^`exponent`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Real {
    /// False for zero.
    negative: bool,
    /// Without leading or trailing zeros; empty for zero.
    digits: String,
    exponent: i64,
}

/// Why a number has no form as a decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Inexact {
    /// It has more decimal places than the type.
    Places,
    /// It does not fit 64 bits at that scale.
    Range,
}

impl Real {
    /// Reads `1.25`, `1e3`, `2.5e-7`; without a sign.
    pub(super) fn parse(text: &str) -> Result<Real, NumberError> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
            None => (text, 0),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((whole, fraction)) => (whole, without_underscores(fraction)?),
            None => (mantissa, String::new()),
        };
        let places = fraction.len() as i64;
        let digits = without_underscores(whole)? + &fraction;
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NumberError::Malformed);
        }
        Ok(Real::normal(false, &digits, exponent - places))
    }

    /// A decimal's value.
    pub(crate) fn from_mantissa(mantissa: i64, scale: u8) -> Real {
        let digits = mantissa.unsigned_abs().to_string();
        Real::normal(mantissa < 0, &digits, -i64::from(scale))
    }

    /// Reads the plain notation of a constant that has been checked.
    pub(crate) fn from_plain(text: &str) -> Real {
        let digits = text.trim_start_matches('-');
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let exponent = -(fraction.len() as i64);
        Real::normal(digits.len() != text.len(), &format!("{whole}{fraction}"), exponent)
    }

    fn normal(negative: bool, digits: &str, exponent: i64) -> Real {
        let significant = digits.trim_end_matches('0');
        let dropped = (digits.len() - significant.len()) as i64;
        let digits = significant.trim_start_matches('0').to_owned();
        if digits.is_empty() {
            return Real { negative: false, digits, exponent: 0 };
        }
        Real { negative, digits, exponent: exponent + dropped }
    }

    pub(crate) fn negated(self) -> Real {
        Real { negative: !self.negative && !self.digits.is_empty(), ..self }
    }

    /// Mantissa of the decimal with that many places.
    pub(crate) fn scaled(&self, scale: u8) -> Result<i64, Inexact> {
        if self.digits.is_empty() {
            return Ok(0);
        }
        let zeros = self.exponent + i64::from(scale);
        if zeros < 0 {
            return Err(Inexact::Places);
        }
        // Nineteen digits are the most that 64 bits hold.
        if self.digits.len() as i64 + zeros > 19 {
            return Err(Inexact::Range);
        }
        let sign = if self.negative { "-" } else { "" };
        let text = format!("{sign}{}{}", self.digits, "0".repeat(zeros as usize));
        text.parse().map_err(|_| Inexact::Range)
    }
}

impl From<Integer> for Real {
    fn from(integer: Integer) -> Real {
        let text = integer.to_string();
        let digits = text.trim_start_matches('-');
        Real::normal(digits.len() != text.len(), digits, 0)
    }
}

/// In a form that `f64::from_str` reads, however large the exponent.
impl fmt::Display for Real {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.negative { "-" } else { "" };
        let digits = if self.digits.is_empty() { "0" } else { &self.digits };
        write!(f, "{sign}{digits}e{}", self.exponent)
    }
}

/// Reads an exponent; one that is beyond all types is kept at a bound that still is.
fn parse_exponent(text: &str) -> Result<i64, NumberError> {
    const BEYOND: i64 = 1_000_000_000;
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NumberError::Malformed);
    }
    let magnitude = digits.parse().unwrap_or(BEYOND).min(BEYOND);
    Ok(if text.starts_with('-') { -magnitude } else { magnitude })
}

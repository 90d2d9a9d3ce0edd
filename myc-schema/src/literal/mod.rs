//! Exact numbers: what literals mean before a type is known.

mod integer;
mod real;

pub(crate) use integer::Integer;
pub(crate) use real::{Inexact, Real};

use mycelium_wire::U256;

/// A number as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Number {
    Integer(Integer),
    /// An integer of more than 128 bits.
    Wider(U256),
    Real(Real),
}

/// Why a text is no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NumberError {
    /// A character that does not belong there.
    Malformed,
    /// `007`
    LeadingZero,
    /// Beyond 256 bits.
    TooLarge,
}

impl Number {
    /// Reads `10`, `1_000`, `0xff`, `0.25`, `1e-3`; without a sign.
    pub(crate) fn parse(text: &str) -> Result<Number, NumberError> {
        let hex = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
        if let Some(digits) = hex {
            return integer(&without_underscores(digits)?, 16);
        }
        let is_real = text.contains(['.', 'e', 'E']);
        let whole = text.split(['.', 'e', 'E']).next().unwrap_or_default();
        if whole.len() > 1 && whole.starts_with('0') {
            return Err(NumberError::LeadingZero);
        }
        if is_real {
            Real::parse(text).map(Number::Real)
        } else {
            integer(&without_underscores(text)?, 10)
        }
    }
}

/// An integer of as many bits as there are.
fn integer(digits: &str, radix: u32) -> Result<Number, NumberError> {
    match Integer::parse(digits, radix) {
        Err(NumberError::TooLarge) => U256::from_str_radix(digits, radix)
            .map(Number::Wider)
            .map_err(|_| NumberError::TooLarge),
        parsed => parsed.map(Number::Integer),
    }
}

/// Digits without the underscores between them.
fn without_underscores(digits: &str) -> Result<String, NumberError> {
    let is_regular = !digits.is_empty() && digits.split('_').all(|group| !group.is_empty());
    if is_regular { Ok(digits.replace('_', "")) } else { Err(NumberError::Malformed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_or_refused() {
        let integer = |value: i128| Ok(Number::Integer(Integer::from(value)));
        assert_eq!(Number::parse("1_000"), integer(1000));
        assert_eq!(Number::parse("0xFF"), integer(255));
        assert_eq!(Number::parse("0"), integer(0));
        for malformed in ["1__0", "1_", "12ab", "0x", "0xg", "1.2.3", "1e", "1e+", "1._5"] {
            assert_eq!(Number::parse(malformed), Err(NumberError::Malformed), "{malformed}");
        }
        assert_eq!(Number::parse("007"), Err(NumberError::LeadingZero));
        let long = "9".repeat(60_000);
        assert_eq!(Number::parse(&long), Err(NumberError::TooLarge));
    }

    #[test]
    fn reals_convert_exactly_or_not_at_all() {
        let real = |text: &str| match Number::parse(text) {
            Ok(Number::Real(real)) => real,
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(real("1.50").scaled(8), Ok(150_000_000));
        assert_eq!(real("0.000000001").scaled(8), Err(Inexact::Places));
        assert_eq!(real("1e30").scaled(0), Err(Inexact::Range));
        assert_eq!(real("1e999999999999").scaled(0), Err(Inexact::Range));
        assert_eq!(real("0e999999999999").scaled(18), Ok(0));
        assert_eq!(real("1e-999999999999").scaled(18), Err(Inexact::Places));
        assert_eq!(real("9223372036854775807.0").scaled(0), Ok(i64::MAX));
        assert_eq!(real("-0.0".trim_start_matches('-')).negated().scaled(0), Ok(0));
    }
}

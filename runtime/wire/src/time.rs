//! Points in time and spans of it, in nanoseconds.
//!
//! Both are signed 64-bit counts: a timestamp reaches from 1677 to 2262. Their text form is RFC 3339
//! with nine decimals for a timestamp and seconds with up to nine for a duration.

use core::fmt;

use crate::error::Failed;
use crate::plain::Plain;
use crate::reflect::Type;
use crate::tail::{Tail, TailReader, TailWriter};
use crate::wire::{Decode, Wire};

const NANOS_PER_SECOND: i64 = 1_000_000_000;

/// Nanoseconds since the Unix epoch, UTC.
///
/// ```
/// use mycelium_wire::Timestamp;
/// assert_eq!(Timestamp(1_723_161_255_030_314_667).to_string(), "2024-08-08T23:54:15.030314667Z");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[repr(transparent)]
pub struct Timestamp(pub i64);

/// Nanoseconds, negative ones too.
///
/// ```
/// use mycelium_wire::Duration;
/// assert_eq!(Duration(1_500_000_000).to_string(), "1.5s");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[repr(transparent)]
pub struct Duration(pub i64);

impl Timestamp {
    /// The system clock's time.
    #[cfg(feature = "std")]
    pub fn now() -> Timestamp {
        use std::time::{SystemTime, UNIX_EPOCH};
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => Timestamp(since.as_nanos() as i64),
            Err(before) => Timestamp(-(before.duration().as_nanos() as i64)),
        }
    }

    /// How much later this is than `earlier`; wraps where 64 bits do not hold it.
    #[must_use]
    pub fn since(self, earlier: Timestamp) -> Duration {
        Duration(self.0.wrapping_sub(earlier.0))
    }

    /// Reads RFC 3339: a date, `T`, a time with up to nine decimals, and `Z` or an offset.
    pub fn parse_rfc3339(text: &str) -> Option<Timestamp> {
        let bytes = text.as_bytes();
        if bytes.len() < 20 || bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        if !matches!(bytes[10], b'T' | b't' | b' ') || bytes[13] != b':' || bytes[16] != b':' {
            return None;
        }
        let number = |from: usize, to: usize| digits(&bytes[from..to]);
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
        if !(1..=12).contains(&month) || day < 1 || day > days_in_month(year, month) {
            return None;
        }
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let (nanos, zone) = fraction(&bytes[19..])?;
        let seconds =
            days_from_civil(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second
                - zone_seconds(zone)?;
        let total = i128::from(seconds) * i128::from(NANOS_PER_SECOND) + i128::from(nanos);
        i64::try_from(total).ok().map(Timestamp)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.div_euclid(NANOS_PER_SECOND);
        let nanos = self.0.rem_euclid(NANOS_PER_SECOND);
        let (year, month, day) = civil_from_days(seconds.div_euclid(86_400));
        let second = seconds.rem_euclid(86_400);
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{nanos:09}Z")
    }
}

impl Duration {
    /// Reads seconds with up to nine decimals and an `s`: `1.5s`, `-0.000000001s`; or a whole number
    /// with `ms`, `us` or `ns`. More decimals may be there where they are zeros.
    pub fn parse(text: &str) -> Option<Duration> {
        for (unit, nanos) in [("ms", 1_000_000), ("us", 1_000), ("ns", 1)] {
            if let Some(number) = text.strip_suffix(unit) {
                let whole = crate::decimal::parse_scaled(number, 0).ok()?;
                return whole.checked_mul(nanos).map(Duration);
            }
        }
        let mantissa = crate::decimal::parse_scaled(text.strip_suffix('s')?, 9).ok()?;
        Some(Duration(mantissa))
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (seconds, nanos) =
            (self.0.unsigned_abs() / 1_000_000_000, self.0.unsigned_abs() % 1_000_000_000);
        if nanos == 0 {
            return write!(f, "{sign}{seconds}s");
        }
        let (mut digits, mut width) = (nanos, 9);
        while digits.is_multiple_of(10) {
            digits /= 10;
            width -= 1;
        }
        write!(f, "{sign}{seconds}.{digits:0width$}s")
    }
}

fn digits(bytes: &[u8]) -> Option<i64> {
    bytes.iter().try_fold(0, |number, byte| {
        byte.is_ascii_digit().then(|| number * 10 + i64::from(byte - b'0'))
    })
}

/// Reads `.123456789` and gives nanoseconds and what follows.
fn fraction(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let [b'.', rest @ ..] = bytes else { return Some((0, bytes)) };
    let len = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !(1..=9).contains(&len) {
        return None;
    }
    let (number, rest) = rest.split_at(len);
    Some((digits(number)? * 10_i64.pow(9 - len as u32), rest))
}

/// Reads `Z`, `+hh:mm` or `-hh:mm`.
fn zone_seconds(bytes: &[u8]) -> Option<i64> {
    match bytes {
        b"Z" | b"z" => Some(0),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (digits(&[*h1, *h2])?, digits(&[*m1, *m2])?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let seconds = hours * 3_600 + minutes * 60;
            Some(if *sign == b'-' { -seconds } else { seconds })
        }
        _ => None,
    }
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar: Howard Hinnant, "chrono-Compatible
/// Low-Level Date Algorithms", `days_from_civil`.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The inverse, from the same source.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// Implements [`Wire`] for nanoseconds.
macro_rules! nanoseconds {
    ($name:ident) => {
        impl Wire for $name {
            const TYPE: &'static Type<'static> = &Type::$name;
            const IS_ANY: bool = true;
            const PLAIN: Option<Plain<Self>> = Plain::number();
            type View<'a> = $name;

            #[inline]
            fn encode(&self, inline: &mut [u8], tail: &mut TailWriter<'_>) {
                self.0.encode(inline, tail);
            }

            #[inline]
            fn check(_: &[u8], _: &mut TailReader<'_>) -> Result<(), Failed> {
                Ok(())
            }

            #[inline]
            fn view_inline<'a>(inline: &'a [u8], tail: Tail<'a>) -> $name {
                $name(i64::view_inline(inline, tail))
            }
        }

        impl<'de> Decode<'de> for $name {
            #[inline]
            fn decode(inline: &'de [u8], tail: &mut TailReader<'de>) -> Result<Self, Failed> {
                i64::decode(inline, tail).map($name)
            }
        }
    };
}

nanoseconds!(Timestamp);
nanoseconds!(Duration);

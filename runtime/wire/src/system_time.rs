//! The standard library's time: `SystemTime` is `timestamp`, where that is exact.
//!
//! It counts nanoseconds on Unix, so there each of the wire's timestamps is one of its values; elsewhere it
//! does not, and has no byte form: [`Timestamp`] has everywhere. What is before 1677 or after 2262
//! is written as the first or last timestamp there is; [`Timestamp::try_from`] refuses it instead.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::Timestamp;
use crate::error::Failed;
use crate::owned::out_of_range;
use crate::reflect::Type;
use crate::tail::{Tail, TailReader, TailWriter};
use crate::wire::{Decode, Wire};

/// A time that 64 bits of nanoseconds do not reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimestampOutOfRange {
    /// Nanoseconds since the Unix epoch.
    pub nanos: i128,
}

impl core::fmt::Display for TimestampOutOfRange {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "a time {} ns from the Unix epoch; a timestamp reaches from 1677 to 2262",
            self.nanos
        )
    }
}

impl core::error::Error for TimestampOutOfRange {}

impl TryFrom<SystemTime> for Timestamp {
    type Error = TimestampOutOfRange;

    fn try_from(time: SystemTime) -> Result<Timestamp, TimestampOutOfRange> {
        let nanos = nanos_of(time);
        i64::try_from(nanos).map(Timestamp).map_err(|_| TimestampOutOfRange { nanos })
    }
}

/// Nanoseconds since the Unix epoch, of which a `SystemTime` holds fewer than 2^95.
fn nanos_of(time: SystemTime) -> i128 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => since.as_nanos() as i128,
        Err(before) => -(before.duration().as_nanos() as i128),
    }
}

/// The time of so many nanoseconds; nothing where the system has no such time.
fn time_of(nanos: i64) -> Option<SystemTime> {
    let distance = Duration::from_nanos(nanos.unsigned_abs());
    if nanos < 0 { UNIX_EPOCH.checked_sub(distance) } else { UNIX_EPOCH.checked_add(distance) }
}

/// Its nanoseconds, or the least or most that there are on the wire.
fn clamped_nanos_of(time: SystemTime) -> i64 {
    nanos_of(time).clamp(i64::MIN.into(), i64::MAX.into()) as i64
}

/// The time as it is read again.
pub(crate) fn nearest(time: &SystemTime) -> SystemTime {
    time_of(clamped_nanos_of(*time)).unwrap_or(*time)
}

impl Wire for SystemTime {
    const TYPE: &'static Type<'static> = &Type::Timestamp;
    type View<'a> = SystemTime;

    #[inline]
    fn encode(&self, inline: &mut [u8], tail: &mut TailWriter<'_>) {
        clamped_nanos_of(*self).encode(inline, tail);
    }

    #[inline]
    fn check(inline: &[u8], tail: &mut TailReader<'_>) -> Result<(), Failed> {
        let nanos = i64::view_inline(inline, tail.whole());
        time_of(nanos).map(drop).ok_or_else(|| out_of_range(inline, nanos, tail))
    }

    #[inline]
    fn view_inline<'a>(inline: &'a [u8], tail: Tail<'a>) -> SystemTime {
        time_of(i64::view_inline(inline, tail)).unwrap_or(UNIX_EPOCH)
    }
}

impl<'de> Decode<'de> for SystemTime {
    #[inline]
    fn decode(inline: &'de [u8], tail: &mut TailReader<'de>) -> Result<Self, Failed> {
        let nanos = i64::decode(inline, tail)?;
        time_of(nanos).ok_or_else(|| out_of_range(inline, nanos, tail))
    }
}

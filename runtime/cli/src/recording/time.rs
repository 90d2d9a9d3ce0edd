//! Times that options give, and how they are shown.

use mycelium_wire::{Duration, Timestamp};

/// A moment in a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// Nanoseconds since 1970.
    At(u64),
    /// Nanoseconds since the recording's first message.
    After(u64),
}

impl Moment {
    /// Reads RFC 3339, or a duration from the beginning such as `90s`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if let Some(time) = Timestamp::parse_rfc3339(text)
            && let Ok(nanos) = u64::try_from(time.0)
        {
            return Ok(Self::At(nanos));
        }
        match Duration::parse(text).map(|span| u64::try_from(span.0)) {
            Some(Ok(nanos)) => Ok(Self::After(nanos)),
            _ => Err(
                "write a time like 2024-08-08T23:54:15Z, or how long after the beginning, like \
                      90s or 1500ms"
                    .to_owned(),
            ),
        }
    }

    pub(super) fn from(self, start: u64) -> u64 {
        match self {
            Self::At(time) => time,
            Self::After(nanos) => start.saturating_add(nanos),
        }
    }
}

/// A time as text.
pub(super) fn shown(nanos: u64) -> String {
    i64::try_from(nanos).map_or_else(|_| nanos.to_string(), |nanos| Timestamp(nanos).to_string())
}

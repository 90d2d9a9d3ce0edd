//! Values that may be absent.
//!
//! An inline value has a presence byte before it. A reference needs none: absent is all zeros. Since
//! an empty string or list is all zeros too, one that is present has offset 1, which no reference to
//! nothing has otherwise.

use crate::error::{DecodeError, ErrorKind};
use crate::layout::{REFERENCE, value_offset};
use crate::limits::Bound;
use crate::reflect::Type;
use crate::tail::{Tail, TailReader, TailWriter};
use crate::validate::ValidationError;
use crate::wire::Wire;

/// Inline form of a value that is present and empty.
const PRESENT_EMPTY: [u8; REFERENCE] = [1, 0, 0, 0, 0, 0, 0, 0];
/// Inline form of a value that is empty, for the type inside the optional.
const EMPTY: [u8; REFERENCE] = [0; REFERENCE];

/// What stands inline.
enum Presence<'a> {
    Absent,
    Present(&'a [u8]),
}

impl<T: Wire> Wire for Option<T> {
    const TYPE: &'static Type<'static> = &Type::Optional(T::TYPE);
    type View<'a> = Option<T::View<'a>>;

    #[inline]
    fn tail_end(&self, end: usize) -> usize {
        match self {
            Some(value) => value.tail_end(end),
            None => end,
        }
    }

    #[inline]
    fn encode(&self, inline: &mut [u8], tail: &mut TailWriter<'_>) {
        let Some(value) = self else {
            inline.fill(0);
            return;
        };
        if const { T::TYPE.is_reference() } {
            value.encode(inline, tail);
            if is_zero(inline) {
                inline[0] = 1;
            }
        } else {
            let (presence, inline) = inline.split_at_mut(const { value_offset(T::TYPE) });
            presence.fill(0);
            presence[0] = 1;
            value.encode(inline, tail);
        }
    }

    #[inline]
    fn decode(inline: &[u8], tail: &mut TailReader<'_>) -> Result<Self, DecodeError> {
        match presence::<T>(inline, tail)? {
            Presence::Present(inline) => T::decode(inline, tail).map(Some),
            Presence::Absent => Ok(None),
        }
    }

    #[inline]
    fn check(inline: &[u8], tail: &mut TailReader<'_>) -> Result<(), DecodeError> {
        match presence::<T>(inline, tail)? {
            Presence::Present(inline) => T::check(inline, tail),
            Presence::Absent => Ok(()),
        }
    }

    #[inline]
    fn view_inline<'a>(inline: &'a [u8], tail: Tail<'a>) -> Option<T::View<'a>> {
        let reader = TailReader::new(tail.0, 0);
        match presence::<T>(inline, &reader) {
            Ok(Presence::Present(inline)) => Some(T::view_inline(inline, tail)),
            _ => None,
        }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    #[inline]
    fn keeps(&self, bound: &Bound) -> Result<(), ErrorKind> {
        self.as_ref().map_or(Ok(()), |value| value.keeps(bound))
    }

    #[inline]
    fn validate_parts(&self) -> Result<(), ValidationError> {
        self.as_ref().map_or(Ok(()), T::validate_parts)
    }
}

#[inline]
fn presence<'a, T: Wire>(
    inline: &'a [u8],
    tail: &TailReader<'_>,
) -> Result<Presence<'a>, DecodeError> {
    if const { T::TYPE.is_reference() } {
        return Ok(if is_zero(inline) {
            Presence::Absent
        } else if inline == PRESENT_EMPTY {
            Presence::Present(&EMPTY)
        } else {
            Presence::Present(inline)
        });
    }
    match inline.first() {
        Some(0) => Ok(Presence::Absent),
        Some(1) => {
            Ok(Presence::Present(inline.get(const { value_offset(T::TYPE) }..).unwrap_or_default()))
        }
        other => {
            let found = other.copied().unwrap_or_default();
            Err(tail.error(inline, ErrorKind::Presence(found)))
        }
    }
}

fn is_zero(inline: &[u8]) -> bool {
    inline.iter().all(|byte| *byte == 0)
}

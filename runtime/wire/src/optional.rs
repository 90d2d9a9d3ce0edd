//! Values that may be absent.
//!
//! An inline value has a presence byte before it. A reference needs none: absent is all zeros. Since
//! an empty string or list is all zeros too, one that is present has offset 1, which no reference to
//! nothing has otherwise.

use crate::error::{ErrorKind, Failed};
use crate::layout::{REFERENCE, value_offset};
use crate::limits::Bound;
use crate::reflect::Type;
use crate::tail::{Tail, TailReader, TailWriter};
use crate::validate::ValidationError;
use crate::wire::{Decode, Wire};

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
    fn check(inline: &[u8], tail: &mut TailReader<'_>) -> Result<(), Failed> {
        match presence::<T>(inline).map_err(|kind| tail.error(inline, kind))? {
            Presence::Present(inline) => T::check(inline, tail),
            Presence::Absent => Ok(()),
        }
    }

    #[inline]
    fn view_inline<'a>(inline: &'a [u8], tail: Tail<'a>) -> Option<T::View<'a>> {
        match presence::<T>(inline) {
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

impl<'de, T: Decode<'de>> Decode<'de> for Option<T> {
    #[inline]
    fn decode(inline: &'de [u8], tail: &mut TailReader<'de>) -> Result<Self, Failed> {
        match presence::<T>(inline).map_err(|kind| tail.error(inline, kind))? {
            Presence::Present(inline) => T::decode(inline, tail).map(Some),
            Presence::Absent => Ok(None),
        }
    }
}

#[inline]
fn presence<T: Wire>(inline: &[u8]) -> Result<Presence<'_>, ErrorKind> {
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
        other => Err(ErrorKind::Presence(other.copied().unwrap_or_default())),
    }
}

fn is_zero(inline: &[u8]) -> bool {
    inline.iter().all(|byte| *byte == 0)
}

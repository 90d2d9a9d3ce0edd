//! Other owners of the same values: boxed and shared text and lists, boxed values, and the standard
//! library's duration.
//!
//! An owner changes neither the type in the schema nor a byte on the wire: `Box<str>`, `Arc<str>` and
//! `Cow<'static, str>` are `string`, `Box<[T]>` and `Arc<[T]>` are `[T]`, `Box<T>` is `T`.
//!
//! [`core::time::Duration`] is `duration`. It has no negative values, so reading one is refused with
//! [`ErrorKind::Range`]; and it reaches further than 64 bits of nanoseconds, so that what is longer
//! than some 292 years is written as the longest there is.

use alloc::borrow::{Cow, ToOwned};
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::error::{ErrorKind, Failed};
use crate::limits::Bound;
use crate::list::{self, ListView};
use crate::reflect::Type;
use crate::tail::{Tail, TailReader, TailWriter};
use crate::text;
use crate::validate::ValidationError;
use crate::wire::{Decode, Wire};

/// Implements [`Wire`] for an owner of text.
macro_rules! text {
    ($([$($generics:tt)*] $owner:ty, $own:expr;)*) => {$(
        impl<$($generics)*> Wire for $owner {
            const TYPE: &'static Type<'static> = &Type::String;
            type View<'a> = &'a str;

            #[inline]
            fn tail_end(&self, end: usize) -> usize {
                end + self.len()
            }

            #[inline]
            fn encode(&self, inline: &mut [u8], tail: &mut TailWriter<'_>) {
                tail.bytes(inline, self.as_bytes());
            }

            #[inline]
            fn check(inline: &[u8], tail: &mut TailReader<'_>) -> Result<(), Failed> {
                alloc::string::String::check(inline, tail)
            }

            #[inline]
            fn view_inline<'a>(inline: &'a [u8], tail: Tail<'a>) -> &'a str {
                alloc::string::String::view_inline(inline, tail)
            }

            #[inline]
            fn keeps(&self, bound: &Bound) -> Result<(), ErrorKind> {
                bound.check_count(self.len())
            }
        }

        impl<'de, $($generics)*> Decode<'de> for $owner {
            #[inline]
            fn decode(inline: &'de [u8], tail: &mut TailReader<'de>) -> Result<Self, Failed> {
                text::take(inline, tail).map($own)
            }
        }
    )*};
}

text! {
    [] Box<str>, Box::from;
    [] Arc<str>, Arc::from;
    ['c] Cow<'c, str>, |text: &str| Cow::Owned(text.to_owned());
}

/// Implements [`Wire`] for an owner of items, made from a `Vec` of exact capacity.
macro_rules! items {
    ($($owner:ident)*) => {$(
        impl<T: Wire> Wire for $owner<[T]> {
            const TYPE: &'static Type<'static> = <Vec<T> as Wire>::TYPE;
            type View<'a> = ListView<'a, T>;

            #[inline]
            fn tail_end(&self, end: usize) -> usize {
                list::tail_end(self, end)
            }

            #[inline]
            fn encode(&self, inline: &mut [u8], tail: &mut TailWriter<'_>) {
                list::encode(self, inline, tail);
            }

            #[inline]
            fn check(inline: &[u8], tail: &mut TailReader<'_>) -> Result<(), Failed> {
                Vec::<T>::check(inline, tail)
            }

            #[inline]
            fn view_inline<'a>(inline: &'a [u8], tail: Tail<'a>) -> ListView<'a, T> {
                Vec::<T>::view_inline(inline, tail)
            }

            #[inline]
            fn keeps(&self, bound: &Bound) -> Result<(), ErrorKind> {
                bound.check_count(self.len())
            }

            #[inline]
            fn validate_parts(&self) -> Result<(), ValidationError> {
                list::validate_items(self)
            }
        }

        impl<'de, T: Decode<'de>> Decode<'de> for $owner<[T]> {
            #[inline]
            fn decode(inline: &'de [u8], tail: &mut TailReader<'de>) -> Result<Self, Failed> {
                Vec::decode(inline, tail).map(Self::from)
            }
        }
    )*};
}

items! { Box Arc }

impl<T: Wire> Wire for Box<T> {
    const TYPE: &'static Type<'static> = T::TYPE;
    const BLOCK: usize = T::BLOCK;
    const IS_ANY: bool = T::IS_ANY;
    type View<'a> = T::View<'a>;

    #[inline]
    fn tail_end(&self, end: usize) -> usize {
        T::tail_end(self, end)
    }

    #[inline]
    fn encode(&self, inline: &mut [u8], tail: &mut TailWriter<'_>) {
        T::encode(self, inline, tail);
    }

    #[inline]
    fn check(inline: &[u8], tail: &mut TailReader<'_>) -> Result<(), Failed> {
        T::check(inline, tail)
    }

    #[inline]
    fn view_inline<'a>(inline: &'a [u8], tail: Tail<'a>) -> T::View<'a> {
        T::view_inline(inline, tail)
    }

    fn absent() -> Option<Self> {
        T::absent().map(Box::new)
    }

    #[inline]
    fn block_tail_end(&self) -> usize {
        T::block_tail_end(self)
    }

    #[inline]
    fn encode_block(&self, block: &mut [u8], tail: &mut TailWriter<'_>) {
        T::encode_block(self, block, tail);
    }

    #[inline]
    fn check_block(block: &[u8], tail: &mut TailReader<'_>) -> Result<(), Failed> {
        T::check_block(block, tail)
    }

    fn check_older(block: &[u8], tail: &mut TailReader<'_>) -> Result<(), Failed> {
        T::check_older(block, tail)
    }

    #[inline]
    fn view_block<'a>(block: &'a [u8], tail: Tail<'a>) -> T::View<'a> {
        T::view_block(block, tail)
    }

    #[inline]
    fn keeps(&self, bound: &Bound) -> Result<(), ErrorKind> {
        T::keeps(self, bound)
    }

    #[inline]
    fn validate_parts(&self) -> Result<(), ValidationError> {
        T::validate_parts(self)
    }
}

impl<'de, T: Decode<'de>> Decode<'de> for Box<T> {
    #[inline]
    fn decode(inline: &'de [u8], tail: &mut TailReader<'de>) -> Result<Self, Failed> {
        T::decode(inline, tail).map(Box::new)
    }

    #[inline]
    fn decode_block(block: &'de [u8], tail: &mut TailReader<'de>) -> Result<Self, Failed> {
        T::decode_block(block, tail).map(Box::new)
    }

    fn decode_older(block: &'de [u8], tail: &mut TailReader<'de>) -> Result<Self, Failed> {
        T::decode_older(block, tail).map(Box::new)
    }
}

type StdDuration = core::time::Duration;

/// The duration of so many nanoseconds, where they are not negative.
#[inline]
fn duration(nanos: i64) -> Option<StdDuration> {
    u64::try_from(nanos).ok().map(StdDuration::from_nanos)
}

/// Its nanoseconds, or the most that there are on the wire.
#[inline]
fn nanos_of(duration: &StdDuration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
}

/// The duration as it is read again.
#[inline]
pub(crate) fn nearest(duration: &StdDuration) -> StdDuration {
    StdDuration::from_nanos(nanos_of(duration).unsigned_abs())
}

/// Nanoseconds that the standard library's type has not.
#[cold]
pub(crate) fn out_of_range(inline: &[u8], value: i64, tail: &TailReader<'_>) -> Failed {
    tail.error(inline, ErrorKind::Range { value })
}

impl Wire for StdDuration {
    const TYPE: &'static Type<'static> = &Type::Duration;
    type View<'a> = StdDuration;

    #[inline]
    fn encode(&self, inline: &mut [u8], tail: &mut TailWriter<'_>) {
        nanos_of(self).encode(inline, tail);
    }

    #[inline]
    fn check(inline: &[u8], tail: &mut TailReader<'_>) -> Result<(), Failed> {
        let nanos = i64::view_inline(inline, tail.whole());
        duration(nanos).map(drop).ok_or_else(|| out_of_range(inline, nanos, tail))
    }

    #[inline]
    fn view_inline<'a>(inline: &'a [u8], tail: Tail<'a>) -> StdDuration {
        duration(i64::view_inline(inline, tail)).unwrap_or_default()
    }
}

impl<'de> Decode<'de> for StdDuration {
    #[inline]
    fn decode(inline: &'de [u8], tail: &mut TailReader<'de>) -> Result<Self, Failed> {
        let nanos = i64::decode(inline, tail)?;
        duration(nanos).ok_or_else(|| out_of_range(inline, nanos, tail))
    }
}

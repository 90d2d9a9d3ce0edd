//! Integers, floats and bool.

use crate::error::{ErrorKind, Failed};
use crate::list;
use crate::plain::Plain;
use crate::reflect::Type;
use crate::tail::{Tail, TailReader, TailWriter};
use crate::wire::{Decode, Wire};

/// Implements [`Wire`] for a number whose bytes are its little-endian ones.
macro_rules! number {
    ($($rust:ty => $ty:ident),* $(,)?) => {$(
        impl Wire for $rust {
            const TYPE: &'static Type<'static> = &Type::$ty;
            const IS_ANY: bool = true;
            const PLAIN: Option<Plain<Self>> = Plain::number();
            type View<'a> = $rust;

            #[inline]
            fn encode(&self, inline: &mut [u8], _: &mut TailWriter<'_>) {
                inline.copy_from_slice(&self.to_le_bytes());
            }

            #[inline]
            fn check(_: &[u8], _: &mut TailReader<'_>) -> Result<(), Failed> {
                Ok(())
            }

            #[inline]
            fn view_inline<'a>(inline: &'a [u8], _: Tail<'a>) -> $rust {
                match inline.first_chunk() {
                    Some(bytes) => <$rust>::from_le_bytes(*bytes),
                    None => <$rust>::default(),
                }
            }
        }

        impl<'de> Decode<'de> for $rust {
            #[inline]
            fn decode(inline: &'de [u8], _: &mut TailReader<'de>) -> Result<Self, Failed> {
                Ok(Self::view_inline(inline, Tail(&[])))
            }
        }
    )*};
}

number! {
    i8 => I8, i16 => I16, i32 => I32, i64 => I64, i128 => I128,
    u8 => U8, u16 => U16, u32 => U32, u64 => U64, u128 => U128,
    f32 => F32, f64 => F64,
}

impl Wire for bool {
    const TYPE: &'static Type<'static> = &Type::Bool;
    const PLAIN: Option<Plain<Self>> = Plain::boolean();
    type View<'a> = bool;

    #[inline]
    fn encode(&self, inline: &mut [u8], _: &mut TailWriter<'_>) {
        inline[0] = u8::from(*self);
    }

    #[inline]
    fn check(inline: &[u8], tail: &mut TailReader<'_>) -> Result<(), Failed> {
        match inline[0] {
            0 | 1 => Ok(()),
            other => Err(tail.error(inline, ErrorKind::Bool(other))),
        }
    }

    // By a fold without a branch, as few lists have a wrong bool in them.
    #[inline]
    fn check_items(region: &[u8], tail: &mut TailReader<'_>) -> Result<(), Failed> {
        if region.iter().fold(0, |all, byte| all | byte) <= 1 {
            return Ok(());
        }
        list::check_items::<bool>(region, tail)
    }

    #[inline]
    fn view_inline<'a>(inline: &'a [u8], _: Tail<'a>) -> bool {
        inline.first() == Some(&1)
    }
}

impl<'de> Decode<'de> for bool {
    #[inline]
    fn decode(inline: &'de [u8], tail: &mut TailReader<'de>) -> Result<Self, Failed> {
        Self::check(inline, tail)?;
        Ok(inline[0] == 1)
    }
}

//! Values that lie in the frame: text, bytes and rows of plain items, read without a copy.
//!
//! A message with such fields has a lifetime, that of the frame. It is written as its owned twin is.

use core::fmt;
use core::ops::Deref;

use crate::error::{ErrorKind, Failed};
use crate::limits::Bound;
use crate::list::{self, ListView};
use crate::plain;
use crate::reflect::Type;
use crate::tail::{Tail, TailReader, TailWriter};
use crate::text;
use crate::validate::ValidationError;
use crate::wire::{Decode, Wire};

/// Any number of bytes that lie in the frame: what [`Bytes`](crate::Bytes) is, borrowed. To the schema
/// a `&[u8]` is a list of integers.
///
/// ```
/// # extern crate mycelium_wire as mycelium;
/// use mycelium::{BytesRef, Message};
///
/// #[derive(mycelium_derive::Message)]
/// #[myc(package = "feed", id = 1)]
/// struct Packet<'a> {
///     payload: BytesRef<'a>,
/// }
///
/// let frame = Packet { payload: BytesRef(b"ab") }.to_frame();
/// let packet = Packet::from_frame(&frame)?;
/// assert_eq!(packet.payload.first(), Some(&b'a'));
/// # Ok::<(), mycelium::DecodeError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct BytesRef<'a>(pub &'a [u8]);

impl Deref for BytesRef<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.0
    }
}

impl<'a> From<&'a [u8]> for BytesRef<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        BytesRef(bytes)
    }
}

impl fmt::Debug for BytesRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::bytes::debug_hex(self, f)
    }
}

/// What borrowed text and bytes have in common.
macro_rules! borrowed {
    ($borrowed:ty, $owned:ty, $view:ty) => {
        impl Wire for $borrowed {
            const TYPE: &'static Type<'static> = <$owned as Wire>::TYPE;
            type View<'v> = &'v $view;

            #[inline]
            fn tail_end(&self, end: usize) -> usize {
                end + self.len()
            }

            #[inline]
            fn encode(&self, inline: &mut [u8], tail: &mut TailWriter<'_>) {
                tail.bytes(inline, self.as_ref());
            }

            #[inline]
            fn check(inline: &[u8], tail: &mut TailReader<'_>) -> Result<(), Failed> {
                <$owned>::check(inline, tail)
            }

            #[inline]
            fn view_inline<'v>(inline: &'v [u8], tail: Tail<'v>) -> &'v $view {
                <$owned>::view_inline(inline, tail)
            }

            #[inline]
            fn keeps(&self, bound: &Bound) -> Result<(), ErrorKind> {
                bound.check_count(self.len())
            }
        }
    };
}

borrowed!(&str, alloc::string::String, str);
borrowed!(BytesRef<'_>, crate::Bytes, [u8]);

impl<'de: 'a, 'a> Decode<'de> for &'a str {
    #[inline]
    fn decode(inline: &'de [u8], tail: &mut TailReader<'de>) -> Result<Self, Failed> {
        text::take(inline, tail)
    }
}

impl<'de: 'a, 'a> Decode<'de> for BytesRef<'a> {
    #[inline]
    fn decode(inline: &'de [u8], tail: &mut TailReader<'de>) -> Result<Self, Failed> {
        tail.item(inline, 1, 1).map(|(bytes, _)| BytesRef(bytes))
    }
}

impl<T: Wire> Wire for &[T] {
    const TYPE: &'static Type<'static> = <alloc::vec::Vec<T> as Wire>::TYPE;
    type View<'v> = ListView<'v, T>;

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
        alloc::vec::Vec::<T>::check(inline, tail)
    }

    #[inline]
    fn view_inline<'v>(inline: &'v [u8], tail: Tail<'v>) -> ListView<'v, T> {
        alloc::vec::Vec::<T>::view_inline(inline, tail)
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

impl<'de: 'a, 'a, T: Wire> Decode<'de> for &'a [T] {
    #[inline]
    fn decode(inline: &'de [u8], tail: &mut TailReader<'de>) -> Result<Self, Failed> {
        let plain = const { plain::items_in_frames::<T>() };
        let (region, _) = tail.item(inline, T::SIZE, T::ALIGN)?;
        plain::borrow_items(plain, region, tail)
    }
}

//! The trait of everything that can be a field.

use alloc::vec::Vec;
use core::fmt;

use crate::each::{self, Check, Each};
use crate::embedded;
use crate::error::{ErrorKind, Failed};
use crate::field::Block;
use crate::layout;
use crate::limits::Bound;
use crate::list;
use crate::outline::{self, Outline};
use crate::plain::Plain;
use crate::reflect::{Def, Kind, Type};
use crate::tail::{Tail, TailReader, TailWriter};
use crate::validate::ValidationError;

/// A value that has a byte form.
///
/// A value has two forms. *Inline* it takes [`SIZE`](Wire::SIZE) bytes inside what holds it, and
/// whatever has no bound lies in the holder's tail. As a *payload of its own* it has a block and a
/// tail of its own: so travel messages, in frames and embedded in other messages, and the arms of open
/// unions. For all but messages the block of that payload is just the inline form; a message's inline
/// form is a reference to its payload.
///
/// Implementations come from the derives; there is no need to write one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no byte form",
    label = "cannot be a field, item or arm",
    note = "derive `Message`, `Struct`, `Enum`, `Flags` or `Union` on it, or use a type of `mycelium`"
)]
pub trait Wire: Sized {
    /// The type, as the schema says it. It has a digest, which takes the compiler its time; what can do without asks
    /// [`KIND`](Wire::KIND).
    const TYPE: &'static Type<'static> = &Type::Named(Self::DEFINITION);

    /// What a derive says of the type.
    #[doc(hidden)]
    const OUTLINE: Option<Outline<'static>> = None;

    /// The definition that the outline makes.
    #[doc(hidden)]
    const DEFINITION: &'static Def<'static> = &outline::define(Self::OUTLINE);

    /// What kind of named type it is, where it is one.
    #[doc(hidden)]
    const KIND: Option<Kind<'static>> = outline::kind::<Self>();

    /// Bytes of the inline form; also the stride of a list of such values.
    const SIZE: usize = outline::size::<Self>();

    /// Alignment of the inline form.
    const ALIGN: usize = outline::align::<Self>();

    /// Bytes of the block of a payload of its own.
    const BLOCK: usize = match Self::KIND {
        Some(Kind::Message { fields, .. }) => layout::block_size(fields),
        _ => Self::SIZE,
    };

    /// The value read in place.
    type View<'a>;

    // What is provided from here to `view_inline` is that of a message, a reference to its payload, or of a struct, its
    // fields: so no expansion has to say it again. Another type that does not say its own does not compile where it is used.
    /// Where the tail ends once this value's items stand behind the first `end` bytes of it.
    #[inline]
    fn tail_end(&self, end: usize) -> usize {
        if const { outline::is_message::<Self>() } {
            return embedded::tail_end(self, end);
        }
        each::tail_end(self, end)
    }

    /// Writes every byte of `inline`, which is [`SIZE`](Wire::SIZE) long, and this value's items of
    /// the tail.
    ///
    /// # Panics
    ///
    /// Where `inline` or the tail has another size than this value asks for.
    #[inline]
    fn encode(&self, inline: &mut [u8], tail: &mut TailWriter<'_>) {
        if const { outline::is_message::<Self>() } {
            return embedded::encode(self, inline, tail);
        }
        const { outline::assert_struct::<Self>() };
        each::encode(self, inline, tail);
    }

    /// Checks that `inline`, which is [`SIZE`](Wire::SIZE) long, and the tail are those of a value: all
    /// that [`decode`](Decode::decode) does but make it.
    ///
    /// # Errors
    ///
    /// Where they are not.
    #[inline]
    fn check(inline: &[u8], tail: &mut TailReader<'_>) -> Result<(), Failed> {
        if const { outline::is_message::<Self>() } {
            return embedded::check::<Self>(inline, tail);
        }
        const { outline::assert_struct::<Self>() };
        each::check::<Self>(inline, tail, usize::MAX)
    }

    /// Reads in place what [`check`](Wire::check) has passed. Of other bytes it may make any value,
    /// but never panics.
    #[inline]
    fn view_inline<'a>(inline: &'a [u8], tail: Tail<'a>) -> Self::View<'a> {
        if const { outline::is_message::<Self>() } {
            return embedded::view::<Self>(inline, tail);
        }
        const { outline::assert_struct::<Self>() };
        Self::view_block(inline, tail)
    }

    /// Whether any bytes are a value, so that there is nothing to check.
    #[doc(hidden)]
    const IS_ANY: bool = false;

    /// Proof that a value in memory is its inline form, where it is.
    #[doc(hidden)]
    const PLAIN: Option<Plain<Self>> = None;

    /// Proof that a value in memory is the block of a payload of its own, where it is.
    #[doc(hidden)]
    const PLAIN_BLOCK: Option<Plain<Self>> = None;

    /// Whether [`validate_parts`](Wire::validate_parts) has something to look at: a field of the type, or
    /// of what it holds, has a constraint, or there is an open union, whose unknown arm may say anything.
    #[doc(hidden)]
    const IS_CONSTRAINED: bool = outline::is_constrained::<Self>();

    /// Whether the value keeps the constraint of its field; one that is absent does.
    #[doc(hidden)]
    #[inline]
    fn keeps(&self, bound: &Bound) -> Result<(), ErrorKind> {
        // What has a range is a number, and has nothing in the tail.
        let mut number = [0; 16];
        match number.get_mut(..Self::SIZE) {
            Some(inline) => {
                self.encode(inline, &mut TailWriter::new(&mut []));
                bound.check(inline)
            }
            None => Ok(()),
        }
    }

    /// Whether what the value holds keeps the constraints of its fields, and unknown arms are some.
    #[doc(hidden)]
    #[inline]
    fn validate_parts(&self) -> Result<(), ValidationError> {
        each::validate(self)
    }

    /// Shows the fields of a message or struct in their order; whatever else there is has none.
    #[doc(hidden)]
    #[inline(always)]
    fn each_field(&self, _: &mut Each<'_, '_>) {}

    /// The value of a field without default that the sender did not know: nothing, for an optional;
    /// others have none.
    fn absent() -> Option<Self> {
        None
    }

    /// Checks values that lie side by side in `region`.
    #[doc(hidden)]
    #[inline]
    fn check_items(region: &[u8], tail: &mut TailReader<'_>) -> Result<(), Failed> {
        list::check_items::<Self>(region, tail)
    }

    /// Bytes of the tail of a payload of its own, before it is padded.
    #[inline]
    fn block_tail_end(&self) -> usize {
        if const { outline::is_message::<Self>() } {
            return each::tail_end(self, 0);
        }
        self.tail_end(0)
    }

    /// Writes every byte of `block`, which is [`BLOCK`](Wire::BLOCK) long, and the tail.
    ///
    /// # Panics
    ///
    /// As [`encode`](Wire::encode).
    #[inline]
    fn encode_block(&self, block: &mut [u8], tail: &mut TailWriter<'_>) {
        if const { outline::is_message::<Self>() } {
            return each::encode(self, block, tail);
        }
        self.encode(block, tail);
    }

    /// Checks a block of at least [`BLOCK`](Wire::BLOCK) bytes; a longer one comes from a newer writer.
    ///
    /// # Errors
    ///
    /// As [`check`](Wire::check).
    #[inline]
    fn check_block(block: &[u8], tail: &mut TailReader<'_>) -> Result<(), Failed> {
        if const { outline::is_message::<Self>() } {
            return each::check::<Self>(&block[..Self::BLOCK], tail, usize::MAX);
        }
        Self::check(&block[..Self::SIZE], tail)
    }

    /// Checks a block of fewer than [`BLOCK`](Wire::BLOCK) bytes, which comes from an older writer.
    ///
    /// # Errors
    ///
    /// As [`check`](Wire::check); also where a field that the block does not reach has no default.
    #[cold]
    fn check_older(block: &[u8], tail: &mut TailReader<'_>) -> Result<(), Failed> {
        if const { !outline::is_message::<Self>() } {
            return Err(short_block::<Self>(block, tail));
        }
        each::check_older::<Self>(block, tail)
    }

    /// Checks the fields of a message or struct in their order, as far as the block goes, until it is told to stop.
    #[doc(hidden)]
    fn check_fields(check: &mut Check<'_, '_, '_>) {
        check.refuse::<Self>();
    }

    /// Reads in place what [`check_block`](Wire::check_block) has passed.
    fn view_block<'a>(block: &'a [u8], tail: Tail<'a>) -> Self::View<'a> {
        const { assert!(!outline::is_message::<Self>(), "a message reads the block of its payload") };
        Self::view_inline(block.get(..Self::SIZE).unwrap_or(block), tail)
    }
}

/// A value that is made of bytes which live for `'de`, and may borrow from them: `&str`, `&[Level]`.
///
/// What reads any message from a frame that it has says so by this bound; what lets go of the frame takes
/// [`DecodeOwned`].
///
/// ```
/// # extern crate mycelium_wire as mycelium;
/// use mycelium::{Decode, DecodeError, DecodeOwned, Message};
///
/// fn latest<'de, M: Message + Decode<'de>>(frames: &'de [Vec<u8>]) -> Option<M> {
///     M::from_frame(frames.last()?).ok()
/// }
///
/// fn read<M: Message + DecodeOwned>(frame: Vec<u8>) -> Result<M, DecodeError> {
///     M::from_frame(&frame)
/// }
///
/// #[derive(mycelium_derive::Message)]
/// #[myc(package = "weather", id = 1)]
/// struct Reading<'a> {
///     station: &'a str,
/// }
///
/// #[derive(mycelium_derive::Message)]
/// #[myc(package = "weather", id = 1, name = "Reading")]
/// struct OwnedReading {
///     station: String,
/// }
///
/// let frames = [Reading { station: "Säntis" }.to_frame()];
/// let reading: Option<Reading<'_>> = latest(&frames);
/// assert_eq!(reading.map(|reading| reading.station), Some("Säntis"));
///
/// let [frame] = frames;
/// assert_eq!(read::<OwnedReading>(frame)?.station, "Säntis");
/// # Ok::<(), DecodeError>(())
/// ```
///
/// Implementations come from the derives; there is no need to write one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from these bytes",
    note = "what borrows from a frame is read by `from_frame`, and lives as long as the frame"
)]
pub trait Decode<'de>: Wire {
    /// Reads a value from `inline`, which is [`SIZE`](Wire::SIZE) long, and from the tail.
    ///
    /// # Errors
    ///
    /// Where the bytes are not those of a value.
    #[inline]
    fn decode(inline: &'de [u8], tail: &mut TailReader<'de>) -> Result<Self, Failed> {
        if const { outline::is_message::<Self>() } {
            return embedded::decode(inline, tail);
        }
        const { outline::assert_struct::<Self>() };
        Self::decode_fields(Block::whole(inline), tail)
    }

    /// Reads values that lie side by side in `region`.
    #[doc(hidden)]
    #[inline]
    fn decode_items(region: &'de [u8], tail: &mut TailReader<'de>) -> Result<Vec<Self>, Failed> {
        list::decode_items(region, tail)
    }

    /// Reads a value from a block of at least [`BLOCK`](Wire::BLOCK) bytes; a longer one comes from a
    /// newer writer.
    ///
    /// # Errors
    ///
    /// As [`decode`](Decode::decode).
    #[inline]
    fn decode_block(block: &'de [u8], tail: &mut TailReader<'de>) -> Result<Self, Failed> {
        if const { outline::is_message::<Self>() } {
            return Self::decode_fields(Block::whole(&block[..Self::BLOCK]), tail);
        }
        Self::decode(&block[..Self::SIZE], tail)
    }

    /// Reads a value from a block of fewer than [`BLOCK`](Wire::BLOCK) bytes, which comes from an older
    /// writer.
    ///
    /// # Errors
    ///
    /// As [`decode`](Decode::decode); also where a field that the block does not reach has no default.
    #[cold]
    fn decode_older(block: &'de [u8], tail: &mut TailReader<'de>) -> Result<Self, Failed> {
        if const { !outline::is_message::<Self>() } {
            return Err(short_block::<Self>(block, tail));
        }
        Self::decode_fields(Block::older(block), tail)
    }

    /// Reads the fields of a message or struct, as far as its block goes.
    ///
    /// # Errors
    ///
    /// As [`decode_older`](Decode::decode_older).
    #[doc(hidden)]
    fn decode_fields(block: Block<'de>, tail: &mut TailReader<'de>) -> Result<Self, Failed> {
        Err(short_block::<Self>(block.bytes(), tail))
    }
}

/// A value that borrows nothing from the bytes that it is made of: every type without a lifetime. See
/// [`Decode`].
pub trait DecodeOwned: for<'de> Decode<'de> {}

impl<T: for<'de> Decode<'de>> DecodeOwned for T {}

#[cold]
pub(crate) fn short_block<T: Wire>(block: &[u8], tail: &TailReader<'_>) -> Failed {
    tail.error(block, ErrorKind::Missing { needed: T::SIZE, found: block.len() })
}

/// A value too long for a frame: a payload holds at most 4 GiB less 8 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLong {
    /// Bytes that the payload would have.
    pub payload_bytes: u64,
}

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the payload would be {} bytes; a frame holds at most {}",
            self.payload_bytes,
            crate::frame::MAX_PAYLOAD
        )
    }
}

impl core::error::Error for TooLong {}

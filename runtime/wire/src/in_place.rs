//! Plain messages where they lie: one in its frame, to be read or changed, and a batch of them as a slice.
//!
//! A message is plain where it lies in memory as its block does on the wire: numbers, times, decimals,
//! UUIDs, bools, closed enums with a `repr`, and arrays and structs of these, in an order without gaps
//! and, as Rust may reorder fields, with `#[repr(C)]`. Its frames have no tail.
//!
//! # Safety
//!
//! What a [`Plain`] message is made of here was passed by its check, of the same bytes.

#![allow(unsafe_code)]

use core::mem::offset_of;
use core::ops::Deref;

use crate::error::{DecodeError, ErrorKind};
use crate::frame::{self, FrameHeader};
use crate::layout::PAYLOAD_ALIGN;
use crate::message::{Message, not_a_frame_of, payload_of, plain_block};
use crate::plain::Plain;
use crate::tail::TailReader;

/// A plain message behind the header of its frame.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(8))]
pub struct PlainFrame<M> {
    header: [u8; FrameHeader::SIZE],
    message: M,
}

impl<M> PlainFrame<M> {
    /// Number of the frame on its channel.
    pub fn sequence(&self) -> u32 {
        let [.., a, b, c, d] = self.header;
        u32::from_le_bytes([a, b, c, d])
    }
}

impl<M> Deref for PlainFrame<M> {
    type Target = M;

    fn deref(&self) -> &M {
        &self.message
    }
}

/// What can be done with frames of plain messages without a copy; of a message that is not plain it does
/// not compile.
///
/// ```
/// # extern crate mycelium_wire as mycelium;
/// use mycelium::{InPlace, Message};
///
/// #[derive(Debug, PartialEq, mycelium_derive::Message)]
/// #[myc(package = "market", id = 1)]
/// #[repr(C)]
/// struct Quote {
///     instrument: u64,
///     price: f64,
/// }
///
/// let mut frame = Quote { instrument: 7, price: 1.5 }.to_frame();
/// Quote::mut_from_frame(&mut frame)?.price = 1.25;
/// assert_eq!(Quote::from_frame(&frame)?, Quote { instrument: 7, price: 1.25 });
///
/// let both = [frame.clone(), frame].concat();
/// assert_eq!(Quote::batch(&both)?.iter().map(|quote| quote.price).sum::<f64>(), 2.5);
/// # Ok::<(), mycelium::DecodeError>(())
/// ```
pub trait InPlace: Message {
    /// Checks a frame and gives the message in it.
    ///
    /// # Errors
    ///
    /// As [`from_frame`](Message::from_frame); also where the writer knew fewer fields
    /// ([`ErrorKind::Missing`]), and where the frame does not begin at a multiple of 8, or of the message's
    /// own alignment where that is more, as 16 of an `i128` is ([`ErrorKind::Misaligned`]).
    #[inline]
    fn ref_from_frame(bytes: &[u8]) -> Result<&Self, DecodeError> {
        let plain = const { proof::<Self>() };
        check_frame::<Self>(bytes)?;
        let block = &bytes[FrameHeader::SIZE..][..Self::BLOCK];
        // SAFETY: the block has been checked.
        unsafe { plain.items_in(block) }.and_then(<[Self]>::first).ok_or_else(misaligned::<Self>)
    }

    /// Checks a frame and gives the message in it, to be changed. Constraints are not looked at again
    /// until it is validated, published or decoded.
    ///
    /// # Errors
    ///
    /// As [`ref_from_frame`](InPlace::ref_from_frame).
    #[inline]
    fn mut_from_frame(bytes: &mut [u8]) -> Result<&mut Self, DecodeError> {
        let plain = const { proof::<Self>() };
        check_frame::<Self>(bytes)?;
        let block = &mut bytes[FrameHeader::SIZE..][..Self::BLOCK];
        // SAFETY: as above.
        unsafe { plain.item_in_mut(block) }.ok_or_else(misaligned::<Self>)
    }

    /// Checks frames that stand back to back, all of this type and this version of it, and gives them
    /// as a slice.
    ///
    /// # Errors
    ///
    /// As [`ref_from_frame`](InPlace::ref_from_frame), at the place counted from the first frame; also
    /// [`ErrorKind::Trailing`] where a writer knew more fields.
    fn batch(bytes: &[u8]) -> Result<&[PlainFrame<Self>], DecodeError> {
        const { assert_adjoins::<Self>() };
        let size = size_of::<PlainFrame<Self>>();
        for (index, frame) in bytes.chunks(size).enumerate() {
            let whole = check_frame::<Self>(frame).and_then(|block| match block - Self::BLOCK {
                0 => Ok(()),
                bytes => Err(at_block(ErrorKind::Trailing { bytes })),
            });
            whole.map_err(|error| error.behind(index * size))?;
        }
        if bytes.is_empty() {
            return Ok(&[]);
        }
        let frames: *const PlainFrame<Self> = bytes.as_ptr().cast();
        if !frames.is_aligned() {
            return Err(misaligned::<Self>());
        }
        // SAFETY: each is a frame of this size, whose message has been checked; they are aligned; and what
        // lies behind a message is padding of the frame, as it is in memory.
        Ok(unsafe { core::slice::from_raw_parts(frames, bytes.len() / size) })
    }
}

impl<M: Message> InPlace for M {}

/// Checks a frame whose block reaches all fields; gives the length of the block.
#[inline]
fn check_frame<M: Message>(bytes: &[u8]) -> Result<usize, DecodeError> {
    let Some(block) = plain_block::<M>(bytes) else { return check_other_frame::<M>(bytes) };
    M::check_block(block, &mut TailReader::new(&[], bytes.as_ptr() as usize))?;
    Ok(M::BLOCK)
}

/// The same of a frame of another version, or of none.
#[cold]
#[inline(never)]
fn check_other_frame<M: Message>(bytes: &[u8]) -> Result<usize, DecodeError> {
    let (payload, block) = payload_of::<M>(bytes).ok_or_else(|| not_a_frame_of::<M>(bytes))?;
    let found = block as usize;
    if found < M::BLOCK {
        return Err(at_block(ErrorKind::Missing { needed: M::BLOCK, found }));
    }
    frame::check_payload::<M>(payload, block, bytes.as_ptr() as usize)?;
    Ok(found)
}

#[cold]
fn at_block(kind: ErrorKind) -> DecodeError {
    DecodeError::new(kind, 8)
}

#[cold]
#[inline(never)]
fn misaligned<M>() -> DecodeError {
    let kind = ErrorKind::Misaligned { align: align_of::<M>().max(PAYLOAD_ALIGN) as u32 };
    DecodeError::new(kind, FrameHeader::SIZE)
}

/// Frames of a message lie in memory as they stand back to back; otherwise the program is not compiled.
const fn assert_adjoins<M: Message>() {
    proof::<M>();
    assert!(
        offset_of!(PlainFrame<M>, message) == FrameHeader::SIZE,
        "a message in a batch lies behind the 16 bytes of its header, so it has no `repr(align)` beyond that"
    );
}

/// The proof that a message is plain; without it the program is not compiled.
const fn proof<M: Message>() -> Plain<M> {
    match M::PLAIN_BLOCK {
        Some(plain) => plain,
        None => panic!(
            "only a plain message is used in place: one with `#[repr(C)]` whose fields are numbers, \
             times, decimals, UUIDs, bools, closed enums with a `repr`, and arrays and structs of these, \
             in an order that leaves no gaps, the end included"
        ),
    }
}

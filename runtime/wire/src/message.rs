//! The trait of what is published.

use alloc::vec;
use alloc::vec::Vec;

use crate::digest::Digest;
use crate::error::{DecodeError, ErrorKind};
use crate::frame::{self, Frame, FrameHeader};
use crate::layout::PAYLOAD_ALIGN;
use crate::outline;
use crate::plain;
use crate::reflect::Def;
use crate::tail::{Tail, TailReader};
use crate::update::FrameMut;
use crate::validate::ValidationError;
use crate::wire::{Decode, TooLong, Wire};

/// A value that travels in frames of its own.
///
/// Implemented by `#[derive(Message)]`.
///
/// ```
/// # extern crate mycelium_wire as mycelium;
/// use mycelium::Message;
///
/// #[derive(Debug, PartialEq, mycelium_derive::Message)]
/// #[myc(package = "weather", id = 1)]
/// struct Reading {
///     station: String,
///     #[myc(range(-90.0..=60.0))]
///     celsius: f64,
/// }
///
/// let reading = Reading { station: "Säntis".into(), celsius: -12.5 };
/// reading.validate()?;
/// let frame = reading.to_frame();
/// assert_eq!(frame.len(), reading.frame_len()?);
///
/// assert_eq!(Reading::from_frame(&frame)?, reading);
/// assert_eq!(Reading::view(&frame)?.station(), "Säntis");
/// assert_eq!((Reading::NAME, Reading::TOPIC), ("weather.Reading", "weather.reading"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Message: Wire {
    /// Type id in the frame header.
    const TYPE_ID: u16 = outline::id_and_topic(Self::KIND).0;
    /// Topic of its own.
    const TOPIC: &'static str = outline::id_and_topic(Self::KIND).1;
    /// Name with the package, `market.Trade`.
    const NAME: &'static str = outline::full_name(Self::OUTLINE);
    /// Digest of all facts that the type reaches.
    const DIGEST: Digest = Self::DEF.digest;
    /// Digests of released versions that it still talks with, oldest first.
    const ANCESTORS: &'static [Digest] = &[];
    /// The type at run time.
    const DEF: &'static Def<'static> = Self::DEFINITION;

    /// Checks what the Rust types leave open: what the schema holds fields to beyond their types (`range`,
    /// `len`, `nonempty`), and that an [`UnknownArm`](crate::UnknownArm) has a tag that its union does not
    /// know and an embedded payload. Encoding does not look; decoding refuses what does not keep it, and so
    /// does publishing.
    ///
    /// # Errors
    ///
    /// The first field, in wire order, that does not keep what it is held to.
    #[inline]
    fn validate(&self) -> Result<(), ValidationError> {
        if !Self::IS_CONSTRAINED {
            return Ok(());
        }
        self.validate_parts().map_err(|error| ValidationError { message: Self::NAME, ..error })
    }

    /// Bytes of the frame that this value makes.
    ///
    /// # Errors
    ///
    /// [`TooLong`] where a frame cannot hold it.
    #[inline]
    fn frame_len(&self) -> Result<usize, TooLong> {
        Ok(FrameHeader::SIZE + frame::payload_len_of(self)?)
    }

    /// Writes the frame into `out`, every byte of it. `channel` and `sequence` are what the header says of
    /// its stream; a frame that stands alone has 0 and 0.
    ///
    /// ```
    /// # extern crate mycelium_wire as mycelium;
    /// # use mycelium::{FrameHeader, Message};
    /// # #[derive(mycelium_derive::Message)]
    /// # #[myc(package = "weather", id = 1)]
    /// # struct Reading {
    /// #     celsius: f64,
    /// # }
    /// let reading = Reading { celsius: -12.5 };
    /// let mut room = [0xff; 64];
    /// let frame = &mut room[..reading.frame_len()?];
    /// reading.encode_frame(0, 7, frame);
    /// assert_eq!(FrameHeader::parse(frame)?.sequence, 7);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Panics
    ///
    /// Where `out` is not [`frame_len`](Message::frame_len) bytes long.
    #[inline]
    fn encode_frame(&self, channel: u16, sequence: u32, out: &mut [u8]) {
        let (head, payload) = out.split_at_mut(FrameHeader::SIZE);
        let header = FrameHeader {
            length: payload.len() as u32,
            type_id: Self::TYPE_ID,
            channel,
            block: Self::BLOCK as u32,
            sequence,
        };
        head.copy_from_slice(&header.to_bytes());
        frame::encode_payload(self, payload);
    }

    /// The frame on channel 0 with sequence 0.
    ///
    /// # Panics
    ///
    /// Where the value is too long for a frame (4 GiB); [`try_to_frame`](Message::try_to_frame) says
    /// so instead.
    fn to_frame(&self) -> Vec<u8> {
        match self.try_to_frame() {
            Ok(frame) => frame,
            Err(error) => panic!("{}: {error}", Self::NAME),
        }
    }

    /// The frame on channel 0 with sequence 0.
    ///
    /// # Errors
    ///
    /// [`TooLong`] where a frame cannot hold the value.
    fn try_to_frame(&self) -> Result<Vec<u8>, TooLong> {
        let mut frame = vec![0; self.frame_len()?];
        self.encode_frame(0, 0, &mut frame);
        Ok(frame)
    }

    // Inlined, so that the value is made where it is wanted: what is behind the call is `decode_block`.
    /// Reads a value from exactly one frame of its type. A type with a lifetime borrows from `bytes`.
    ///
    /// ```
    /// # extern crate mycelium_wire as mycelium;
    /// # use mycelium::Message;
    /// #[derive(mycelium_derive::Message)]
    /// #[myc(package = "weather", id = 1)]
    /// struct Reading<'a> {
    ///     station: &'a str,
    /// }
    ///
    /// let frame = Reading { station: "Säntis" }.to_frame();
    /// let reading = Reading::from_frame(&frame)?;
    /// assert!(frame.as_ptr_range().contains(&reading.station.as_ptr()));
    ///
    /// let error = Reading::from_frame(&frame[..20]).err().expect("it ends early");
    /// assert_eq!(error.kind.name(), "truncated");
    /// # Ok::<(), mycelium::DecodeError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Where the bytes are not such a frame.
    #[inline(always)]
    fn from_frame<'de>(bytes: &'de [u8]) -> Result<Self, DecodeError>
    where
        Self: Decode<'de>,
    {
        // Known before the rest is made to code.
        if const { Self::PLAIN_BLOCK.is_some() }
            && let Some(plain) = Self::PLAIN_BLOCK
        {
            return match plain_block::<Self>(bytes) {
                Some(block) => plain::decode_block(plain, block, bytes.as_ptr() as usize),
                None => from_other_frame(bytes),
            };
        }
        from_any_frame(bytes)
    }

    /// Reads a value from a payload whose header has been read already.
    ///
    /// # Errors
    ///
    /// Where it is of another type or is not a value.
    #[inline]
    fn from_payload<'de>(header: &FrameHeader, payload: &'de [u8]) -> Result<Self, DecodeError>
    where
        Self: Decode<'de>,
    {
        if header.type_id != Self::TYPE_ID {
            return Err(other_type(Self::TYPE_ID, header.type_id));
        }
        frame::decode_payload(payload, header.block, payload.as_ptr() as usize)
            .map_err(|error| error.behind(FrameHeader::SIZE))
    }

    /// Like [`from_frame`](Message::from_frame), but refuses every form that is not the one that
    /// encoding gives: padding that is not zero, and blocks of other versions.
    ///
    /// # Errors
    ///
    /// Where the bytes are not such a frame; [`ErrorKind::NotCanonical`] at the first byte that
    /// differs.
    fn from_frame_strict<'de>(bytes: &'de [u8]) -> Result<Self, DecodeError>
    where
        Self: Decode<'de>,
    {
        let value = Self::from_frame(bytes)?;
        let header = FrameHeader::parse(bytes)?;
        let mut canonical = vec![0; value.frame_len().unwrap_or(0)];
        if !canonical.is_empty() {
            value.encode_frame(header.channel, header.sequence, &mut canonical);
        }
        if canonical == bytes {
            return Ok(value);
        }
        let at = canonical.iter().zip(bytes).take_while(|(a, b)| a == b).count();
        Err(DecodeError::new(ErrorKind::NotCanonical, at))
    }

    /// Checks exactly one frame of this type and reads it in place. The view is two slices, and `Copy`;
    /// each of its getters loads one field.
    ///
    /// # Errors
    ///
    /// As [`from_frame`](Message::from_frame).
    #[inline]
    fn view(bytes: &[u8]) -> Result<Self::View<'_>, DecodeError> {
        if const { Self::PLAIN_BLOCK.is_none() } {
            return view_any::<Self>(bytes);
        }
        let block = match plain_block::<Self>(bytes) {
            Some(block) => {
                Self::check_block(block, &mut TailReader::new(&[], bytes.as_ptr() as usize))?;
                block
            }
            None => other_block::<Self>(bytes)?,
        };
        Ok(Self::view_block(block, Tail(&[])))
    }

    /// Checks exactly one frame of this type and gives it to be changed where it lies: fields are named by
    /// the constants of the view type, and take values of their own types. What lies in the tail, text and
    /// lists without a bound and messages, takes only values of the length that is there.
    ///
    /// ```
    /// # extern crate mycelium_wire as mycelium;
    /// # use mycelium::{Message, UpdateError};
    /// # #[derive(Debug, PartialEq, mycelium_derive::Message)]
    /// # #[myc(package = "weather", id = 1)]
    /// # struct Reading {
    /// #     station: String,
    /// #     celsius: f64,
    /// # }
    /// let mut frame = Reading { station: "Pilatus".into(), celsius: -12.5 }.to_frame();
    /// let mut reading = Reading::view_mut(&mut frame)?;
    /// reading.set(ReadingView::CELSIUS, 3.0)?;
    /// reading.set(ReadingView::STATION, "Säntis".into())?; // as many bytes
    /// assert_eq!(reading.view().station(), "Säntis");
    ///
    /// let longer = reading.set(ReadingView::STATION, "Jungfraujoch".into());
    /// assert!(matches!(longer, Err(UpdateError::Length { expected: 7, found: 12, .. })));
    /// # assert_eq!(Reading::from_frame(&frame)?, Reading { station: "Säntis".into(), celsius: 3.0 });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`from_frame`](Message::from_frame).
    #[inline]
    fn view_mut(bytes: &mut [u8]) -> Result<FrameMut<'_, Self>, DecodeError> {
        FrameMut::new(bytes)
    }

    /// Reads a frame in place whose payload need not be checked: one that this program has made or
    /// checked before. Of other bytes the fields may have any values; nothing is read outside of them.
    ///
    /// ```
    /// # extern crate mycelium_wire as mycelium;
    /// # use mycelium::Message;
    /// # #[derive(mycelium_derive::Message)]
    /// # #[myc(package = "weather", id = 1)]
    /// # struct Reading {
    /// #     celsius: f64,
    /// # }
    /// let frame = Reading { celsius: -12.5 }.to_frame();
    /// assert_eq!(Reading::view_trusted(&frame)?.celsius(), -12.5);
    /// assert!(Reading::view_trusted(&frame[1..]).is_err());
    /// # Ok::<(), mycelium::DecodeError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Where the bytes do not begin with the header of a frame of this type.
    #[inline]
    fn view_trusted(bytes: &[u8]) -> Result<Self::View<'_>, DecodeError> {
        match parts_of::<Self>(bytes) {
            Some((block, tail)) => Ok(Self::view_block(block, Tail(tail))),
            None => Err(not_a_frame_of::<Self>(bytes)),
        }
    }
}

/// Payload and block length of exactly one frame of this type.
///
/// Only the three numbers that matter are loaded, and looked at in one go.
#[inline]
pub(crate) fn payload_of<M: Message>(bytes: &[u8]) -> Option<(&[u8], u32)> {
    if let Some((header, payload)) = bytes.split_first_chunk::<{ FrameHeader::SIZE }>() {
        let (length, block) = (FrameHeader::length_in(header), FrameHeader::block_in(header));
        let is_whole =
            length as usize == payload.len() && payload.len().is_multiple_of(PAYLOAD_ALIGN);
        if is_whole && block <= length && FrameHeader::type_id_in(header) == M::TYPE_ID {
            return Some((payload, block));
        }
    }
    None
}

/// The block of a plain message in a frame that is as this version writes it: its header says what is known before,
/// and one comparison tells.
#[inline(always)]
pub(crate) fn plain_block<M: Message>(bytes: &[u8]) -> Option<&[u8]> {
    let length = const { frame::payload_len(M::BLOCK, 0) };
    if bytes.len() != FrameHeader::SIZE + length {
        return None;
    }
    let (header, payload) = bytes.split_first_chunk::<{ FrameHeader::SIZE }>()?;
    let expected = (length as u32, M::TYPE_ID, M::BLOCK as u32);
    FrameHeader::says(header, expected).then(|| &payload[..M::BLOCK])
}

#[inline(always)]
fn from_any_frame<'de, M: Message + Decode<'de>>(bytes: &'de [u8]) -> Result<M, DecodeError> {
    let Some((payload, block)) = payload_of::<M>(bytes) else {
        return Err(not_a_frame_of::<M>(bytes));
    };
    frame::decode_payload(payload, block, bytes.as_ptr() as usize)
}

/// Of a plain message: a frame of another version, or none.
#[cold]
#[inline(never)]
fn from_other_frame<'de, M: Message + Decode<'de>>(bytes: &'de [u8]) -> Result<M, DecodeError> {
    from_any_frame(bytes)
}

#[inline(always)]
fn view_any<M: Message>(bytes: &[u8]) -> Result<M::View<'_>, DecodeError> {
    let Some((payload, block)) = payload_of::<M>(bytes) else {
        return Err(not_a_frame_of::<M>(bytes));
    };
    frame::check_payload::<M>(payload, block, bytes.as_ptr() as usize)?;
    Ok(frame::view_payload::<M>(payload, block))
}

/// The block of a plain message in a frame of another version, checked. What another writer knows to be in the tail
/// is nothing to this type.
#[cold]
#[inline(never)]
fn other_block<M: Message>(bytes: &[u8]) -> Result<&[u8], DecodeError> {
    let Some((payload, block)) = payload_of::<M>(bytes) else {
        return Err(not_a_frame_of::<M>(bytes));
    };
    frame::check_payload::<M>(payload, block, bytes.as_ptr() as usize)?;
    Ok(payload.get(..block as usize).unwrap_or_default())
}

/// Block and tail of what begins like a frame of this type.
#[inline]
fn parts_of<M: Message>(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (header, payload) = bytes.split_first_chunk::<{ FrameHeader::SIZE }>()?;
    if FrameHeader::type_id_in(header) != M::TYPE_ID {
        return None;
    }
    frame::split_payload(payload, FrameHeader::block_in(header))
}

#[cold]
#[inline(never)]
pub(crate) fn not_a_frame_of<M: Message>(bytes: &[u8]) -> DecodeError {
    match Frame::parse(bytes) {
        Ok(Frame { header, .. }) => other_type(M::TYPE_ID, header.type_id),
        Err(error) => error,
    }
}

#[cold]
fn other_type(expected: u16, found: u16) -> DecodeError {
    DecodeError::new(ErrorKind::TypeId { expected, found }, 4)
}

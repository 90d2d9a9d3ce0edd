//! The frame: 16 bytes of header, then a payload.
//!
//! ```text
//!  0  u32  length      payload bytes, a multiple of 8
//!  4  u16  type_id     from the schema; 0 is a control frame of a transport
//!  6  u16  channel     topic channel, given by the sender; 0 is the type's own topic
//!  8  u32  block       bytes of the block: where its last field ends
//! 12  u32  sequence    per channel, wraps; a gap is a loss
//! 16  payload          block, zeros up to a multiple of 8, tail, zeros up to a multiple of 8
//! ```
//!
//! All little-endian. Every frame is a multiple of 8 bytes long, so frames stand back to back and each
//! starts aligned.

use crate::error::{DecodeError, ErrorKind, Failed};
use crate::layout::{PAYLOAD_ALIGN, align_up};
use crate::plain;
use crate::tail::{Tail, TailReader, TailWriter};
use crate::wire::{Decode, TooLong, Wire};

/// Largest payload, in bytes.
pub const MAX_PAYLOAD: u64 = u32::MAX as u64 - 7;

/// The first 16 bytes of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FrameHeader {
    /// Payload bytes, a multiple of 8.
    pub length: u32,
    /// Type of the message; 0 for a control frame of a transport.
    pub type_id: u16,
    /// Topic channel, given by the sender on this stream; 0 for the type's own topic.
    pub channel: u16,
    /// Bytes of the block.
    pub block: u32,
    /// Number of the frame on its channel, from 0; wraps.
    pub sequence: u32,
}

/// A frame in a buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Its header.
    pub header: FrameHeader,
    /// Its payload, [`FrameHeader::length`] bytes.
    pub payload: &'a [u8],
}

impl FrameHeader {
    /// Bytes of a header.
    pub const SIZE: usize = 16;

    /// Reads a header.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Truncated`] where there are fewer than 16 bytes; [`ErrorKind::Length`] where the
    /// length is no multiple of 8; [`ErrorKind::Block`] where the block is longer than the payload.
    #[inline]
    pub fn parse(bytes: &[u8]) -> Result<FrameHeader, DecodeError> {
        let error = |kind, at| Err(DecodeError::new(kind, at));
        let Some(bytes) = bytes.first_chunk::<{ FrameHeader::SIZE }>() else {
            return error(
                ErrorKind::Truncated { needed: FrameHeader::SIZE, found: bytes.len() },
                bytes.len(),
            );
        };
        let [.., a, b, c, d] = *bytes;
        let header = FrameHeader {
            length: FrameHeader::length_in(bytes),
            type_id: FrameHeader::type_id_in(bytes),
            channel: u16::from_le_bytes([bytes[6], bytes[7]]),
            block: FrameHeader::block_in(bytes),
            sequence: u32::from_le_bytes([a, b, c, d]),
        };
        if !(header.length as usize).is_multiple_of(PAYLOAD_ALIGN) {
            return error(ErrorKind::Length { found: header.length }, 0);
        }
        if header.block > header.length {
            let (claimed, payload) = (header.block, header.length as usize);
            return error(ErrorKind::Block { claimed, payload }, 8);
        }
        Ok(header)
    }

    #[inline]
    pub(crate) fn length_in(header: &[u8; FrameHeader::SIZE]) -> u32 {
        u32::from_le_bytes([header[0], header[1], header[2], header[3]])
    }

    #[inline]
    pub(crate) fn type_id_in(header: &[u8; FrameHeader::SIZE]) -> u16 {
        u16::from_le_bytes([header[4], header[5]])
    }

    #[inline]
    pub(crate) fn block_in(header: &[u8; FrameHeader::SIZE]) -> u32 {
        u32::from_le_bytes([header[8], header[9], header[10], header[11]])
    }

    /// Whether a header says this of its frame, on whatever channel and with whatever sequence.
    #[inline]
    pub(crate) fn says(
        header: &[u8; FrameHeader::SIZE],
        (length, type_id, block): (u32, u16, u32),
    ) -> bool {
        const CHANNEL_AND_SEQUENCE: u128 = 0xffff_ffff << 96 | 0xffff << 48;
        let expected = u128::from(length) | u128::from(type_id) << 32 | u128::from(block) << 64;
        (u128::from_le_bytes(*header) ^ expected) & !CHANNEL_AND_SEQUENCE == 0
    }

    /// The 16 bytes.
    #[inline]
    pub fn to_bytes(&self) -> [u8; FrameHeader::SIZE] {
        // As two words, so that they are stored without a detour.
        let first =
            u64::from(self.length) | u64::from(self.type_id) << 32 | u64::from(self.channel) << 48;
        let second = u64::from(self.block) | u64::from(self.sequence) << 32;
        (u128::from(first) | u128::from(second) << 64).to_le_bytes()
    }

    /// Bytes of the whole frame.
    #[inline]
    pub const fn frame_len(&self) -> usize {
        FrameHeader::SIZE + self.length as usize
    }
}

impl<'a> Frame<'a> {
    /// Splits the first frame off `bytes`.
    ///
    /// # Errors
    ///
    /// As [`FrameHeader::parse`]; [`ErrorKind::Truncated`] where the payload is not all there.
    #[inline]
    pub fn split(bytes: &'a [u8]) -> Result<(Frame<'a>, &'a [u8]), DecodeError> {
        let header = FrameHeader::parse(bytes)?;
        let (needed, found) = (header.frame_len(), bytes.len());
        if found < needed {
            let kind = ErrorKind::Truncated { needed, found };
            return Err(DecodeError::new(kind, found));
        }
        let (frame, rest) = bytes.split_at(needed);
        Ok((Frame { header, payload: &frame[FrameHeader::SIZE..] }, rest))
    }

    /// Reads `bytes` as exactly one frame.
    ///
    /// # Errors
    ///
    /// As [`Frame::split`]; [`ErrorKind::Trailing`] where something stands behind the frame.
    #[inline]
    pub fn parse(bytes: &'a [u8]) -> Result<Frame<'a>, DecodeError> {
        let (frame, rest) = Frame::split(bytes)?;
        if rest.is_empty() {
            return Ok(frame);
        }
        let kind = ErrorKind::Trailing { bytes: rest.len() };
        Err(DecodeError::new(kind, frame.header.frame_len()))
    }
}

/// Bytes of a payload whose block and unpadded tail have these sizes.
#[inline]
pub(crate) const fn payload_len(block: usize, tail: usize) -> usize {
    align_up(block, PAYLOAD_ALIGN) + align_up(tail, PAYLOAD_ALIGN)
}

/// Bytes of the payload of `value`.
#[inline]
pub(crate) fn payload_len_of<T: Wire>(value: &T) -> Result<usize, TooLong> {
    let len = payload_len(T::BLOCK, value.block_tail_end());
    if len as u64 > MAX_PAYLOAD {
        return Err(TooLong { payload_bytes: len as u64 });
    }
    Ok(len)
}

/// Writes `value` as a payload; `payload` is exactly as long as [`payload_len_of`] says.
#[inline]
pub(crate) fn encode_payload<T: Wire>(value: &T, payload: &mut [u8]) {
    let (block, tail) = payload.split_at_mut(const { align_up(T::BLOCK, PAYLOAD_ALIGN) });
    let (block, padding) = block.split_at_mut(T::BLOCK);
    padding.fill(0);
    if let Some(plain) = T::PLAIN_BLOCK {
        return plain.write(value, block);
    }
    let mut tail = TailWriter::new(tail);
    value.encode_block(block, &mut tail);
    tail.finish();
}

/// Splits a payload into block and tail.
#[inline]
pub(crate) fn split_payload(payload: &[u8], block: u32) -> Option<(&[u8], &[u8])> {
    let (head, tail) = payload.split_at_checked(align_up(block as usize, PAYLOAD_ALIGN))?;
    Some((head.get(..block as usize)?, tail))
}

/// The same, to be changed, of a payload that has been checked.
#[inline]
pub(crate) fn split_payload_mut(payload: &mut [u8], block: u32) -> (&mut [u8], &mut [u8]) {
    let (head, tail) = payload.split_at_mut(align_up(block as usize, PAYLOAD_ALIGN));
    (&mut head[..block as usize], tail)
}

/// A block that does not fit its payload. `origin` is the address that errors count from.
#[cold]
#[inline(never)]
pub(crate) fn block_too_long(payload: &[u8], claimed: u32, origin: usize) -> DecodeError {
    let kind = ErrorKind::Block { claimed, payload: payload.len() };
    let at = (payload.as_ptr() as usize).saturating_sub(origin);
    DecodeError::new(kind, at)
}

/// Reads a value from a payload. One comparison tells a block that holds all fields from an older one.
#[inline(always)]
pub(crate) fn decode_payload<'de, T: Decode<'de>>(
    payload: &'de [u8],
    block: u32,
    origin: usize,
) -> Result<T, DecodeError> {
    if const { T::PLAIN_BLOCK.is_some() }
        && let Some(plain) = T::PLAIN_BLOCK
        && block as usize >= T::BLOCK
    {
        return plain::decode_payload(plain, payload, block, origin);
    }
    let Some((block, tail)) = split_payload(payload, block) else {
        return Err(block_too_long(payload, block, origin));
    };
    let mut tail = TailReader::new(tail, origin);
    if block.len() < T::BLOCK {
        return decode_older(block, &mut tail);
    }
    let value = T::decode_block(block, &mut tail)?;
    finish::<T>(block, &tail)?;
    Ok(value)
}

#[cold]
#[inline(never)]
fn decode_older<'de, T: Decode<'de>>(
    block: &'de [u8],
    tail: &mut TailReader<'de>,
) -> Result<T, DecodeError> {
    let value = T::decode_older(block, tail)?;
    tail.finish()?;
    Ok(value)
}

/// Checks a payload. Of a plain one that is as long as it should be there is only the block to check.
#[inline(always)]
pub(crate) fn check_payload<T: Wire>(
    payload: &[u8],
    block: u32,
    origin: usize,
) -> Result<(), DecodeError> {
    if const { T::PLAIN_BLOCK.is_some() } && block as usize == T::BLOCK {
        let without_tail = const { payload_len(T::BLOCK, 0) };
        if payload.len() == without_tail {
            let mut tail = TailReader::new(&[], origin);
            let checked = T::check_block(&payload[..T::BLOCK], &mut tail);
            return checked.map_err(DecodeError::from);
        }
    }
    check_parts::<T>(payload, block, origin)
}

fn check_parts<T: Wire>(payload: &[u8], block: u32, origin: usize) -> Result<(), DecodeError> {
    let Some((block, tail)) = split_payload(payload, block) else {
        return Err(block_too_long(payload, block, origin));
    };
    let mut tail = TailReader::new(tail, origin);
    if block.len() < T::BLOCK {
        T::check_older(block, &mut tail)?;
    } else {
        T::check_block(block, &mut tail)?;
    }
    Ok(finish::<T>(block, &tail)?)
}

/// Reads a checked payload in place.
#[inline]
pub(crate) fn view_payload<T: Wire>(payload: &[u8], block: u32) -> T::View<'_> {
    let tail_start = align_up(block as usize, PAYLOAD_ALIGN).min(payload.len());
    let (head, tail) = payload.split_at(tail_start);
    T::view_block(head.get(..block as usize).unwrap_or(head), Tail(tail))
}

/// A newer writer's block may have items in the tail that this reader does not know; otherwise the
/// tail ends where the last known item does.
#[inline]
fn finish<T: Wire>(block: &[u8], tail: &TailReader<'_>) -> Result<(), Failed> {
    if block.len() > T::BLOCK { Ok(()) } else { tail.finish() }
}

//! Payloads inside payloads: messages as fields, and the arms of open unions.
//!
//! Both may grow after the message that holds them was compiled, so each lies in the tail as a payload
//! of its own, behind 8 bytes that say how long its block is:
//!
//! ```text
//!  0  u32  block     bytes of the block
//!  4  u32  zero
//!  8  payload        as in a frame; its references count from its own tail
//! ```
//!
//! The reference's count is the number of all these bytes. Self-contained as it is, an embedded payload
//! can be kept, compared and passed on without knowing its type.

use alloc::vec::Vec;

use crate::error::{ErrorKind, Failed};
use crate::frame;
use crate::layout::{PAYLOAD_ALIGN, REFERENCE, align_up};
use crate::tail::{Tail, TailReader, TailWriter, read_reference};
use crate::wire::{Decode, Wire};

/// Bytes before an embedded payload.
const PREFIX: usize = 8;

/// The arm of an open union that this version of the schema does not know, kept as it came.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UnknownArm {
    /// Tag of the arm.
    pub tag: u32,
    /// The embedded payload with its prefix, a multiple of 8 bytes.
    pub payload: Vec<u8>,
}

/// Where the tail ends behind `value` as an embedded payload.
pub fn tail_end<T: Wire>(value: &T, end: usize) -> usize {
    align_up(end, PAYLOAD_ALIGN) + PREFIX + frame::payload_len(T::BLOCK, value.block_tail_end())
}

/// Writes `value` as an embedded payload and points `reference` at it.
pub fn encode<T: Wire>(value: &T, reference: &mut [u8], tail: &mut TailWriter<'_>) {
    let bytes = PREFIX + frame::payload_len(T::BLOCK, value.block_tail_end());
    let item = tail.item(reference, bytes, bytes, PAYLOAD_ALIGN);
    let (prefix, payload) = item.split_at_mut(PREFIX);
    prefix[..4].copy_from_slice(&(T::BLOCK as u32).to_le_bytes());
    prefix[4..].fill(0);
    frame::encode_payload(value, payload);
}

/// Reads a value from the embedded payload that `reference` points at.
///
/// # Errors
///
/// Where there is none, or it is not that of a value.
pub fn decode<'de, T: Decode<'de>>(
    reference: &[u8],
    tail: &mut TailReader<'de>,
) -> Result<T, Failed> {
    let (block, payload) = open(reference, tail)?;
    frame::decode_payload(payload, block, tail.origin()).map_err(Failed::from)
}

/// Checks the embedded payload that `reference` points at.
///
/// # Errors
///
/// As [`decode`].
pub fn check<T: Wire>(reference: &[u8], tail: &mut TailReader<'_>) -> Result<(), Failed> {
    let (block, payload) = open(reference, tail)?;
    frame::check_payload::<T>(payload, block, tail.origin()).map_err(Failed::from)
}

/// Reads in place the embedded payload that `reference` points at, once checked.
pub fn view<'a, T: Wire>(reference: &'a [u8], tail: Tail<'a>) -> T::View<'a> {
    let (item, _) = tail.item(reference, 1);
    let (prefix, payload) = item.split_at_checked(PREFIX).unwrap_or((&[0; PREFIX], &[]));
    frame::view_payload::<T>(
        payload,
        u32::from_le_bytes([prefix[0], prefix[1], prefix[2], prefix[3]]),
    )
}

/// Checks that `bytes` are an embedded payload with its prefix.
///
/// # Errors
///
/// What no reference could point at.
pub(crate) fn check_bytes(bytes: &[u8]) -> Result<(), ErrorKind> {
    let Some((prefix, payload)) = bytes.split_at_checked(PREFIX) else {
        return Err(ErrorKind::Truncated { needed: PREFIX, found: bytes.len() });
    };
    if !payload.len().is_multiple_of(PAYLOAD_ALIGN) {
        return Err(ErrorKind::Length { found: u32::try_from(bytes.len()).unwrap_or(u32::MAX) });
    }
    let claimed = u32::from_le_bytes([prefix[0], prefix[1], prefix[2], prefix[3]]);
    match frame::split_payload(payload, claimed) {
        Some(_) => Ok(()),
        None => Err(ErrorKind::Block { claimed, payload: payload.len() }),
    }
}

impl UnknownArm {
    /// Where the tail ends behind the arm.
    pub fn tail_end(&self, end: usize) -> usize {
        if self.payload.is_empty() {
            return end;
        }
        align_up(end, PAYLOAD_ALIGN) + self.payload.len()
    }

    /// Writes the arm's payload as it came and points `reference` at it.
    pub fn encode(&self, reference: &mut [u8], tail: &mut TailWriter<'_>) {
        let bytes = self.payload.len();
        tail.item(reference, bytes, bytes, PAYLOAD_ALIGN).copy_from_slice(&self.payload);
    }

    /// Keeps the embedded payload that `reference` points at.
    ///
    /// # Errors
    ///
    /// Where there is none.
    pub fn decode(
        tag: u32,
        reference: &[u8],
        tail: &mut TailReader<'_>,
    ) -> Result<UnknownArm, Failed> {
        let mut ahead = tail.fork();
        Self::check(reference, &mut ahead)?;
        let (item, _) = tail.item(reference, 1, PAYLOAD_ALIGN)?;
        Ok(UnknownArm { tag, payload: item.to_vec() })
    }

    /// Checks that `reference` points at an embedded payload.
    ///
    /// # Errors
    ///
    /// Where it does not.
    pub fn check(reference: &[u8], tail: &mut TailReader<'_>) -> Result<(), Failed> {
        let (block, payload) = open(reference, tail)?;
        match frame::split_payload(payload, block) {
            Some(_) => Ok(()),
            None => Err(frame::block_too_long(payload, block, tail.origin()).into()),
        }
    }

    /// Bytes of the embedded payload that `reference` points at, with its prefix.
    pub fn view<'a>(reference: &[u8], tail: Tail<'a>) -> &'a [u8] {
        tail.item(reference, 1).0
    }
}

pub(crate) fn open<'a>(
    reference: &[u8],
    tail: &mut TailReader<'a>,
) -> Result<(u32, &'a [u8]), Failed> {
    let (offset, count) = read_reference(reference);
    if (count as usize) < PREFIX || !(count as usize).is_multiple_of(PAYLOAD_ALIGN) {
        let kind = ErrorKind::Reference {
            expected: tail.next(PAYLOAD_ALIGN),
            offset,
            bytes: u64::from(count),
            tail: tail.whole().0.len(),
        };
        return Err(tail.error(reference, kind));
    }
    let (item, _) = tail.item(&reference[..REFERENCE], 1, PAYLOAD_ALIGN)?;
    let (prefix, payload) = item.split_at(PREFIX);
    let block = u32::from_le_bytes([prefix[0], prefix[1], prefix[2], prefix[3]]);
    Ok((block, payload))
}

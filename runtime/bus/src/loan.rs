//! Messages that are written where they go.
//!
//! A publisher of plain messages may lend the room of a frame, in the ring of a route where there is one, to code
//! that writes the message there: nothing of it is copied afterwards.
//!
//! The room is lent while the ring is held, and so nothing may be published meanwhile; [`assert_none`] sees to it
//! that this is a panic, never a thread that waits for itself.

use std::cell::Cell;

use mycelium_wire::{DecodeError, ErrorKind, FrameHeader, InPlace, Message};

use crate::error::PublishError;

/// What was in the room before it was lent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Room {
    /// Zeros.
    Blank,
    /// Whatever lay there, where that is a message at all.
    Used,
}

/// Bytes of the frame of a plain message.
pub(crate) const fn frame_len<T: Message>() -> usize {
    FrameHeader::SIZE + T::BLOCK.next_multiple_of(8)
}

/// Lets `fill` write a message into the room of its frame, which gets a header without a number. The room is as
/// long as [`frame_len`] says.
pub(crate) fn write<T: Message>(
    room: &mut [u8],
    channel: u16,
    before: Room,
    fill: impl FnOnce(&mut T),
) -> Result<(), PublishError> {
    let payload = room.len() - FrameHeader::SIZE;
    let header = FrameHeader {
        length: payload as u32,
        type_id: T::TYPE_ID,
        channel,
        block: T::BLOCK as u32,
        sequence: 0,
    };
    room[..FrameHeader::SIZE].copy_from_slice(&header.to_bytes());
    let clean = if before == Room::Blank { 0 } else { T::BLOCK };
    room[FrameHeader::SIZE + clean..].fill(0);
    if T::mut_from_frame(room).is_err() {
        // What lay there is no message of the type.
        room[FrameHeader::SIZE..].fill(0);
    }
    let message = T::mut_from_frame(room)?;
    {
        let _lent = Lent::begin();
        fill(message);
    }
    Ok(message.validate()?)
}

/// Whether a message cannot be written there for no other reason than where that begins.
pub(crate) fn is_misplaced(refused: &PublishError) -> bool {
    let is_misaligned = |error: &DecodeError| matches!(error.kind, ErrorKind::Misaligned { .. });
    matches!(refused, PublishError::Malformed(error) if is_misaligned(error))
}

/// Room of a frame that is sent afterwards, where a message of any alignment can be written.
pub(crate) struct OwnRoom {
    bytes: Vec<u8>,
    start: usize,
    len: usize,
}

impl OwnRoom {
    pub(crate) fn new<T: Message>() -> Self {
        let (len, align) = (frame_len::<T>(), align_of::<T>().max(8));
        let bytes = vec![0; len + align];
        // The message lies behind its header.
        let message = bytes.as_ptr().wrapping_add(FrameHeader::SIZE);
        let start = message.align_offset(align).min(align);
        Self { bytes, start, len }
    }

    pub(crate) fn frame(&mut self) -> &mut [u8] {
        &mut self.bytes[self.start..][..self.len]
    }
}

thread_local! {
    /// Whether this thread writes into room that was lent.
    static IS_LENT: Cell<bool> = const { Cell::new(false) };
}

/// Says that this thread writes into room that was lent, until it is dropped.
struct Lent;

impl Lent {
    fn begin() -> Self {
        IS_LENT.set(true);
        Self
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        IS_LENT.set(false);
    }
}

/// Sees to it that this thread does not wait for what it holds itself.
///
/// # Panics
/// It writes into room that was lent.
#[inline]
pub(crate) fn assert_none() {
    assert!(
        !IS_LENT.get(),
        "nothing is published or opened while a message is written in place: do it before or after"
    );
}

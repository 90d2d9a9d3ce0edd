//! Messages that are written where they go.
//!
//! A publisher may lend the room of a frame, in the ring of a route where that is the only way out, to code that
//! writes the message there: nothing of it is copied afterwards. Where there is no such ring the room is memory of its own,
//! and the frame is published like any other.
//!
//! While room of a ring is lent nobody else writes to that ring, and so nothing may be published or opened meanwhile by
//! the thread that borrows it; [`assert_none`] sees to it that this is a panic, never a thread that waits for itself.
//!
//! From the first byte that is written in a ring to the one that publishes it a typed publisher locks and counts nothing: such an
//! instruction waits until the other processor has given up the lines of the frame, and these waits are longer than all
//! else. What has to be counted is so before or afterwards.

use std::alloc::{Layout, alloc_zeroed};
use std::cell::LazyCell;
use std::sync::Arc;

use mycelium_wire::{FrameHeader, InPlace, Message};

use crate::error::PublishError;
use crate::transport::{Lane, RingRoom};

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
    before: Room,
    fill: impl FnOnce(&mut T),
) -> Result<(), PublishError> {
    let payload = room.len() - FrameHeader::SIZE;
    let header = FrameHeader {
        length: payload as u32,
        type_id: T::TYPE_ID,
        channel: 0,
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
    fill(message);
    Ok(message.validate()?)
}

/// Where a frame is written.
pub(crate) enum Place {
    /// In the ring that the lane leads to.
    Ring(RingRoom, Arc<Lane>),
    Own(OwnRoom),
}

impl Place {
    /// Room in the ring of a lane, if that has any that begins as a payload of this alignment wants.
    pub(crate) fn in_ring(lane: Arc<Lane>, room: RingRoom, align: usize) -> Option<Self> {
        let payload = room.frame().as_ptr().wrapping_add(FrameHeader::SIZE);
        (payload.align_offset(align) == 0).then_some(Self::Ring(room, lane))
    }

    pub(crate) fn frame(&self) -> &[u8] {
        match self {
            Self::Ring(room, _) => room.frame(),
            Self::Own(room) => room.frame(),
        }
    }

    pub(crate) fn frame_mut(&mut self) -> &mut [u8] {
        match self {
            Self::Ring(room, _) => room.frame_mut(),
            Self::Own(room) => room.frame_mut(),
        }
    }

    /// Whether what lies there is not known to be zeros.
    pub(crate) fn is_used(&self) -> bool {
        matches!(self, Self::Ring(..))
    }
}

/// Room of a frame that is sent afterwards, where a message of any alignment can be written. It is all zeros.
pub(crate) struct OwnRoom {
    bytes: Vec<u8>,
    start: usize,
    len: usize,
}

impl OwnRoom {
    /// Whose payload begins at a multiple of `align`.
    ///
    /// # Errors
    /// [`PublishError::NoMemory`] where there is none for it.
    pub(crate) fn new(len: usize, align: usize) -> Result<Self, PublishError> {
        let bytes = len.checked_add(align).and_then(Self::zeros);
        let bytes = bytes.ok_or(PublishError::NoMemory { frame_bytes: len as u64 })?;
        let payload = bytes.as_ptr().wrapping_add(FrameHeader::SIZE);
        let start = payload.align_offset(align).min(align);
        Ok(Self { bytes, start, len })
    }

    /// So many bytes, if they are to be had. The system gives large memory page by page, as it is written to, so it is
    /// asked for zeros; `vec!` would do that too, and end the process where it is refused.
    #[allow(unsafe_code)]
    fn zeros(len: usize) -> Option<Vec<u8>> {
        let layout = Layout::array::<u8>(len).ok().filter(|layout| layout.size() > 0)?;
        // SAFETY: it has a size.
        let start = unsafe { alloc_zeroed(layout) };
        // SAFETY: the global allocator has given so many bytes, zeros, by the layout that a vector of them has.
        (!start.is_null()).then(|| unsafe { Vec::from_raw_parts(start, len, len) })
    }

    pub(crate) fn frame(&self) -> &[u8] {
        &self.bytes[self.start..][..self.len]
    }

    pub(crate) fn frame_mut(&mut self) -> &mut [u8] {
        &mut self.bytes[self.start..][..self.len]
    }

    /// The frame, to be shared.
    pub(crate) fn into_bytes(self) -> bytes::Bytes {
        bytes::Bytes::from(self.bytes).slice(self.start..self.start + self.len)
    }
}

thread_local! {
    /// Held by all room that this thread has borrowed, and by itself. Shared, for another thread may give it back.
    static BORROWED: LazyCell<Arc<()>> = LazyCell::new(Arc::default);
}

/// Says that the thread that made this writes into room that was lent, until it is dropped.
pub(crate) struct Lent(#[expect(dead_code, reason = "it is there to be counted")] Arc<()>);

impl Lent {
    #[inline]
    pub(crate) fn begin() -> Self {
        Self(BORROWED.with(|borrowed| Arc::clone(borrowed)))
    }
}

/// Whether this thread writes into room that was lent: until that is given back, nothing of a bus is to be opened, used or
/// closed by it.
#[inline]
pub fn is_lending() -> bool {
    // A thread that ends has no such count any more, and has borrowed nothing.
    BORROWED.try_with(|borrowed| Arc::strong_count(borrowed) > 1).unwrap_or(false)
}

/// Sees to it that this thread does not wait for what it holds itself.
///
/// # Panics
/// It writes into room that was lent.
#[inline]
pub(crate) fn assert_none() {
    assert!(
        !is_lending(),
        "nothing is published or opened while a message is written in place: do it before or after"
    );
}

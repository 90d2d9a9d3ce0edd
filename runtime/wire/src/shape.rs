//! Frames whose size is known before their contents: made in the place that they are sent from, and filled there.
//!
//! What lies in the tail has its place as soon as all lengths are known. So a list of a million items is written
//! where it will be read, and never copied: its publisher says the lengths, gets a frame of zeros with the
//! references in it, and writes fields and items by [`FrameMut`]. Whether a message came of it is checked once, at the
//! end, as everybody who receives it would.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use crate::bytes::Bytes;
use crate::error::DecodeError;
use crate::field::Slot;
use crate::frame::{FrameHeader, MAX_PAYLOAD, payload_len};
use crate::layout::{PAYLOAD_ALIGN, align_up};
use crate::message::Message;
use crate::tail::write_reference;
use crate::update::{FieldOf, FrameMut};
use crate::wire::{TooLong, Wire};

/// What lies in the tail as one row of equal things, whose number is its length.
///
/// It is implemented where it can be: for `Vec` of what is inline, for [`Bytes`] and for `String`.
#[diagnostic::on_unimplemented(
    message = "the length of `{Self}` alone does not say where everything lies",
    note = "lengths are said of `Vec`s of what has a fixed size, of `Bytes` and of `String`"
)]
pub trait Row: Wire {
    /// What it is a row of.
    type Item: Wire;
}

impl<T: Wire> Row for Vec<T> {
    type Item = T;
}

impl Row for Bytes {
    type Item = u8;
}

impl Row for String {
    type Item = u8;
}

/// A row whose items can be written each by itself: all but text.
pub trait Items: Row {}

impl<T: Wire> Items for Vec<T> {}

impl Items for Bytes {}

/// The length of a field of a message `M`, made by [`FieldOf::of_len`].
pub struct LenOf<M> {
    slot: &'static Slot,
    index: usize,
    count: usize,
    size: usize,
    align: usize,
    /// Whether any bytes are items, also those that lay there before.
    is_any: bool,
    of: PhantomData<fn(M)>,
}

impl<M> Clone for LenOf<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for LenOf<M> {}

impl<M> fmt::Debug for LenOf<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LenOf({}, {})", self.slot.name(), self.count)
    }
}

impl<M, R: Row> FieldOf<M, R> {
    /// Says that the field will have so many items, or of text and [`Bytes`] so many bytes, in a frame that is filled
    /// where it lies.
    #[inline]
    pub const fn of_len(self, count: usize) -> LenOf<M> {
        const {
            assert!(
                R::Item::TYPE.is_fixed(),
                "what the items refer to lies in the tail too: such a list is encoded, not filled in place"
            );
        }
        let (slot, index) = self.parts();
        let (size, align) = (R::Item::SIZE, R::Item::ALIGN);
        // Text that was there before may be none where another begins.
        let is_any = R::Item::IS_ANY && !matches!(R::TYPE, crate::reflect::Type::String);
        LenOf { slot, index, count, size, align, is_any, of: PhantomData }
    }
}

/// The form of a frame of which all lengths are known.
///
/// ```
/// # extern crate mycelium_wire as mycelium;
/// use mycelium::{Message, Shape};
///
/// #[derive(mycelium_derive::Message)]
/// #[myc(package = "camera", id = 1)]
/// struct Image {
///     number: u64,
///     pixels: Vec<u16>,
/// }
///
/// let shape = Shape::new(&[ImageView::PIXELS.of_len(1000)])?;
/// let mut frame = vec![0; shape.frame_len()];
/// shape.write(&mut frame, 0);
/// let mut image = shape.message(&mut frame);
/// image.set(ImageView::NUMBER, 7)?;
/// image.items_mut(ImageView::PIXELS)?.fill(255);
/// assert_eq!(Image::from_frame(&frame)?.pixels[999], 255);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Shape<M> {
    /// The length of the only row, mostly: that takes no memory.
    only: Option<LenOf<M>>,
    /// Those of several, in the order of the fields, each once.
    several: Vec<LenOf<M>>,
    payload: usize,
}

impl<M> fmt::Debug for Shape<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Shape").field(&self.lens().collect::<Vec<_>>()).finish()
    }
}

impl<M> Shape<M> {
    fn lens(&self) -> impl Iterator<Item = &LenOf<M>> {
        self.only.iter().chain(&self.several)
    }

    /// Those that lie in the tail.
    fn rows(&self) -> impl Iterator<Item = &LenOf<M>> {
        self.lens().filter(|len| len.count > 0)
    }
}

/// In the order of the fields; of one that is named twice the last.
fn sort<M>(lens: &[LenOf<M>]) -> Vec<LenOf<M>> {
    let mut sorted: Vec<LenOf<M>> = Vec::with_capacity(lens.len());
    for len in lens {
        sorted.retain(|known| known.index != len.index);
        sorted.push(*len);
    }
    sorted.sort_by_key(|len| len.index);
    sorted
}

impl<M: Message> Shape<M> {
    /// The form of a frame with these lengths. What is not named is empty; of one that is named twice the last counts.
    ///
    /// # Errors
    ///
    /// [`TooLong`] where no frame holds it.
    pub fn new(lens: &[LenOf<M>]) -> Result<Self, TooLong> {
        let (only, several) = match lens {
            [only] => (Some(*only), Vec::new()),
            several => (None, sort(several)),
        };
        let mut shape = Shape { only, several, payload: 0 };
        let mut end = 0_u64;
        for len in shape.rows() {
            let start = end.next_multiple_of(len.align as u64);
            end = (len.count as u64).saturating_mul(len.size as u64).saturating_add(start);
            if end > MAX_PAYLOAD {
                return Err(TooLong { payload_bytes: end });
            }
        }
        let payload = payload_len(M::BLOCK, end as usize);
        if payload as u64 > MAX_PAYLOAD {
            return Err(TooLong { payload_bytes: payload as u64 });
        }
        shape.payload = payload;
        Ok(shape)
    }

    /// Bytes of the frame.
    pub fn frame_len(&self) -> usize {
        FrameHeader::SIZE + self.payload
    }

    /// Makes the frame: all fields are zero, and each row has its length and items of zeros.
    ///
    /// # Panics
    ///
    /// Where `frame` is not [`frame_len`](Shape::frame_len) bytes long.
    pub fn write(&self, frame: &mut [u8], channel: u16) {
        self.lay_out(frame, channel, false);
    }

    /// As [`write`](Shape::write), but leaves in the rows what lies there, where any bytes are items: for those who
    /// write all of them.
    ///
    /// # Panics
    ///
    /// As [`write`](Shape::write).
    pub fn write_around(&self, frame: &mut [u8], channel: u16) {
        self.lay_out(frame, channel, true);
    }

    fn lay_out(&self, frame: &mut [u8], channel: u16, keeps_items: bool) {
        assert!(frame.len() == self.frame_len(), "the frame is as long as its shape says");
        let header = FrameHeader {
            length: self.payload as u32,
            type_id: M::TYPE_ID,
            channel,
            block: M::BLOCK as u32,
            sequence: 0,
        };
        let (head, payload) = frame.split_at_mut(FrameHeader::SIZE);
        head.copy_from_slice(&header.to_bytes());
        let (block, tail) = payload.split_at_mut(align_up(M::BLOCK, PAYLOAD_ALIGN));
        block.fill(0);
        let mut end = 0;
        for len in self.rows() {
            let start = align_up(end, len.align);
            tail[end..start].fill(0);
            end = start + len.count * len.size;
            let reference = &mut block[len.slot.start()..len.slot.end()];
            write_reference(reference, start as u32, len.count as u32);
            if !(keeps_items && len.is_any) {
                tail[start..end].fill(0);
            }
        }
        tail[end..].fill(0);
    }

    /// The message in a frame that [`write`](Shape::write) has made, to be filled. Nothing is checked before
    /// [`check`](Shape::check) is asked, so fields can be set in any order.
    ///
    /// # Panics
    ///
    /// As [`write`](Shape::write).
    pub fn message<'a>(&self, frame: &'a mut [u8]) -> FrameMut<'a, M> {
        assert!(frame.len() == self.frame_len(), "the frame is as long as its shape says");
        FrameMut::of_payload(&mut frame[FrameHeader::SIZE..])
    }

    /// Whether the frame holds a message, which keeps its constraints.
    ///
    /// # Errors
    ///
    /// What is wrong with it, as whoever receives it would say.
    pub fn check(&self, frame: &[u8]) -> Result<(), DecodeError> {
        M::view(frame).map(drop)
    }
}

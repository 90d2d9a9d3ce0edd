//! Frames of any message, changed where they lie, field by field.
//!
//! What is inline is stored over what was there. What lies in the tail is written anew where it lies, as long
//! as it takes exactly as many bytes as before: nothing behind it moves, and the frame stays the one form
//! of its value. Plain messages need none of this: [`InPlace`](crate::InPlace).

use core::fmt;
use core::marker::PhantomData;

use crate::each;
use crate::error::{DecodeError, ErrorKind, Failed};
use crate::field::Slot;
use crate::frame;
use crate::layout;
use crate::message::{Message, not_a_frame_of, payload_of};
use crate::plain;
use crate::reflect::Type;
use crate::shape::{Items, Row};
use crate::tail::{Tail, TailReader, TailWriter, read_reference};
use crate::validate::ValidationError;
use crate::wire::Wire;

/// The field of a message `M` whose type is `T`: a constant of the message's view type, `TradeView::PRICE`.
pub struct FieldOf<M, T> {
    slot: &'static Slot,
    /// Fields in front of it.
    index: usize,
    of: PhantomData<fn(M) -> T>,
}

impl<M, T> Clone for FieldOf<M, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T> Copy for FieldOf<M, T> {}

impl<M, T> fmt::Debug for FieldOf<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FieldOf({})", self.slot.name())
    }
}

impl<M, T> FieldOf<M, T> {
    /// The field with the slot at this index, behind so many others.
    #[doc(hidden)]
    pub const fn new(slots: &'static [Slot], index: usize) -> Self {
        FieldOf { slot: &slots[index], index, of: PhantomData }
    }

    pub(crate) const fn parts(self) -> (&'static Slot, usize) {
        (self.slot, self.index)
    }
}

/// A frame of a message that may be changed: one that has been checked, of
/// [`Message::view_mut`](Message::view_mut), or one that is filled where it lies and checked at the end, of
/// [`Shape`](crate::Shape).
pub struct FrameMut<'a, M> {
    block: &'a mut [u8],
    tail: &'a mut [u8],
    /// Whether all of it was a message when this was made.
    is_checked: bool,
    of: PhantomData<fn() -> M>,
}

impl<M: Message> fmt::Debug for FrameMut<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FrameMut({})", M::NAME)
    }
}

impl<'a, M: Message> FrameMut<'a, M> {
    /// Checks exactly one frame.
    #[inline]
    pub(crate) fn new(bytes: &'a mut [u8]) -> Result<Self, DecodeError> {
        let origin = bytes.as_ptr() as usize;
        let Some((payload, block)) = payload_of::<M>(bytes) else {
            return Err(not_a_frame_of::<M>(bytes));
        };
        frame::check_payload::<M>(payload, block, origin)?;
        let start = bytes.len() - payload.len();
        let (block, tail) = frame::split_payload_mut(&mut bytes[start..], block);
        Ok(FrameMut { block, tail, is_checked: true, of: PhantomData })
    }

    /// The payload of a frame that this version of the type has laid out.
    pub(crate) fn of_payload(payload: &'a mut [u8]) -> Self {
        let (block, tail) = frame::split_payload_mut(payload, M::BLOCK as u32);
        FrameMut { block, tail, is_checked: false, of: PhantomData }
    }

    /// The message as it is now, read in place.
    #[inline]
    pub fn view(&self) -> M::View<'_> {
        M::view_block(self.block, Tail(self.tail))
    }

    /// Stores a field.
    ///
    /// # Errors
    ///
    /// The frame stays as it was where the value is not what the field admits, where it takes more or fewer
    /// bytes of the tail than the one before, and where the frame is an older writer's, who did not know
    /// the field.
    #[inline]
    pub fn set<T: Wire>(&mut self, field: FieldOf<M, T>, value: T) -> Result<(), UpdateError> {
        let FieldOf { slot, index, .. } = field;
        let (start, end) = (slot.start(), slot.end());
        if self.block.len() < end {
            return Err(UpdateError::Missing { field: slot.name(), message: M::NAME });
        }
        if let Err(error) = slot.validate(&value) {
            return Err(UpdateError::Invalid(ValidationError { message: M::NAME, ..error }));
        }
        if const { T::TYPE.is_fixed() } {
            value.encode(&mut self.block[start..end], &mut TailWriter::new(&mut []));
            return Ok(());
        }
        let (from, to) = self.items_of::<T>(slot, index)?;
        let expected = to - from;
        let found = value.tail_end(from) - from;
        if found != expected {
            return Err(UpdateError::Length {
                field: slot.name(),
                message: M::NAME,
                expected,
                found,
            });
        }
        let mut tail = TailWriter::between(self.tail, from, to);
        value.encode(&mut self.block[start..end], &mut tail);
        Ok(())
    }

    /// The items of a list, or the bytes of [`Bytes`](crate::Bytes), where they lie, to be changed. Constraints of items are
    /// not looked at before the frame is checked again.
    ///
    /// ```
    /// # extern crate mycelium_wire as mycelium;
    /// # use mycelium::Message;
    /// # #[derive(mycelium_derive::Message)]
    /// # #[myc(package = "weather", id = 1)]
    /// # struct Day {
    /// #     celsius: Vec<f64>,
    /// # }
    /// let mut frame = Day { celsius: vec![-12.5, -8.0] }.to_frame();
    /// Day::view_mut(&mut frame)?.items_mut(DayView::CELSIUS)?[1] = 3.0;
    /// assert_eq!(Day::from_frame(&frame)?.celsius, [-12.5, 3.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Where the frame is an older writer's, who did not know the field, where it does not begin at a multiple of 8, and
    /// where what lies there are no such items: zeros, say, of an enum that has no zero.
    #[inline]
    pub fn items_mut<R: Items>(
        &mut self,
        field: FieldOf<M, R>,
    ) -> Result<&mut [R::Item], UpdateError> {
        let FrameMut { block, tail, is_checked, of } = self;
        FrameMut { block, tail, is_checked: *is_checked, of: *of }.into_items(field)
    }

    /// As [`items_mut`](FrameMut::items_mut), for as long as the frame is lent.
    ///
    /// # Errors
    ///
    /// As there.
    #[inline]
    pub fn into_items<R: Items>(
        self,
        field: FieldOf<M, R>,
    ) -> Result<&'a mut [R::Item], UpdateError> {
        let plain = const { plain::items_in_frames::<R::Item>() };
        let slot = field.slot;
        if self.block.len() < slot.end() {
            return Err(UpdateError::Missing { field: slot.name(), message: M::NAME });
        }
        let row = self.row_of(slot, <R as Row>::Item::SIZE).map_err(UpdateError::NoItems)?;
        let origin = self.block.as_ptr() as usize;
        plain::borrow_items_mut(plain, &mut self.tail[row.0..row.1], origin)
            .map_err(UpdateError::NoItems)
    }

    /// Where the items of a row begin and end. It may be one that is not checked yet.
    fn row_of(&self, slot: &Slot, size: usize) -> Result<(usize, usize), DecodeError> {
        let reference = &self.block[slot.start()..slot.end()];
        let (offset, count) = read_reference(reference);
        let start = offset as usize;
        let end = (count as usize).checked_mul(size).and_then(|bytes| start.checked_add(bytes));
        match end {
            Some(end) if end <= self.tail.len() => Ok((start, end)),
            _ => {
                let bytes = u64::from(count) * size as u64;
                let kind =
                    ErrorKind::Reference { expected: start, offset, bytes, tail: self.tail.len() };
                Err(DecodeError::new(kind, slot.start()))
            }
        }
    }

    /// Where the field's items of the tail begin and end.
    fn items_of<T: Wire>(&self, slot: &Slot, index: usize) -> Result<(usize, usize), UpdateError> {
        if let Some(size) = const { row_size(T::TYPE) }
            && !self.is_checked
        {
            return self.row_of(slot, size).map_err(UpdateError::Changed);
        }
        let mut tail = TailReader::new(self.tail, self.block.as_ptr() as usize);
        let found = check_before::<M>(self.block, &mut tail, index).and_then(|()| {
            let from = tail.position();
            T::check(&self.block[slot.start()..slot.end()], &mut tail)?;
            Ok((from, tail.position()))
        });
        found.map_err(|failed| UpdateError::Changed(failed.into()))
    }
}

/// Checks the fields in front of one, so that the reader comes to where its items lie.
#[inline(never)]
fn check_before<M: Message>(
    block: &[u8],
    tail: &mut TailReader<'_>,
    index: usize,
) -> Result<(), Failed> {
    each::check::<M>(block, tail, index)
}

/// Bytes of an item of what lies in the tail as one row, with nothing behind it.
const fn row_size(ty: &Type<'_>) -> Option<usize> {
    match ty {
        Type::String | Type::Bytes => Some(1),
        Type::List(item) if item.is_fixed() => Some(layout::size(item)),
        _ => None,
    }
}

/// A field that cannot be stored where it lies; the frame is as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UpdateError {
    /// The value is not what the field admits.
    Invalid(ValidationError),
    /// The value takes another number of bytes of the tail: make the frame anew.
    Length {
        /// The field.
        field: &'static str,
        /// Its message with the package.
        message: &'static str,
        /// Bytes that the value before takes.
        expected: usize,
        /// Bytes that the value would take.
        found: usize,
    },
    /// The frame was written by somebody who does not know the field: decode it, and make it anew.
    Missing {
        /// The field.
        field: &'static str,
        /// Its message with the package.
        message: &'static str,
    },
    /// The bytes are no longer those that were checked: somebody else writes to them.
    Changed(DecodeError),
    /// What lies there is no row of items that can be written: zeros of an enum that has no zero, say, or a frame that is
    /// not aligned. Store the field as a whole.
    NoItems(DecodeError),
}

impl fmt::Display for UpdateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UpdateError::Invalid(error) => error.fmt(f),
            UpdateError::Length { field, message, expected, found } => write!(
                f,
                "{message}.{field}: a value of {found} bytes in place of {expected}; \
                 only one of the same length is stored in place, make the frame anew"
            ),
            UpdateError::Missing { field, message } => write!(
                f,
                "{message}.{field}: the frame is older than the field; decode it, and make it anew"
            ),
            UpdateError::Changed(error) => write!(f, "the frame was changed by others: {error}"),
            UpdateError::NoItems(error) => write!(
                f,
                "what lies there is no row of such items: {error}; store the field as a whole"
            ),
        }
    }
}

impl core::error::Error for UpdateError {}

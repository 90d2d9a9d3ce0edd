//! Frames of any message, changed where they lie, field by field.
//!
//! What is inline is stored over what was there. What lies in the tail is written anew where it lies, as long
//! as it takes exactly as many bytes as before: nothing behind it moves, and the frame stays the one form
//! of its value. Plain messages need none of this: [`InPlace`](crate::InPlace).

use core::fmt;
use core::marker::PhantomData;

use crate::error::DecodeError;
use crate::field::Slot;
use crate::frame;
use crate::message::{Message, not_a_frame_of, payload_of};
use crate::tail::{Tail, TailReader, TailWriter};
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
    /// The field with this slot, behind so many others.
    #[doc(hidden)]
    pub const fn new(slot: &'static Slot, index: usize) -> Self {
        FieldOf { slot, index, of: PhantomData }
    }
}

/// A frame of a message that has been checked and may be changed, made by
/// [`Message::view_mut`](Message::view_mut).
pub struct FrameMut<'a, M> {
    block: &'a mut [u8],
    tail: &'a mut [u8],
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
        Ok(FrameMut { block, tail, of: PhantomData })
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

    /// Where the field's items of the tail begin and end.
    fn items_of<T: Wire>(&self, slot: &Slot, index: usize) -> Result<(usize, usize), UpdateError> {
        let mut tail = TailReader::new(self.tail, self.block.as_ptr() as usize);
        let found = M::check_before(self.block, &mut tail, index).and_then(|()| {
            let from = tail.position();
            T::check(&self.block[slot.start()..slot.end()], &mut tail)?;
            Ok((from, tail.position()))
        });
        found.map_err(|failed| UpdateError::Changed(tail.fault(failed)))
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
        }
    }
}

impl core::error::Error for UpdateError {}

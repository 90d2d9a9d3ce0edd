//! One field of a block: what the derives' encode, decode and view come down to.
//!
//! A field's place is a [`Slot`], made at compile time, so that in optimised code each of these
//! functions is a load or store at a constant offset.

use crate::error::{DecodeError, ErrorKind};
use crate::layout::{align, align_up, size};
use crate::reflect::{Field, Literal, Type};
use crate::tail::{Tail, TailReader, TailWriter};
use crate::wire::Wire;

/// Where a field lies in its block, and what it is called.
#[derive(Debug, Clone, Copy)]
pub struct Slot {
    /// Where the field before it ends: from here to `start` lies padding.
    padding: usize,
    /// Offset of the first byte.
    start: usize,
    /// Offset behind the last byte.
    end: usize,
    /// The type with its package, for errors.
    owner: &'static str,
    /// The field, for errors.
    name: &'static str,
    /// What stands in for the field where the sender did not know it.
    default: Option<Literal<'static>>,
}

/// The slots of all fields of the type called `owner`.
///
/// # Panics
///
/// Where `fields` are not `N`.
pub const fn slots<const N: usize>(owner: &'static str, fields: &[Field<'static>]) -> [Slot; N] {
    assert!(fields.len() == N, "a slot for each field");
    let mut slots = [Slot { padding: 0, start: 0, end: 0, owner, name: "", default: None }; N];
    let mut padding = 0;
    let mut i = 0;
    while i < N {
        let field = fields[i];
        let start = align_up(padding, align(field.ty));
        let end = start + size(field.ty);
        slots[i] = Slot { padding, start, end, owner, name: field.name, default: field.default };
        padding = end;
        i += 1;
    }
    slots
}

/// Writes the padding behind the last field.
#[inline]
pub fn encode_padding<const N: usize>(block: &mut [u8], slots: &[Slot; N]) {
    if let Some(last) = slots.last() {
        block[last.end..].fill(0);
    }
}

/// All that an expansion does with a field, as functions of the field's type. They stand in a trait of
/// their own, which is not a subtrait of [`Wire`], so that a type that cannot be a field is reported
/// once, by one missing impl, and not again by each function.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no byte form",
    label = "cannot be a field, item or arm",
    note = "derive `Message`, `Struct`, `Enum`, `Flags` or `Union` on it, or use a type of `mycelium`"
)]
pub trait FieldType: Sized {
    /// The type, as the schema says it.
    const FIELD_TYPE: &'static Type<'static>;

    /// [`Wire::View`].
    type FieldView<'a>;

    /// Where the tail ends behind the field's items.
    fn field_tail_end(&self, end: usize) -> usize;

    /// Writes a field and the padding before it.
    fn encode_field(&self, block: &mut [u8], slot: &Slot, tail: &mut TailWriter<'_>);

    /// Reads a field of a block that reaches it.
    fn decode_field(
        block: &[u8],
        slot: &Slot,
        tail: &mut TailReader<'_>,
    ) -> Result<Self, DecodeError>;

    /// Reads a field of a block of any length: where the block ends before the field does, its
    /// default, else nothing where it is optional.
    ///
    /// # Errors
    ///
    /// Also [`ErrorKind::Missing`] where it is neither.
    fn decode_field_of_older(
        block: &[u8],
        slot: &Slot,
        tail: &mut TailReader<'_>,
    ) -> Result<Self, DecodeError>;

    /// Does all that [`decode_field`](FieldType::decode_field) does but make the value.
    fn check_field(block: &[u8], slot: &Slot, tail: &mut TailReader<'_>)
    -> Result<(), DecodeError>;

    /// Reads a field in place; where the block does not reach it, its default or nothing.
    fn view_field<'a>(block: &'a [u8], slot: &'static Slot, tail: Tail<'a>) -> Self::FieldView<'a>;
}

impl<T: Wire> FieldType for T {
    const FIELD_TYPE: &'static Type<'static> = T::TYPE;

    type FieldView<'a> = T::View<'a>;

    #[inline]
    fn field_tail_end(&self, end: usize) -> usize {
        self.tail_end(end)
    }

    #[inline]
    fn encode_field(&self, block: &mut [u8], slot: &Slot, tail: &mut TailWriter<'_>) {
        block[slot.padding..slot.start].fill(0);
        self.encode(&mut block[slot.start..slot.end], tail);
    }

    #[inline]
    fn decode_field(
        block: &[u8],
        slot: &Slot,
        tail: &mut TailReader<'_>,
    ) -> Result<T, DecodeError> {
        T::decode(&block[slot.start..slot.end], tail)
            .map_err(|error| error.within(slot.owner, slot.name))
    }

    fn decode_field_of_older(
        block: &[u8],
        slot: &Slot,
        tail: &mut TailReader<'_>,
    ) -> Result<T, DecodeError> {
        if block.len() >= slot.end {
            return T::decode_field(block, slot, tail);
        }
        let absent = match &slot.default {
            Some(default) => T::from_literal(default),
            None => T::absent(),
        };
        absent.ok_or_else(|| {
            let kind = ErrorKind::Missing { needed: slot.end, found: block.len() };
            tail.error(block, kind).within(slot.owner, slot.name)
        })
    }

    #[inline]
    fn check_field(
        block: &[u8],
        slot: &Slot,
        tail: &mut TailReader<'_>,
    ) -> Result<(), DecodeError> {
        T::check(&block[slot.start..slot.end], tail)
            .map_err(|error| error.within(slot.owner, slot.name))
    }

    #[inline]
    fn view_field<'a>(block: &'a [u8], slot: &'static Slot, tail: Tail<'a>) -> T::View<'a> {
        match block.get(slot.start..slot.end) {
            Some(inline) => T::view_inline(inline, tail),
            None => view_absent::<T>(slot, tail),
        }
    }
}

#[cold]
fn view_absent<'a, T: Wire>(slot: &'static Slot, tail: Tail<'a>) -> T::View<'a> {
    let default = slot.default.as_ref().and_then(T::view_literal);
    default.unwrap_or_else(|| T::view_inline(&[], tail))
}

//! One field of a block: what the derives' encode, decode and view come down to.
//!
//! A field's place is a [`Slot`], made at compile time, so that in optimised code each of these
//! functions is a load or store at a constant offset.

use crate::default::Default;
use crate::each::{Check, Each};
use crate::error::{ErrorKind, Failed, Fault, Place};
use crate::layout::{align, align_up, size};
use crate::limits::Limits;
use crate::outline::{self, Outline};
use crate::plain::Extent;
use crate::reflect::{Constraint, Field, Type};
use crate::tail::{Tail, TailReader, TailWriter};
use crate::validate::ValidationError;
use crate::wire::{Decode, Wire};

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
    default: Option<&'static Default>,
    /// What the inline form is held to.
    limits: Limits,
    /// The same as the schema says it, for errors.
    constraint: Option<&'static Constraint<'static>>,
}

/// What a view of a message or struct is made of.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    /// The block.
    pub block: &'a [u8],
    /// The tail.
    pub tail: Tail<'a>,
}

/// The block of a value that is made.
///
/// One that ends before its last field comes from an older writer: which is rare, so there each field is a call, of a
/// function that all types share, where otherwise all of it is inlined.
#[derive(Debug, Clone, Copy)]
pub struct Block<'a> {
    bytes: &'a [u8],
    is_older: bool,
}

impl<'a> Block<'a> {
    /// One with all fields.
    #[inline(always)]
    pub(crate) fn whole(bytes: &'a [u8]) -> Self {
        Block { bytes, is_older: false }
    }

    /// Its bytes.
    pub(crate) fn bytes(self) -> &'a [u8] {
        self.bytes
    }

    /// One that may end before its last field.
    #[inline(always)]
    pub(crate) fn older(bytes: &'a [u8]) -> Self {
        Block { bytes, is_older: true }
    }
}

/// The slots of all fields of a derived type.
///
/// # Panics
///
/// Where the fields are not `N`.
pub const fn slots_of<const N: usize>(
    outline: Option<Outline<'static>>,
    defaults: [Option<&'static Default>; N],
) -> [Slot; N] {
    slots(outline::full_name(outline), outline::fields(outline), defaults)
}

/// The slots of these fields of the type called `owner`.
pub(crate) const fn slots<const N: usize>(
    owner: &'static str,
    fields: &'static [Field<'static>],
    defaults: [Option<&'static Default>; N],
) -> [Slot; N] {
    assert!(fields.len() == N, "a slot for each field");
    let mut slots = [Slot::empty(owner); N];
    let mut padding = 0;
    let mut i = 0;
    while i < N {
        let Field { name, ty, constraint, .. } = &fields[i];
        let start = align_up(padding, align(ty));
        let end = start + size(ty);
        // Most of it stays as it is: each word that is stored has its price in const evaluation.
        let slot = &mut slots[i];
        slot.padding = padding;
        slot.start = start;
        slot.end = end;
        slot.name = name;
        slot.default = defaults[i];
        if constraint.is_some() {
            slot.limits = Limits::of(ty, constraint);
            slot.constraint = constraint.as_ref();
        }
        padding = end;
        i += 1;
    }
    slots
}

impl Slot {
    const fn empty(owner: &'static str) -> Slot {
        let (default, constraint, limits) = (None, None, Limits::NONE);
        Slot { padding: 0, start: 0, end: 0, owner, name: "", default, limits, constraint }
    }

    /// Offset of the first byte.
    #[inline]
    pub(crate) const fn start(&self) -> usize {
        self.start
    }

    /// Offset behind the last byte.
    #[inline]
    pub(crate) const fn end(&self) -> usize {
        self.end
    }

    /// The field, for errors.
    pub(crate) const fn name(&self) -> &'static str {
        self.name
    }

    /// Holds a value, and what it holds, to its constraints.
    #[inline]
    pub(crate) fn validate<T: Wire>(&self, value: &T) -> Result<(), ValidationError> {
        if let Some(constraint) = self.constraint {
            value.keeps(self.limits.bound()).map_err(|kind| {
                ValidationError::new(kind, Some(*constraint)).in_field(self.name)
            })?;
        }
        if !T::IS_CONSTRAINED {
            return Ok(());
        }
        value.validate_parts().map_err(|error| error.in_field(self.name))
    }

    /// Holds the field's inline form to its constraint, where the block reaches it: a default keeps it.
    #[inline]
    fn hold(&self, block: &[u8], tail: &TailReader<'_>) -> Result<(), Failed> {
        let Some(inline) = block.get(self.start..self.end) else { return Ok(()) };
        self.limits.check(inline).map_err(|kind| self.refuse(inline, kind, tail))
    }

    #[cold]
    fn refuse(&self, inline: &[u8], kind: ErrorKind, tail: &TailReader<'_>) -> Failed {
        let place = Place { ty: self.owner, member: self.name, constraint: self.constraint };
        Fault { place: Some(place), ..tail.fault_at(inline, kind) }.into()
    }

    /// The value that the field has where the sender did not know it.
    #[cold]
    fn absent<'de, T: Decode<'de>>(
        &self,
        block: &[u8],
        tail: &TailReader<'_>,
    ) -> Result<T, Failed> {
        let Some(default) = self.default else {
            return T::absent().ok_or_else(|| self.missing(block, tail));
        };
        // Refused only by a type that has fewer values than the schema's.
        let mut reader = TailReader::new(default.tail, 0);
        T::decode(default.inline, &mut reader)
            .map_err(|failed| self.refuse(block, failed.kind(), tail))
    }

    /// Whether the field has a value where the sender did not know it.
    #[cold]
    fn check_absent<T: Wire>(&self, block: &[u8], tail: &TailReader<'_>) -> Result<(), Failed> {
        let Some(default) = self.default else {
            return T::absent().map(drop).ok_or_else(|| self.missing(block, tail));
        };
        let mut reader = TailReader::new(default.tail, 0);
        T::check(default.inline, &mut reader)
            .map_err(|failed| self.refuse(block, failed.kind(), tail))
    }

    fn missing(&self, block: &[u8], tail: &TailReader<'_>) -> Failed {
        let kind = ErrorKind::Missing { needed: self.end, found: block.len() };
        tail.error(block, kind).within(self.owner, self.name)
    }
}

/// Checks fields that are [numbers](crate::rules::number), side by side: those of an older writer's block are there or
/// have a default.
#[inline(always)]
pub(crate) fn check_numbers(
    block: &[u8],
    slots: &[Slot],
    (first, last): (usize, usize),
    tail: &TailReader<'_>,
) -> Result<(), Failed> {
    if block.len() >= slots[last].end {
        return Ok(());
    }
    check_absent_numbers(block, &slots[first..=last], tail)
}

#[cold]
fn check_absent_numbers(block: &[u8], slots: &[Slot], tail: &TailReader<'_>) -> Result<(), Failed> {
    let absent = |slot: &&Slot| block.len() < slot.end && slot.default.is_none();
    slots.iter().find(absent).map_or(Ok(()), |slot| Err(slot.missing(block, tail)))
}

/// [`FieldType::decode_field`] of a block that may end before the field.
#[cold]
#[inline(never)]
fn decode_older_field<'de, T: Decode<'de>>(
    block: &'de [u8],
    slots: &[Slot],
    index: usize,
    tail: &mut TailReader<'de>,
) -> Result<T, Failed> {
    T::decode_field(Block::whole(block), slots, index, tail)
}

/// [`FieldType::check_field`] of a block that may end before the field.
#[cold]
#[inline(never)]
pub(crate) fn check_older_field<T: FieldType>(
    block: &[u8],
    slots: &[Slot],
    index: usize,
    tail: &mut TailReader<'_>,
) -> Result<(), Failed> {
    T::check_field(block, slots, index, tail)
}

/// All that an expansion does with a field, as functions of the field's type. They stand in a trait of
/// their own, which is not a subtrait of [`Wire`], so that a type that cannot be a field is reported
/// once, by one missing impl, and not again by each function.
///
/// A field is told by its index among the slots: to find its slot here and not in each expansion spares the
/// compiler as much as the rest of the call. Where the block is known to reach it, what follows if it does not is gone
/// from optimised code.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no byte form",
    label = "cannot be a field, item or arm",
    note = "derive `Message`, `Struct`, `Enum`, `Flags` or `Union` on it, or use a type of `mycelium`"
)]
pub trait FieldType: Sized {
    /// The type itself, which a type that cannot be a field has not.
    type This;

    /// The type, as the schema says it.
    const FIELD_TYPE: &'static Type<'static>;

    /// [`Wire::IS_ANY`].
    const IS_ANY_FIELD: bool;

    /// What the proof says of a value's bytes, where it is [plain](Wire::PLAIN).
    const EXTENT: Option<Extent>;

    /// [`Wire::View`].
    type FieldView<'a>;

    /// Where the tail ends behind the field's items.
    fn field_tail_end(&self, end: usize) -> usize;

    /// Writes a field and the padding before it.
    fn encode_field(
        &self,
        block: &mut [u8],
        slots: &[Slot],
        index: usize,
        tail: &mut TailWriter<'_>,
    );

    /// Reads a field; where the block ends before the field does, its default, else nothing where it is
    /// optional.
    ///
    /// # Errors
    ///
    /// Also [`ErrorKind::Missing`] where it is neither.
    fn decode_field<'de>(
        block: Block<'de>,
        slots: &[Slot],
        index: usize,
        tail: &mut TailReader<'de>,
    ) -> Result<Self, Failed>
    where
        Self: Decode<'de>;

    /// Reads a field that has a constraint, and holds it to that.
    #[inline]
    fn decode_held_field<'de>(
        block: Block<'de>,
        slots: &[Slot],
        index: usize,
        tail: &mut TailReader<'de>,
    ) -> Result<Self, Failed>
    where
        Self: Decode<'de>,
    {
        let value = Self::decode_field(block, slots, index, tail)?;
        slots[index].hold(block.bytes, tail)?;
        Ok(value)
    }

    /// Does with the field what is done with each.
    #[inline(always)]
    fn each(&self, each: &mut Each<'_, '_>, slots: &[Slot], index: usize) {
        each.field(self, slots, index);
    }

    /// Checks the field as the next one. Gives whether to stop.
    #[inline(always)]
    fn check_next(check: &mut Check<'_, '_, '_>, slots: &[Slot], index: usize) -> bool {
        check.field::<Self>(slots, index)
    }

    /// The same of a field that has a constraint, which it is held to.
    #[inline(always)]
    fn check_next_held(check: &mut Check<'_, '_, '_>, slots: &[Slot], index: usize) -> bool {
        check.held_field::<Self>(slots, index)
    }

    /// Does all that [`decode_field`](FieldType::decode_field) does but make the value.
    fn check_field(
        block: &[u8],
        slots: &[Slot],
        index: usize,
        tail: &mut TailReader<'_>,
    ) -> Result<(), Failed>;

    /// Checks a field that has a constraint, and holds it to that.
    #[inline]
    fn check_held_field(
        block: &[u8],
        slots: &[Slot],
        index: usize,
        tail: &mut TailReader<'_>,
    ) -> Result<(), Failed> {
        Self::check_field(block, slots, index, tail)?;
        slots[index].hold(block, tail)
    }

    /// Whether there are values that do not keep the field's constraints, or those of what it holds.
    fn may_be_invalid(slots: &[Slot], index: usize) -> bool;

    /// Holds a field's value, and what it holds, to its constraints.
    ///
    /// # Errors
    ///
    /// The first that is not kept.
    fn validate_field(&self, slots: &[Slot], index: usize) -> Result<(), ValidationError>;

    /// Reads a field in place; where the block does not reach it, its default or nothing.
    fn view_field<'a>(
        parts: Parts<'a>,
        slots: &'static [Slot],
        index: usize,
    ) -> Self::FieldView<'a>;
}

impl<T: Wire> FieldType for T {
    type This = T;

    const FIELD_TYPE: &'static Type<'static> = T::TYPE;
    const IS_ANY_FIELD: bool = T::IS_ANY;
    const EXTENT: Option<Extent> = match T::PLAIN {
        Some(plain) => Some(plain.extent()),
        None => None,
    };

    type FieldView<'a> = T::View<'a>;

    #[inline]
    fn field_tail_end(&self, end: usize) -> usize {
        self.tail_end(end)
    }

    #[inline(always)]
    fn encode_field(
        &self,
        block: &mut [u8],
        slots: &[Slot],
        index: usize,
        tail: &mut TailWriter<'_>,
    ) {
        let slot = &slots[index];
        block[slot.padding..slot.start].fill(0);
        self.encode(&mut block[slot.start..slot.end], tail);
    }

    #[inline(always)]
    fn decode_field<'de>(
        block: Block<'de>,
        slots: &[Slot],
        index: usize,
        tail: &mut TailReader<'de>,
    ) -> Result<T, Failed>
    where
        T: Decode<'de>,
    {
        if block.is_older {
            return decode_older_field(block.bytes, slots, index, tail);
        }
        let slot = &slots[index];
        match block.bytes.get(slot.start..slot.end) {
            Some(inline) => {
                T::decode(inline, tail).map_err(|failed| failed.within(slot.owner, slot.name))
            }
            None => slot.absent(block.bytes, tail),
        }
    }

    #[inline(always)]
    fn check_field(
        block: &[u8],
        slots: &[Slot],
        index: usize,
        tail: &mut TailReader<'_>,
    ) -> Result<(), Failed> {
        let slot = &slots[index];
        match block.get(slot.start..slot.end) {
            Some(inline) => {
                T::check(inline, tail).map_err(|failed| failed.within(slot.owner, slot.name))
            }
            None => slot.check_absent::<T>(block, tail),
        }
    }

    #[inline(always)]
    fn may_be_invalid(slots: &[Slot], index: usize) -> bool {
        T::IS_CONSTRAINED || slots[index].constraint.is_some()
    }

    #[inline]
    fn validate_field(&self, slots: &[Slot], index: usize) -> Result<(), ValidationError> {
        slots[index].validate(self)
    }

    #[inline(always)]
    fn view_field<'a>(parts: Parts<'a>, slots: &'static [Slot], index: usize) -> T::View<'a> {
        let (slot, Parts { block, tail }) = (&slots[index], parts);
        match block.get(slot.start..slot.end) {
            Some(inline) => T::view_inline(inline, tail),
            None => view_absent::<T>(slot, tail),
        }
    }
}

#[cold]
fn view_absent<'a, T: Wire>(slot: &'static Slot, tail: Tail<'a>) -> T::View<'a> {
    match slot.default {
        Some(default) => T::view_inline(default.inline, Tail(default.tail)),
        None => T::view_inline(&[], tail),
    }
}

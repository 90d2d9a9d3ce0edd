//! What is done with each field of a value in turn: to see where the tail ends, to write it, to hold it to its
//! constraints, to check its bytes.
//!
//! A derive shows the fields in one function instead of one for each of these, and each by one call of a function of
//! a type that is no parameter: both spare the compiler half of its time. All of it is inlined, and what is done is
//! known where it begins, so in optimised code each of these is what it would be if it were written out.

use crate::error::Failed;
use crate::field::{self, FieldType, Slot};
use crate::outline;
use crate::tail::{TailReader, TailWriter};
use crate::validate::ValidationError;
use crate::wire::{Wire, short_block};

/// What is done with each field of a value.
pub struct Each<'b, 'a>(Act<'b, 'a>);

enum Act<'b, 'a> {
    /// To see where the tail ends, behind the fields so far.
    End(usize),
    Encode(&'b mut [u8], &'b mut TailWriter<'a>),
    /// To hold it to its constraints, until one is not kept.
    Validate(Result<(), ValidationError>),
}

impl Each<'_, '_> {
    /// Does it with the field whose slot has this index.
    #[inline(always)]
    pub(crate) fn field<T: FieldType>(&mut self, value: &T, slots: &[Slot], index: usize) {
        match &mut self.0 {
            Act::End(end) => *end = value.field_tail_end(*end),
            Act::Encode(block, tail) => value.encode_field(block, slots, index, tail),
            Act::Validate(kept) => {
                if T::may_be_invalid(slots, index) {
                    validate_next(kept, value, slots, index);
                }
            }
        }
    }
}

/// Not inlined: so whoever does something else with the fields has no more to throw away than a call.
#[inline(never)]
fn validate_next<T: FieldType>(
    kept: &mut Result<(), ValidationError>,
    value: &T,
    slots: &[Slot],
    index: usize,
) {
    if kept.is_ok() {
        *kept = value.validate_field(slots, index);
    }
}

/// Where the tail ends behind the fields' items.
#[inline(always)]
pub(crate) fn tail_end<T: Wire>(value: &T, end: usize) -> usize {
    let mut each = Each(Act::End(end));
    value.each_field(&mut each);
    match each.0 {
        Act::End(end) => end,
        _ => unreachable!("what is done with fields stays the same"),
    }
}

/// Writes a block: the fields, and the padding between and behind them.
#[inline(always)]
pub(crate) fn encode<T: Wire>(value: &T, block: &mut [u8], tail: &mut TailWriter<'_>) {
    value.each_field(&mut Each(Act::Encode(&mut *block, tail)));
    if let Some(padding) = block.get_mut(const { outline::fields_end::<T>() }..) {
        padding.fill(0);
    }
}

/// Holds the fields to their constraints.
#[inline]
pub(crate) fn validate<T: Wire>(value: &T) -> Result<(), ValidationError> {
    let mut each = Each(Act::Validate(Ok(())));
    value.each_field(&mut each);
    match each.0 {
        Act::Validate(kept) => kept,
        _ => unreachable!("what is done with fields stays the same"),
    }
}

/// The bytes of fields that are checked one after the other.
pub struct Check<'t, 'b, 'a> {
    block: &'b [u8],
    tail: &'t mut TailReader<'a>,
    /// The field to stop at.
    until: usize,
    /// Whether the block may end before its last field: which is rare, so there each field is a call.
    is_older: bool,
    failed: Option<Failed>,
}

impl Check<'_, '_, '_> {
    /// Checks the field whose slot has this index. Gives whether to stop: there, or as it is none.
    #[inline(always)]
    pub(crate) fn field<T: FieldType>(&mut self, slots: &[Slot], index: usize) -> bool {
        if self.until == index {
            return true;
        }
        let checked = match self.is_older {
            true => field::check_older_field::<T>(self.block, slots, index, self.tail),
            false => T::check_field(self.block, slots, index, self.tail),
        };
        self.is_none(checked)
    }

    /// The same of a field that has a constraint, which it is held to.
    #[inline(always)]
    pub(crate) fn held_field<T: FieldType>(&mut self, slots: &[Slot], index: usize) -> bool {
        if self.until == index {
            return true;
        }
        let checked = T::check_held_field(self.block, slots, index, self.tail);
        self.is_none(checked)
    }

    /// The same of numbers that stand side by side. They have nothing in the tail, so nobody stops at one.
    #[inline(always)]
    pub fn numbers(&mut self, slots: &[Slot], first: usize, last: usize) -> bool {
        self.is_none(field::check_numbers(self.block, slots, (first, last), self.tail))
    }

    #[inline(always)]
    fn is_none(&mut self, checked: Result<(), Failed>) -> bool {
        match checked {
            Ok(()) => false,
            Err(failed) => {
                self.failed = Some(failed);
                true
            }
        }
    }

    /// Refuses what has no fields.
    #[cold]
    pub(crate) fn refuse<T: Wire>(&mut self) {
        self.failed = Some(short_block::<T>(self.block, self.tail));
    }
}

/// Checks the fields before the one with this index.
#[inline(always)]
pub(crate) fn check<T: Wire>(
    block: &[u8],
    tail: &mut TailReader<'_>,
    until: usize,
) -> Result<(), Failed> {
    check_fields::<T>(Check { block, tail, until, is_older: false, failed: None })
}

/// Checks all fields of a block that may end before the last.
pub(crate) fn check_older<T: Wire>(block: &[u8], tail: &mut TailReader<'_>) -> Result<(), Failed> {
    check_fields::<T>(Check { block, tail, until: usize::MAX, is_older: true, failed: None })
}

#[inline(always)]
fn check_fields<T: Wire>(mut check: Check<'_, '_, '_>) -> Result<(), Failed> {
    T::check_fields(&mut check);
    match check.failed {
        None => Ok(()),
        Some(failed) => Err(failed),
    }
}

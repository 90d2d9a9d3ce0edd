//! Fields that are stored in simple ways: most fields are, and of most messages all.

use crate::given;
use crate::object::{Instance, Object, Outcome, Raised};
use crate::plan::{Count, Field, Kind};
use crate::scalar::{Number, put};

/// How the value of a slot gets to its place in the block.
pub(crate) struct Step {
    pub(crate) offset: usize,
    pub(crate) store: Store,
}

/// The simple ways, of values that are held to nothing; those that most fields have stand by themselves.
pub(crate) enum Store {
    I64,
    U64,
    F64,
    Number(Number),
    Text {
        bound: usize,
        count: Count,
    },
    /// As the field says.
    Field,
}

impl Step {
    /// How a field is written.
    pub(crate) fn of(field: &Field) -> Step {
        let store = match (&field.form.kind, &field.constraint) {
            (Kind::Number(Number::I64), None) => Store::I64,
            (Kind::Number(Number::U64), None) => Store::U64,
            (Kind::Number(Number::F64), None) => Store::F64,
            (Kind::Number(number), None) => Store::Number(*number),
            (Kind::BoundedText { bound, count, .. }, None) => {
                Store::Text { bound: *bound, count: *count }
            }
            _ => Store::Field,
        };
        Step { offset: field.offset, store }
    }

    /// The number that the field holds, of which any bytes are one.
    #[inline(always)]
    pub(crate) fn number(&self) -> Option<Number> {
        match self.store {
            Store::I64 => Some(Number::I64),
            Store::U64 => Some(Number::U64),
            Store::F64 => Some(Number::F64),
            Store::Number(number) => Some(number),
            Store::Text { .. } | Store::Field => None,
        }
    }

    /// Writes a value to its block; an error, which may not be set, for one that does not fit, or that is the field's
    /// affair.
    #[inline(always)]
    pub(crate) fn write(&self, value: &Object<'_>, block: &mut [u8]) -> Outcome<()> {
        let at = self.offset;
        match self.store {
            Store::I64 => put(block, at, given::signed_of(value)?.to_le_bytes()),
            Store::U64 => put(block, at, given::unsigned_of(value)?.to_le_bytes()),
            Store::F64 => put(block, at, given::float_of(value)?.to_le_bytes()),
            Store::Number(number) => number.write(value, block, at),
            Store::Text { bound, count } => {
                write_bounded(given::utf8_of(value)?, bound, count, block, at)
            }
            Store::Field => Err(Raised),
        }
    }
}

/// Writes a record all of whose fields are stored in simple ways.
// Compiled once, with all that it does for a field in its loop.
#[inline(never)]
pub(crate) fn write(steps: &[Step], instance: &Instance<'_, '_>, block: &mut [u8]) -> Outcome<()> {
    instance.zip(steps, |_, step, value| step.write(value, block))
}

/// Writes a count and as many bytes.
#[inline(always)]
pub(crate) fn write_bounded(
    data: &[u8],
    bound: usize,
    count: Count,
    buf: &mut [u8],
    at: usize,
) -> Outcome<()> {
    if data.len() > bound {
        return Err(Raised);
    }
    count.write(data.len(), buf, at)?;
    let start = at + count.size();
    copy_short(buf.get_mut(start..start + data.len()).ok_or(Raised)?, data);
    Ok(())
}

/// Copies what most often has few bytes, to as many: a function for that, as for many, takes longer to call.
#[inline(always)]
fn copy_short(into: &mut [u8], data: &[u8]) {
    match data.len() {
        // The first and the last eight, which may have some in common.
        8..=16 => copy_ends::<8>(into, data),
        4..=7 => copy_ends::<4>(into, data),
        0..=3 => into.iter_mut().zip(data).for_each(|(to, from)| *to = *from),
        _ => into.copy_from_slice(data),
    }
}

#[inline(always)]
fn copy_ends<const N: usize>(into: &mut [u8], data: &[u8]) {
    if let (Some(to), Some(from)) = (into.first_chunk_mut::<N>(), data.first_chunk()) {
        *to = *from;
    }
    if let (Some(to), Some(from)) = (into.last_chunk_mut::<N>(), data.last_chunk()) {
        *to = *from;
    }
}

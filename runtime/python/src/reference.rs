//! A payload while it is read: where its tail lies, and where the next item of it must lie.
//!
//! What lies in a tail must lie exactly where the item before ends: so nothing overlaps, and what is
//! allocated is bounded by what came in.

use pyo3::prelude::*;

use crate::object::{Name, Outcome};
use crate::plan::{PAYLOAD_ALIGN, PREFIX_SIZE, align_up};
use crate::refuse;
use crate::scalar::u32_at;

/// Reads one payload; places count from the start of `buf`, and so do those in errors.
pub(crate) struct Reader<'a, 'py> {
    pub(crate) py: Python<'py>,
    pub(crate) buf: &'a [u8],
    /// What errors call the field that is being read.
    pub(crate) place: &'a Name,
    tail: usize,
    limit: usize,
    position: usize,
    /// The first item may lie anywhere: a single field of a payload that was checked before is read.
    is_free: bool,
}

/// An embedded payload.
#[derive(Clone, Copy)]
pub(crate) struct Payload {
    pub(crate) at: usize,
    pub(crate) end: usize,
    pub(crate) block: usize,
}

impl<'a, 'py> Reader<'a, 'py> {
    /// A reader of a payload; its block and its end lie within `buf`, its length is a multiple of 8.
    #[inline(always)]
    pub(crate) fn new(py: Python<'py>, buf: &'a [u8], payload: Payload, place: &'a Name) -> Self {
        let tail = payload.at + align_up(payload.block, PAYLOAD_ALIGN);
        Self { py, buf, place, tail, limit: payload.end - tail, position: 0, is_free: false }
    }

    /// Lets the first item of the tail lie anywhere in it.
    pub(crate) fn free(mut self) -> Self {
        self.is_free = true;
        self
    }

    /// A reader of a payload within this one.
    pub(crate) fn within(&self, payload: Payload, place: &'a Name) -> Self {
        Self::new(self.py, self.buf, payload, place)
    }

    /// The bytes of a run in the tail that [`Self::next`] has checked.
    #[inline(always)]
    pub(crate) fn run(&self, start: usize, count: usize) -> &'a [u8] {
        &self.buf[start..start + count]
    }

    /// Checks a reference at `at` to `count` items at `offset`, and passes them; gives where they start.
    #[inline(always)]
    pub(crate) fn next(
        &mut self,
        at: usize,
        (offset, count): (usize, usize),
        size: usize,
        align: usize,
    ) -> Outcome<usize> {
        let start = self.tail + offset;
        if count == 0 {
            if offset != 0 {
                return self.refuse(at, 0, offset, 0);
            }
            return Ok(start);
        }
        if self.is_free {
            self.position = offset;
            self.is_free = false;
        }
        let expected = align_up(self.position, align);
        let length = count.saturating_mul(size);
        if offset != expected || offset.saturating_add(length) > self.limit {
            return self.refuse(at, expected, offset, length);
        }
        self.position = offset + length;
        Ok(start)
    }

    /// Checks a reference at `at` to an embedded payload, and passes it.
    pub(crate) fn embedded(&mut self, at: usize, reference: (usize, usize)) -> Outcome<Payload> {
        let (offset, count) = reference;
        if count < PREFIX_SIZE || count % PAYLOAD_ALIGN != 0 {
            return self.refuse(at, align_up(self.position, PAYLOAD_ALIGN), offset, count);
        }
        let start = self.next(at, reference, 1, PAYLOAD_ALIGN)?;
        let (at, end) = (start + PREFIX_SIZE, start + count);
        let block = u32_at(self.buf, start) as usize;
        if at + block > end {
            return refuse::pair(self.py, "block", at, self.place, (block, end - at));
        }
        Ok(Payload { at, end, block })
    }

    /// Checks that nothing stands behind the last item, unless the writer's block is longer than the
    /// `known` one.
    #[inline(always)]
    pub(crate) fn finish(&self, block: usize, known: usize) -> Outcome<()> {
        let padded = align_up(self.position, PAYLOAD_ALIGN);
        if padded != self.limit && block <= known {
            let at = self.tail + self.position;
            let many = self.limit as i128 - padded as i128;
            return refuse::value(self.py, "trailing", at, self.place, many);
        }
        Ok(())
    }

    #[cold]
    fn refuse<T>(&self, at: usize, expected: usize, offset: usize, length: usize) -> Outcome<T> {
        let place = self.place.bind(self.py);
        let numbers = (at, place, expected, offset, length, self.limit);
        Err(refuse::raise(self.py, "reference", numbers))
    }
}

/// Offset and count of the reference at a place.
#[inline(always)]
pub(crate) fn reference_at(buf: &[u8], at: usize) -> (usize, usize) {
    (u32_at(buf, at) as usize, u32_at(buf, at + 4) as usize)
}

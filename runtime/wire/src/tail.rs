//! The tail of a payload: what has no bound, in depth-first field order.
//!
//! A reference `{u32 offset, u32 count}` in the block says where an item lies. Since items lie in
//! order, aligned and without gaps, a reader knows where the next one must be and accepts no other
//! place: so items cannot overlap, and what decoding allocates is bounded by what came in.

use crate::error::{ErrorKind, Failed, Fault};
use crate::layout::{PAYLOAD_ALIGN, REFERENCE, align_up};

/// Writes the items of a tail, in order.
pub struct TailWriter<'a> {
    /// What is not written yet.
    rest: &'a mut [u8],
    /// Bytes written.
    position: usize,
}

/// Reads the items of a tail, in order.
#[derive(Debug, Clone)]
pub struct TailReader<'a> {
    tail: &'a [u8],
    /// Where the last item ended.
    position: usize,
    /// What of the tail behind the last item was looked at, and is UTF-8.
    seen: &'a str,
    /// Address of the first byte that the caller gave, from which errors count.
    origin: usize,
}

/// A tail that has been checked, for views; the default is one with nothing in it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tail<'a>(pub(crate) &'a [u8]);

impl<'a> TailWriter<'a> {
    #[inline]
    pub(crate) fn new(tail: &'a mut [u8]) -> Self {
        TailWriter { rest: tail, position: 0 }
    }

    /// Writes over the items between two places of a tail.
    #[inline]
    pub(crate) fn between(tail: &'a mut [u8], from: usize, to: usize) -> Self {
        TailWriter { rest: &mut tail[from..to], position: from }
    }

    /// Takes the next item, of `bytes` bytes at alignment `align`, and points `reference` at it.
    /// Nothing (`count` 0) has a reference of zeros.
    ///
    /// # Panics
    ///
    /// Where the tail has no such room: the caller sized it for another value.
    #[inline]
    pub fn item(
        &mut self,
        reference: &mut [u8],
        count: usize,
        bytes: usize,
        align: usize,
    ) -> &'a mut [u8] {
        if count == 0 {
            reference.fill(0);
            return &mut [];
        }
        let start = align_up(self.position, align);
        let (gap, rest) = core::mem::take(&mut self.rest).split_at_mut(start - self.position);
        gap.fill(0);
        let (item, rest) = rest.split_at_mut(bytes);
        self.rest = rest;
        self.position = start + bytes;
        write_reference(reference, start as u32, count as u32);
        item
    }

    /// Writes bytes as the next item and points `reference` at them.
    ///
    /// # Panics
    ///
    /// As [`item`](TailWriter::item).
    #[inline]
    pub(crate) fn bytes(&mut self, reference: &mut [u8], bytes: &[u8]) {
        let item = self.item(reference, bytes.len(), bytes.len(), 1);
        copy_short(item, bytes);
    }

    /// Fills what is left, which is padding, with zeros.
    #[inline]
    pub(crate) fn finish(self) {
        debug_assert!(self.rest.len() < PAYLOAD_ALIGN, "the tail was sized for another value");
        if !self.rest.is_empty() {
            self.rest.fill(0);
        }
    }
}

impl<'a> TailReader<'a> {
    #[inline]
    pub(crate) fn new(tail: &'a [u8], origin: usize) -> Self {
        TailReader { tail, position: 0, seen: "", origin }
    }

    /// Takes the item that `reference` points at: its bytes and its count. Each of the `count` things
    /// is `size` bytes at alignment `align`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Reference`] where the item is not the next one or does not fit.
    ///
    /// # Panics
    ///
    /// Where `align` is no power of two, or `count` things are more bytes than there can be.
    #[inline]
    pub fn item(
        &mut self,
        reference: &[u8],
        size: usize,
        align: usize,
    ) -> Result<(&'a [u8], usize), Failed> {
        assert!(align.is_power_of_two(), "an alignment is a power of two");
        let (offset, count) = read_reference(reference);
        let start = if count == 0 { 0 } else { align_up(self.position, align) };
        let bytes = u64::from(count) * size as u64;
        let end = start as u64 + bytes;
        if offset as usize != start || end > self.tail.len() as u64 {
            return Err(not_next(reference, (start, bytes, self.tail.len()), self.origin));
        }
        if count == 0 {
            return Ok((&[], 0));
        }
        let item = &self.tail[start..end as usize];
        self.seen = self.seen.get(end as usize - self.position..).unwrap_or_default();
        self.position = end as usize;
        Ok((item, count as usize))
    }

    /// The text that `reference` points at, where it lies in what was seen to be text and is text itself: what is
    /// left to see is that no character is cut in two.
    #[inline(always)]
    pub(crate) fn seen_text(&mut self, reference: &[u8]) -> Option<&'a str> {
        let (offset, count) = read_reference(reference);
        let (start, len) = (offset as usize, count as usize);
        if start != self.position || len == 0 {
            return None;
        }
        let (text, rest) = self.seen.split_at_checked(len)?;
        self.position = start + len;
        self.seen = rest;
        Some(text)
    }

    /// The item that was taken last, which has so many bytes, and all that lies behind it.
    pub(crate) fn last_and_rest(&self, bytes: usize) -> &'a [u8] {
        self.tail.get(self.position.saturating_sub(bytes)..).unwrap_or_default()
    }

    /// What lies next was seen to be this text.
    pub(crate) fn see(&mut self, next: &'a str) {
        self.seen = next;
    }

    /// A fault at the first of `bytes`, which must be part of the input.
    #[inline(always)]
    pub fn error(&self, bytes: &[u8], kind: ErrorKind) -> Failed {
        Failed::new(kind, self.place_of(bytes))
    }

    /// A fault at the first of `bytes`, which must be part of the input.
    #[cold]
    pub(crate) fn fault_at(&self, bytes: &[u8], kind: ErrorKind) -> Fault {
        Fault::new(kind, self.place_of(bytes))
    }

    /// How far behind the first byte that the caller gave `bytes` begin.
    #[inline(always)]
    fn place_of(&self, bytes: &[u8]) -> usize {
        (bytes.as_ptr() as usize).saturating_sub(self.origin)
    }

    /// Where the last item ended.
    pub(crate) fn position(&self) -> usize {
        self.position
    }

    /// Where the next item at this alignment lies.
    #[inline]
    pub(crate) fn next(&self, align: usize) -> usize {
        align_up(self.position, align)
    }

    /// A second reader at the same place, for looking ahead.
    pub(crate) fn fork(&self) -> TailReader<'a> {
        TailReader { position: self.position, ..TailReader::new(self.tail, self.origin) }
    }

    pub(crate) fn origin(&self) -> usize {
        self.origin
    }

    /// The whole tail, for views.
    #[inline]
    pub fn whole(&self) -> Tail<'a> {
        Tail(self.tail)
    }

    /// Checks that nothing but padding is left.
    #[inline]
    pub(crate) fn finish(&self) -> Result<(), Failed> {
        let end = align_up(self.position, PAYLOAD_ALIGN);
        if end == self.tail.len() {
            return Ok(());
        }
        let rest = &self.tail[self.position..];
        Err(self.error(rest, ErrorKind::Trailing { bytes: self.tail.len().saturating_sub(end) }))
    }
}

/// A reference to another place than the `(start, bytes, tail)` at hand.
#[cold]
#[inline(never)]
fn not_next(
    reference: &[u8],
    (expected, bytes, tail): (usize, u64, usize),
    origin: usize,
) -> Failed {
    let (offset, _) = read_reference(reference);
    let at = (reference.as_ptr() as usize).saturating_sub(origin);
    Failed::new(ErrorKind::Reference { expected, offset, bytes, tail }, at)
}

impl<'a> Tail<'a> {
    /// The item that `reference` points at, or nothing where it does not fit.
    #[inline]
    pub fn item(self, reference: &[u8], size: usize) -> (&'a [u8], usize) {
        let Some(reference) = reference.first_chunk::<REFERENCE>() else { return (&[], 0) };
        let (offset, count) = read_reference(reference);
        let start = offset as usize;
        let item = (count as usize)
            .checked_mul(size)
            .and_then(|bytes| start.checked_add(bytes))
            .and_then(|end| self.0.get(start..end));
        match item {
            Some(item) if count > 0 => (item, count as usize),
            _ => (&[], 0),
        }
    }
}

#[inline]
pub(crate) fn read_reference(reference: &[u8]) -> (u32, u32) {
    let offset = u32::from_le_bytes([reference[0], reference[1], reference[2], reference[3]]);
    let count = u32::from_le_bytes([reference[4], reference[5], reference[6], reference[7]]);
    (offset, count)
}

#[inline]
pub(crate) fn write_reference(reference: &mut [u8], offset: u32, count: u32) {
    reference[..4].copy_from_slice(&offset.to_le_bytes());
    reference[4..8].copy_from_slice(&count.to_le_bytes());
}

/// Copies bytes, few of them as nearly all text is: by two words that may overlap, without a call.
///
/// Most are found by two comparisons, which a `match` of ranges is not made into.
#[inline]
fn copy_short(to: &mut [u8], from: &[u8]) {
    let len = from.len();
    if len >= 16 {
        if len <= 32 {
            copy_ends::<16>(to, from);
        } else if len <= 64 {
            copy_ends::<32>(to, from);
        } else {
            to.copy_from_slice(from);
        }
    } else if len >= 8 {
        copy_ends::<8>(to, from);
    } else if len >= 4 {
        copy_ends::<4>(to, from);
    } else if len >= 2 {
        copy_ends::<2>(to, from);
    } else {
        copy_ends::<1>(to, from);
    }
}

/// Copies the first `N` bytes and the last, which are all.
#[inline]
fn copy_ends<const N: usize>(to: &mut [u8], from: &[u8]) {
    if let (Some(to), Some(from)) = (to.first_chunk_mut::<N>(), from.first_chunk()) {
        *to = *from;
    }
    if let (Some(to), Some(from)) = (to.last_chunk_mut::<N>(), from.last_chunk()) {
        *to = *from;
    }
}

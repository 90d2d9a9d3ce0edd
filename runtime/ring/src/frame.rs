//! Where a frame lies in the data region, and the eight bytes that publish it.
//!
//! ```text
//!   position, a multiple of the frame alignment
//!   │
//!   ├── commit word, 8 bytes ──┬── payload ───────────────┬── unused, up to the alignment ──┤
//!   │ length 32 │ tag 24 │ kind 8 │ `length` bytes
//! ```
//!
//! A commit word of zero means *nothing here yet*. The tag is taken from the position, so a reader
//! that follows a corrupted length, or meets bytes of an earlier lap, notices.

use crate::shared::MARKS;

/// Bytes of a commit word; payloads begin this far behind their frame's position.
pub(crate) const WORD: u64 = 8;

/// What a committed frame is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A payload for readers.
    Data,
    /// Unused room up to the end of the data region; readers go on at its beginning.
    Pad,
}

const DATA: u64 = 1;
const PAD: u64 = 2;

/// Makes the commit word of a frame at `position`. It is never zero.
#[inline]
pub(crate) fn pack(kind: Kind, length: u32, position: u64) -> u64 {
    let kind = match kind {
        Kind::Data => DATA,
        Kind::Pad => PAD,
    };
    u64::from(length) | (tag(position) << 32) | (kind << 56)
}

/// Reads a commit word found at `position`; `None` if no writer would have put it there.
#[inline]
pub(crate) fn unpack(word: u64, position: u64) -> Option<(Kind, u32)> {
    let length = (word & 0xffff_ffff) as u32;
    let upper = word >> 32;
    if upper == (DATA << 24) | tag(position) {
        return Some((Kind::Data, length));
    }
    (upper == (PAD << 24) | tag(position)).then_some((Kind::Pad, length))
}

#[inline]
fn tag(position: u64) -> u64 {
    (position / WORD) & 0xff_ffff
}

/// The measures of a data region. Positions count bytes since the ring began and never wrap;
/// offsets are positions within the region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Geometry {
    /// Bytes of the data region: a power of two.
    pub(crate) capacity: u64,
    /// Frames begin at multiples of this: a power of two, at least [`WORD`].
    pub(crate) frame_align: u64,
}

impl Geometry {
    /// Where in the data region `position` lies: less than `capacity`.
    #[inline]
    pub(crate) fn offset(self, position: u64) -> usize {
        (position & (self.capacity - 1)) as usize
    }

    /// Bytes that a frame with `len` payload bytes takes, commit word included.
    #[inline]
    pub(crate) fn stride(self, len: u64) -> u64 {
        (WORD + len + self.frame_align - 1) & !(self.frame_align - 1)
    }

    /// Bytes from `position` to the end of the data region: at least `frame_align`.
    #[inline]
    pub(crate) fn to_wrap(self, position: u64) -> u64 {
        self.capacity - (position & (self.capacity - 1))
    }

    /// The longest payload: a quarter of the region, so that a frame, the pad before it and the
    /// commit word behind it always fit together.
    #[inline]
    pub(crate) fn max_len(self) -> u64 {
        (self.capacity / 4).min(u64::from(u32::MAX))
    }

    /// Bytes of each of the parts in which one frame is marked.
    #[inline]
    pub(crate) fn part(self) -> u64 {
        self.capacity / MARKS as u64
    }

    /// Whether a frame may begin at `position`.
    pub(crate) fn is_aligned(self, position: u64) -> bool {
        position & (self.frame_align - 1) == 0
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_commit_word_is_read_only_at_its_own_position() {
        for position in [0, 8, 64, 1 << 20, u64::MAX - 7] {
            for (kind, length) in [(Kind::Data, 0), (Kind::Data, u32::MAX), (Kind::Pad, 56)] {
                let word = pack(kind, length, position);
                assert_ne!(word, 0);
                assert_eq!(unpack(word, position), Some((kind, length)));
                assert_eq!(unpack(word, position.wrapping_add(8)), None);
            }
        }
    }

    #[test]
    fn frames_of_56_bytes_take_one_cache_line() {
        let lines = Geometry { capacity: 4096, frame_align: 64 };
        assert_eq!(lines.stride(0), 64);
        assert_eq!(lines.stride(56), 64);
        assert_eq!(lines.stride(57), 128);
        let packed = Geometry { capacity: 4096, frame_align: 8 };
        assert_eq!(packed.stride(0), 8);
        assert_eq!(packed.stride(1), 16);
        assert_eq!(packed.to_wrap(4096 + 4088), 8);
    }
}

//! Frames that came together.

use bytes::{Buf, Bytes};
use mycelium_wire::FrameHeader;

/// Frames of one topic back to back, as they were read from a stream. What is shared, locked and told once for all of
/// them would cost more than the frames do, were it done for each.
#[derive(Clone, Default)]
pub(crate) struct Run {
    bytes: Bytes,
    count: usize,
}

impl Run {
    /// One frame.
    pub(crate) fn one(frame: Bytes) -> Self {
        Self { bytes: frame, count: 1 }
    }

    /// So many frames, whose headers were read.
    pub(crate) fn of(bytes: Bytes, count: usize) -> Self {
        Self { bytes, count }
    }

    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// The next frame.
    #[inline]
    pub(crate) fn first(&self) -> Option<&[u8]> {
        (self.count > 0).then(|| &self.bytes[..self.end_of(1)])
    }

    /// Passes over the next frame.
    #[inline]
    pub(crate) fn pass(&mut self) {
        self.bytes.advance(self.end_of(1));
        self.count = self.count.saturating_sub(1);
    }

    /// Takes the next frame out.
    pub(crate) fn next(&mut self) -> Option<Bytes> {
        (self.count > 0).then(|| self.split(1).bytes)
    }

    /// All of it, where that is one frame.
    #[inline]
    pub(crate) fn into_only(self) -> Bytes {
        self.bytes
    }

    /// Takes the next frames out, at most `most`.
    pub(crate) fn split(&mut self, most: usize) -> Self {
        if most >= self.count {
            return std::mem::take(self);
        }
        let bytes = self.bytes.split_to(self.end_of(most));
        self.count -= most;
        Self { bytes, count: most }
    }

    /// Where the next `count` frames end.
    #[inline]
    fn end_of(&self, count: usize) -> usize {
        if count >= self.count {
            return self.bytes.len();
        }
        let mut end = 0;
        for _ in 0..count {
            let header = FrameHeader::parse(&self.bytes[end..]);
            end += header.map_or(self.bytes.len(), |header| header.frame_len());
            // Whoever made the run has read the headers.
            end = end.min(self.bytes.len());
        }
        end
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use mycelium_wire::FrameHeader;

    use super::Run;

    /// Frames of so many bytes behind their headers, numbered from 0.
    fn run(lengths: &[u32]) -> Run {
        let mut bytes = Vec::new();
        for (sequence, &length) in (0..).zip(lengths) {
            let header = FrameHeader { length, type_id: 1, channel: 2, block: 0, sequence };
            bytes.extend_from_slice(&header.to_bytes());
            bytes.resize(bytes.len() + length as usize, 0);
        }
        Run::of(bytes.into(), lengths.len())
    }

    fn sequences(mut run: Run) -> Vec<u32> {
        let number = |frame: Bytes| FrameHeader::parse(&frame).map(|header| header.sequence);
        std::iter::from_fn(|| run.next()).map(|frame| number(frame).expect("a frame")).collect()
    }

    #[test]
    fn frames_come_out_one_by_one_and_in_parts() {
        let mut frames = run(&[8, 0, 16, 24]);
        assert_eq!(sequences(frames.clone()), [0, 1, 2, 3]);
        assert_eq!(frames.first().map(<[u8]>::len), Some(24));
        frames.pass();
        let part = frames.split(2);
        assert_eq!((part.count(), sequences(part)), (2, vec![1, 2]));
        assert_eq!((frames.count(), sequences(frames.split(9))), (1, vec![3]));
        assert_eq!(frames.count(), 0);
        assert!(frames.first().is_none() && frames.next().is_none());
    }
}

//! The message that is measured, and the clock that all processes of a machine share.

use mycelium::Message;
use mycelium::wire::{Bytes, FrameHeader};
use rustix::time::{ClockId, clock_gettime};
use std::time::Duration;

/// What is sent over a route: as long as one likes.
#[derive(Debug, Clone, Message)]
#[myc(package = "mycelium.bench", id = 1)]
pub(super) struct Probe {
    /// Counts from 0.
    pub(super) number: u64,
    /// When it was to be sent, by the clock of [`now`].
    pub(super) sent_nanos: u64,
    pub(super) filling: Bytes,
}

/// A frame of a probe that is sent again and again.
pub(super) struct ProbeFrame(Vec<u8>);

/// Frames are multiples of this.
const STEP: usize = 8;

impl Probe {
    /// A probe whose frame has so many bytes: at least as many as one without filling, rounded up as frames are.
    pub(super) fn of_size(frame_bytes: usize) -> Self {
        let empty = Self { number: 0, sent_nanos: 0, filling: Bytes::default() };
        let filling = frame_bytes.next_multiple_of(STEP).saturating_sub(empty.to_frame().len());
        Self { filling: vec![0xa5; filling].into(), ..empty }
    }
}

/// Bytes of the frame that is sent where so many are asked for.
pub(super) fn frame_bytes(asked: usize) -> usize {
    ProbeFrame::of_size(asked).0.len()
}

impl ProbeFrame {
    pub(super) fn of_size(frame_bytes: usize) -> Self {
        Self(Probe::of_size(frame_bytes).to_frame())
    }

    /// The frame of another probe of the same size.
    pub(super) fn set(&mut self, number: u64, sent_nanos: u64) -> &[u8] {
        // The first two fields of the block, each of eight bytes.
        let block = &mut self.0[FrameHeader::SIZE..];
        block[..8].copy_from_slice(&number.to_le_bytes());
        block[8..16].copy_from_slice(&sent_nanos.to_le_bytes());
        &self.0
    }
}

/// Nanoseconds since some moment that is the same for all processes of this machine.
pub(super) fn now() -> u64 {
    let time = clock_gettime(ClockId::Monotonic);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    seconds * 1_000_000_000 + u64::try_from(time.tv_nsec).unwrap_or(0)
}

/// Nanoseconds of a length of time.
pub(super) fn nanos(length: Duration) -> u64 {
    u64::try_from(length.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_has_the_size_that_was_asked_for_and_says_what_was_set() {
        for (asked, given) in [(0, 40), (40, 40), (41, 48), (64, 64), (1000, 1000), (4096, 4096)] {
            assert_eq!(frame_bytes(asked), given);
            let mut frame = ProbeFrame::of_size(asked);
            let bytes = frame.set(7, 99);
            assert_eq!(bytes.len(), given);
            let probe = Probe::from_frame(bytes).expect("a probe");
            assert_eq!((probe.number, probe.sent_nanos, probe.filling.len()), (7, 99, given - 40));
        }
    }
}

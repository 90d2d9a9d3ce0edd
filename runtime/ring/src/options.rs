//! What a new ring shall be like.

use crate::error::CreateError;
use crate::frame::Geometry;
use crate::layout::{MAX_CAPACITY, MIN_CAPACITY, Traits};
use crate::map::Paging;
use crate::waiting::Waiting;
use std::time::Duration;

/// How frames lie in the ring.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum FrameAlign {
    /// Each frame begins on a cache line of its own: one of up to 56 bytes costs its reader a single
    /// line transfer.
    #[default]
    CacheLine,
    /// Frames follow one another on multiples of 8 bytes: more small ones fit.
    Packed,
}

/// What the writer does about a reader that lives, but does not give back the room that is needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stuck {
    /// It waits. Readers borrow frames in place.
    #[default]
    Wait,
    /// After it has waited so long for room, it takes the slots of those that hold it; they get
    /// [`PollError::Evicted`](crate::PollError::Evicted) when they look again, and may attach once more.
    ///
    /// A reader may look at a frame just when it is evicted: so the readers of such a ring copy each
    /// frame, and hand out the copy if they were not evicted by then.
    Evict(Duration),
    /// It waits for nobody: the ring has lossy readers only.
    Overwrite,
}

/// What a new ring shall be like.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WriterOptions {
    /// Room for frames, in bytes; rounded up to a power of two, at least 4096. No frame can be
    /// longer than a quarter of it. 16 MiB if not set.
    pub capacity_bytes: u64,
    /// How frames lie in it.
    pub frame_align: FrameAlign,
    /// What to do about readers that live and do not read.
    pub stuck: Stuck,
    /// How the writer waits for room.
    pub waiting: Waiting,
    /// Makes all memory resident at once, so that no write faults later: a millisecond for 4 MiB.
    pub prefault: bool,
    /// Asks the system for huge pages, which save misses of the translation buffer in a large ring. It may
    /// not have any to give (see `/sys/kernel/mm/transparent_hugepage/shmem_enabled`); then this changes
    /// nothing.
    pub huge_pages: bool,
}

impl Default for WriterOptions {
    fn default() -> Self {
        Self {
            capacity_bytes: 16 << 20,
            frame_align: FrameAlign::default(),
            stuck: Stuck::default(),
            waiting: Waiting::default(),
            prefault: true,
            huge_pages: false,
        }
    }
}

impl WriterOptions {
    /// The defaults, with room for `capacity_bytes` bytes of frames.
    pub fn with_capacity(capacity_bytes: u64) -> Self {
        Self { capacity_bytes, ..Self::default() }
    }

    pub(crate) fn geometry(&self) -> Result<Geometry, CreateError> {
        if self.capacity_bytes > MAX_CAPACITY {
            let requested = self.capacity_bytes;
            return Err(CreateError::Capacity { requested, limit: MAX_CAPACITY });
        }
        let capacity = self.capacity_bytes.max(MIN_CAPACITY).next_power_of_two();
        let frame_align = match self.frame_align {
            FrameAlign::CacheLine => 64,
            FrameAlign::Packed => 8,
        };
        Ok(Geometry { capacity, frame_align })
    }

    pub(crate) fn traits(&self) -> Traits {
        Traits {
            evicts: matches!(self.stuck, Stuck::Evict(_)),
            lossy_only: self.stuck == Stuck::Overwrite,
        }
    }

    pub(crate) fn paging(&self) -> Paging {
        Paging { prefault: self.prefault, huge_pages: self.huge_pages }
    }
}

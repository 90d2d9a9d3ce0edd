//! How a ring lies in its file, and the facts at its beginning.
//!
//! ```text
//!        0 ┬ facts, 128 bytes: magic, version, measures, who writes     │ readers map
//!      128 │ the writer's words: tail, kept, closed, announced, marks   │ read-only
//!     4096 ├ announcements, 64 KiB                                      │
//!    69632 ├ shared words: sleepers, room, 64 slots of 128 bytes        │ readers map writable
//!    81920 ├ frames, a power of two of bytes                            │ readers map read-only
//!          ┴
//! ```
//!
//! The facts are written before the file gets its name and never change; readers take them with
//! one `read` and hold them against the file's real size before they map anything.

use crate::error::FactsError;
use crate::frame::{Geometry, WORD};
use crate::process::Identity;
use crate::shared::{MARKS, SLOTS, Shared, WriterWords};

/// Bytes of the facts.
pub(crate) const FACTS_LEN: usize = 128;
/// Where the writer's words lie.
pub(crate) const WRITER_WORDS_AT: usize = FACTS_LEN;
/// Where the announcement area lies.
pub(crate) const ANNOUNCEMENTS_AT: usize = 4096;
/// Bytes of the announcement area.
pub const ANNOUNCEMENTS_LEN: usize = 64 * 1024;
/// Where the words that readers write lie: whole pages of their own.
pub(crate) const SHARED_AT: usize = ANNOUNCEMENTS_AT + ANNOUNCEMENTS_LEN;
/// Bytes of the pages that readers write.
pub(crate) const SHARED_LEN: usize = 3 * 4096;
/// Where the frames lie.
pub(crate) const DATA_AT: usize = SHARED_AT + SHARED_LEN;

/// The smallest capacity.
pub const MIN_CAPACITY: u64 = 4096;
/// The largest capacity: 1 TiB.
pub const MAX_CAPACITY: u64 = 1 << 40;

/// The byte whose lock says that the writer lives.
pub(crate) const WRITER_LOCK_AT: u64 = 0;

const MAGIC: [u8; 8] = *b"MYCRING\n";
const VERSION: u32 = 3;
/// Written in the machine's own order, as all words are that processes share.
const BYTE_ORDER: u32 = 0x0a0b_0c0d;
const EVICTS: u32 = 1;
const LOSSY_ONLY: u32 = 2;
const SLOT_SPACING: u32 = 128;
const CACHE_LINE: u64 = 64;

const _: () = {
    assert!(WRITER_WORDS_AT + size_of::<WriterWords>() <= ANNOUNCEMENTS_AT);
    assert!(size_of::<Shared>() <= SHARED_LEN);
    assert!(SHARED_AT.is_multiple_of(4096) && DATA_AT.is_multiple_of(4096));
};

/// The byte whose lock says that the reader in slot `index` lives.
pub(crate) fn slot_lock_at(index: usize) -> u64 {
    (SHARED_AT + index) as u64
}

/// Bytes of the whole file.
pub(crate) fn file_len(geometry: Geometry) -> u64 {
    DATA_AT as u64 + geometry.capacity
}

/// What a ring's file says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) geometry: Geometry,
    pub(crate) writer: Identity,
    /// Differs from ring to ring, also between two of the same name.
    pub(crate) epoch: u64,
    pub(crate) traits: Traits,
}

/// What readers must know of a ring's writer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Traits {
    /// It may evict a reader that lives: so readers copy.
    pub(crate) evicts: bool,
    /// It waits for nobody.
    pub(crate) lossy_only: bool,
}

impl Traits {
    fn to_bits(self) -> u32 {
        (u32::from(self.evicts) * EVICTS) | (u32::from(self.lossy_only) * LOSSY_ONLY)
    }

    fn from_bits(bits: u32) -> Result<Self, FactsError> {
        check_measure("set of traits", bits & !(EVICTS | LOSSY_ONLY), 0)?;
        Ok(Self { evicts: bits & EVICTS != 0, lossy_only: bits & LOSSY_ONLY != 0 })
    }
}

impl Facts {
    /// The bytes at the file's beginning.
    pub(crate) fn to_bytes(self) -> [u8; FACTS_LEN] {
        let mut bytes = [0; FACTS_LEN];
        let mut put = |at: usize, value: &[u8]| bytes[at..at + value.len()].copy_from_slice(value);
        put(0, &MAGIC);
        put(8, &VERSION.to_le_bytes());
        put(12, &(DATA_AT as u32).to_le_bytes());
        put(16, &self.geometry.capacity.to_le_bytes());
        put(24, &(self.geometry.frame_align as u32).to_le_bytes());
        put(28, &(SLOTS as u32).to_le_bytes());
        put(32, &SLOT_SPACING.to_le_bytes());
        put(36, &(ANNOUNCEMENTS_LEN as u32).to_le_bytes());
        put(40, &self.writer.pid.to_le_bytes());
        put(48, &self.writer.started.to_le_bytes());
        put(56, &self.writer.pid_namespace.to_le_bytes());
        put(64, &self.epoch.to_le_bytes());
        put(72, &self.traits.to_bits().to_le_bytes());
        put(76, &BYTE_ORDER.to_ne_bytes());
        put(80, &(MARKS as u32).to_le_bytes());
        bytes
    }

    /// Reads and checks the beginning of a file that is `file_len` bytes long.
    pub(crate) fn parse(bytes: &[u8; FACTS_LEN], file_len: u64) -> Result<Self, FactsError> {
        if bytes[..8] != MAGIC {
            return Err(FactsError::Magic);
        }
        let version = u32_at(bytes, 8);
        if version != VERSION {
            return Err(FactsError::Version { found: version, expected: VERSION });
        }
        let order = u32::from_ne_bytes(u32_at(bytes, 76).to_le_bytes());
        if order != BYTE_ORDER {
            return Err(FactsError::Architecture { found: order });
        }
        check_measure("number of marks", u32_at(bytes, 80), MARKS as u32)?;
        check_measure("header length", u32_at(bytes, 12), DATA_AT as u32)?;
        check_measure("number of reader slots", u32_at(bytes, 28), SLOTS as u32)?;
        check_measure("spacing of reader slots", u32_at(bytes, 32), SLOT_SPACING)?;
        check_measure("announcement area", u32_at(bytes, 36), ANNOUNCEMENTS_LEN as u32)?;
        let geometry = parse_geometry(u64_at(bytes, 16), u64::from(u32_at(bytes, 24)))?;
        let expected = self::file_len(geometry);
        if file_len != expected {
            return Err(FactsError::FileLength { found: file_len, expected });
        }
        let writer = Identity {
            pid: u32_at(bytes, 40),
            started: u64_at(bytes, 48),
            pid_namespace: u64_at(bytes, 56),
        };
        let traits = Traits::from_bits(u32_at(bytes, 72))?;
        Ok(Self { geometry, writer, epoch: u64_at(bytes, 64), traits })
    }
}

fn parse_geometry(capacity: u64, frame_align: u64) -> Result<Geometry, FactsError> {
    if !capacity.is_power_of_two() || !(MIN_CAPACITY..=MAX_CAPACITY).contains(&capacity) {
        return Err(FactsError::Capacity { found: capacity });
    }
    if frame_align != WORD && frame_align != CACHE_LINE {
        return Err(FactsError::FrameAlign { found: frame_align });
    }
    Ok(Geometry { capacity, frame_align })
}

fn check_measure(what: &'static str, found: u32, expected: u32) -> Result<(), FactsError> {
    if found == expected {
        return Ok(());
    }
    Err(FactsError::Measure { what, found, expected })
}

fn u32_at(bytes: &[u8; FACTS_LEN], at: usize) -> u32 {
    let mut value = [0; 4];
    value.copy_from_slice(&bytes[at..at + 4]);
    u32::from_le_bytes(value)
}

fn u64_at(bytes: &[u8; FACTS_LEN], at: usize) -> u64 {
    let mut value = [0; 8];
    value.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(value)
}

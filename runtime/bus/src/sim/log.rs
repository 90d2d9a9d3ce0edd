//! What happened in a simulation, as frames.
//!
//! ```text
//! MYCLOG1\0 │ u32 length │ "highs,desk;trades,signals" │ entry │ entry │ …
//!
//! an entry, little-endian:
//!   i64 time, ns │ u64 receivers, a bit each │ u16 from │ u16 route │ u32 frame length │ frame
//! ```

use std::fmt;

use mycelium_wire::Timestamp;

use crate::sim::error::LogError;
use crate::sim::world::World;

/// Every message that reached an actor, in order.
///
/// Two logs are equal if everything in them is: times, receivers, and every byte of every message.
#[derive(Clone, PartialEq, Eq)]
pub struct EventLog {
    bytes: Vec<u8>,
    /// Where the first entry begins.
    start: usize,
}

/// A message of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry<'l> {
    /// When it arrived.
    pub at: Timestamp,
    /// Who published it, counted as in [`World::ACTORS`]; one behind the last, if it came from outside.
    pub from: u16,
    /// A bit for each actor that it reached.
    pub targets: u64,
    /// Its route, counted as in [`World::ROUTES`].
    pub route: u16,
    /// The message, with its header.
    pub frame: &'l [u8],
    /// Where the entry begins.
    pub at_byte: usize,
}

const MAGIC: &[u8; 8] = b"MYCLOG1\0";
const ENTRY_BYTES: usize = 24;

impl EventLog {
    pub(super) fn of<W: World>() -> Self {
        let names = names_of::<W>();
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&(names.len() as u32).to_le_bytes());
        bytes.extend_from_slice(names.as_bytes());
        Self { start: bytes.len(), bytes }
    }

    pub(super) fn append<W: World>(
        &mut self,
        at_ns: i64,
        from: u16,
        targets: u64,
        event: &W::Event,
    ) {
        let entry = self.bytes.len();
        self.bytes.resize(entry + ENTRY_BYTES, 0);
        let route = W::encode(event, &mut self.bytes);
        let length = (self.bytes.len() - entry - ENTRY_BYTES) as u32;
        let head = &mut self.bytes[entry..entry + ENTRY_BYTES];
        head[..8].copy_from_slice(&at_ns.to_le_bytes());
        head[8..16].copy_from_slice(&targets.to_le_bytes());
        head[16..18].copy_from_slice(&from.to_le_bytes());
        head[18..20].copy_from_slice(&route.to_le_bytes());
        head[20..].copy_from_slice(&length.to_le_bytes());
    }

    /// Reads what [`as_bytes`](EventLog::as_bytes) gave.
    ///
    /// # Errors
    /// The bytes are no log, or end too early.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, LogError> {
        let head = bytes.strip_prefix(MAGIC).and_then(|rest| rest.split_first_chunk::<4>());
        let (length, rest) = head.ok_or(LogError::NotALog)?;
        let length = u32::from_le_bytes(*length) as usize;
        let names = rest.get(..length).ok_or(LogError::NotALog)?;
        std::str::from_utf8(names).map_err(|_| LogError::NotALog)?;
        let log = Self { start: MAGIC.len() + 4 + length, bytes };
        let mut at_byte = log.start;
        while at_byte < log.bytes.len() {
            at_byte = log.entry_at(at_byte).ok_or(LogError::Damaged { at_byte })?.1;
        }
        Ok(log)
    }

    /// The log as bytes, for a file.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The messages, in order.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        let mut next = self.start;
        std::iter::from_fn(move || {
            let (entry, after) = self.entry_at(next)?;
            next = after;
            Some(entry)
        })
    }

    /// The number, from 0, of the first entry in which two logs differ, or that one of them does not have.
    ///
    /// A log and that of its [replay](crate::sim::Simulation::replay) are equal if all that came from outside was
    /// [fed](crate::sim::Simulation::feed). What was [injected](crate::sim::Simulation::inject) ahead may differ in
    /// its place among the entries of one time.
    #[must_use]
    pub fn first_difference(&self, other: &Self) -> Option<usize> {
        let key = |entry: Entry<'_>| {
            (entry.at, entry.from, entry.targets, entry.route, entry.frame.to_vec())
        };
        let (mut ours, mut theirs) = (self.entries(), other.entries());
        let mut number = 0;
        loop {
            match (ours.next().map(key), theirs.next().map(key)) {
                (None, None) => return None,
                (one, another) if one != another => return Some(number),
                _ => number += 1,
            }
        }
    }

    pub(super) fn check_world<W: World>(&self) -> Result<(), LogError> {
        let (log, world) = (self.names().to_owned(), names_of::<W>());
        if log == world { Ok(()) } else { Err(LogError::OtherWorld { log, world }) }
    }

    fn names(&self) -> &str {
        std::str::from_utf8(&self.bytes[MAGIC.len() + 4..self.start]).unwrap_or_default()
    }

    /// The entry at a place, and where the next one begins.
    fn entry_at(&self, at_byte: usize) -> Option<(Entry<'_>, usize)> {
        let (head, rest) = self.bytes.get(at_byte..)?.split_first_chunk::<ENTRY_BYTES>()?;
        let length = u32::from_le_bytes([head[20], head[21], head[22], head[23]]) as usize;
        let frame = rest.get(..length)?;
        let word = |from: usize| <[u8; 8]>::try_from(&head[from..from + 8]).ok();
        let entry = Entry {
            at: Timestamp(i64::from_le_bytes(word(0)?)),
            targets: u64::from_le_bytes(word(8)?),
            from: u16::from_le_bytes([head[16], head[17]]),
            route: u16::from_le_bytes([head[18], head[19]]),
            frame,
            at_byte,
        };
        Some((entry, at_byte + ENTRY_BYTES + length))
    }
}

fn names_of<W: World>() -> String {
    format!("{};{}", W::ACTORS.join(","), W::ROUTES.join(","))
}

impl fmt::Debug for EventLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EventLog({}, {} bytes)", self.names(), self.bytes.len())
    }
}

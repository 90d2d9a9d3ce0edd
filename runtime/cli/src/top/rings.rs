//! Rings: how full they are, and how far behind their readers.

use super::nodes::Nodes;
use mycelium_ring::{ReaderKind, ReaderStatus, RingStatus};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Looks at rings again and again.
#[derive(Default)]
pub(super) struct Rings {
    /// As they were at the last look, if there was one.
    before: Option<HashMap<PathBuf, RingStatus>>,
}

/// A ring in an interval.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ring {
    pub(super) path: PathBuf,
    /// The node that writes it.
    pub(super) node: String,
    pub(super) is_live: bool,
    pub(super) capacity_bytes: u64,
    /// Bytes that wait for the slowest reader for which the writer waits.
    pub(super) waiting_bytes: u64,
    /// Bytes published since the last look.
    pub(super) published_bytes: u64,
    pub(super) readers: Vec<Reader>,
}

/// A reader of a ring.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reader {
    pub(super) pid: u32,
    /// The node, where its process writes a ring that says so.
    pub(super) node: Option<String>,
    /// What its process is called; nothing where it is gone.
    pub(super) program: String,
    pub(super) kind: ReaderKind,
    pub(super) is_alive: bool,
    /// Nothing of one that is dead: it is behind nothing any more.
    pub(super) behind_bytes: Option<u64>,
    /// Frames lost since the last look, and in all.
    pub(super) lost: u64,
    pub(super) lost_total: u64,
}

impl Rings {
    /// Looks at all rings; those that are not there are left out. Ourselves we do not show.
    pub(super) fn look(&mut self, nodes: &Nodes) -> Vec<Ring> {
        let statuses: HashMap<PathBuf, RingStatus> = nodes
            .rings()
            .into_iter()
            .filter_map(|path| RingStatus::read(&path).ok().map(|status| (path, status)))
            .collect();
        let node_of = |path: &PathBuf| nodes.node(&path.display().to_string()).to_owned();
        let writers: HashMap<u32, String> = statuses
            .iter()
            .filter(|(_, status)| status.writer_alive)
            .map(|(path, status)| (status.writer_pid, node_of(path)))
            .collect();
        let mut rings: Vec<Ring> = statuses
            .iter()
            .map(|(path, status)| {
                let before = self.before.as_ref().map(|all| Before::of(all, path, status));
                ring(path.clone(), node_of(path), status, before, &writers)
            })
            .collect();
        rings.sort_by(|a, b| a.path.cmp(&b.path));
        self.before = Some(statuses);
        rings
    }
}

/// What was seen of a ring at the last look: nothing where it has begun since.
struct Before<'s>(Option<&'s RingStatus>);

impl<'s> Before<'s> {
    fn of(all: &'s HashMap<PathBuf, RingStatus>, path: &Path, now: &RingStatus) -> Self {
        // Another ring of this name has begun anew.
        Self(all.get(path).filter(|before| before.epoch == now.epoch))
    }

    fn published_bytes(&self) -> u64 {
        self.0.map_or(0, |before| before.published_bytes)
    }

    /// What a reader had lost by then: nothing where it has come since.
    fn lost_frames(&self, reader: &ReaderStatus) -> u64 {
        let is_same =
            |earlier: &&ReaderStatus| (earlier.slot, earlier.pid) == (reader.slot, reader.pid);
        let earlier = self.0.and_then(|before| before.readers.iter().find(is_same));
        earlier.map_or(0, |earlier| earlier.lost_frames)
    }
}

fn ring(
    path: PathBuf,
    node: String,
    status: &RingStatus,
    before: Option<Before<'_>>,
    writers: &HashMap<u32, String>,
) -> Ring {
    let own = std::process::id();
    let before = before.as_ref();
    // At the first look nobody knows what has come since when.
    let published_before = before.map_or(status.published_bytes, Before::published_bytes);
    let readers: Vec<Reader> = status
        .readers
        .iter()
        .filter(|reader| reader.pid != own)
        .map(|reader| {
            let lost_before =
                before.map_or(reader.lost_frames, |before| before.lost_frames(reader));
            // The number of one that is dead may be another's by now.
            let is_alive = reader.alive;
            Reader {
                pid: reader.pid,
                node: writers.get(&reader.pid).filter(|_| is_alive).cloned(),
                program: if is_alive { program(reader.pid) } else { String::new() },
                kind: reader.kind,
                is_alive,
                behind_bytes: is_alive.then_some(reader.behind_bytes),
                lost: reader.lost_frames.saturating_sub(lost_before),
                lost_total: reader.lost_frames,
            }
        })
        .collect();
    let reliable =
        readers.iter().filter(|reader| reader.is_alive && reader.kind == ReaderKind::Reliable);
    Ring {
        path,
        node,
        is_live: status.writer_alive,
        capacity_bytes: status.capacity_bytes,
        waiting_bytes: reliable.filter_map(|reader| reader.behind_bytes).max().unwrap_or(0),
        published_bytes: status.published_bytes.saturating_sub(published_before),
        readers,
    }
}

/// What the system calls a process; nothing where it is gone, or of another namespace.
fn program(pid: u32) -> String {
    let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    name.trim_end().to_owned()
}

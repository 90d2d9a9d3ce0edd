//! How a reader gets hold of a ring and of a slot in it.

use crate::consumer::Consumer;
use crate::error::AttachError;
use crate::interests::Interests;
use crate::layout::slot_lock_at;
use crate::lock;
use crate::map::Paging;
use crate::memory::Memory;
use crate::open::{OpenRing, explain, is_writer_alive, open_ring};
use crate::process::Identity;
use crate::reader::ReaderOptions;
use crate::shared::{ReaderSlot, SLOTS};
use crate::slot::{Mode, Start, State};
use crate::sync::Ordering;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::path::Path;

/// A reader's parts.
pub(crate) struct Attached {
    pub(crate) consumer: Consumer,
    pub(crate) ring: OpenRing,
}

/// Opens the ring, maps it, takes a slot and begins to read.
pub(crate) fn attach(
    path: &Path,
    mode: Mode,
    options: &ReaderOptions,
) -> Result<Attached, AttachError> {
    let io_error = |action| io_error(path, action);
    let ring = open_ring(path).map_err(|error| explain(path, error))?;
    if !is_writer_alive(&ring).map_err(io_error("asking for its writer"))? {
        let pid = ring.facts.writer.pid;
        return Err(AttachError::WriterVanished { path: path.to_owned(), pid });
    }
    if mode == Mode::Reliable && ring.facts.traits.lossy_only {
        return Err(AttachError::LossyOnly { path: path.to_owned() });
    }
    let paging = Paging { prefault: options.prefault, huge_pages: options.huge_pages };
    let memory = Memory::map_for_reader(ring.file.as_fd(), ring.facts.geometry, paging)
        .map_err(io_error("mapping it"))?;
    let claimed = claim_slot(&memory, ring.file.as_fd(), options.interests)
        .map_err(io_error("claiming a reader slot"))?;
    let Some((slot, claimed)) = claimed else {
        return Err(AttachError::NoFreeSlot { path: path.to_owned(), limit: SLOTS });
    };
    let tail = memory.writer_words().tail.0.load(Ordering::Relaxed);
    let consumer = Consumer::join(memory, slot, claimed, mode, options.start);
    let consumer = consumer.ok_or_else(|| match options.start {
        Start::Sequence(sequence) => AttachError::NotKept { path: path.to_owned(), sequence },
        _ => AttachError::Corrupt { path: path.to_owned(), position: tail },
    })?;
    Ok(Attached { consumer, ring })
}

/// Claims a slot, preferably a free one, else one that a dead reader left. Its lock is ours as long
/// as the file is open.
fn claim_slot(
    memory: &Memory,
    file: BorrowedFd<'_>,
    interests: Interests,
) -> io::Result<Option<(usize, State)>> {
    let slots = || memory.shared().slots.iter().enumerate();
    let free = slots().filter(|(_, slot)| slot.state().is_free());
    let taken = slots().filter(|(_, slot)| !slot.state().is_free());
    for (index, slot) in free.chain(taken) {
        if lock::try_lock(file, slot_lock_at(index))? {
            return Ok(Some((index, claim_locked(slot, interests))));
        }
    }
    Ok(None)
}

/// Claims a slot whose lock we hold: only a writer that reaps our dead predecessor changes it
/// meanwhile, and only once.
fn claim_locked(slot: &ReaderSlot, interests: Interests) -> State {
    let claimed = loop {
        if let Some(claimed) = slot.claim(slot.state()) {
            break claimed;
        }
    };
    let own = Identity::own();
    // Relaxed: seen with the state, which becomes live by a release.
    slot.pid.store(own.pid, Ordering::Relaxed);
    slot.started.store(own.started, Ordering::Relaxed);
    slot.pid_namespace.store(own.pid_namespace, Ordering::Relaxed);
    slot.lost.store(0, Ordering::Relaxed);
    slot.interests.set(interests);
    claimed
}

fn io_error(path: &Path, action: &'static str) -> impl Fn(io::Error) -> AttachError {
    move |source| AttachError::Io { path: path.to_owned(), action, source }
}

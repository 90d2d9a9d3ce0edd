//! Which readers hold the writer up, and whether they still live.

use crate::layout::slot_lock_at;
use crate::lock;
use crate::memory::Memory;
use crate::process::Identity;
use crate::shared::ReaderSlot;
use crate::sync::Ordering;
use std::os::fd::BorrowedFd;

/// Frees the slots of dead readers whose cursors are before `wanted`.
pub(crate) fn reap_dead(memory: &Memory, file: BorrowedFd<'_>, wanted: u64) {
    for (index, slot) in memory.shared().slots.iter().enumerate() {
        if slot.cursor.load(Ordering::Relaxed) < wanted {
            reap_if_dead(index, slot, file);
        }
    }
}

/// Counts the readers in some slots, all attached, that are alive; frees the slots of dead ones.
pub(crate) fn count(
    memory: &Memory,
    file: BorrowedFd<'_>,
    counts: impl Fn(&ReaderSlot) -> bool,
) -> usize {
    let slots = memory.shared().slots.iter().enumerate();
    slots
        .filter(|(_, slot)| counts(slot))
        .filter(|&(index, slot)| !reap_if_dead(index, slot, file))
        .count()
}

/// Frees the slots of readers whose cursors are before `wanted`, dead or alive. Tells how many that were.
pub(crate) fn evict(memory: &Memory, wanted: u64) -> u64 {
    let slots = memory.shared().slots.iter();
    slots
        .filter(|slot| {
            let state = slot.state();
            let holds = state.is_live() && slot.cursor.load(Ordering::Relaxed) < wanted;
            holds && slot.vacate(state)
        })
        .count() as u64
}

/// The process and the cursor of the slowest reader for which the writer waits.
pub(crate) fn find_slowest(memory: &Memory) -> Option<(u32, u64)> {
    let live = memory.shared().slots.iter().filter(|slot| slot.state().is_live());
    live.map(|slot| (slot.pid.load(Ordering::Relaxed), slot.cursor.load(Ordering::Relaxed)))
        .min_by_key(|&(_, cursor)| cursor)
}

/// Frees the slot if its reader is dead. In doubt, it lives.
fn reap_if_dead(index: usize, slot: &ReaderSlot, file: BorrowedFd<'_>) -> bool {
    // The state first, then the lock: a reader locks before it makes its slot live, so a lock seen
    // free after that means that this state's reader is gone, whoever comes next.
    let state = slot.state();
    if !state.is_attached() {
        return false;
    }
    let locked = lock::is_locked(file, slot_lock_at(index)).unwrap_or(true);
    (!locked || owner(slot).is_gone()) && slot.vacate(state)
}

fn owner(slot: &ReaderSlot) -> Identity {
    Identity {
        pid: slot.pid.load(Ordering::Relaxed),
        started: slot.started.load(Ordering::Relaxed),
        pid_namespace: slot.pid_namespace.load(Ordering::Relaxed),
    }
}

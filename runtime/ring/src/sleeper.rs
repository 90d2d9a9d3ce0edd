//! Sleeping on several rings at once, and on something in the own process beside them.
//!
//! A thread that reads one ring uses [`Reader::wait`](crate::Reader::wait). One that reads several, or
//! also takes messages from its own process, takes a [`Ticket`] from each ring's [`Sleeper`], looks
//! everywhere once more, and then calls [`sleep_any`]. The thread that sleeps need not be the one that
//! reads.
#![allow(unsafe_code)]

use crate::layout::{SHARED_AT, SHARED_LEN};
use crate::map::{Access, Mapping, Paging};
use crate::park::{self, Intention};
use crate::shared::Shared;
use rustix::io::Errno;
use rustix::thread::futex::{self, Wait, WaitFlags, WaitPtr, WaitvFlags};
use rustix::time::{ClockId, Timespec, clock_gettime};
use std::io;
use std::os::fd::BorrowedFd;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

/// How many words the kernel takes at once.
const MOST_WORDS: usize = 128;

/// How long a sleep is where the kernel cannot wait for several words.
const SHORT_SLEEP: Duration = Duration::from_micros(500);

/// What is needed to sleep until a ring's writer has published. A clone is another handle of the same.
#[derive(Clone, Debug)]
pub struct Sleeper {
    pages: Arc<SharedPages>,
}

/// The pages of a ring that readers write, mapped once more.
#[derive(Debug)]
struct SharedPages(Mapping);

// SAFETY: the pages are only ever touched as atomics.
unsafe impl Sync for SharedPages {}

/// The wish to be woken by one ring. Look for frames after taking it, and then sleep.
#[derive(Clone, Debug)]
pub struct Ticket {
    pages: Arc<SharedPages>,
    intention: Intention,
}

impl Sleeper {
    pub(crate) fn new(file: BorrowedFd<'_>) -> io::Result<Self> {
        let mapping =
            Mapping::new(file, SHARED_AT as u64, SHARED_LEN, Access::ReadWrite, Paging::LAZY)?;
        Ok(Self { pages: Arc::new(SharedPages(mapping)) })
    }

    /// Announces a sleep. A frame that is published after this ends, or prevents, the sleep.
    pub fn announce(&self) -> Ticket {
        let intention = park::announce_sleep(self.pages.shared());
        Ticket { pages: self.pages.clone(), intention }
    }
}

impl SharedPages {
    fn shared(&self) -> &Shared {
        // SAFETY: the mapping holds SHARED_LEN bytes, at least as long as the words, from an address
        // that is aligned to pages; the words are atomics, for which every bit pattern is valid.
        unsafe { self.0.start().cast().as_ref() }
    }
}

/// Sleeps until one of the rings has something new, until `own` is woken by a private futex wake after
/// it has changed from its value, or until `timeout` has passed. It may return early for any reason.
pub fn sleep_any(tickets: &[Ticket], own: (&AtomicU32, u32), timeout: Duration) {
    let (word, value) = own;
    let timeout = tickets.iter().fold(timeout, |limit, ticket| ticket.intention.limit(limit));
    let own = wait_for(word, value, WaitFlags::SIZE_U32 | WaitFlags::PRIVATE);
    let rings = tickets.iter().take(MOST_WORDS - 1).map(|ticket| {
        wait_for(&ticket.pages.shared().sleepers.0, ticket.intention.word, WaitFlags::SIZE_U32)
    });
    let waits: Vec<Wait> = std::iter::once(own).chain(rings).collect();
    let deadline = deadline_after(timeout);
    match futex::waitv(&waits, WaitvFlags::empty(), deadline.as_ref(), ClockId::Monotonic) {
        Ok(_) | Err(Errno::AGAIN | Errno::INTR | Errno::TIMEDOUT) => {}
        // An older kernel, or a sandbox.
        Err(_) => {
            let limit = Timespec::try_from(timeout.min(SHORT_SLEEP)).ok();
            let _ = futex::wait(word, futex::Flags::PRIVATE, value, limit.as_ref());
        }
    }
}

fn wait_for(word: &AtomicU32, value: u32, flags: WaitFlags) -> Wait {
    let mut wait = Wait::new();
    wait.val = value.into();
    wait.uaddr = WaitPtr::new(word.as_ptr().cast());
    wait.flags = flags;
    wait
}

/// `None` is for ever: the time is too far for the clock.
fn deadline_after(timeout: Duration) -> Option<Timespec> {
    clock_gettime(ClockId::Monotonic).checked_add(Timespec::try_from(timeout).ok()?)
}

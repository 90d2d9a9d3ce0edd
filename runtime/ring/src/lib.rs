//! The shared-memory ring: one writing process, up to 64 reading ones, frames of any size.
//!
//! A ring is a file, best in `/dev/shm`. Its [`Writer`] claims room, fills it in place and commits; each
//! [`Reader`] borrows every frame in place, in order, and gives it back by letting go of it.
//!
//! ```
//! use mycelium_ring::{PollError, Reader, ReaderOptions, Writer, WriterOptions};
//! use std::time::Duration;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("engine.ring");
//! let mut writer = Writer::create(&path, &WriterOptions::with_capacity(1 << 20))?;
//! let mut reader = Reader::attach(&path, &ReaderOptions::default())?; // mostly in another process
//!
//! let mut slot = writer.reserve(5)?;
//! slot.copy_from_slice(b"hello");
//! slot.commit();
//! writer.close();
//!
//! let frame = reader.receive(Duration::from_secs(1))?.expect("a frame within a second");
//! assert_eq!(&frame[..], b"hello");
//! drop(frame);
//! assert_eq!(reader.wait(Duration::from_secs(1)), Err(PollError::Closed));
//! # Ok(())
//! # }
//! ```
//!
//! # Promises
//!
//! * Every [`Reader`] gets every frame that is committed after it has attached: once, whole, in order. The
//!   writer waits for the slowest of them.
//! * A [`LossyReader`] is waited for by nobody. What it gets is whole and in order, and it learns exactly how
//!   many frames were written over before it had read them.
//! * A frame that was reserved and not committed is never seen, whether its slot was dropped or its
//!   writer killed.
//! * A reader that dies, however it dies, holds the writer up for some milliseconds (less than 100),
//!   and only if the ring is full. A writer that dies is told to its readers after its last frame.
//! * Nothing that is found in the file is believed unchecked. A corrupt one gives an error; no length
//!   or position in it leads out of the mapping.
//! * In the steady state nobody makes a system call, unless somebody sleeps and must be woken. A frame
//!   of up to 56 bytes costs its reader a single cache-line transfer.
//!
//! # Limits
//!
//! * A frame may be as long as a quarter of the ring's capacity, so that it always fits somewhere.
//! * 64 readers at a time; 64 KiB of announcements over a ring's life.
//! * The ring trusts the user it belongs to: a process that breaks the protocol may change bytes that
//!   another reads. Therefore the file is open to its owner alone, and links and foreign files are refused.
//!   A file that is truncated under a ring is an error for its readers and its writer; for that, the first
//!   mapping of a process installs a handler of `SIGBUS`, which passes on what does not concern a ring.
//! * Handles do not survive a fork. A forked child must not use them; dropping its copies does nothing.
//! * Linux alone: the ring needs futexes and locks of open file descriptions.
//!
//! # When the ring is full
//!
//! [`Writer::reserve`] waits: it spins, then lets others run, then sleeps until a reader makes room.
//! [`Writer::reserve_timeout`] and [`Writer::try_reserve`] give up with [`ReserveError::Full`], which names
//! the slowest reader's process. A reader that is alive is not thrown out, even if it is stopped, unless
//! the ring was made so: see [`Stuck`].
//!
//! # When it is empty
//!
//! [`Reader::poll`] says so at once. [`Reader::wait`] spins, yields and sleeps likewise; how long, says
//! [`Waiting`]. While it sleeps it looks every 50 ms whether the writer lives.
//!
//! # When a reader comes late
//!
//! It begins at the very first frame if the writer has not yet reused its room, that is until about one
//! capacity has been written; after that, behind the newest frame. Or it begins at the oldest that is kept,
//! or at a number: see [`Start`]. [`Writer::announce`] is for what everybody must know: announcements are
//! kept as long as the ring.
//!
//! # When it ends
//!
//! After the last frame, readers get [`PollError::Closed`] if the writer was dropped, and
//! [`PollError::WriterVanished`] if it died. The file's name goes with an orderly close; that of a dead
//! writer stays until another [`Writer::create`] takes its place, or [`RingDirectory::remove_stale`] removes
//! it. The new ring is another ring: readers of the old one attach again, and [`Reader::epoch`] differs.
//!
//! # Memory
//!
//! ```text
//!        ┌───────────────────────────────────────────────────────────────┐
//!      0 │ facts: magic, version, measures, who writes, epoch            │ read-only for readers
//!    128 │ tail │ kept, closed, announced │ marks                        │   "
//!   4096 │ announcements, 64 KiB                                         │   "
//!  69632 │ sleepers │ room │ 64 × { state, cursor, pid, started, … }     │ written by all
//!  81920 │ frames: a power of two                                        │ read-only for readers
//!        └───────────────────────────────────────────────────────────────┘
//!
//!          kept          cursor of a reader                tail
//!           ▼                 ▼                              ▼
//!  frames ──┬──────┬──────────┬─────────┬────────┬─────┬─────┬────────────────
//!           │ data │ data     │ data    │ data   │ pad │ data│ 0   old bytes …
//!           └──────┴──────────┴─────────┴────────┴─────┴─────┴────────────────
//! ```
//!
//! A frame is a commit word of 8 bytes (length, kind, and a tag taken from the position) and the payload.
//! The writer fills the payload, zeroes the commit word *behind* the frame, then stores the frame's own
//! with `Release`: a reader that loads it with `Acquire` has the payload, and finds either zero or a true
//! commit word behind. What does not fit before the end of the region goes to its beginning, behind a
//! pad. Positions count all bytes ever written; 64 bits of them do not wrap.
//!
//! Each ordering stands where it is used, with its partner. The protocol (`producer`, `consumer`, `slot`,
//! `park`) knows neither files nor processes, and is explored by loom: see `model`.

#![cfg_attr(loom, allow(dead_code, reason = "the models use the protocol alone"))]

#[cfg(not(loom))]
mod attach;
mod consumer;
#[cfg(not(loom))]
mod copy;
#[cfg(not(loom))]
mod directory;
#[cfg(not(loom))]
mod error;
#[cfg(not(loom))]
mod fault;
#[cfg(not(loom))]
mod file;
#[cfg(not(loom))]
mod follower;
mod frame;
#[cfg(not(loom))]
mod inspect;
mod interests;
#[cfg(not(loom))]
mod layout;
#[cfg(not(loom))]
mod lock;
#[cfg(not(loom))]
mod lossy;
#[cfg(not(loom))]
mod map;
mod marks;
mod memory;
#[cfg(all(test, loom))]
mod model;
#[cfg(not(loom))]
mod open;
#[cfg(not(loom))]
mod options;
#[cfg(not(loom))]
mod owned;
mod park;
#[cfg(not(loom))]
mod process;
mod producer;
#[cfg(not(loom))]
mod reader;
#[cfg(not(loom))]
mod reap;
mod shared;
#[cfg(not(loom))]
mod shared_writer;
#[cfg(not(loom))]
mod sleeper;
mod slot;
mod sync;
#[cfg(not(loom))]
mod waiting;
#[cfg(not(loom))]
mod window;
#[cfg(not(loom))]
mod writer;

#[cfg(not(loom))]
pub use crate::{
    directory::RingDirectory,
    error::{
        AnnounceError, AttachError, CreateError, DirectoryError, FactsError, PollError,
        ReserveError, UnusableFile,
    },
    inspect::{ReaderKind, ReaderStatus, RingStatus},
    interests::Interests,
    layout::{ANNOUNCEMENTS_LEN, MAX_CAPACITY, MIN_CAPACITY},
    lossy::{LossyFrame, LossyReader},
    options::{FrameAlign, Stuck, WriterOptions},
    owned::OwnedSlot,
    reader::{FrameGuard, Reader, ReaderOptions},
    shared_writer::{SharedSlot, SharedWriter},
    sleeper::{Sleeper, Ticket, sleep_any},
    waiting::Waiting,
    window::Window,
    writer::{Batch, Slot, Writer},
};
pub use slot::Start;

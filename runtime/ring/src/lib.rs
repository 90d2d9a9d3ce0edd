//! The shared-memory ring: one writing process, up to 64 reading ones, frames of any size.

#![cfg_attr(loom, allow(dead_code, reason = "the models use the protocol alone"))]

#[cfg(not(loom))]
mod attach;
mod consumer;
#[cfg(not(loom))]
mod directory;
#[cfg(not(loom))]
mod error;
#[cfg(not(loom))]
mod file;
mod frame;
#[cfg(not(loom))]
mod layout;
#[cfg(not(loom))]
mod lock;
#[cfg(not(loom))]
mod map;
mod memory;
#[cfg(all(test, loom))]
mod model;
#[cfg(not(loom))]
mod open;
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
mod sleeper;
mod slot;
mod sync;
#[cfg(not(loom))]
mod waiting;
#[cfg(not(loom))]
mod writer;

#[cfg(not(loom))]
pub use crate::{
    directory::RingDirectory,
    error::{
        AnnounceError, AttachError, CreateError, DirectoryError, FactsError, PollError,
        ReserveError, UnusableFile,
    },
    layout::{ANNOUNCEMENTS_LEN, MAX_CAPACITY, MIN_CAPACITY},
    reader::{FrameGuard, Reader, ReaderOptions},
    sleeper::{Sleeper, Ticket, sleep_any},
    waiting::Waiting,
    writer::{FrameAlign, Slot, Writer, WriterOptions},
};
pub use slot::Start;

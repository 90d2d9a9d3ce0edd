//! `mycelium shm`: rings in shared memory.

mod gc;
mod inspect;
mod json;
mod ls;
mod places;

use crate::failure::Failure;
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[cfg(feature = "top")]
pub(crate) use self::json::kind as reader_kind;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// List rings: size, writer, readers, the lag of the slowest
    Ls(Places),
    /// Show one ring: its writer, every reader with its lag and losses, its channels
    Inspect(One),
    /// Remove what dead writers have left behind
    Gc(Places),
}

/// Where to look.
#[derive(Args)]
pub(crate) struct Places {
    /// Folders of rings, or rings [default: this user's folders in /dev/shm]
    paths: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Which ring.
#[derive(Args)]
pub(crate) struct One {
    /// The ring's file
    path: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Ls(places) => ls::run(places),
        Command::Inspect(one) => inspect::run(one),
        Command::Gc(places) => gc::run(places),
    }
}

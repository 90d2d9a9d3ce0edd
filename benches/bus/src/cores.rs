//! Keeps threads and processes on cores.

use std::io;

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// Two cores that this process may run on, the first and the last.
pub(crate) fn choose_two() -> io::Result<(usize, usize)> {
    let allowed = sched_getaffinity(None)?;
    let cores: Vec<usize> = (0..CpuSet::MAX_CPU).filter(|core| allowed.is_set(*core)).collect();
    match cores[..] {
        [first, .., last] => Ok((first, last)),
        _ => Err(io::Error::other("two cores are needed, this process may use only one")),
    }
}

/// Keeps the calling thread, and those that it starts, on a core.
pub(crate) fn pin(core: usize) -> io::Result<()> {
    let mut cores = CpuSet::new();
    cores.set(core);
    Ok(sched_setaffinity(None, &cores)?)
}

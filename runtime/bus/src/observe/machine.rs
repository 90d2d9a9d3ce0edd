//! Whether a processor is free, and what of them this process has had.
//!
//! A low priority does not keep an observer from those who are observed: where the system groups processes by session, it counts
//! among those of one terminal alone. So an observer looks itself whether anybody else wants the processor.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// The machine's processors.
#[derive(Debug)]
pub(super) struct Machine {
    /// Says how many threads want to run. Not there in some sandboxes.
    load: Option<File>,
    /// Those that this process may use. Where these are not all, the machine seems busy sooner than it is.
    processors: usize,
}

impl Machine {
    pub(super) fn new() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self { load: File::open("/proc/loadavg").ok(), processors }
    }

    /// Whether more threads want to run than can, ours included. In doubt it is so.
    pub(super) fn is_busy(&self) -> bool {
        let mut text = [0; 128];
        let read = self.load.as_ref().and_then(|load| load.read_at(&mut text, 0).ok());
        let running = read.and_then(|len| running(&text[..len]));
        running.is_none_or(|running| running > self.processors)
    }
}

/// The threads that run or want to, of a text like `0.20 0.18 0.12 1/80 11206`.
fn running(text: &[u8]) -> Option<usize> {
    let word = std::str::from_utf8(text).ok()?.split_ascii_whitespace().nth(3)?;
    word.split('/').next()?.parse().ok()
}

/// What this process has had of the processors so far.
pub(super) fn used() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    // Neither is negative.
    let (seconds, nanos) = (time.tv_sec.try_into(), time.tv_nsec.try_into());
    Duration::new(seconds.unwrap_or_default(), nanos.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_wants_to_run_is_read_of_the_load() {
        assert_eq!(running(b"0.20 0.18 0.12 3/80 11206\n"), Some(3));
        assert_eq!(running(b"0.20 0.18"), None);
        assert_eq!(running(b"0 0 0 many/80 1"), None);
        let nowhere = Machine { load: None, processors: 1_000_000 };
        assert!(nowhere.is_busy());
        assert!(!Machine { processors: 1_000_000, ..Machine::new() }.is_busy());
    }
}

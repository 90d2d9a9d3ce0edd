//! The most memory that a program ever had at once.
//!
//! The kernel counts it twice. What it tells when a program has ended (`ru_maxrss`) is never less than what *we* had
//! ourselves: a child begins as a part of us, and its count goes on when it becomes another program. What it tells while the
//! program runs (`VmHWM`) is the program's own, but must be read in time: it grows, and is gone with the program. So
//! it is read again and again; where the first is more than we ever had, that one is exact and taken.

use std::fs::{self, File};
use std::io::{Read, Seek};
use std::process::Child;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// It is read again after a sixteenth of the time that the program has run, within these bounds: what is not seen then is
/// of a short end.
const LOOKS: [Duration; 2] = [Duration::from_micros(50), Duration::from_millis(2)];

/// Looks at a program while it runs.
pub(crate) struct Peak {
    /// What we ever had ourselves, before.
    ours: u64,
    reader: Option<JoinHandle<u64>>,
}

impl Peak {
    /// Begins to look at a program that was just started.
    pub(crate) fn watch(child: &Child) -> Self {
        let ours = fs::read_to_string("/proc/self/status").ok();
        let ours = ours.and_then(|status| most_bytes(&status)).unwrap_or(0);
        // An open file is that of this process for ever, whoever has its number later.
        let mut status = File::open(format!("/proc/{}/status", child.id())).ok();
        let first = status.as_mut().and_then(read);
        let reader = status.zip(first);
        let reader = reader.map(|(status, first)| thread::spawn(move || read_on(status, first)));
        Self { ours, reader }
    }

    /// Whether the program has ended, or was never seen.
    pub(crate) fn is_over(&self) -> bool {
        self.reader.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Bytes, where the kernel has told so many when the program had ended.
    pub(crate) fn bytes(self, told_at_end: u64) -> u64 {
        let seen = self.reader.and_then(|reader| reader.join().ok()).unwrap_or(0);
        if told_at_end > self.ours || seen == 0 { told_at_end } else { seen }
    }
}

/// Reads until the program has ended.
fn read_on(mut status: File, first: u64) -> u64 {
    let (mut most, begin) = (first, Instant::now());
    let [least_pause, most_pause] = LOOKS;
    while let Some(bytes) = read(&mut status) {
        most = most.max(bytes);
        thread::sleep((begin.elapsed() / 16).clamp(least_pause, most_pause));
    }
    most
}

/// Nothing where the program has ended: then it has no memory.
fn read(status: &mut File) -> Option<u64> {
    let mut text = String::new();
    status.rewind().and_then(|()| status.read_to_string(&mut text)).ok()?;
    most_bytes(&text)
}

fn most_bytes(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::process::{Command, Stdio};

    use wait4::Wait4;

    use super::Peak;

    /// However much we had before.
    #[test]
    fn a_small_program_needs_little() {
        let much: Vec<u64> = (0..16 << 20).collect();
        let mut cat = Command::new("cat");
        let mut child = cat.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.as_mut().unwrap().write_all(b"x").unwrap();
        // So it runs, and is not about to.
        child.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
        let peak = Peak::watch(&child);
        assert!(!peak.is_over());
        drop(child.stdin.take());
        let ended = child.wait4().unwrap();
        assert!(ended.status.success());
        let (told, bytes) = (ended.rusage.maxrss, peak.bytes(ended.rusage.maxrss));
        assert!((1 << 16..64 << 20).contains(&bytes), "{bytes} of {told}, {} numbers", much.len());
    }

    #[test]
    fn a_large_program_needs_much() {
        // Also where nobody looks at the end of it.
        let script = "x=$(head -c 200000000 /dev/zero | tr '\\0' x); echo ${#x}";
        let mut child =
            Command::new("bash").args(["-c", script]).stdout(Stdio::null()).spawn().unwrap();
        let peak = Peak::watch(&child);
        let ended = child.wait4().unwrap();
        let bytes = peak.bytes(ended.rusage.maxrss);
        assert!(bytes > 200_000_000, "{bytes}");
    }
}

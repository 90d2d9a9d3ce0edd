//! What the tests share.
#![allow(dead_code, reason = "each test uses a part of it")]

use mycelium_ring::{Reader, ReaderOptions, Writer, WriterOptions};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

/// Longer than anything here takes; a test that needs it fails.
pub(crate) const LONG: Duration = Duration::from_secs(20);

/// A folder of a test's own.
pub(crate) struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn ring(&self) -> PathBuf {
        self.path().join("test.ring")
    }
}

/// A ring of the smallest size.
pub(crate) fn writer(path: &Path) -> Writer {
    Writer::create(path, &WriterOptions::with_capacity(4096)).expect("a ring")
}

pub(crate) fn reader(path: &Path) -> Reader {
    Reader::attach(path, &ReaderOptions::default()).expect("a reader")
}

/// The next frame, which must be there.
pub(crate) fn next(reader: &mut Reader) -> Vec<u8> {
    reader.poll().expect("a healthy ring").expect("a frame").to_vec()
}

/// Another process, which plays one part of a test and talks in lines. It is killed on drop.
pub(crate) struct Peer {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

/// The variables by which a process of the test learns which part it plays.
const PART: &str = "MYC_RING_TEST_PART";
const RING: &str = "MYC_RING_TEST_RING";

impl Peer {
    /// Runs this test program again, to play `part` with the ring at `path`.
    pub(crate) fn start(part: &str, path: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "peer", "--nocapture", "--quiet"])
            .env(PART, part)
            .env(RING, path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a second process");
        let to = child.stdin.take().expect("piped");
        let from = BufReader::new(child.stdout.take().expect("piped"));
        Self { child, to, from }
    }

    /// Waits until the peer says `line`.
    pub(crate) fn expect(&mut self, line: &str) {
        let mut heard = String::new();
        while heard.trim_end() != line {
            heard.clear();
            let len = self.from.read_line(&mut heard).expect("a line");
            assert_ne!(len, 0, "the peer ended before it said `{line}`");
        }
    }

    /// Tells the peer to go on.
    pub(crate) fn go_on(&mut self) {
        self.to.write_all(b"\n").expect("the peer listens");
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Kills it, at whatever instruction it is, and waits until it is gone.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// Waits until it ends, and tells which signal has ended it.
    pub(crate) fn ended_by_signal(mut self) -> Option<i32> {
        self.child.wait().expect("it ends").signal()
    }

    /// Kills it, and leaves it a zombie for a while.
    pub(crate) fn kill_without_waiting(&mut self) {
        self.child.kill().expect("it runs");
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// In a peer: its part and its ring. `None` in the test itself.
pub(crate) fn own_part() -> Option<(String, PathBuf)> {
    Some((std::env::var(PART).ok()?, std::env::var_os(RING)?.into()))
}

/// In a peer: says a line to the test.
pub(crate) fn say(line: &str) {
    println!("{line}");
    std::io::stdout().flush().expect("the test listens");
}

/// In a peer: waits until the test says to go on, or is gone.
pub(crate) fn pause() {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).expect("a line");
}

/// Reads the first byte of a mapping, which may fault.
#[allow(unsafe_code)]
pub(crate) fn read_mapped(map: &memmap2::MmapRaw) -> u8 {
    // SAFETY: the mapping is at least a byte long; a fault ends the process, which is what is tested.
    unsafe { map.as_ptr().read_volatile() }
}

/// What a process does about a signal that it does not handle.
pub(crate) enum Answer {
    Default,
    Ignore,
}

/// In a peer: has `SIGBUS` answered so, as a program in another language may.
#[allow(unsafe_code)]
pub(crate) fn answer_sigbus(answer: Answer) {
    let answer = match answer {
        Answer::Default => libc::SIG_DFL,
        Answer::Ignore => libc::SIG_IGN,
    };
    // SAFETY: no handler is installed.
    assert_ne!(unsafe { libc::signal(libc::SIGBUS, answer) }, libc::SIG_ERR);
}

/// In a peer: sends `SIGBUS` to this thread.
#[allow(unsafe_code)]
pub(crate) fn raise_sigbus() {
    // SAFETY: no pointers are passed.
    assert_eq!(unsafe { libc::raise(libc::SIGBUS) }, 0);
}

/// Writes bytes to where a window shows a frame.
#[allow(unsafe_code)]
pub(crate) fn write_bytes(place: std::ptr::NonNull<u8>, bytes: &[u8]) {
    // SAFETY: the caller's window is open, and the frame there as long.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), place.as_ptr(), bytes.len()) };
}

/// Reads bytes from where a window shows a frame.
#[allow(unsafe_code)]
pub(crate) fn read_bytes(place: std::ptr::NonNull<u8>, len: usize) -> Vec<u8> {
    // SAFETY: as in `write_bytes`.
    unsafe { std::slice::from_raw_parts(place.as_ptr(), len).to_vec() }
}

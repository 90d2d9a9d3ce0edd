//! Who a process is, so that a process id used again fools nobody.

use rustix::process::{Pid, getpid};
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;

/// A process: its id, in which namespace that id counts, and when it started.
///
/// A `started` or `pid_namespace` of zero means that the system would not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) pid: u32,
    pub(crate) started: u64,
    pub(crate) pid_namespace: u64,
}

impl Identity {
    /// This process.
    pub(crate) fn own() -> Self {
        let pid = own_pid();
        let started = match look_up(pid) {
            Lookup::Alive { started } => started,
            Lookup::Gone | Lookup::Unknown => 0,
        };
        Self { pid, started, pid_namespace: own_pid_namespace() }
    }

    /// Whether the process is certainly gone. In doubt (another namespace, no `/proc`), it is not.
    ///
    /// File locks tell of a death at once and nearly for nothing; this is the second witness, for
    /// locks that a forked child of the dead process still holds.
    pub(crate) fn is_gone(self) -> bool {
        if self.started == 0 || self.pid_namespace == 0 {
            return false;
        }
        if self.pid_namespace != own_pid_namespace() {
            return false;
        }
        match look_up(self.pid) {
            Lookup::Gone => true,
            Lookup::Alive { started } => started != self.started,
            Lookup::Unknown => false,
        }
    }
}

/// The id of this process.
pub(crate) fn own_pid() -> u32 {
    Pid::as_raw(Some(getpid())).unsigned_abs()
}

fn own_pid_namespace() -> u64 {
    fs::metadata("/proc/self/ns/pid").map_or(0, |namespace| namespace.ino())
}

enum Lookup {
    Alive { started: u64 },
    Gone,
    Unknown,
}

fn look_up(pid: u32) -> Lookup {
    match fs::read_to_string(format!("/proc/{pid}/stat")) {
        Ok(stat) => parse_stat(&stat).unwrap_or(Lookup::Unknown),
        // Without /proc itself, the absence of an entry says nothing.
        Err(error) if error.kind() == ErrorKind::NotFound && own_pid_namespace() != 0 => {
            Lookup::Gone
        }
        Err(_) => Lookup::Unknown,
    }
}

/// Takes state and start time from a line of `/proc/<pid>/stat`: fields 3 and 22. The second field,
/// the command, may contain anything, but it ends at the last parenthesis.
fn parse_stat(stat: &str) -> Option<Lookup> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace();
    let state = fields.next()?;
    let started = fields.nth(18)?.parse().ok()?;
    // A zombie has closed its files and runs no more.
    if matches!(state, "Z" | "X") {
        return Some(Lookup::Gone);
    }
    Some(Lookup::Alive { started })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_not_gone_but_its_former_lives_are() {
        let own = Identity::own();
        assert!(own.started > 0);
        assert!(!own.is_gone());
        assert!(Identity { started: own.started + 1, ..own }.is_gone());
        assert!(!Identity { pid_namespace: own.pid_namespace + 1, ..own }.is_gone());
    }

    #[test]
    fn a_command_with_parentheses_does_not_shift_the_fields() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4 0 0 0 0 0 0 0 0 20 0 1 0 4711 0 0";
        assert!(matches!(parse_stat(stat), Some(Lookup::Alive { started: 4711 })));
        assert!(parse_stat("7 (a").is_none());
    }
}

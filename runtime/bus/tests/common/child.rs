//! Other processes for tests: the test's own binary, started again with a role to play.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};

const ROLE: &str = "MYCELIUM_TEST_ROLE";
const TOPOLOGY: &str = "MYCELIUM_TEST_TOPOLOGY";

/// A process that plays a role; killed when it is dropped.
pub(crate) struct Player {
    child: Child,
    says: BufReader<ChildStderr>,
}

impl Player {
    /// Starts the test `child` of this binary in that role.
    pub(crate) fn start(role: &str, topology: &Path) -> Self {
        Self::start_from(Command::new(std::env::current_exe().unwrap()), role, topology)
    }

    /// The same by a command that becomes the program which it is given.
    pub(crate) fn start_by(mut command: Command, role: &str, topology: &Path) -> Self {
        command.arg(std::env::current_exe().unwrap());
        Self::start_from(command, role, topology)
    }

    fn start_from(mut command: Command, role: &str, topology: &Path) -> Self {
        let mut child = command
            .args(["--exact", "child", "--nocapture"])
            .env(ROLE, role)
            .env(TOPOLOGY, topology)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let says = BufReader::new(child.stderr.take().unwrap());
        Self { child, says }
    }

    /// The next line that it says.
    pub(crate) fn hear(&mut self) -> String {
        let mut line = String::new();
        self.says.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// Waits until it has said this.
    pub(crate) fn wait_for(&mut self, word: &str) {
        loop {
            let line = self.hear();
            if line == word {
                return;
            }
            assert!(!line.is_empty(), "it ended without saying `{word}`");
        }
    }

    /// Its process id.
    pub(crate) fn id(&self) -> String {
        self.child.id().to_string()
    }

    /// Kills it, as `kill -9` does.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// In a started process: its role and topology.
pub(crate) fn role() -> Option<(String, String)> {
    Some((std::env::var(ROLE).ok()?, std::env::var(TOPOLOGY).ok()?))
}

/// In a started process: says a line to the test.
pub(crate) fn say(word: &str) {
    eprintln!("{word}");
}

//! A real terminal, for what looks otherwise on one: tmux is it, where it is there.

use std::process::{Command, Output};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long something may take that happens at once on a machine with nothing else to do.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A terminal of 120 columns and 24 lines.
pub(crate) struct Terminal(TempDir);

impl Terminal {
    /// Runs a line of the shell; nothing where there is no program that is a terminal.
    pub(crate) fn run(line: &str) -> Option<Self> {
        let terminal = Self(tempfile::tempdir().expect("a folder"));
        let size = ["-x", "120", "-y", "24"];
        let started = terminal.tmux(&[&["new-session", "-d"], &size[..], &[line]].concat());
        match started {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            started => {
                let output = started.expect("it starts");
                assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
                Some(terminal)
            }
        }
    }

    pub(crate) fn tmux(&self, arguments: &[&str]) -> std::io::Result<Output> {
        let mut tmux = Command::new("tmux");
        // A server of our own, without anybody's settings.
        tmux.args(["-u", "-f", "/dev/null", "-S"]).arg(self.0.path().join("terminal"));
        tmux.env_remove("TMUX").args(arguments).output()
    }

    pub(crate) fn keys(&self, keys: &[&str]) {
        let sent = self.tmux(&[&["send-keys"], keys].concat()).expect("it runs");
        assert!(sent.status.success(), "{}", String::from_utf8_lossy(&sent.stderr));
    }

    /// Waits until the screen is as it should be. Gives its lines.
    pub(crate) fn wait_for(&self, what: &str, is_so: impl Fn(&[&str]) -> bool) -> Vec<String> {
        self.wait_for_shown(what, &[], is_so)
    }

    /// The same, with the colours of the screen as what a terminal is told.
    pub(crate) fn wait_for_colours(
        &self,
        what: &str,
        is_so: impl Fn(&[&str]) -> bool,
    ) -> Vec<String> {
        self.wait_for_shown(what, &["-e"], is_so)
    }

    fn wait_for_shown(
        &self,
        what: &str,
        how: &[&str],
        is_so: impl Fn(&[&str]) -> bool,
    ) -> Vec<String> {
        let end = Instant::now() + PATIENCE;
        loop {
            let screen =
                self.tmux(&[&["capture-pane", "-p"], how].concat()).expect("it runs").stdout;
            let screen = String::from_utf8(screen).expect("UTF-8");
            let lines: Vec<&str> = screen.lines().map(str::trim_end).collect();
            if is_so(&lines) {
                return lines.into_iter().map(str::to_owned).collect();
            }
            assert!(Instant::now() < end, "{what} never came; the screen:\n{screen}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.tmux(&["kill-server"]);
    }
}

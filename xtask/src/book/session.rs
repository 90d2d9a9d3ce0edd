//! One shell for all commands of a page, so that folders, variables and programs in the background go on from
//! one block to the next.

use std::io::{Write, pipe};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use super::{compare, limited};
use crate::failure::{Failure, io_failure};

/// How long a command may take: what a page shows is short, but a crate may be compiled.
pub(super) const LONGEST: Duration = Duration::from_secs(300);

/// Begins the line that tells how a command has ended.
const MARK: char = '\u{1e}';

/// A shell that waits for commands; what it has started ends with it.
pub(super) struct Session {
    shell: Child,
    commands: ChildStdin,
    printed: Receiver<Vec<u8>>,
    /// What was read, and belongs to no command yet.
    unread: Vec<u8>,
    longest: Duration,
    /// The command that is run, as a file, so that none reads what is meant for the shell.
    script: std::path::PathBuf,
}

/// A command of a page, with what the page shows behind it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Exchange<'t> {
    /// Lines from the block's fence.
    pub(super) offset: usize,
    command: String,
    shown: Vec<&'t str>,
    status: i32,
}

/// The commands of a console: lines that begin with `$ `, those that begin with `> ` right behind them, and what is
/// shown; `[2]` at the end is the exit status, which otherwise is 0.
pub(super) fn exchanges(text: &str) -> Vec<Exchange<'_>> {
    let mut found: Vec<Exchange<'_>> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if let Some(command) = line.strip_prefix("$ ") {
            let (offset, command) = (index + 1, command.to_owned());
            found.push(Exchange { offset, command, shown: Vec::new(), status: 0 });
        } else if let Some(exchange) = found.last_mut() {
            match line.strip_prefix("> ") {
                Some(more) if exchange.shown.is_empty() => {
                    exchange.command.push('\n');
                    exchange.command.push_str(more);
                }
                _ => exchange.shown.push(line),
            }
        }
    }
    for exchange in &mut found {
        let last = exchange.shown.last().and_then(|line| line.strip_prefix('[')?.strip_suffix(']'));
        if let Some(status) = last.and_then(|status| status.parse().ok()) {
            exchange.status = status;
            exchange.shown.pop();
        }
    }
    found
}

/// Lines of a script, run as one command.
pub(super) fn script(text: &str) -> Exchange<'_> {
    Exchange { offset: 1, command: format!("(set -e\n{text})"), shown: Vec::new(), status: 0 }
}

impl Session {
    /// Starts a shell in `folder` with the variables of `environment`, each of whose commands may take so long.
    pub(super) fn start(
        folder: &Path,
        environment: &[(String, String)],
        longest: Duration,
    ) -> Result<Self, Failure> {
        let script = folder.with_extension("command");
        let failed = |error| io_failure("start a shell in", folder)(error);
        let (reader, writer) = pipe().map_err(failed)?;
        let other = writer.try_clone().map_err(failed)?;
        let mut shell = Command::new("bash")
            .args(["--noprofile", "--norc"])
            .envs(environment.iter().map(|(key, value)| (key, value)))
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(writer)
            .stderr(other)
            .process_group(0)
            .spawn()
            .map_err(failed)?;
        let Some(commands) = shell.stdin.take() else {
            return Err(Failure::new("the shell has no input"));
        };
        let (sender, printed) = channel();
        std::thread::spawn(move || limited::forward(reader, &sender, |bytes| bytes));
        Ok(Self { shell, commands, printed, unread: Vec::new(), longest, script })
    }

    /// Runs a command; gives what is not as the page says.
    pub(super) fn run(&mut self, exchange: &Exchange<'_>) -> Result<(), String> {
        self.send(&exchange.command).map_err(|error| format!("the shell has gone: {error}"))?;
        let told = |what| format!("`{}` {what}", exchange.command);
        let (printed, status) = self.read_to_mark().map_err(told)?;
        let shown: Vec<&str> = exchange.shown.clone();
        let printed: Vec<&str> = printed.iter().map(String::as_str).collect();
        if status != exchange.status {
            let printed = printed.join("\n    ");
            return Err(format!(
                "`{}` ended with {status}, not {}, and printed\n    {printed}",
                exchange.command, exchange.status
            ));
        }
        let told = |difference| format!("behind `{}` {difference}", exchange.command);
        compare::difference(&shown, &printed).map_or(Ok(()), |difference| Err(told(difference)))
    }

    fn send(&mut self, command: &str) -> std::io::Result<()> {
        std::fs::write(&self.script, format!("{command}\n"))?;
        let script = self.script.display();
        // The line feed first: what was printed may have no end of its own.
        writeln!(self.commands, ". '{script}' </dev/null; printf '\\n{MARK}%s\\n' $?")?;
        self.commands.flush()
    }

    /// What was printed, without the line feed before the mark, and the exit status.
    fn read_to_mark(&mut self) -> Result<(Vec<String>, i32), String> {
        let until = Instant::now() + self.longest;
        let mut printed = Vec::new();
        loop {
            while let Some(line) = self.take_line() {
                let Some(status) = line.strip_prefix(MARK) else {
                    printed.push(line);
                    continue;
                };
                // The mark's own line feed ends a line, or is an empty one.
                if printed.last().is_some_and(String::is_empty) {
                    printed.pop();
                }
                return Ok((printed, status.parse().unwrap_or(-1)));
            }
            let left = until.saturating_duration_since(Instant::now());
            let what = match self.printed.recv_timeout(left) {
                Ok(bytes) => {
                    self.unread.extend(bytes);
                    continue;
                }
                Err(RecvTimeoutError::Timeout) => {
                    format!("did not end within {} s", self.longest.as_secs_f64())
                }
                Err(RecvTimeoutError::Disconnected) => "has ended the shell".to_owned(),
            };
            // The last line may have no end: a question, to which nobody answers.
            printed.push(String::from_utf8_lossy(&self.unread).into_owned());
            return Err(format!("{what}, and printed\n    {}", printed.join("\n    ")));
        }
    }

    /// The next line that is there whole.
    fn take_line(&mut self) -> Option<String> {
        let end = self.unread.iter().position(|byte| *byte == b'\n')?;
        let line: Vec<u8> = self.unread.drain(..=end).collect();
        Some(String::from_utf8_lossy(&line[..end]).into_owned())
    }
}

impl Drop for Session {
    /// Ends the shell and all that it has started.
    fn drop(&mut self) {
        limited::end_group(self.shell.id());
        let _ = self.shell.wait();
        let _ = std::fs::remove_file(&self.script);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_told_from_what_they_print() {
        let found = exchanges("$ a \\\n> b\nout\n$ c\n> not out\n[2]\n");
        let told: Vec<_> = found
            .iter()
            .map(|exchange| {
                (exchange.offset, &*exchange.command, &*exchange.shown, exchange.status)
            })
            .collect();
        assert_eq!(told, [(1, "a \\\nb", &["out"][..], 0), (4, "c\nnot out", &[][..], 2)]);
    }

    #[test]
    fn a_session_keeps_its_state_and_tells_what_differs() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("page");
        std::fs::create_dir(&place).unwrap();
        let mut session = Session::start(&place, &[], LONGEST).unwrap();
        let all = "$ mkdir a; cd a; X=1\n$ basename $PWD; printf $X\na\n1\n$ cat; false\n[1]\n$ sleep 60 &\n";
        for exchange in exchanges(all) {
            session.run(&exchange).unwrap();
        }
        let wrong = session.run(&exchanges("$ echo no\nyes\n")[0]).unwrap_err();
        assert!(wrong.contains("the page shows\n    yes\n"), "{wrong}");
        assert!(session.run(&exchanges("$ false\n")[0]).unwrap_err().contains("ended with 1"));
        assert!(session.run(&script("false\ntrue\n")).is_err());
    }

    #[test]
    fn what_hangs_is_told_with_what_it_printed() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("page");
        std::fs::create_dir(&place).unwrap();
        let mut longest = Duration::from_millis(100);
        loop {
            let mut session = Session::start(&place, &[], longest).unwrap();
            let hangs = exchanges("$ echo so far; printf 'and so on? '; sleep 1000\n");
            let told = session.run(&hangs[0]).unwrap_err();
            assert!(told.contains("did not end within"), "{told}");
            // However slow the machine is, with so much time it has printed.
            if told.ends_with("printed\n    so far\n    and so on? ") {
                return;
            }
            longest *= 2;
            assert!(longest < LONGEST, "it never printed, but: {told}");
        }
    }
}

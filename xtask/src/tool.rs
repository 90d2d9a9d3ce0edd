//! Runs other programs: output is kept, shown on failure, and stands in a log file meanwhile.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Write, pipe};
use std::path::Path;
use std::process::Command;

use crate::excerpt;
use crate::failure::{Failure, io_failure};
use crate::progress::Progress;
use crate::repo;

/// A program with its arguments, to be run in the repository's folder.
pub(crate) struct Tool {
    command: Command,
    name: String,
}

impl Tool {
    /// `program` is a path, or a name to look up.
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        Self::of(Command::new(program))
    }

    /// A command that others prepared.
    pub(crate) fn of(mut command: Command) -> Self {
        let program = command.get_program();
        let name = Path::new(program).file_name().unwrap_or(program).to_string_lossy().into_owned();
        command.current_dir(repo::root()).stdin(std::process::Stdio::null());
        Self { command, name }
    }

    /// The cargo that runs us, free of what it tells only the package that it runs.
    pub(crate) fn cargo() -> Self {
        let mut tool = Self::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        for (key, _) in std::env::vars_os() {
            let name = key.to_string_lossy();
            if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
                tool.command.env_remove(&key);
            }
        }
        tool
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    pub(crate) fn args(mut self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.command.args(args);
        self
    }

    pub(crate) fn env(mut self, key: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(key, value);
        self
    }

    /// Runs to the end; gives what the program printed. `log` names its log file.
    pub(crate) fn run(mut self, log: &str, progress: &Progress) -> Result<String, Failure> {
        let log_path = repo::target().join("xtask").join(format!("{log}.log"));
        let shown = self.shown();
        let (reader, writer) = pipe().map_err(io_failure("open a pipe for", Path::new(&shown)))?;
        let other = writer.try_clone().map_err(io_failure("open a pipe for", Path::new(&shown)))?;
        let mut child = match self.command.stdout(writer).stderr(other).spawn() {
            Ok(child) => child,
            Err(error) => return Err(self.not_started(&error)),
        };
        // The command holds the pipe's writing ends; without them the reader sees the end.
        drop(self);

        let output = follow(reader, progress);
        save(&log_path, &shown, &output)?;
        let status = child.wait().map_err(io_failure("wait for", Path::new(&shown)))?;
        if status.success() {
            return Ok(output);
        }
        Err(Failure::new(format!("`{shown}` failed ({status})"))
            .seen(excerpt::of(&output))
            .remedy(format!("the whole output is in {}", repo::shown(&log_path))))
    }

    /// Runs to the end and tells only whether it went well; for questions to the system.
    pub(crate) fn succeeds(mut self) -> bool {
        self.command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        self.command.status().is_ok_and(|status| status.success())
    }

    fn shown(&self) -> String {
        let args = self.command.get_args().map(|arg| arg.to_string_lossy());
        std::iter::once(self.name.as_str().into()).chain(args).collect::<Vec<_>>().join(" ")
    }

    fn not_started(&self, error: &std::io::Error) -> Failure {
        let what = format!("cannot start `{}`: {error}", self.name);
        match error.kind() {
            ErrorKind::NotFound => {
                Failure::new(what).remedy(format!("install `{}` and run again", self.name))
            }
            _ => Failure::new(what),
        }
    }
}

/// Reads to the end, keeping everything and showing the newest line.
fn follow(reader: impl std::io::Read, progress: &Progress) -> String {
    let mut output = String::new();
    let mut lines = BufReader::new(reader);
    let mut line = Vec::new();
    while matches!(lines.read_until(b'\n', &mut line), Ok(read) if read > 0) {
        let text = String::from_utf8_lossy(&line);
        if !text.trim().is_empty() {
            progress.detail(text.trim());
        }
        output.push_str(&text);
        line.clear();
    }
    output
}

fn save(path: &Path, shown: &str, output: &str) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(io_failure("make the folder", folder))?;
    let mut file = fs::File::create(path).map_err(io_failure("write", path))?;
    writeln!(file, "$ {shown}\n{output}").map_err(io_failure("write", path))
}

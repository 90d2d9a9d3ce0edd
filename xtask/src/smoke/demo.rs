//! One run of `cargo xtask demo` under test.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::failure::{Failure, io_failure};
use crate::repo;

/// No case takes longer.
const PATIENCE: Duration = Duration::from_secs(120);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A demo that runs.
pub(super) struct Demo {
    child: Child,
    stdout: BufReader<ChildStdout>,
    stderr: JoinHandle<String>,
    said: String,
    /// Processes that it started, by name.
    services: Vec<(String, u32)>,
    folder: PathBuf,
}

/// A demo that has ended, with all of its processes.
pub(super) struct Ended {
    status: ExitStatus,
    stdout: String,
    stderr: String,
    /// Processes that it had started, by name.
    services: Vec<(String, u32)>,
    shm: PathBuf,
    folder: PathBuf,
}

impl Demo {
    /// Starts it with programs of the tests' profile and a folder of its own.
    pub(super) fn start(args: &[&str]) -> Result<Self, Failure> {
        Self::start_with(args, &[])
    }

    /// The same with variables of its own.
    pub(super) fn start_with(args: &[&str], variables: &[(&str, String)]) -> Result<Self, Failure> {
        let folder = repo::target().join("demo-test");
        let program = repo::target().join("debug/xtask");
        let mut command = Command::new(&program);
        command.args(["demo", "--profile", "dev", "--out"]).arg(&folder).args(args);
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(io_failure("start", &program))?;
        let (Some(stdout), Some(mut stderr)) = (child.stdout.take(), child.stderr.take()) else {
            return Err(Failure::new("the demo's output is not at hand"));
        };
        let stderr = std::thread::spawn(move || {
            let mut text = String::new();
            // What is no text is missed by whoever looks for it.
            let _ = stderr.read_to_string(&mut text);
            text
        });
        let stdout = BufReader::new(stdout);
        Ok(Self { child, stdout, stderr, said: String::new(), services: Vec::new(), folder })
    }

    /// Reads on until a line begins so; fails where the demo ends before.
    pub(super) fn wait_for(&mut self, beginning: &str) -> Result<(), Failure> {
        loop {
            match self.read_line() {
                Some(line) if line.starts_with(beginning) => return Ok(()),
                Some(_) => {}
                None => {
                    return Err(Failure::new(format!("it ended before saying `{beginning}`"))
                        .seen(self.said.clone()));
                }
            }
        }
    }

    /// Sends a signal, by its name, to a service, or to the demo itself where `who` is `demo`.
    pub(super) fn signal(&self, signal: &str, who: &str) -> Result<(), Failure> {
        let service = self.services.iter().find(|(name, _)| name == who).map(|(_, pid)| *pid);
        let pid = service.unwrap_or_else(|| self.child.id());
        let kill = Command::new("sh").args(["-c", &format!("kill -{signal} {pid}")]).status();
        match kill {
            Ok(status) if status.success() => Ok(()),
            _ => Err(Failure::new(format!("cannot send {signal} to {who} ({pid})"))),
        }
    }

    /// Waits until it and its services have ended.
    pub(super) fn wait(mut self) -> Result<Ended, Failure> {
        while self.read_line().is_some() {}
        let deadline = Instant::now() + PATIENCE;
        let shm = PathBuf::from(format!("/dev/shm/mycelium-demo-{}", self.child.id()));
        let status = self.child.wait().map_err(io_failure("wait for", Path::new("the demo")))?;
        for (name, pid) in &self.services {
            while is_running(*pid) {
                if Instant::now() > deadline {
                    return Err(Failure::new(format!("{name} ({pid}) still runs")));
                }
                std::thread::sleep(LOOK_EVERY);
            }
        }
        let stderr = self.stderr.join().unwrap_or_default();
        let (stdout, services) = (self.said, self.services);
        Ok(Ended { status, stdout, stderr, services, shm, folder: self.folder })
    }

    fn read_line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.stdout.read_line(&mut line).unwrap_or(0);
        // `started  risk, process 123`
        if let Some((name, pid)) =
            line.strip_prefix("started  ").and_then(|started| started.split_once(", process "))
            && let Ok(pid) = pid.trim().parse()
        {
            self.services.push((name.to_owned(), pid));
        }
        self.said.push_str(&line);
        (read > 0).then_some(line)
    }
}

impl Ended {
    pub(super) fn expect_success(&self) -> Result<(), Failure> {
        self.expect(self.status.success(), "it fails")
    }

    pub(super) fn expect_failure(&self) -> Result<(), Failure> {
        self.expect(!self.status.success(), "it says that it went well")
    }

    pub(super) fn expect_stdout(&self, text: &str) -> Result<(), Failure> {
        self.expect(self.stdout.contains(text), &format!("standard output lacks `{text}`"))
    }

    pub(super) fn expect_stderr(&self, text: &str) -> Result<(), Failure> {
        self.expect(self.stderr.contains(text), &format!("standard error lacks `{text}`"))
    }

    /// No ring, no socket; that no process is left was waited for.
    pub(super) fn expect_nothing_left(&self) -> Result<(), Failure> {
        self.expect(!self.shm.exists(), &format!("{} is left", self.shm.display()))?;
        ["risk", "venue", "market-maker"].iter().try_for_each(|service| {
            let socket = self.folder.join("sockets").join(service).with_extension("sock");
            self.expect(!socket.exists(), &format!("{} is left", socket.display()))
        })
    }

    /// That a service, as it reports itself, ran in the process of this name.
    pub(super) fn expect_same_process(&self, service: &str, process: &str) -> Result<(), Failure> {
        let path = self.folder.join("reports").join(service).with_extension("json");
        let text = fs::read_to_string(&path).map_err(io_failure("read", &path))?;
        let report: serde_json::Value = serde_json::from_str(&text).map_err(|error| {
            Failure::new(format!("{} is not a report: {error}", path.display()))
        })?;
        let started = self.services.iter().find(|(name, _)| name == process);
        let is_there = started.is_some_and(|(_, pid)| report["process"] == *pid);
        self.expect(is_there, &format!("{service} ran in another process than {process}"))
    }

    /// The number above 0 that stands in front of these words.
    pub(super) fn expect_some(&self, words: &str) -> Result<(), Failure> {
        let before = self.stdout.find(words).map(|at| self.stdout[..at].trim_end());
        let number = before.and_then(|text| text.rsplit(' ').next()).unwrap_or_default();
        let is_some = number.contains(|digit: char| ('1'..='9').contains(&digit));
        self.expect(is_some, &format!("standard output says of no{words}"))
    }

    fn expect(&self, holds: bool, otherwise: &str) -> Result<(), Failure> {
        if holds {
            return Ok(());
        }
        let seen = format!("{}{}", self.stdout, self.stderr);
        Err(Failure::new(format!("{otherwise} ({})", self.status)).seen(seen))
    }
}

/// A process that has ended but was not waited for does not run.
fn is_running(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The state stands behind the name, which is in brackets and may hold anything.
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
}

//! One process of the demo: how it is started, what it says, how it is told to end.
//!
//! A service's standard input is its lifeline. A line on it is the reason to end in order; its end
//! without a line means that we have vanished, which the system says even when we are killed. On
//! standard output a service says how far it is (`progress SERVICE MESSAGES LOST`), on standard
//! error what went wrong.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use super::Options;
use super::build::Programs;
use super::folder::RunFolder;
use super::monitor::{MONITOR, Monitor};
use super::trading;
use crate::failure::Failure;
use crate::repo;
use crate::setup::python;

/// How far a service is.
#[derive(Clone, Copy, Default)]
pub(super) struct Reached {
    pub(super) messages: u64,
    pub(super) lost: u64,
}

/// How far each service is, by name.
pub(super) type Board = Arc<Mutex<BTreeMap<String, Reached>>>;

/// A running process.
pub(super) struct Service {
    /// What a person calls it.
    pub(super) name: &'static str,
    child: Child,
    lifeline: Option<ChildStdin>,
    readers: [JoinHandle<String>; 2],
    pub(super) board: Board,
}

/// Starts all processes.
pub(super) fn start_all(
    programs: &Programs,
    folder: &RunFolder,
    options: &Options,
    is_trading: bool,
    monitor: Monitor,
) -> Result<Vec<Service>, Failure> {
    let board = Board::default();
    let mut engine = Command::new(&programs.engine);
    engine.args(["--speed", &options.speed, "--seed", &options.seed.to_string()]);
    for feed in &options.feeds {
        engine.arg("--feed").arg(feed);
    }
    if let Some(seconds) = options.duration {
        engine.args(["--duration", &seconds.to_string()]);
    }
    if monitor == Monitor::Hosted {
        // Where the Python in it finds the package, the generated code and the monitor.
        engine.env("PYTHONPATH", python::path(&["examples/market/python"]));
    }
    let script = |name: &str| {
        let mut command = python::command(&programs.python, programs.profile.folder());
        command.arg(repo::root().join("examples/market/python").join(name));
        command
    };
    let strategy = script("strategy.py");
    let risk = Command::new(&programs.risk);

    let mut commands = vec![("engine", engine), ("strategy", strategy), ("risk", risk)];
    if monitor == Monitor::Alone {
        commands.push((MONITOR, script("monitor.py")));
    }
    if is_trading {
        commands.extend(trading::commands(&programs.trading, options));
    }
    let is_there = |name: &String| commands.iter().any(|(process, _)| process == name);
    if let Some((name, _)) = options.inside.iter().find(|(name, _)| !is_there(name)) {
        return Err(Failure::new(format!("--inside {name}: no process of the demo is called so")));
    }
    let start = |(name, mut command): (&'static str, Command)| {
        if let Some((_, namespace)) = options.inside.iter().find(|(process, _)| process == name) {
            command = inside(namespace, &command);
        }
        command.arg("--topology").arg(&folder.topology);
        command.arg("--reports").arg(folder.reports()).arg("--supervised");
        Service::start(name, command, board.clone())
    };
    // Those that did start are told to end as their lifelines are dropped.
    commands.into_iter().map(start).collect()
}

/// The same command in a network namespace. `ip` becomes the program, so that it is the same process.
fn inside(namespace: &str, command: &Command) -> Command {
    let mut inside = Command::new("ip");
    inside.args(["netns", "exec", namespace]).arg(command.get_program()).args(command.get_args());
    inside.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    inside
}

impl Service {
    fn start(name: &'static str, mut command: Command, board: Board) -> Result<Self, Failure> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A group of its own: Ctrl-C reaches us alone, and we tell the services in order.
        let mut child = command.process_group(0).spawn().map_err(|error| {
            let program = command.get_program().to_string_lossy();
            Failure::new(format!("cannot start {name} ({program}): {error}"))
        })?;
        println!("started  {name}, process {}", child.id());
        let lifeline = child.stdin.take();
        let said = follow(child.stdout.take(), Some(board.clone()));
        let complained = follow(child.stderr.take(), None);
        Ok(Self { name, child, lifeline, readers: [said, complained], board })
    }

    /// Tells it to end in order, and why.
    pub(super) fn tell_to_end(&mut self, reason: &str) {
        if let Some(mut lifeline) = self.lifeline.take() {
            // Nobody reads where the service has just ended by itself.
            let _ = writeln!(lifeline, "{reason}");
        }
    }

    /// How it ended, if it has.
    pub(super) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Ends it by force.
    pub(super) fn kill(&mut self) {
        let _ = self.child.kill();
    }

    /// Waits for the end; gives what it printed beside its progress.
    pub(super) fn finish(mut self) -> String {
        drop(self.lifeline.take());
        let _ = self.child.wait();
        self.readers.map(|reader| reader.join().unwrap_or_default()).concat()
    }
}

/// Reads lines to the end: progress goes to the board, the rest is kept.
fn follow(pipe: Option<impl Read + Send + 'static>, board: Option<Board>) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut kept = String::new();
        for line in pipe.into_iter().flat_map(|pipe| BufReader::new(pipe).lines()) {
            let Ok(line) = line else { break };
            match (&board, parse_progress(&line)) {
                (Some(board), Some((service, reached))) => {
                    let mut board = board.lock().unwrap_or_else(PoisonError::into_inner);
                    board.insert(service.to_owned(), reached);
                }
                _ => {
                    kept.push_str(&line);
                    kept.push('\n');
                }
            }
        }
        kept
    })
}

/// `progress SERVICE MESSAGES LOST`
fn parse_progress(line: &str) -> Option<(&str, Reached)> {
    let mut words = line.strip_prefix("progress ")?.split(' ');
    let service = words.next()?;
    let reached =
        Reached { messages: words.next()?.parse().ok()?, lost: words.next()?.parse().ok()? };
    Some((service, reached))
}

/// How a process ended, for a person.
pub(super) fn describe(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (_, Some(signal)) => format!("was killed by signal {signal}"),
        (Some(code), None) => format!("failed with exit status {code}"),
        (None, None) => "ended in an unknown way".to_owned(),
    }
}

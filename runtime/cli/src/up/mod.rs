//! `mycelium up`: starts the nodes of this machine by their commands and looks after them.
//!
//! One process a node, in a group of its own, started in the order of the file and stopped in the
//! reverse order. [`supervise`] says when a node is started again, and when all is given up.

mod child;
mod log;
mod pause;
mod signals;
mod supervise;

use crate::failure::Failure;
use crate::here::Here;
use crate::say::say;
use crate::topology;
use clap::Args;
use mycelium::topology::{Command, Node, Restart, Topology};
use std::path::{Path, PathBuf};
use std::time::Duration;

pub(crate) use self::child::{Child, become_child, ends_with};

#[derive(Args)]
pub(crate) struct Options {
    /// The topology's file
    file: PathBuf,
    /// Only these nodes [default: all of this machine]
    nodes: Vec<String>,
    /// The machine whose nodes are started [default: this one]
    #[arg(long, value_name = "NAME")]
    host: Option<String>,
    /// Also write what a node says to NODE.log in this folder
    #[arg(long, value_name = "FOLDER")]
    log_dir: Option<PathBuf>,
    /// How long a node may take to stop before it is killed
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    grace: Duration,
    /// How often a node may be started again within the window before all is given up
    #[arg(long, value_name = "COUNT", default_value_t = 5)]
    restarts: usize,
    /// The window in which restarts are counted
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    window: Duration,
    /// The first pause before a restart; the next ones are twice as long, up to 30 s
    #[arg(long, value_name = "SECONDS", default_value = "0.2", value_parser = seconds)]
    pause: Duration,
}

/// A node that is started.
struct Job {
    name: String,
    services: Vec<String>,
    command: Command,
    restart: Restart,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let topology = topology::load(&options.file)?;
    let file = std::path::absolute(&options.file)
        .map_err(|error| Failure::Input(format!("{}: {error}", options.file.display())))?;
    let jobs = jobs(&topology, options)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::Input(format!("cannot start: {error}")))?;
    let (log, writing) = log::Log::open(&jobs, options.log_dir.as_deref())?;
    let local = tokio::task::LocalSet::new();
    let outcome = local.block_on(&runtime, supervise::run(jobs, &file, options, log));
    // With its tasks the last who may say something are gone.
    drop(local);
    runtime.block_on(writing.finish(child::LAST_WORDS));
    outcome
}

/// The nodes that were asked for, or all of this machine that have commands.
fn jobs(topology: &Topology, options: &Options) -> Result<Vec<Job>, Failure> {
    for name in &options.nodes {
        if !topology.nodes.iter().any(|node| node.name == *name) {
            let known: Vec<&str> = topology.nodes.iter().map(|node| node.name.as_str()).collect();
            let file = options.file.display();
            let known = known.join(", ");
            return Err(Failure::Input(format!("{file} has no node `{name}`; it has: {known}")));
        }
    }
    let here = Here::new(options.host.as_ref());
    let is_wanted = |node: &&Node| match options.nodes.is_empty() {
        true => here.is_home_of(node),
        false => options.nodes.contains(&node.name),
    };
    let mut jobs = Vec::new();
    for node in topology.nodes.iter().filter(is_wanted) {
        match &node.command {
            Some(command) => jobs.push(job(node, command)?),
            None if options.nodes.contains(&node.name) => {
                return Err(Failure::Input(format!(
                    "node `{}` has no command; add `command = [\"program\", \"argument\"]`",
                    node.name
                )));
            }
            None => {
                say(format_args!("mycelium: node `{}` has no command: it is left alone", node.name))
            }
        }
    }
    match jobs.is_empty() {
        true => Err(Failure::Input(format!(
            "{} gives no node of this machine a command; add `command = [\"program\", \"argument\"]` \
             to a node, or name another machine by --host",
            options.file.display()
        ))),
        false => Ok(jobs),
    }
}

fn job(node: &Node, command: &Command) -> Result<Job, Failure> {
    let mut command = command.clone();
    let program = find(&command).map_err(|why| {
        let program = &command.words[0];
        Failure::Input(format!("cannot start node `{}`: {program}: {why}", node.name))
    })?;
    command.words[0] = program.display().to_string();
    let (name, services) = (node.name.clone(), node.services.clone());
    Ok(Job { name, services, command, restart: node.restart })
}

/// The program's file: as it is, from the command's folder where it holds a `/`, else from `PATH`.
fn find(command: &Command) -> Result<PathBuf, String> {
    let program = Path::new(&command.words[0]);
    let folder = std::path::absolute(if command.folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        &command.folder
    })
    .map_err(|error| error.to_string())?;
    if program.components().count() > 1 {
        let path = folder.join(program);
        return match rustix::fs::access(&path, rustix::fs::Access::EXEC_OK) {
            Ok(()) if path.is_file() => Ok(path),
            Ok(()) => Err(format!("{} is no file", path.display())),
            Err(error) => Err(format!("{}: {error}", path.display())),
        };
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    // Entries of `PATH` start where we are, not where the program will.
    let here = |folder: PathBuf| std::path::absolute(folder.join(program)).ok();
    let found = std::env::split_paths(&folders).filter_map(here).find(|path| {
        path.is_file() && rustix::fs::access(path, rustix::fs::Access::EXEC_OK).is_ok()
    });
    found.ok_or_else(|| {
        "no such program in PATH; write a path with a `/` for one in the topology's folder"
            .to_owned()
    })
}

/// The longest time that an option gives, a year: whatever is added to it, a clock holds it.
const LONGEST: Duration = Duration::from_secs(366 * 24 * 3600);

/// A time that an option gives.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "write a number of seconds".to_owned())?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(time) if time <= LONGEST => Ok(time),
        Ok(_) => Err("at most a year".to_owned()),
        Err(error) if seconds > 0.0 => Err(format!("at most a year: {error}")),
        Err(error) => Err(error.to_string()),
    }
}

//! One process of a node: started in a group of its own, stopped with all that it has started.
//!
//! The process does not outlive us, not even where we are killed: we start ourselves once more, which
//! asks the system for a signal at our end and then becomes the node's program.

use super::Job;
use super::log::Log;
use crate::say::say;
use clap::Args;
use rustix::process::{Pid, Signal};
use std::ffi::OsString;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{ExitCode, ExitStatus, Stdio};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How long the pipes of a node that has ended are read: a daemon that it has started may hold them for ever.
pub(super) const LAST_WORDS: Duration = Duration::from_secs(1);

/// How we start ourselves to become a program.
#[derive(Args)]
pub(crate) struct Child {
    /// Who must still be there
    #[arg(long)]
    parent: i32,
    /// The program and its arguments
    #[arg(last = true, required = true)]
    command: Vec<OsString>,
}

/// Becomes the program; comes back only if that cannot be.
pub(crate) fn become_child(child: &Child) -> ExitCode {
    if !ends_with(child.parent) {
        say("mycelium: whoever started this is gone");
        return ExitCode::from(126);
    }
    let error = std::process::Command::new(&child.command[0]).args(&child.command[1..]).exec();
    say(format_args!("mycelium: cannot start {}: {error}", child.command[0].display()));
    ExitCode::from(127)
}

/// Has the system end this process when its parent ends. Gives whether that can be relied on: it is not too late if the
/// parent is still the one that is meant.
pub(crate) fn ends_with(parent: i32) -> bool {
    let asked = rustix::process::set_parent_process_death_signal(Some(Signal::KILL));
    let found = rustix::process::getppid().map(|pid| pid.as_raw_nonzero().get());
    asked.is_ok() && found == Some(parent)
}

/// A node that runs.
pub(super) struct Running {
    child: tokio::process::Child,
    group: Option<Pid>,
    readers: [JoinHandle<()>; 2],
}

impl Running {
    pub(super) fn start(
        job: &Job,
        index: usize,
        topology: &Path,
        log: &Log,
    ) -> std::io::Result<Self> {
        let mut command = tokio::process::Command::new("/proc/self/exe");
        command.arg("child").arg("--parent").arg(std::process::id().to_string()).arg("--");
        command.args(&job.command.words);
        if !job.command.folder.as_os_str().is_empty() {
            command.current_dir(&job.command.folder);
        }
        command.env("MYCELIUM_TOPOLOGY", topology);
        command.env("MYCELIUM_NODE", &job.name);
        command.env("MYCELIUM_SERVICE", &job.command.service);
        command.env("MYCELIUM_SERVICES", job.services.join(","));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A group of its own: Ctrl-C reaches us alone, and we stop nodes in order.
        let mut child = command.process_group(0).kill_on_drop(true).spawn()?;
        let group = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        let (said, complained) = (child.stdout.take(), child.stderr.take());
        let (out, err) = (log.clone(), log.clone());
        let said = async move {
            if let Some(pipe) = said {
                out.follow(index, pipe).await;
            }
        };
        let complained = async move {
            if let Some(pipe) = complained {
                err.follow(index, pipe).await;
            }
        };
        let readers = [tokio::task::spawn_local(said), tokio::task::spawn_local(complained)];
        Ok(Self { child, group, readers })
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id().unwrap_or_default()
    }

    /// Waits for its end, however that comes. May be dropped and called again.
    pub(super) async fn ended(&mut self) -> std::io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// Ends what it has left behind and takes what it said last.
    pub(super) async fn finish(self) {
        self.signal(Signal::KILL);
        for mut reader in self.readers {
            if tokio::time::timeout(LAST_WORDS, &mut reader).await.is_err() {
                reader.abort();
            }
        }
    }

    /// Asks it to end, and kills it where it does not within the grace; tells whether it had to.
    /// A hurry ends the grace.
    pub(super) async fn stop(mut self, grace: Duration, hurry: &mut watch::Receiver<bool>) -> bool {
        self.signal(Signal::TERM);
        let in_time = tokio::select! {
            _ = self.child.wait() => true,
            () = tokio::time::sleep(grace) => false,
            _ = hurry.changed() => false,
        };
        if !in_time {
            self.signal(Signal::KILL);
            let _ = self.child.wait().await;
        }
        self.finish().await;
        !in_time
    }

    fn signal(&self, signal: Signal) {
        if let Some(group) = self.group {
            // Nobody is left where all have ended.
            let _ = rustix::process::kill_process_group(group, signal);
        }
    }
}

/// How a process ended, for a person.
pub(super) fn describe(status: std::io::Result<ExitStatus>) -> String {
    match status {
        Err(error) => format!("cannot be waited for: {error}"),
        Ok(status) => match (status.code(), status.signal()) {
            (Some(0), _) => "has ended".to_owned(),
            (Some(code), _) => format!("failed with exit status {code}"),
            (None, Some(signal)) => format!("was killed by signal {signal}"),
            (None, None) => "ended in an unknown way".to_owned(),
        },
    }
}

//! Starts nodes in order, starts those again that fail, and stops all in the reverse order.
//!
//! Each node has a task that keeps its process running until it is told to stop. A node that fails
//! too often ends the whole: whoever started us then sees a failure instead of half a deployment.

use super::child::{Running, describe};
use super::log::Log;
use super::pause::Restarts;
use super::signals::Signals;
use super::{Job, Options};
use crate::failure::Failure;
use mycelium::topology::Restart;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

/// What every node's task needs.
struct Terms {
    topology: std::path::PathBuf,
    grace: Duration,
    restarts: usize,
    window: Duration,
    pause: Duration,
    log: Log,
    /// Told once, when a signal came twice: nobody waits any more.
    hurry: watch::Receiver<bool>,
}

/// How a node's task ended by itself.
enum Ended {
    /// It is not started again, for a reason that is none to worry about or that it may have.
    Done { failed: bool },
    /// All must end.
    GaveUp(String),
}

/// A node's task, and how it is told to stop.
struct Task {
    stop: watch::Sender<bool>,
    handle: JoinHandle<()>,
}

/// Runs until all nodes are done, one of them is given up, or a signal comes.
pub(super) async fn run(
    jobs: Vec<Job>,
    topology: &Path,
    options: &Options,
    log: Log,
) -> Result<(), Failure> {
    let no_signals = |error| Failure::Input(format!("cannot wait for signals: {error}"));
    let mut signals = Signals::listen().map_err(no_signals)?;
    let (hurry, hurried) = watch::channel(false);
    let terms = Rc::new(Terms {
        topology: topology.to_owned(),
        grace: options.grace,
        restarts: options.restarts,
        window: options.window,
        pause: options.pause,
        log,
        hurry: hurried,
    });
    let (ended, mut endings) = mpsc::unbounded_channel();
    let mut tasks = Vec::new();
    let count = jobs.len();
    let mut outcome = Ok(());
    for (index, job) in jobs.into_iter().enumerate() {
        // Started here and now, so that one node after the other is.
        let running = match start(&job, index, &terms) {
            Ok(running) => running,
            Err(failure) => {
                outcome = Err(failure);
                break;
            }
        };
        let (stop, stopped) = watch::channel(false);
        let (terms, ended) = (terms.clone(), ended.clone());
        let handle = tokio::task::spawn_local(async move {
            if let Some(how) = keep(running, &job, index, &terms, stopped).await {
                // Nobody hears it where all are being stopped.
                let _ = ended.send(how);
            }
        });
        tasks.push(Task { stop, handle });
    }
    let (mut open, mut is_failed) = (count, false);
    while outcome.is_ok() && open > 0 {
        tokio::select! {
            () = signals.next() => break,
            Some(how) = endings.recv() => match how {
                Ended::Done { failed } => {
                    open -= 1;
                    is_failed |= failed;
                }
                Ended::GaveUp(why) => outcome = Err(Failure::Input(why)),
            },
        }
    }
    if open > 0 && !tasks.is_empty() {
        terms.log.say("mycelium: stopping");
    }
    let stopping = stop_all(tasks);
    tokio::pin!(stopping);
    loop {
        tokio::select! {
            () = &mut stopping => break,
            () = signals.next() => { let _ = hurry.send(true); }
        }
    }
    match (outcome, is_failed) {
        (Ok(()), true) => Err(Failure::Silent),
        (outcome, _) => outcome,
    }
}

/// The last that was started is stopped first, and has ended before the next is told.
async fn stop_all(tasks: Vec<Task>) {
    for task in tasks.into_iter().rev() {
        let _ = task.stop.send(true);
        let _ = task.handle.await;
    }
}

fn start(job: &Job, index: usize, terms: &Terms) -> Result<Running, Failure> {
    let running = Running::start(job, index, &terms.topology, &terms.log)
        .map_err(|error| Failure::Input(format!("cannot start node `{}`: {error}", job.name)))?;
    terms.log.say(format_args!("mycelium: started {}, process {}", job.name, running.id()));
    Ok(running)
}

/// Keeps a node running until it is told to stop, or ends for good.
async fn keep(
    mut running: Running,
    job: &Job,
    index: usize,
    terms: &Terms,
    mut stopped: watch::Receiver<bool>,
) -> Option<Ended> {
    let mut restarts = Restarts::new(terms.pause, terms.restarts, terms.window);
    let mut hurry = terms.hurry.clone();
    loop {
        let status = tokio::select! {
            status = running.ended() => status,
            _ = stopped.changed() => {
                stop(running, job, terms, &mut hurry).await;
                return None;
            }
        };
        running.finish().await;
        let failed = !status.as_ref().is_ok_and(|status| status.success());
        let how = describe(status);
        let again = match job.restart {
            Restart::Always => true,
            Restart::OnFailure => failed,
            Restart::Never => false,
        };
        if !again {
            terms.log.say(format_args!("mycelium: {} {how}", job.name));
            return Some(Ended::Done { failed });
        }
        let Some(pause) = restarts.next(Instant::now()) else {
            let (count, window) = (restarts.count(), terms.window.as_secs_f64());
            let name = &job.name;
            return Some(Ended::GaveUp(format!(
                "node `{name}` {how} after {count} restarts in {window} s: all nodes are stopped"
            )));
        };
        let seconds = pause.as_secs_f64();
        terms
            .log
            .say(format_args!("mycelium: {} {how}; started again in {seconds:.1} s", job.name));
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stopped.changed() => return None,
        }
        running = match start(job, index, terms) {
            Ok(running) => running,
            Err(failure) => return Some(Ended::GaveUp(failure.message())),
        };
    }
}

/// Stops a node in order, or at once where a second signal came.
async fn stop(running: Running, job: &Job, terms: &Terms, hurry: &mut watch::Receiver<bool>) {
    let is_hurried = *hurry.borrow();
    let grace = if is_hurried { Duration::ZERO } else { terms.grace };
    let had_to_kill = running.stop(grace, hurry).await;
    let how = if had_to_kill { "killed: it did not stop" } else { "stopped" };
    terms.log.say(format_args!("mycelium: {} {how}", job.name));
}

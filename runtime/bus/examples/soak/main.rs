//! Two processes at load for as long as one likes, over a Unix socket, TCP, and TCP with TLS, both ways at
//! once; neither may grow. `cargo xtask soak` builds and runs it.
//!
//! Each way has a topology of its own. The other process leaves one of them after the other every few
//! seconds and comes back, so that connections, handshakes and subscriptions come and go as well. Every
//! message is looked at: a number of one publisher that is missing or goes back, or a loss that is told, ends the soak.
//! Memory and descriptors of both processes are read each second; after a time for warming up they may not
//! exceed what they were by then, by more than a margin.

mod deployment;
mod flow;
mod watch;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use mycelium::MessageBus;

use crate::deployment::{KINDS, Kind};
use crate::flow::Flow;
use crate::watch::Watch;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// How long the other process stays before it leaves one of the ways.
const STAY: Duration = Duration::from_secs(3);

/// How long nothing may come over a way: longer than it takes to come back.
const LONGEST_SILENCE: Duration = Duration::from_secs(30);

/// Once true, whatever publishes ends.
static OVER: AtomicBool = AtomicBool::new(false);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["other", folder] => other(Path::new(folder)),
        [minutes] => match minutes.parse::<f64>() {
            Ok(minutes) if minutes > 0.0 => soak(Duration::from_secs_f64(60.0 * minutes)),
            _ => Err("usage: soak MINUTES".into()),
        },
        _ => Err("usage: soak MINUTES".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("soak: {error}");
            ExitCode::FAILURE
        }
    }
}

/// This process stays, publishes, receives, and watches both.
fn soak(length: Duration) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    deployment::write(folder.path())?;
    let mut flows = Vec::new();
    for kind in KINDS {
        let bus = MessageBus::from_topology(kind.topology(folder.path()), "here")?;
        flows.push(Flow::start(kind, bus, "here", "there")?);
    }
    let mut other = Other::start(folder.path())?;
    let mut watch = Watch::new(length, [std::process::id(), other.0.id()]);
    let started = Instant::now();
    let mut newest = vec![(0, started); flows.len()];
    while started.elapsed() < length {
        std::thread::sleep(Duration::from_secs(1));
        watch.look()?;
        if let Some(status) = other.0.try_wait()? {
            return Err(format!("the other process ended with {status}").into());
        }
        if let Some(ended) = flows.iter().position(Flow::has_ended) {
            let flow = flows.swap_remove(ended);
            let kind = flow.kind.name();
            let why =
                flow.end().map_or_else(|error| error.to_string(), |_| "no reason is told".into());
            return Err(format!("nothing moves over {kind} any more: {why}").into());
        }
        for (flow, (count, since)) in flows.iter().zip(&mut newest) {
            match flow.received() {
                received if received > *count => (*count, *since) = (received, Instant::now()),
                _ if since.elapsed() < LONGEST_SILENCE => {}
                received => {
                    let (kind, silence) = (flow.kind.name(), LONGEST_SILENCE.as_secs());
                    return Err(
                        format!("{received} messages over {kind}, none for {silence} s").into()
                    );
                }
            }
        }
    }
    OVER.store(true, Ordering::Relaxed);
    // It sees its standard input end, which says that it is over.
    drop(other.0.stdin.take());
    let silent = flows.iter().find(|flow| flow.received() == 0).map(|flow| flow.kind.name());
    for flow in flows {
        println!("{}", flow.end()?);
    }
    if let Some(kind) = silent {
        return Err(format!("nothing came over {kind}").into());
    }
    let status = other.0.wait()?;
    print!("{watch}");
    if status.success() { Ok(()) } else { Err(format!("the other process: {status}").into()) }
}

/// The other process leaves and comes back, one way after the other.
fn other(folder: &Path) -> Outcome<()> {
    std::thread::spawn(|| {
        // Ends, or fails, when the first process does.
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        OVER.store(true, Ordering::Relaxed);
    });
    let open = |kind: Kind| -> Outcome<Flow> {
        let bus = MessageBus::from_topology(kind.topology(folder), "there")?;
        Flow::start(kind, bus, "there", "here")
    };
    let mut flows = KINDS.map(open).into_iter().collect::<Outcome<Vec<_>>>()?;
    let mut turns = (0..flows.len()).cycle();
    while !OVER.load(Ordering::Relaxed) {
        std::thread::sleep(STAY);
        let Some(turn) = turns.next() else { break };
        let flow = flows.remove(turn);
        let kind = flow.kind;
        flow.end()?;
        flows.insert(turn, open(kind)?);
    }
    flows.into_iter().try_for_each(|flow| flow.end().map(drop))
}

/// The other process; ends when this one does.
struct Other(Child);

impl Other {
    fn start(folder: &Path) -> Outcome<Self> {
        let own: PathBuf = std::env::current_exe()?;
        let mut command = Command::new(own);
        command.arg("other").arg(folder).stdin(std::process::Stdio::piped());
        Ok(Self(command.spawn()?))
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        // It has ended already where it was waited for.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

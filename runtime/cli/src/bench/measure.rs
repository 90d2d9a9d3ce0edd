//! Measures one route: starts its ends and gathers what they have seen.

use super::Options;
use super::copy::Copy;
use super::part::{WARM_UP, What};
use super::route::{self, Route};
use crate::failure::Failure;
use crate::say::say;
use crate::watch;
use mycelium::topology::Topology;
use serde_json::Value;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// How long the ends may take beyond what they measure.
const PATIENCE: Duration = Duration::from_secs(40);

/// How often an end is looked at.
const LOOK: Duration = Duration::from_millis(10);

/// What was measured of a route, with frames of one size.
#[derive(Debug, Clone)]
pub(super) struct Measured {
    pub(super) latency: Value,
    /// Messages received a second at full speed.
    pub(super) per_second: f64,
    /// Of both measurements.
    pub(super) published: u64,
    pub(super) lost: u64,
}

/// Measures latency, then throughput.
pub(super) fn measure(
    topology: &Topology,
    route: &Route,
    frame_bytes: usize,
    options: &Options,
    stop: &AtomicBool,
) -> Result<Measured, Failure> {
    let copy = Copy::of(topology, route)?;
    let run = |what| Run { topology, route, copy: &copy, frame_bytes, options, stop, what }.run();
    let latency = run(What::Latency)?;
    let throughput = run(What::Throughput)?;
    let count = |of: &str| {
        [&latency, &throughput]
            .iter()
            .filter_map(|run| run[of].as_u64())
            .fold(0, u64::saturating_add)
    };
    Ok(Measured {
        per_second: throughput["per_second"].as_f64().ok_or_else(|| too_little(&throughput))?,
        published: count("published"),
        lost: count("published").saturating_sub(count("received")),
        latency: Some(latency["latency"].clone())
            .filter(Value::is_object)
            .ok_or_else(|| too_little(&latency))?,
    })
}

/// Why what both ends have seen gives no figure.
fn too_little(seen: &Value) -> Failure {
    let count = |of: &str| seen[of].as_u64().unwrap_or(0);
    let (published, received) = (count("published"), count("received"));
    Failure::Input(match received {
        0 => format!("none of {published} messages arrived: the topology lets them be lost"),
        _ => format!(
            "too little came after warming up, {received} of {published} messages in all: give more --seconds"
        ),
    })
}

/// One measurement.
struct Run<'r> {
    topology: &'r Topology,
    route: &'r Route,
    copy: &'r Copy,
    frame_bytes: usize,
    options: &'r Options,
    stop: &'r AtomicBool,
    what: What,
}

impl Run<'_> {
    /// What both ends have seen.
    fn run(&self) -> Result<Value, Failure> {
        let service = |name: &str, index: usize| {
            let nodes = route::ends(self.topology, self.route);
            let node = nodes.into_iter().find(|node| node.name == name);
            node.and_then(|node| node.services.get(index)).cloned().unwrap_or_default()
        };
        let parts = match self.route.endpoint {
            None => {
                let (from, to) = (service(&self.route.from, 0), service(&self.route.to, 1));
                vec![self.start("both", &["--from", &from, "--to", &to])?]
            }
            Some(_) => {
                let (from, to) = (service(&self.route.from, 0), service(&self.route.to, 0));
                let receiver = self.start("receiver", &["--to", &to])?;
                vec![receiver, self.start("publisher", &["--from", &from])?]
            }
        };
        let mut seen = Value::Object(serde_json::Map::new());
        for part in self.wait(parts)? {
            let part: Value = serde_json::from_slice(&part)
                .map_err(|error| Failure::Input(format!("an end has told no JSON: {error}")))?;
            if let (Value::Object(all), Value::Object(part)) = (&mut seen, part) {
                all.extend(part);
            }
        }
        Ok(seen)
    }

    fn start(&self, name: &'static str, role: &[&str]) -> Result<Part, Failure> {
        let mut command = Command::new("/proc/self/exe");
        command.arg("bench-part").args(role);
        command.arg("--parent").arg(std::process::id().to_string());
        command.arg("--topology").arg(&self.copy.file);
        command.arg("--what").arg(if self.what == What::Latency {
            "latency"
        } else {
            "throughput"
        });
        command.arg("--size").arg(self.frame_bytes.to_string());
        command.arg("--rate").arg(self.options.rate.to_string());
        command.arg("--length").arg(self.options.length.as_secs_f64().to_string());
        command.args(self.options.poll.then_some("--poll"));
        let failed = |error| Failure::Input(format!("cannot start an end: {error}"));
        // A file, of which nobody need read while it runs.
        let said = self.copy.scratch(name);
        let errors = File::create(&said).map_err(failed)?;
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(errors);
        Ok(Part { child: command.spawn().map_err(failed)?, name, said })
    }

    /// Waits for all ends. Gives what they have printed.
    fn wait(&self, mut parts: Vec<Part>) -> Result<Vec<Vec<u8>>, Failure> {
        let end = Instant::now() + WARM_UP + self.options.length + PATIENCE;
        let mut printed = Vec::new();
        // Whoever publishes ends first, but for what goes wrong.
        while !parts.is_empty() {
            // Before the ends: Ctrl-C reaches them too.
            if watch::is_set(self.stop) {
                return Err(Failure::Silent);
            }
            let mut running = Vec::new();
            for mut part in parts {
                match part.child.try_wait()? {
                    None => running.push(part),
                    Some(ended) if ended.success() => {
                        part.pass_on();
                        printed.push(part.printed()?);
                    }
                    Some(ended) => return Err(part.failure(ended)),
                }
            }
            parts = running;
            if Instant::now() >= end {
                let names: Vec<&str> = parts.iter().map(|part| part.name).collect();
                let (names, patience) = (names.join(" and "), PATIENCE.as_secs());
                return Err(Failure::Input(format!(
                    "it did not end {patience} s after its time ({names})"
                )));
            }
            std::thread::sleep(LOOK);
        }
        Ok(printed)
    }
}

/// An end while it runs; killed when it is dropped.
struct Part {
    child: Child,
    /// Which of the two it is.
    name: &'static str,
    /// What it has said on standard error.
    said: PathBuf,
}

impl Part {
    /// What it has said on standard error.
    fn words(&self) -> String {
        let said = std::fs::read(&self.said).unwrap_or_default();
        String::from_utf8_lossy(&said).trim().to_owned()
    }

    /// Says what it has said, though it has not failed.
    fn pass_on(&self) {
        let said = self.words();
        if !said.is_empty() {
            say(format!("note: the {} says: {said}", self.name));
        }
    }

    /// Why it has failed, in its own words where it had some.
    fn failure(&self, ended: ExitStatus) -> Failure {
        let said = self.words();
        Failure::Input(match said.strip_prefix("error: ").unwrap_or(&said) {
            "" => format!("the {} has failed ({ended})", self.name),
            said => said.to_owned(),
        })
    }

    fn printed(&mut self) -> Result<Vec<u8>, Failure> {
        let mut printed = Vec::new();
        if let Some(mut out) = self.child.stdout.take() {
            out.read_to_end(&mut printed).map_err(Failure::from)?;
        }
        Ok(printed)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

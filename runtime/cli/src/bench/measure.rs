//! Measures one route: starts its ends and gathers what they have seen.

use super::Options;
use super::copy::Copy;
use super::part::{WARM_UP, What};
use super::route::{self, Route};
use crate::failure::Failure;
use crate::watch;
use mycelium::topology::Topology;
use serde_json::Value;
use std::io::Read;
use std::process::{Child, Command, Stdio};
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
    let too_short =
        || Failure::Input("nothing came after warming up: --seconds is too short".to_owned());
    Ok(Measured {
        per_second: throughput["per_second"].as_f64().ok_or_else(too_short)?,
        published: count("published"),
        lost: count("published").saturating_sub(count("received")),
        latency: Some(latency["latency"].clone()).filter(Value::is_object).ok_or_else(too_short)?,
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
                vec![self.start(&["--from", &from, "--to", &to])?]
            }
            Some(_) => {
                let (from, to) = (service(&self.route.from, 0), service(&self.route.to, 0));
                vec![self.start(&["--to", &to])?, self.start(&["--from", &from])?]
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

    fn start(&self, role: &[&str]) -> Result<Part, Failure> {
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
        // Standard error is ours: what an end has to say, the user is to read.
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        child.map(Part).map_err(|error| Failure::Input(format!("cannot start an end: {error}")))
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
                match part.0.try_wait()? {
                    None => running.push(part),
                    Some(ended) if ended.success() => printed.push(part.printed()?),
                    Some(_) => return Err(Failure::Input("an end has failed".to_owned())),
                }
            }
            parts = running;
            if Instant::now() >= end {
                return Err(Failure::Input("its ends did not come to an end".to_owned()));
            }
            std::thread::sleep(LOOK);
        }
        Ok(printed)
    }
}

/// An end while it runs; killed when it is dropped.
struct Part(Child);

impl Part {
    fn printed(&mut self) -> Result<Vec<u8>, Failure> {
        let mut printed = Vec::new();
        if let Some(mut out) = self.0.stdout.take() {
            out.read_to_end(&mut printed).map_err(Failure::from)?;
        }
        Ok(printed)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

//! `mycelium bench`: what each route of a topology does on this machine.
//!
//! Each route is measured by itself, by the bus itself: two processes where the topology says two, two threads where two
//! services share one. They meet in a copy of the topology that holds the two nodes alone, at places of its own.
//!
//! *Latency*: messages are due at even times, so many a second; each carries the time at which it was due, and its
//! receiver takes the time of the same clock. What is late because another was is counted as late. *Throughput*: messages
//! as fast as they go; the receiver counts. Of both, the start is thrown away.

mod copy;
mod measure;
pub(crate) mod part;
mod picture;
mod probe;
mod report;
mod route;
mod sizes;

use self::report::{NotMeasured, Row};
use self::route::Ends;
use self::sizes::Sizes;
use crate::failure::Failure;
use crate::harmless::harmless_json;
use crate::say::say;
use crate::topology;
use crate::watch;
use clap::Args;
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Options {
    /// The topology's file
    topology: PathBuf,
    /// Only this route, written FROM:TO by names of nodes; may be given more than once
    #[arg(long = "route", value_name = "FROM:TO")]
    routes: Vec<Ends>,
    /// Bytes of a frame, header included, at least 40; may be given more than once
    #[arg(long = "size", value_name = "BYTES", default_value = "64")]
    #[arg(value_parser = bytes)]
    sizes: Vec<usize>,
    /// Frames as long as each topic's median in a recording that was made of this topology
    #[cfg(feature = "recordings")]
    #[arg(long, value_name = "FILE", conflicts_with = "sizes")]
    recording: Option<PathBuf>,
    /// How long each measurement takes, without warming up
    #[arg(long = "seconds", value_name = "SECONDS", default_value = "1")]
    #[arg(value_parser = crate::up::seconds)]
    length: Duration,
    /// Messages a second where latency is measured
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    rate: u32,
    /// Receivers ask again and again, instead of sleeping where there is nothing
    #[arg(long)]
    poll: bool,
    /// Also draw a picture
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  mycelium bench topology.toml
  mycelium bench topology.toml --route engine:risk --size 64 --size 4096 --svg routes.svg
  mycelium bench topology.toml --recording day.mcap      frames as long as those of its own topics
  mycelium bench topology.toml --poll --json | jq '.routes[] | {from, to, p99: .latency.p99_nanos}'

Each route is measured by itself, in a copy of the topology at places of its own: what runs already goes on, but takes
its share of the machine. Two nodes are two processes, two services of a node two threads.

Exit status: 0 when all routes of this machine were measured; 1 if one could not be, or something given is wrong.";

/// Most bytes of a frame, as the bus takes it over a socket.
const MOST_BYTES: usize = 64 << 20;

fn bytes(text: &str) -> Result<usize, String> {
    let bytes = text.parse().map_err(|_| "expected a number of bytes".to_owned())?;
    if bytes > MOST_BYTES { Err(format!("at most {MOST_BYTES} bytes")) } else { Ok(bytes) }
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let topology = topology::load(&options.topology)?;
    let routes = route::routes(&topology, &options.routes)?;
    let sizes = Sizes::of(options, &topology)?;
    let stop = watch::stop_signal()?;
    let mut rows = Vec::new();
    for route in routes {
        let sizes = sizes.of_route(&route);
        let not_recorded = || format!("nothing that node `{}` publishes was recorded", route.from);
        let obstacle = route.obstacle.clone().or_else(|| sizes.is_empty().then(not_recorded));
        if let Some(obstacle) = obstacle {
            rows.push(Row { route, size: None, outcome: Err(NotMeasured::Obstacle(obstacle)) });
            continue;
        }
        for size in sizes {
            say(format!(
                "measuring {} to {} over {}, {} bytes",
                route.from, route.to, route.over, size.frame_bytes
            ));
            let measured = measure::measure(&topology, &route, size.frame_bytes, options, &stop);
            let outcome = match measured {
                Err(Failure::Silent) => return Err(Failure::Silent),
                measured => measured.map_err(|failure| NotMeasured::Failed(failure.message())),
            };
            rows.push(Row { route: route.clone(), size: Some(size), outcome });
        }
    }
    tell(options, &rows)
}

fn tell(options: &Options, rows: &[Row]) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match options.json {
        true => {
            let seconds = options.length.as_secs_f64();
            let json = report::as_json(rows, options.rate, seconds);
            writeln!(out, "{}", harmless_json(&json, true))?;
        }
        false => write!(out, "{}", report::as_table(rows))?,
    }
    if let Some(file) = &options.svg {
        std::fs::write(file, picture::svg(rows))
            .map_err(|error| Failure::Input(format!("{}: {error}", file.display())))?;
    }
    // A route of another machine is no fault of this one.
    let has_failed = |row: &Row| matches!(row.outcome, Err(NotMeasured::Failed(_)));
    match rows.iter().any(has_failed) {
        true => Err(Failure::Input("not all routes could be measured".to_owned())),
        false if rows.iter().all(|row| row.outcome.is_err()) => {
            Err(Failure::Input("no route can be measured on this machine".to_owned()))
        }
        false => Ok(()),
    }
}

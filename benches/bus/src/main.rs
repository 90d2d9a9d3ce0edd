//! The bus in one process beside other ways between threads, on the same payload and in turns.
//!
//! `cargo xtask bench --bus` builds and runs it, and puts the tables that it prints into
//! `docs/performance.md`. Two cores are used, the first and the last that the process may run on: senders
//! start on the one, receivers on the other.

mod alone;
mod bare;
#[path = "../../src/cores.rs"]
mod cores;
mod latency;
mod parked;
mod peers;
mod report;
mod tasks;
mod throughput;
mod way;

use std::process::ExitCode;

use clap::Parser;

use report::Better;

#[derive(Parser)]
struct Args {
    /// Rounds; in each, every peer has its turn
    #[arg(long, default_value_t = 5)]
    rounds: usize,

    /// Round trips a round, by spinning
    #[arg(long, default_value_t = 100_000)]
    trips: usize,

    /// Messages a round, for throughput
    #[arg(long, default_value_t = 400_000)]
    messages: u64,

    /// Only these tables: latency, throughput, parked, tasks, alone
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,

    /// Of one-way latency and throughput, only the ways that begin with one of these
    #[arg(long, value_delimiter = ',')]
    ways: Vec<String>,
}

impl Args {
    fn wants(&self, way: &str) -> bool {
        self.ways.is_empty() || self.ways.iter().any(|start| way.starts_with(start.as_str()))
    }
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("mycelium-bus-peers: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> std::io::Result<()> {
    let wanted = |name: &str| args.only.is_empty() || args.only.iter().any(|only| only == name);
    let cores = cores::choose_two()?;
    if wanted("latency") {
        let rows = latency::measure(args, cores)?;
        report::print_beside("One-way latency, both ends spinning, ns", rows, Better::Less);
    }
    if wanted("throughput") {
        let rows = throughput::measure(args, cores)?;
        report::print_beside("Throughput, million messages a second", rows, Better::More);
    }
    if wanted("parked") {
        report::print("To a thread that sleeps, ns", parked::measure(args, cores)?);
    }
    if wanted("tasks") {
        report::print("Two tasks on one thread, one way, ns", tasks::measure(args, cores)?);
    }
    if wanted("alone") {
        report::print("Calls without another thread, ns", alone::measure(args, cores)?);
    }
    Ok(())
}

//! Measures our codec beside others: the same values, in one process, in turns.

mod bench;
mod codec;
mod measure;
mod peers;
mod report;
mod shapes;

use clap::Parser;

use crate::bench::{Bench, Case};

/// What to measure; everything by default.
#[derive(Parser)]
struct Options {
    /// Only this shape: log, mesh or fixed
    #[arg(long)]
    shape: Option<String>,

    /// Only this codec; may be repeated
    #[arg(long = "codec", value_name = "CODEC")]
    codecs: Vec<String>,

    /// Turns of each case
    #[arg(long, default_value_t = 60)]
    rounds: usize,
}

fn main() {
    let options = Options::parse();
    let mut cases = cases(&options);
    let times = measure::run(&mut cases, options.rounds.max(1));
    print!("{}", report::tables(&cases, &times));
}

fn cases(options: &Options) -> Vec<Case> {
    let (mut log, mut mesh, mut fixed) = (Bench::new(), Bench::new(), Bench::new());
    peers::add_log(&mut log);
    peers::add_mesh(&mut mesh);
    peers::add_fixed(&mut fixed);
    let mut cases = log.cases();
    cases.extend(mesh.cases());
    cases.extend(fixed.cases());
    cases.retain(|case| {
        options.shape.as_ref().is_none_or(|shape| shape == case.shape)
            && (options.codecs.is_empty() || options.codecs.iter().any(|name| name == case.codec))
    });
    cases
}

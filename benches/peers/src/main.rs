//! Measures our codec beside others: the same values, in one process, in turns.

mod bench;
mod codec;
mod count;
mod measure;
mod memory;
mod peers;
mod report;
mod shapes;

use std::error::Error;

use clap::Parser;

use crate::bench::{Bench, Case, Operation};
use crate::shapes::Shape;

/// What to measure; everything by default.
#[derive(Parser)]
struct Options {
    /// Only this shape: log, mesh or fixed
    #[arg(long)]
    shape: Option<String>,

    /// Only this codec; may be repeated
    #[arg(long = "codec", value_name = "CODEC")]
    codecs: Vec<String>,

    /// Only this operation; may be repeated
    #[arg(long = "operation", value_name = "OPERATION")]
    operations: Vec<Operation>,

    /// Turns of each case
    #[arg(long, default_value_t = 60)]
    rounds: usize,

    /// Count instructions too, with valgrind
    #[arg(long)]
    instructions: bool,

    /// What valgrind runs
    #[arg(long, hide = true)]
    passes_only: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::parse();
    memory::keep();
    let mut cases = cases(&options);
    if options.passes_only {
        count::passes(&mut cases);
        return Ok(());
    }
    let instructions = options.instructions.then(|| count::run(&cases)).transpose()?;
    let times = measure::run(&mut cases, options.rounds.max(1));
    print!("{}", report::tables(&cases, &times, instructions.as_deref()));
    Ok(())
}

/// All cases that are asked for, each proved.
fn cases(options: &Options) -> Vec<Case> {
    let mut cases = Vec::new();
    cases.extend(of_shape(options, peers::add_log));
    cases.extend(of_shape(options, peers::add_mesh));
    cases.extend(of_shape(options, peers::add_fixed));
    cases.retain(|case| {
        let is_named = options.codecs.iter().any(|name| name == case.codec);
        (options.codecs.is_empty() || is_named)
            && (options.operations.is_empty() || options.operations.contains(&case.operation))
    });
    cases
}

fn of_shape<S: Shape>(options: &Options, add: fn(&mut Bench<S>)) -> Vec<Case> {
    if options.shape.as_ref().is_some_and(|shape| shape != S::NAME) {
        return Vec::new();
    }
    let mut bench = Bench::new();
    add(&mut bench);
    bench.cases()
}

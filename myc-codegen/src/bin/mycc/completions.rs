//! `mycc completions`: what a shell completes the command line with.

use std::io::{self, Write};

use clap::CommandFactory;

use crate::args::Args;
use crate::failure::Failure;
use crate::shell_args::CompletionsArgs;

/// Runs the command.
pub(crate) fn run(args: &CompletionsArgs) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "mycc", &mut script);
    io::stdout().write_all(&script).map_err(|error| Failure::output("to standard output", &error))
}

//! `mycc ir`: the checked schema as JSON.

use std::io::{self, Write};

use myc_codegen::ir;

use crate::args::{IrArgs, MessageFormat};
use crate::failure::Failure;
use crate::{project, source};

/// Runs the command.
pub(crate) fn run(args: &IrArgs, format: MessageFormat) -> Result<(), Failure> {
    let schema = source::load(&project::paths_or_schemas(&args.paths)?, format)?;
    io::stdout()
        .write_all(format!("{:#}\n", ir::to_json(&schema)).as_bytes())
        .map_err(|error| Failure::output("to standard output", &error))
}

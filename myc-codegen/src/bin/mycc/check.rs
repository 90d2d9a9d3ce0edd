//! `mycc check`: is a schema right?

use crate::args::{CheckArgs, MessageFormat};
use crate::failure::{Failure, print_error};
use crate::{project, source};

/// Runs the command.
pub(crate) fn run(args: &CheckArgs, format: MessageFormat) -> Result<(), Failure> {
    let schema = source::load(&project::paths_or_schemas(&args.paths)?, format)?;
    if format == MessageFormat::Text {
        let files: usize = schema.packages.iter().map(|package| package.sources.len()).sum();
        print_error(&format!(
            "ok: {}, {}\n",
            count(files, "file"),
            count(schema.types.len(), "type")
        ));
    }
    Ok(())
}

/// `1 file`, `2 files`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{ending}")
}

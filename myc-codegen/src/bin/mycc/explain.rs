//! `mycc explain`: what an error code means.

use std::io::{self, Write};

use myc_schema::Code;

use crate::args::ExplainArgs;
use crate::failure::Failure;

/// Runs the command.
pub(crate) fn run(args: &ExplainArgs) -> Result<(), Failure> {
    let text = match &args.code {
        Some(code) => explain(code)?,
        None => list(),
    };
    io::stdout()
        .write_all(text.as_bytes())
        .map_err(|error| Failure::output("to standard output", &error))
}

fn explain(text: &str) -> Result<String, Failure> {
    let code = Code::parse(text).ok_or_else(|| {
        Failure::input(format!("`{text}` is no code of the compiler"))
            .help("codes look like E0012; `mycc explain` lists them")
    })?;
    Ok(format!("{code}: {}\n\n{}\n", code.title(), code.explanation().trim()))
}

fn list() -> String {
    Code::all().map(|code| format!("{code}  {}\n", code.title())).collect()
}

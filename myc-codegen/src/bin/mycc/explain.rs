//! `mycc explain`: what an error code means.

use std::io::{self, Write};

use myc_schema::{Code, nearest};

use crate::args::ExplainArgs;
use crate::failure::Failure;

/// Runs the command.
pub(crate) fn run(args: &ExplainArgs) -> Result<(), Failure> {
    let text = match &args.code {
        Some(code) => explain(code)?.to_owned(),
        None => list(),
    };
    io::stdout()
        .write_all(text.as_bytes())
        .map_err(|error| Failure::output("to standard output", &error))
}

fn explain(text: &str) -> Result<&'static str, Failure> {
    if let Some(code) = Code::parse(text) {
        return Ok(code.page());
    }
    let codes: Vec<String> = Code::all().map(|code| code.to_string()).collect();
    let wanted = text.to_uppercase();
    let help = match nearest(&wanted, codes.iter().map(String::as_str)) {
        Some(near) => format!("did you mean {near}? `mycc explain` lists all codes"),
        None => "codes look like E0012; `mycc explain` lists them".to_owned(),
    };
    Err(Failure::input(format!("`{text}` is no code of the compiler")).help(help))
}

fn list() -> String {
    Code::all().map(|code| format!("{code}  {}\n", code.title())).collect()
}

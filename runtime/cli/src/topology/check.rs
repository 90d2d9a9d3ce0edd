//! `mycelium topology check`

use super::{Check, Format, examine, refused, rendered};
use crate::failure::Failure;
use crate::harmless::{harmless, harmless_json};
use crate::say::say_shown;
use mycelium::topology::{Diagnostics, Finding, Topology, TopologyError};
use serde_json::{Value, json};
use std::io::Write;

pub(super) fn run(args: &Check) -> Result<(), Failure> {
    let examined = examine(&args.file, args.host.as_ref());
    if args.format == Format::Json {
        return print_json(args, &examined);
    }
    let (topology, found) = examined.map_err(|error| refused(&error))?;
    if !found.is_empty() {
        say_shown(&format!("{}\n", rendered(&found)));
    }
    let count = found.findings().count();
    let warnings = match count {
        0 => String::new(),
        1 => ", 1 warning".to_owned(),
        _ => format!(", {count} warnings"),
    };
    let services = topology.nodes.iter().map(|node| node.services.len()).sum::<usize>();
    writeln!(
        std::io::stdout().lock(),
        "{}: {} nodes with {services} services hold together{warnings}",
        harmless(&args.file.display().to_string()),
        topology.nodes.len()
    )?;
    outcome(args, &found)
}

/// Warnings fail only where that is asked for.
fn outcome(args: &Check, found: &Diagnostics) -> Result<(), Failure> {
    match args.strict && !found.is_empty() {
        true => Err(Failure::Silent),
        false => Ok(()),
    }
}

fn print_json(
    args: &Check,
    examined: &Result<(Topology, Diagnostics), TopologyError>,
) -> Result<(), Failure> {
    let (found, outcome): (Vec<Value>, _) = match examined {
        Ok((_, found)) => (found.findings().map(as_json).collect(), outcome(args, found)),
        Err(TopologyError::Invalid(found)) => {
            (found.findings().map(as_json).collect(), Err(Failure::Silent))
        }
        Err(error) => return Err(Failure::Input(error.to_string())),
    };
    writeln!(std::io::stdout().lock(), "{}", harmless_json(&Value::Array(found), true))?;
    outcome
}

fn as_json(finding: Finding<'_>) -> Value {
    json!({
        "severity": if finding.is_warning { "warning" } else { "error" },
        "path": finding.path.display().to_string(),
        "line": finding.line,
        "column": finding.column,
        "title": finding.title,
        "label": finding.label,
        "help": finding.help,
    })
}

//! `mycc check`: is a schema right?

use myc_schema::lint::{Finding, Level, lint};
use serde_json::json;

use crate::args::{CheckArgs, MessageFormat};
use crate::failure::{Failure, print_error};
use crate::project::{self, Project};
use crate::source;

/// Runs the command.
pub(crate) fn run(args: &CheckArgs, format: MessageFormat) -> Result<(), Failure> {
    let paths = project::paths_or_schemas(&args.paths)?;
    let mut levels = Project::find_any()?.map(|project| project.lints).unwrap_or_default();
    args.lint.iter().for_each(|(rule, level)| {
        levels.set(rule, *level);
    });
    let (schema, diagnostics) = source::load_with_diagnostics(&paths, format)?;
    let findings = lint(&schema, &diagnostics, &levels);
    findings.iter().for_each(|finding| print_error(&shown(finding, format)));
    if findings.iter().any(|finding| finding.level == Level::Deny) {
        return Err(Failure::Shown);
    }
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

/// What a lint has found.
fn shown(finding: &Finding, format: MessageFormat) -> String {
    let Finding { rule, message, help, .. } = finding;
    let severity = if finding.level == Level::Deny { "error" } else { "warning" };
    let (path, line, column) = (finding.path.display(), finding.place.line, finding.place.column);
    match format {
        MessageFormat::Text => format!(
            "{severity}[{rule}]: {message}\n --> {path}:{line}:{column}\n  = help: {help}\n\n"
        ),
        MessageFormat::Json => {
            let place = json!({ "path": path.to_string(), "line": line, "column": column });
            let json = json!({
                "severity": severity, "rule": rule, "message": message, "help": help, "place": place,
            });
            format!("{json}\n")
        }
        MessageFormat::Github => {
            let at = format!("file={path},line={line},col={column}");
            format!("::{severity} {at},title={rule}::{message}: {help}\n")
        }
    }
}

/// `1 file`, `2 files`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{ending}")
}

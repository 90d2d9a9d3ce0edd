//! `mycelium doctor`: what on this machine costs latency, and what to do about it.
//!
//! Everything is read from files of `/proc` and `/sys`, or of a copy of them; nothing is changed. What a machine
//! does not tell is passed over.

mod checks;
mod machine;

use self::machine::Machine;
use crate::failure::Failure;
use crate::harmless::harmless_json;
use clap::Args;
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Options {
    /// Fail if anything is found that should be changed
    #[arg(long)]
    strict: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Where `proc` and `sys` are
    #[arg(long, value_name = "FOLDER", default_value = "/")]
    root: PathBuf,
}

const EXAMPLES: &str = "\
Examples:
  mycelium doctor
  mycelium doctor --strict --json | jq '.[] | select(.state != \"ok\")'

A `warn` costs microseconds or more, or will fail under load; a `note` is worth knowing where nanoseconds count.

Exit status: 0, with --strict 1 if there is a `warn`.";

/// What a check has found.
struct Finding {
    check: &'static str,
    state: State,
    found: String,
    /// What to do, where something is to be done.
    advice: Option<&'static str>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Ok,
    Note,
    Warn,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Warn => "warn",
        }
    }
}

impl Finding {
    fn ok(check: &'static str, found: impl Into<String>) -> Self {
        Self { check, state: State::Ok, found: found.into(), advice: None }
    }

    fn note(check: &'static str, found: impl Into<String>, advice: &'static str) -> Self {
        Self { check, state: State::Note, found: found.into(), advice: Some(advice) }
    }

    fn warn(check: &'static str, found: impl Into<String>, advice: &'static str) -> Self {
        Self { check, state: State::Warn, found: found.into(), advice: Some(advice) }
    }
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let machine = Machine::at(&options.root);
    let findings: Vec<Finding> = checks::ALL.iter().filter_map(|check| check(&machine)).collect();
    if findings.is_empty() {
        let root = options.root.display();
        return Err(Failure::Input(format!(
            "{root}: there is no `proc` or `sys` that tells anything"
        )));
    }
    let mut out = std::io::stdout().lock();
    match options.json {
        true => {
            let json = findings.iter().map(as_json).collect();
            writeln!(out, "{}", harmless_json(&json, true))?;
        }
        false => findings.iter().try_for_each(|finding| writeln!(out, "{}", as_text(finding)))?,
    }
    let is_bad = findings.iter().any(|finding| finding.state == State::Warn);
    if options.strict && is_bad { Err(Failure::Silent) } else { Ok(()) }
}

fn as_json(finding: &Finding) -> Value {
    let Finding { check, state, found, advice } = finding;
    json!({ "check": check, "state": state.word(), "found": found, "advice": advice })
}

fn as_text(finding: &Finding) -> String {
    let Finding { check, state, found, advice } = finding;
    let line = format!("{:<5} {check:<20} {found}", state.word());
    match advice {
        Some(advice) => format!("{line}\n{:27}do: {advice}", ""),
        None => line,
    }
}

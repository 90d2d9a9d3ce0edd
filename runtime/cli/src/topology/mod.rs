//! `mycelium topology`: what a topology file says.

mod check;
mod picture;
mod plan;
mod show;

pub(crate) use self::show::over;
use crate::failure::Failure;
use crate::here::Here;
use clap::{Args, Subcommand, ValueEnum};
use mycelium::topology::{Diagnostics, Topology, TopologyError};
use std::io::IsTerminal;
use std::path::PathBuf;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Say whether it holds together, and what is suspicious
    Check(Check),
    /// Show who talks to whom over what, and why
    Show(Show),
    /// Show what the process of one service opens
    Plan(Plan),
    /// Print the JSON Schema of topology files
    Schema,
}

#[derive(Args)]
pub(crate) struct Check {
    /// The topology's file
    file: PathBuf,
    /// The machine whose certificates are looked at [default: this one]
    #[arg(long, value_name = "NAME")]
    host: Option<String>,
    /// Fail on warnings too
    #[arg(long)]
    strict: bool,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Args)]
pub(crate) struct Show {
    /// The topology's file
    file: PathBuf,
    #[arg(long, value_enum, default_value_t = Picture::Text)]
    format: Picture,
}

#[derive(Args)]
pub(crate) struct Plan {
    /// The topology's file
    file: PathBuf,
    /// One of its services
    service: String,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub(crate) enum Picture {
    /// A table
    Text,
    /// A flowchart for Mermaid
    Mermaid,
    /// A picture
    Svg,
    Json,
}

pub(crate) fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Check(args) => check::run(args),
        Command::Show(args) => show::run(args),
        Command::Plan(args) => plan::run(args),
        Command::Schema => schema(),
    }
}

fn schema() -> Result<(), Failure> {
    use std::io::Write;
    Ok(std::io::stdout().write_all(Topology::json_schema().as_bytes())?)
}

/// A topology that holds together; what is suspicious is not looked for.
pub(crate) fn load(file: &PathBuf) -> Result<Topology, Failure> {
    Topology::load(file).map_err(|error| refused(&error))
}

fn refused(error: &TopologyError) -> Failure {
    match error {
        TopologyError::Invalid(found) => Failure::Shown(rendered(found)),
        other => Failure::Input(other.to_string()),
    }
}

/// In colours where standard error shows them.
fn rendered(found: &Diagnostics) -> String {
    let is_plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    match std::io::stderr().is_terminal() && !is_plain {
        true => found.coloured(),
        false => found.to_string(),
    }
}

/// Reads and examines a file.
fn examine(
    file: &PathBuf,
    host: Option<&String>,
) -> Result<(Topology, Diagnostics), TopologyError> {
    let here = Here::new(host);
    Topology::examine(file, |name| std::env::var(name).ok(), |node| here.is_home_of(node))
}

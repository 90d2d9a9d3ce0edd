//! `mycc man`: the manual pages.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Command, CommandFactory};
use clap_mangen::Man;
use myc_codegen::GeneratedFile;
use myc_codegen::file;

use crate::args::Args;
use crate::failure::Failure;
use crate::shell_args::ManArgs;

/// Runs the command.
pub(crate) fn run(args: &ManArgs) -> Result<(), Failure> {
    let mut command = Args::command();
    command.build();
    let Some(folder) = &args.out else {
        let text = page(command, None)?.contents;
        return io::stdout()
            .write_all(text.as_bytes())
            .map_err(|error| Failure::output("to standard output", &error));
    };
    let mut pages = vec![page(command.clone(), None)?];
    for verb in command.get_subcommands().filter(|verb| verb.get_name() != "help") {
        pages.push(page(verb.clone(), Some(verb.get_name()))?);
    }
    let written = file::write(folder, &pages);
    written.map(drop).map_err(|error| Failure::file(error.action, &error.path, &error.source))
}

/// The page of the command, or of a verb.
fn page(command: Command, verb: Option<&str>) -> Result<GeneratedFile, Failure> {
    let name = verb.map_or_else(|| "mycc".to_owned(), |verb| format!("mycc-{verb}"));
    let mut bytes = Vec::new();
    let man = Man::new(command.version(env!("CARGO_PKG_VERSION"))).title(&name);
    man.render(&mut bytes).map_err(|error| Failure::output("a manual page", &error))?;
    let contents = String::from_utf8_lossy(&bytes).into_owned();
    Ok(GeneratedFile { path: PathBuf::from(format!("{name}.1")), contents })
}

//! `mycelium completions` and `mycelium man`: what shells and `man` know of the commands.

use crate::failure::Failure;
use clap::{Args, Command};
use std::io::Write;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "\
Examples:
  mycelium completions bash > ~/.local/share/bash-completion/completions/mycelium
  mycelium completions fish > ~/.config/fish/completions/mycelium.fish")]
pub(crate) struct Completions {
    /// The shell
    shell: clap_complete::Shell,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  mycelium man ~/.local/share/man/man1 && man mycelium-tap")]
pub(crate) struct Man {
    /// The folder that they are written to; it must be there
    folder: PathBuf,
}

pub(crate) fn complete(options: &Completions, mut command: Command) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut command, "mycelium", &mut script);
    Ok(std::io::stdout().write_all(&script)?)
}

pub(crate) fn write(options: &Man, command: Command) -> Result<(), Failure> {
    clap_mangen::generate_to(command, &options.folder)
        .map_err(|error| Failure::Input(format!("{}: {error}", options.folder.display())))
}

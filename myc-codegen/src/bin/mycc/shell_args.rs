//! The command line of what is for shells, manuals and editors.

use std::path::PathBuf;

use clap::Args as ClapArgs;

/// Prints what a shell completes commands with.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  mycc completions bash > ~/.local/share/bash-completion/completions/mycc
  mycc completions fish > ~/.config/fish/completions/mycc.fish")]
pub(crate) struct CompletionsArgs {
    /// Shell.
    #[arg(value_name = "SHELL")]
    pub(crate) shell: clap_complete::Shell,
}

/// Writes the manual pages.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  mycc man --out ~/.local/share/man/man1        a page for the command and one for each verb
  mycc man | man -l -                           reads the page of the command")]
pub(crate) struct ManArgs {
    /// Folder to write all pages to; that of the command goes to standard output, if none is given.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

/// Serves an editor, by the Language Server Protocol on standard input and output.
#[cfg(feature = "lsp")]
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
An editor starts it; docs/editors.md says how each is told to. It ends when the editor says so.")]
pub(crate) struct LspArgs {
    /// Taken for editors that add it: there is no other way to talk.
    #[arg(long)]
    pub(crate) stdio: bool,
}

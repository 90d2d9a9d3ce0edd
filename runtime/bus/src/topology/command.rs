//! `command`: how `mycelium up` starts a node.

use std::path::PathBuf;

use toml::Spanned;

use super::diagnostic::Diagnostics;
use super::draft::DraftNode;
use super::read::{Reader, Strings};

/// How a node is started.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Command {
    /// The program, then its arguments.
    pub words: Vec<String>,
    /// Where it runs, and where a relative program that holds a `/` is looked for: the folder of the
    /// file that gives the command.
    pub folder: PathBuf,
    /// The service that it is told to be.
    pub service: String,
}

/// Whether a node is started again that has ended by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Restart {
    /// Whatever it ended with.
    Always,
    /// Unless it ended with status 0.
    #[default]
    OnFailure,
    /// Never.
    Never,
}

/// A command as the file gives it.
#[derive(Clone)]
pub(super) enum DraftCommand {
    Node(Strings),
    /// By service.
    Services(Vec<(Spanned<String>, Strings)>),
}

/// A list of strings, or a table of such lists by service.
pub(super) fn read(reader: &mut Reader<'_, '_, '_, '_>) -> Option<DraftCommand> {
    if !reader.is_table("command") {
        return reader.strings("command").map(DraftCommand::Node);
    }
    reader.strings_by_name("command").map(DraftCommand::Services)
}

/// The node's command, with `{node}` and `{service}` replaced.
pub(super) fn check_command(node: &DraftNode, diagnostics: &mut Diagnostics) -> Option<Command> {
    let services = node.services.as_ref()?.get_ref();
    let (service, words) = match node.command.as_ref()? {
        DraftCommand::Node(words) => (services.first()?.get_ref(), words),
        DraftCommand::Services(commands) => check_services(commands, services, diagnostics)?,
    };
    let Some(program) = words.get_ref().first().filter(|program| !program.get_ref().is_empty())
    else {
        diagnostics.at(
            words.span(),
            "this command names no program",
            "nothing to start",
            "write the program and its arguments: `command = [\"python3\", \"strategy.py\"]`",
        );
        return None;
    };
    let folder = diagnostics.folder(&program.span()).to_owned();
    let name = node.name.as_ref().map_or("", |name| name.get_ref());
    let fill = |word: &Spanned<String>| {
        word.get_ref().replace("{node}", name).replace("{service}", service)
    };
    let words = words.get_ref().iter().map(fill).collect();
    Some(Command { words, folder, service: service.clone() })
}

/// A node is one process, so one of its services may have the command.
fn check_services<'a>(
    commands: &'a [(Spanned<String>, Strings)],
    services: &[Spanned<String>],
    diagnostics: &mut Diagnostics,
) -> Option<(&'a String, &'a Strings)> {
    let known: Vec<&str> = services.iter().map(|service| service.get_ref().as_str()).collect();
    for (service, _) in
        commands.iter().filter(|(name, _)| !known.contains(&name.get_ref().as_str()))
    {
        diagnostics.at(
            service.span(),
            format!("this node holds no service `{}`", service.get_ref()),
            "unknown service",
            format!("its services are: {}", known.join(", ")),
        );
    }
    if let [_, (second, _), ..] = commands {
        diagnostics.at(
            second.span(),
            "two services of one node cannot have commands of their own",
            "a second process",
            "a node is one process: make a node of each service, or start both by one command",
        );
    }
    match commands {
        [(service, words)] => Some((service.get_ref(), words)),
        _ => None,
    }
}

impl Restart {
    pub(super) fn from_word(word: &str) -> Self {
        match word {
            "always" => Self::Always,
            "never" => Self::Never,
            _ => Self::OnFailure,
        }
    }
}

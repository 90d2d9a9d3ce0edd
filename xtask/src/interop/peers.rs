//! The program that plays a peer, in each language.

use std::fmt;
use std::path::PathBuf;
use std::process::Command;

use crate::failure::Failure;
use crate::progress::Progress;
use crate::setup::{ocaml, python};
use crate::{repo, workspace};

/// A language that has a runtime.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Language {
    #[default]
    Rust,
    Python,
    OCaml,
}

impl Language {
    pub(super) const ALL: [Self; 3] = [Self::Rust, Self::Python, Self::OCaml];

    /// Whether it has subscribers to frames of any topic and digest.
    pub(super) fn has_frames(self) -> bool {
        self != Self::Python
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rust => "Rust",
            Self::Python => "Python",
            Self::OCaml => "OCaml",
        })
    }
}

/// What plays the peers.
pub(super) struct Peers {
    python: PathBuf,
}

impl Peers {
    /// Builds what is to be built; the native libraries are there already.
    pub(super) fn build(progress: &Progress) -> Result<Self, Failure> {
        let python = python::prepare(progress)?;
        let tool = workspace::cargo("build").args(["--example", "interop-peer"]);
        tool.run("interop-rust", progress)?;
        python::build_core(&python, "debug", progress)?;
        ocaml::prepare(progress)?;
        let target = "examples/market/interop/peer.exe";
        ocaml::dune(&["build", target], "debug").run("interop-ocaml", progress)?;
        Ok(Self { python })
    }

    /// The command that starts a peer.
    pub(super) fn command(&self, language: Language) -> Command {
        match language {
            Language::Rust => Command::new(repo::target().join("debug/examples/interop-peer")),
            Language::Python => {
                let mut command = python::command(&self.python, "debug");
                command.arg(repo::root().join("examples/market/interop/peer.py"));
                command
            }
            Language::OCaml => Command::new(ocaml::built("examples/market/interop/peer.exe")),
        }
    }
}

//! OCaml and dune, from the distribution.

use std::path::PathBuf;

use super::packages;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::repo;
use crate::tool::Tool;

const PACKAGES: &[&str] = &["ocaml-nox", "ocaml-dune", "ocaml-findlib", "libqcheck-core-ocaml-dev"];

/// Makes sure that `dune` and the OCaml compiler are there.
pub(crate) fn prepare(progress: &Progress) -> Result<(), Failure> {
    if is_ready() {
        return Ok(());
    }
    packages::install(PACKAGES, "OCaml", progress)?;
    if is_ready() {
        return Ok(());
    }
    Err(Failure::new("the OCaml packages are installed, but `dune` or `ocamlfind` does not run")
        .remedy("`dune --version` and `ocamlfind ocamlopt -version` show what is wrong"))
}

/// dune in the repository's workspace, with the native library of a cargo profile at hand.
pub(crate) fn dune(args: &[&str], profile: &str) -> Tool {
    let build_dir = repo::target().join("dune");
    Tool::new("dune")
        .args(args)
        .args(["--root", ".", "--display", "short", "--build-dir"])
        .arg(build_dir)
        .env("MYCELIUM_FFI_DIR", repo::target().join(profile))
}

/// Where dune leaves what it made of a target.
pub(crate) fn built(target: &str) -> PathBuf {
    repo::target().join("dune/default").join(target)
}

fn is_ready() -> bool {
    Tool::new("dune").arg("--version").succeeds()
        && Tool::new("ocamlfind").args(["ocamlopt", "-version"]).succeeds()
        && Tool::new("ocamlfind").args(["query", "qcheck-core"]).succeeds()
}

//! OCaml and dune, from the distribution.

use std::path::PathBuf;

use super::packages;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::repo;
use crate::tool::Tool;

const PACKAGES: &[&str] = &[
    "ocaml-nox",
    "ocaml-dune",
    "ocaml-findlib",
    "libqcheck-core-ocaml-dev",
    "liblwt-ocaml-dev",
    "libyojson-ocaml-dev",
];

/// What is there once these are.
const LIBRARIES: [&str; 3] = ["qcheck-core", "lwt.unix", "yojson"];

/// What the benchmark beside other codecs takes.
const PEERS: &[&str] = &[
    "libbin-prot-ocaml-dev",
    "libppx-bin-prot-ocaml-dev",
    "libfieldslib-ocaml-dev",
    "libppx-compare-ocaml-dev",
    "libppx-sexp-conv-ocaml-dev",
    "libppx-hash-ocaml-dev",
];

/// Makes sure that bin_prot is there.
pub(crate) fn prepare_peers(progress: &Progress) -> Result<(), Failure> {
    let is_ready = || Tool::new("ocamlfind").args(["query", "bin_prot"]).succeeds();
    if !is_ready() {
        packages::install(PEERS, "OCaml's bin_prot", progress)?;
    }
    Ok(())
}

/// The version of an OCaml package.
pub(crate) fn version_of(package: &str) -> String {
    let query = ["query", "-format", "%v", package];
    let output = std::process::Command::new("ocamlfind").args(query).output();
    output.map_or_else(
        |_| String::new(),
        |output| String::from_utf8_lossy(&output.stdout).trim().trim_start_matches('v').to_owned(),
    )
}

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
    dune_in("dune", args).env("MYCELIUM_FFI_DIR", repo::target().join(profile))
}

/// The same where there is no native library: whatever would link it fails.
pub(crate) fn dune_alone(args: &[&str]) -> Tool {
    dune_in("dune-alone", args).env("MYCELIUM_FFI_DIR", repo::target().join("no-such-folder"))
}

fn dune_in(build_dir: &str, args: &[&str]) -> Tool {
    let build_dir = repo::target().join(build_dir);
    Tool::new("dune")
        .args(args)
        .args(["--root", ".", "--display", "short", "--build-dir"])
        .arg(build_dir)
}

/// Where dune leaves what it made of a target.
pub(crate) fn built(target: &str) -> PathBuf {
    repo::target().join("dune/default").join(target)
}

fn is_ready() -> bool {
    Tool::new("dune").arg("--version").succeeds()
        && Tool::new("ocamlfind").args(["ocamlopt", "-version"]).succeeds()
        && LIBRARIES.iter().all(|name| Tool::new("ocamlfind").args(["query", name]).succeeds())
}

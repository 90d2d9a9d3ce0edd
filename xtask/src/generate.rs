//! `cargo xtask gen`: what `mycc` makes of the schemas, kept in the repository.

use clap::Args;

use crate::Outcome;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::tool::Tool;
use crate::workspace;

/// How to generate.
#[derive(Args)]
pub(crate) struct Options {
    /// Change nothing; fail where a file is not what `mycc` gives
    #[arg(long)]
    check: bool,

    /// Compute the golden vectors in schemas/vectors anew as well
    #[arg(long)]
    vectors: bool,
}

/// Runs the command.
pub(crate) fn run(options: &Options) -> Outcome {
    let progress = Progress::start("generated code");
    let done = match options.vectors {
        true => vectors(options.check, &progress),
        false => Ok(()),
    };
    let done = done.and_then(|()| match options.check {
        true => check(mycc, &progress),
        false => write(mycc, &progress),
    });
    progress.finish(if done.is_ok() { "ok" } else { "FAILED" });
    done
}

/// `mycc`, built by itself: what a command that needs nothing else waits for.
pub(crate) fn mycc() -> Tool {
    Tool::cargo().args(["run", "--locked", "--package", "myc-codegen", "--bin", "mycc", "--"])
}

/// `mycc` out of the workspace, which has been built.
pub(crate) fn built_mycc() -> Tool {
    Tool::new(workspace::built("mycc"))
}

/// Writes what is not up to date.
pub(crate) fn write(mycc: fn() -> Tool, progress: &Progress) -> Result<(), Failure> {
    TARGETS.iter().try_for_each(|target| target.generate(mycc(), &[], progress))
}

/// Fails where a generated file is not up to date.
pub(crate) fn check(mycc: fn() -> Tool, progress: &Progress) -> Result<(), Failure> {
    let failed = |failure: Failure| failure.remedy("cargo xtask gen");
    let check = |target: &Target| target.generate(mycc(), &["--check"], progress).map_err(failed);
    TARGETS.iter().try_for_each(check)
}

/// Writes what is computed in the golden vectors, or fails where that would change a file.
fn vectors(check: bool, progress: &Progress) -> Result<(), Failure> {
    let tool = Tool::cargo().args(["run", "--locked", "--package", "myc-codegen"]);
    let tool = tool.args(["--example", "vectors", "--"]).args(check.then_some("--check"));
    tool.run("gen-vectors", progress).map(drop)
}

/// One run of `mycc gen`.
struct Target {
    language: &'static str,
    out: &'static str,
    schemas: &'static [&'static str],
}

const SCHEMAS: &[&str] = &["schemas/market.myc", "schemas/vectors"];
/// Releases that the code names where it still talks with them.
const LOCK: &str = "schemas/myc.lock";

const CONTROL: &[&str] = &["schemas/mycelium/control.myc"];

const OCAML_BENCH: &[&str] = &["benches/ocaml/peers/samples.myc"];
const OCAML_RING: &[&str] = &["benches/ocaml/ring/ends.myc"];

const TARGETS: &[Target] = &[
    Target { language: "rust", out: "generated/rust", schemas: SCHEMAS },
    Target { language: "python", out: "generated/python", schemas: SCHEMAS },
    Target { language: "ocaml", out: "generated/ocaml", schemas: SCHEMAS },
    Target { language: "c", out: "generated/c", schemas: SCHEMAS },
    Target { language: "rust", out: "runtime/bus/src", schemas: CONTROL },
    Target { language: "python", out: "runtime/python", schemas: CONTROL },
    Target { language: "ocaml", out: "runtime/ocaml/control", schemas: CONTROL },
    Target { language: "ocaml", out: "benches/ocaml/peers", schemas: OCAML_BENCH },
    Target { language: "ocaml", out: "benches/ocaml/ring", schemas: OCAML_RING },
];

impl Target {
    fn generate(&self, mycc: Tool, flags: &[&str], progress: &Progress) -> Result<(), Failure> {
        let tool = mycc.args(["gen", "--lang", self.language, "--out", self.out]);
        let tool = tool.args(["--lock", LOCK]).args(flags);
        tool.args(self.schemas).run(&format!("gen-{}", self.language), progress).map(drop)
    }
}

//! The C programs of the tests under valgrind: no memory is misused, and none is left behind.

use std::fs;
use std::path::Path;

use crate::failure::{Failure, io_failure};
use crate::progress::Progress;
use crate::setup::valgrind;
use crate::steps::StepResult;
use crate::tool::Tool;
use crate::{repo, workspace};

/// Programs of `runtime/ffi/tests/c`; the one that forks is for AddressSanitizer alone,
/// and the one that may have little memory runs without either.
const PROGRAMS: [&str; 5] = ["ring", "frames", "bus", "loans", "lists"];

/// Compiles the programs and runs each.
pub(crate) fn step(progress: &Progress) -> StepResult {
    valgrind::prepare(progress)?;
    workspace::build(progress)?;
    let folder = repo::target().join("xtask/c");
    for program in PROGRAMS {
        progress.detail(format!("{program}.c under valgrind"));
        check(program, &folder, progress)?;
    }
    Ok(format!("{} programs, no error, no leak", PROGRAMS.len()))
}

fn check(program: &str, folder: &Path, progress: &Progress) -> Result<(), Failure> {
    let rings = folder.join(program).join("rings");
    // What an earlier run has left.
    if rings.exists() {
        fs::remove_dir_all(&rings).map_err(io_failure("remove", &rings))?;
    }
    fs::create_dir_all(&rings).map_err(io_failure("make", &rings))?;
    let library = repo::target().join("debug");
    let binary = folder.join(program).join(program);
    let compile = Tool::new("cc")
        .args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-pedantic", "-g", "-pthread"])
        .args(["-Iruntime/ffi/include", "-Igenerated/c"])
        .arg(format!("runtime/ffi/tests/c/{program}.c"))
        .arg("-o")
        .arg(&binary)
        .arg("-L")
        .arg(&library)
        .arg("-lmycelium_ffi");
    compile.run(&format!("c-{program}"), progress)?;
    let known = repo::root().join("runtime/ffi/tests/c/valgrind.supp");
    let run = Tool::new("valgrind")
        .args(["--quiet", "--error-exitcode=9", "--leak-check=full"])
        .arg(format!("--suppressions={}", known.display()))
        .arg(&binary)
        .arg(&rings)
        .env("LD_LIBRARY_PATH", &library);
    run.run(&format!("valgrind-{program}"), progress).map(drop)
}

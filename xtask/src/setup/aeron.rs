//! What the crates of Aeron are built with, to measure it beside ours.

use std::path::{Path, PathBuf};

use super::{packages, python};
use crate::failure::Failure;
use crate::progress::Progress;
use crate::repo;
use crate::tool::Tool;

/// A cmake that is new enough.
const REQUIREMENTS: &str = "benches/ring/requirements.txt";

/// Makes sure that its C sources, which its crates bring along, can be compiled and bound; gives the cmake to do it with.
pub(crate) fn prepare(interpreter: &Path, progress: &Progress) -> Result<PathBuf, Failure> {
    if !is_ready() {
        let needed = ["g++", "libclang-dev", "libbsd-dev", "uuid-dev"];
        packages::install(&needed, "measuring Aeron", progress)?;
    }
    if !is_ready() {
        return Err(Failure::new("what Aeron is built with is installed, but does not work")
            .remedy("a program that is linked with -lbsd -luuid shows what is wrong"));
    }
    let requirements = repo::root().join(REQUIREMENTS);
    let python = python::prepare_with(interpreter, "cmake-venv", &requirements, progress)?;
    Ok(python.with_file_name("cmake"))
}

fn is_ready() -> bool {
    let link = "c++ --version && ls /usr/lib/llvm-*/lib/libclang*.so* && \
                echo 'int main(void) { return 0; }' | cc -x c - -lbsd -luuid -o /dev/null";
    Tool::new("sh").args(["-c", link]).succeeds()
}

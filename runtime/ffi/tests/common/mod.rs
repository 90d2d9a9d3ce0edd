//! The C programs of `tests/c`, compiled against the library that cargo has built.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Whoever reads outside of what is there, or does what C does not define, ends the program.
pub(crate) const SANITIZED: [&str; 2] =
    ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

/// A file of this crate.
pub(crate) fn crate_file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Compiles `tests/c/<name>.c` into the folder, with these flags and without a warning; gives the command that runs it.
pub(crate) fn program(name: &str, flags: &[&str], folder: &Path) -> Command {
    let program = folder.join(name);
    let libraries = library_folder();
    let compiled = Command::new("cc")
        .args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-pedantic", "-g", "-pthread"])
        .args(flags)
        .arg("-I")
        .arg(crate_file("include"))
        .arg("-I")
        .arg(crate_file("../../generated/c"))
        .arg(crate_file(&format!("tests/c/{name}.c")))
        .arg("-o")
        .arg(&program)
        .arg("-L")
        .arg(&libraries)
        .arg("-lmycelium_ffi")
        .status()
        .expect("a C compiler named cc");
    assert!(compiled.success());
    let mut command = Command::new(program);
    command.env("LD_LIBRARY_PATH", libraries);
    command
}

/// Where cargo has put the shared library: beside this test.
fn library_folder() -> PathBuf {
    let test = env::current_exe().expect("this test's path");
    let folder = test.parent().expect("the folder of tests");
    assert!(folder.join("libmycelium_ffi.so").exists(), "no library in {}", folder.display());
    folder.to_owned()
}

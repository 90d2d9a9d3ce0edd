//! Files that are written.

use crate::failure::Failure;
use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Makes a file, empty. One that is there is replaced only if that is wished, and never if it is what is read from,
/// by whatever name.
pub(super) fn new_file(path: &Path, replace: bool, inputs: &[PathBuf]) -> Result<File, Failure> {
    let refused = |path: &Path, error: io::Error| {
        let hint = match error.kind() {
            io::ErrorKind::AlreadyExists => "; --force replaces it",
            _ => "",
        };
        Failure::Input(format!("{}: {error}{hint}", path.display()))
    };
    let mut open = File::options();
    let open = match replace {
        true => open.create(true).truncate(false),
        false => open.create_new(true),
    };
    let file = open.write(true).open(path).map_err(|error| refused(path, error))?;
    let made = file.metadata().map_err(|error| refused(path, error))?;
    for input in inputs {
        let read = std::fs::metadata(input).map_err(|error| refused(input, error))?;
        if identity(&read) == identity(&made) {
            let (path, input) = (path.display(), input.display());
            return Err(Failure::Input(format!(
                "{path}: this is the file that is read, `{input}`: write to another"
            )));
        }
    }
    // Only now, when nothing is lost by it. What is no file, like a pipe, has no length.
    if made.is_file() {
        file.set_len(0).map_err(|error| refused(path, error))?;
    }
    Ok(file)
}

/// What two names of one file have in common.
fn identity(of: &Metadata) -> (u64, u64) {
    (of.dev(), of.ino())
}

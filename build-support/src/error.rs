//! Why a build script cannot go on.

use std::error::Error;
use std::fmt;

use myc_codegen::file::FileError;

/// Why schemas were not compiled.
#[derive(Debug)]
#[non_exhaustive]
pub enum BuildError {
    /// A schema is wrong: the compiler's words.
    Schema(String),
    /// No path was given, or only folders without a `.myc` file.
    NoSchema,
    /// A file or folder cannot be read or written.
    File(FileError),
    /// `OUT_DIR` is not set: this is no build script.
    NoOutDir,
}

impl From<FileError> for BuildError {
    fn from(error: FileError) -> Self {
        BuildError::File(error)
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BuildError::Schema(text) => f.write_str(text.trim_end()),
            BuildError::NoSchema => f.write_str(
                "error: no .myc file to compile\n  = help: name one: \
                 mycelium_build::compile(&[\"schemas/market.myc\"])",
            ),
            BuildError::File(error) => write!(
                f,
                "error: {error}\n  = help: paths of schemas are relative to the crate's folder"
            ),
            BuildError::NoOutDir => f.write_str(
                "error: OUT_DIR is not set\n  = help: call mycelium_build from a build script, build.rs",
            ),
        }
    }
}

impl Error for BuildError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            BuildError::File(error) => Some(error),
            _ => None,
        }
    }
}

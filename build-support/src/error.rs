//! Why a build script cannot go on.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;

use myc_codegen::file::{Change, FileError, Outcome};

/// Why schemas were not compiled, or generated code is not as it should be.
///
/// `Debug` says the same as `Display`, since that is what a `main` or a test that returns it shows.
#[non_exhaustive]
pub enum BuildError {
    /// A schema is wrong: what `mycc` shows of it.
    Schema(String),
    /// No path was given.
    NoSchema,
    /// A folder without a `.myc` file.
    EmptyFolder(PathBuf),
    /// A folder of schemas that what is built lies in, too: Cargo would never be done with it.
    HoldsOutDir(PathBuf),
    /// A file or folder cannot be read or written.
    File(FileError),
    /// A lock says what no lock says.
    Lock {
        /// The lock.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// `OUT_DIR` is not set: this is no build script.
    NoOutDir,
    /// Generated code that is not what the schemas give.
    OutOfDate {
        /// The files.
        files: Vec<Outcome>,
        /// The command that mends them, from the crate's folder.
        command: String,
    },
}

impl From<FileError> for BuildError {
    fn from(error: FileError) -> Self {
        BuildError::File(error)
    }
}

impl BuildError {
    /// What is wrong, and what to do.
    fn words(&self) -> (String, Option<String>) {
        match self {
            BuildError::Schema(text) => (text.trim_end().to_owned(), None),
            BuildError::NoSchema => (
                "no schema to compile".to_owned(),
                Some("name one: mycelium_build::compile(&[\"schemas/market.myc\"])".to_owned()),
            ),
            BuildError::EmptyFolder(path) => (
                format!("no .myc file in `{}`", path.display()),
                Some("name a schema, or a folder that has some".to_owned()),
            ),
            BuildError::HoldsOutDir(path) => (
                format!(
                    "`{}` holds what is built, and so changes with every build",
                    path.display()
                ),
                Some("name the schemas, or give them a folder of their own".to_owned()),
            ),
            BuildError::File(error) => {
                let is_read = error.action == "read";
                let help = "paths are relative to the crate's folder".to_owned();
                (error.to_string(), is_read.then_some(help))
            }
            BuildError::Lock { path, reason } => (
                format!("`{}` is not right: {reason}", path.display()),
                Some(
                    "take it from version control again; only `mycc release` writes it".to_owned(),
                ),
            ),
            BuildError::NoOutDir => (
                "OUT_DIR is not set".to_owned(),
                Some("call mycelium_build from a build script, build.rs".to_owned()),
            ),
            BuildError::OutOfDate { files, command } => (
                format!("generated code is out of date{}", listed(files)),
                Some(format!("in the crate's folder: {command}")),
            ),
        }
    }
}

/// Each file on a line of its own.
fn listed(files: &[Outcome]) -> String {
    let line = |Outcome { path, change }: &Outcome| {
        let state = if *change == Change::New { "missing" } else { "out of date" };
        format!("\n  {state}: {}", path.display())
    };
    files.iter().map(line).collect()
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, help) = self.words();
        // The compiler begins its words so itself.
        let prefix = if matches!(self, BuildError::Schema(_)) { "" } else { "error: " };
        write!(f, "{prefix}{what}")?;
        match help {
            Some(help) => write!(f, "\n  = help: {help}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Whatever stands before it, as in "Error: ", has a line of its own.
        write!(f, "\n{self}")
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

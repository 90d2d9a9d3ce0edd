//! Compiles `.myc` files from a build script.
//!
//! ```no_run
//! // build.rs
//! mycelium_build::compile(&["schemas/market.myc"]);
//! ```
//!
//! ```text
//! // src/main.rs
//! mycelium::include_schema!("market"); // makes the module `market`
//! ```
//!
//! **Promises.** Cargo runs the build script again when a schema, or anything that it imports, has
//! changed. Nothing is written outside of `OUT_DIR`, and there only where bytes change. A wrong schema
//! ends the build with the compiler's own words, not with a panic.
//!
//! **Packages.** Each package of the given files becomes a public module, named like it with `_` for
//! `.`. A package that another one imports must be given too, and included beside it.

mod error;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use myc_codegen::file;
use myc_codegen::rust::Rust;
use myc_codegen::{Backend, GeneratedFile, names};
use myc_schema::schema::Schema;
use myc_schema::{Diagnostics, Format, SourceSet};

pub use error::BuildError;

/// Compiles schemas for `mycelium::include_schema!`; where one is wrong, shows why and ends the build.
///
/// Each path is a file, or a folder of which all `.myc` files are taken, relative to the folder of the
/// crate that is built.
pub fn compile(schemas: &[impl AsRef<Path>]) {
    Config::new().schemas(schemas).compile();
}

/// What to compile.
///
/// ```no_run
/// mycelium_build::Config::new().schema("schemas/market.myc").schema("../shared/common.myc").compile();
/// ```
#[derive(Debug, Clone, Default)]
pub struct Config {
    schemas: Vec<PathBuf>,
}

impl Config {
    /// Nothing to compile yet.
    pub fn new() -> Config {
        Config::default()
    }

    /// Adds a file, or a folder of which all `.myc` files are taken.
    #[must_use]
    pub fn schema(mut self, path: impl AsRef<Path>) -> Config {
        self.schemas.push(path.as_ref().to_owned());
        self
    }

    /// Adds several files or folders.
    #[must_use]
    pub fn schemas(self, paths: impl IntoIterator<Item = impl AsRef<Path>>) -> Config {
        paths.into_iter().fold(self, Config::schema)
    }

    /// Compiles; where a schema is wrong, shows why and ends the process with status 1.
    pub fn compile(&self) {
        if let Err(error) = self.try_compile() {
            eprintln!("{error}");
            std::process::exit(1);
        }
    }

    /// Compiles, and gives back what is wrong.
    ///
    /// # Errors
    ///
    /// Where a schema is wrong, where a file cannot be read or written, and outside of a build script.
    pub fn try_compile(&self) -> Result<(), BuildError> {
        let out_dir = env::var_os("OUT_DIR").map(PathBuf::from).ok_or(BuildError::NoOutDir)?;
        let schema = self.load()?;
        let modules: Vec<_> = Rust.generate(&schema).into_iter().map(into_module).collect();
        file::write(&out_dir, &modules)?;
        Ok(())
    }

    fn load(&self) -> Result<Schema, BuildError> {
        let mut roots = Vec::new();
        for path in &self.schemas {
            // Of a folder Cargo watches everything in it, new files too.
            watch(path);
            roots.extend(file::find_schemas(path)?);
        }
        if roots.is_empty() {
            return Err(BuildError::NoSchema);
        }
        let sources = SourceSet::new(|path: &Path| fs::read(path)).roots(roots);
        let (schema, diagnostics) = myc_schema::compile(&sources);
        diagnostics.files().paths().for_each(watch);
        match schema {
            Some(schema) => {
                warn(&diagnostics);
                Ok(schema)
            }
            None => Err(BuildError::Schema(diagnostics.render(Format::Text { color: false }))),
        }
    }
}

/// Tells Cargo to run the build script again when the file or folder changes.
fn watch(path: &Path) {
    println!("cargo::rerun-if-changed={}", path.display());
}

/// Shows warnings as Cargo shows its own.
fn warn(diagnostics: &Diagnostics) {
    for line in diagnostics.render(Format::Line).lines() {
        println!("cargo::warning={line}");
    }
}

/// Puts a file into a module: `include!` takes no file that starts with docs and attributes of its own.
fn into_module(file: GeneratedFile) -> GeneratedFile {
    let package = file.path.with_extension("");
    let name = names::rust_name(&package.to_string_lossy().replace('.', "_"));
    let contents = format!("pub mod {name} {{\n{}}}\n", file.contents);
    GeneratedFile { path: file.path, contents }
}

//! What to compile, and the ways from there.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use myc_codegen::Backend;
use myc_codegen::file::{self, Change, ReadLockError};
use myc_codegen::rust::{Feature, Rust};
use myc_schema::schema::Schema;
use myc_schema::{Diagnostics, Format, Lock, SourceSet};

use crate::error::BuildError;
use crate::{cargo, modules};

/// What to compile.
///
/// ```no_run
/// mycelium_build::Config::new()
///     .schema("schemas/market.myc")
///     .schema("../shared/orders.myc")
///     .lock("myc.lock")
///     .compile();
/// ```
#[derive(Debug, Clone, Default)]
pub struct Config {
    schemas: Vec<PathBuf>,
    lock: Option<PathBuf>,
    features: BTreeSet<Feature>,
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

    /// Takes the releases of a lock, as `mycc gen --lock` does: messages then carry the digests of the
    /// released versions that they still talk with.
    ///
    /// The lock must be there; `mycc release` writes it. Without this there is no lock, whatever lies
    /// beside the schemas.
    #[must_use]
    pub fn lock(mut self, path: impl AsRef<Path>) -> Config {
        self.lock = Some(path.as_ref().to_owned());
        self
    }

    /// Lets types ask for more where a feature of the crate is on, as `mycc gen --rust-features` does.
    ///
    /// ```no_run
    /// use mycelium_build::{Config, Feature};
    ///
    /// // Cargo.toml has `serde = ["mycelium/serde"]` among its features.
    /// Config::new().schema("schemas").features([Feature::Serde]).compile();
    /// ```
    #[must_use]
    pub fn features(mut self, features: impl IntoIterator<Item = Feature>) -> Config {
        self.features.extend(features);
        self
    }

    /// Compiles for `mycelium::include_schema!`; where something is wrong, shows it and ends the process
    /// with status 1.
    pub fn compile(&self) {
        if let Err(error) = self.generate(cargo::has_color()) {
            eprintln!("{error}");
            std::process::exit(1);
        }
    }

    /// The same, and gives back what is wrong.
    ///
    /// # Errors
    ///
    /// Where a schema or the lock is wrong, where a file cannot be read or written, and outside of a
    /// build script.
    pub fn try_compile(&self) -> Result<(), BuildError> {
        self.generate(false)
    }

    /// Whether the Rust code in `folder` is what `mycc gen` makes of the schemas; writes nothing.
    ///
    /// ```no_run
    /// // build.rs
    /// fn main() -> Result<(), mycelium_build::BuildError> {
    ///     mycelium_build::Config::new()
    ///         .schema("schemas")
    ///         .lock("myc.lock")
    ///         .check_generated("src/generated")
    /// }
    /// ```
    ///
    /// Imported packages that no path names are not looked for, as `mycc gen` does not generate them.
    ///
    /// # Errors
    ///
    /// [`BuildError::OutOfDate`] names the files that differ and the command that mends them; otherwise
    /// as [`try_compile`](Config::try_compile), which alone needs a build script.
    pub fn check_generated(&self, folder: impl AsRef<Path>) -> Result<(), BuildError> {
        let folder = folder.as_ref();
        let mut outcomes = file::compare(folder, &self.backend().generate(&self.load(false)?))?;
        outcomes.iter().try_for_each(|outcome| cargo::watch(&outcome.path))?;
        outcomes.retain(|outcome| outcome.change != Change::Same);
        if outcomes.is_empty() {
            return Ok(());
        }
        Err(BuildError::OutOfDate { files: outcomes, command: self.command(folder) })
    }

    fn generate(&self, color: bool) -> Result<(), BuildError> {
        let out_dir = cargo::out_dir().ok_or(BuildError::NoOutDir)?;
        modules::write(&out_dir, self.load(color)?, &self.backend())
    }

    fn backend(&self) -> Rust {
        Rust::with_features(self.features.iter().copied())
    }

    /// The checked schema of all paths; Cargo watches whatever was read.
    fn load(&self, color: bool) -> Result<Schema, BuildError> {
        let lock = self.lock.as_deref().map(read_lock).transpose()?;
        let sources = SourceSet::new(file::read_schema).roots(self.find_roots()?);
        let (schema, diagnostics) = myc_schema::compile(&sources);
        let watched = diagnostics.files().paths().try_for_each(cargo::watch);
        let Some(schema) = schema else {
            return Err(BuildError::Schema(diagnostics.render(Format::Text { color })));
        };
        show_warnings(&diagnostics);
        watched?;
        match lock {
            Some((path, lock)) => schema
                .with_ancestors(&lock)
                .map_err(|error| BuildError::Lock { path, reason: error.to_string() }),
            None => Ok(schema),
        }
    }

    fn find_roots(&self) -> Result<Vec<PathBuf>, BuildError> {
        let mut roots = Vec::new();
        for path in &self.schemas {
            // Of a folder Cargo watches everything in it: files that are new, and that there are no more.
            cargo::watch(path)?;
            if cargo::builds_into(path) {
                return Err(BuildError::HoldsOutDir(path.clone()));
            }
            let found = file::find_schemas(path)?;
            if found.is_empty() {
                return Err(BuildError::EmptyFolder(path.clone()));
            }
            roots.extend(found);
        }
        if roots.is_empty() {
            return Err(BuildError::NoSchema);
        }
        Ok(roots)
    }

    /// What to type so that `folder` is up to date.
    fn command(&self, folder: &Path) -> String {
        let features: Vec<&str> = self.features.iter().map(|feature| feature.name()).collect();
        let features = features.join(",");
        let mut words = ["mycc", "gen", "--lang", "rust", "--out"].map(OsStr::new).to_vec();
        words.push(folder.as_os_str());
        if !features.is_empty() {
            words.extend(["--rust-features", &features].map(OsStr::new));
        }
        if let Some(lock) = &self.lock {
            words.extend([OsStr::new("--lock"), lock.as_os_str()]);
        }
        words.extend(self.schemas.iter().map(|path| path.as_os_str()));
        words.into_iter().map(quote).collect::<Vec<_>>().join(" ")
    }
}

fn read_lock(path: &Path) -> Result<(PathBuf, Lock), BuildError> {
    cargo::watch(path)?;
    match file::read_lock(path) {
        Ok(lock) => Ok((path.to_owned(), lock)),
        Err(ReadLockError::File(error)) => Err(BuildError::File(error)),
        Err(ReadLockError::Wrong(path, error)) => {
            Err(BuildError::Lock { path, reason: error.to_string() })
        }
    }
}

fn show_warnings(diagnostics: &Diagnostics) {
    diagnostics.render(Format::Line).lines().for_each(cargo::warn);
}

/// A word as a shell reads it.
fn quote(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+:@%,".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.into_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

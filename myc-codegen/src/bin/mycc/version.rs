//! A version of a schema, wherever it comes from: sources, a lock, or what git has.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use myc_codegen::file::{self, ReadLockError};
use myc_schema::schema::Reserved;
use myc_schema::{Arena, Lock, Places, SourceSet, compile_located};
use mycelium_wire::reflect::Def;

use crate::args::MessageFormat;
use crate::failure::Failure;
use crate::source;

/// All types of a version, what it reserves, and where they are declared.
#[derive(Default)]
pub(crate) struct Version<'a> {
    pub(crate) defs: Vec<&'a Def<'a>>,
    /// What each package reserves.
    pub(crate) reserved: Vec<(String, Reserved)>,
    pub(crate) places: Places,
}

impl Version<'_> {
    /// What the rules of evolution compare.
    pub(crate) fn facts(&self) -> myc_schema::Version<'_, '_> {
        myc_schema::Version { defs: &self.defs, reserved: &self.reserved }
    }
}

/// Compiles sources.
pub(crate) fn of_sources<'a>(
    arena: &'a Arena,
    sources: &SourceSet<'_>,
    format: MessageFormat,
) -> Result<Version<'a>, Failure> {
    let (schema, places, diagnostics) = compile_located(sources);
    source::show(&diagnostics, format);
    let schema = schema.ok_or(Failure::Shown)?;
    Ok(Version { defs: schema.reflect_all(arena), reserved: schema.reserved(), places })
}

/// Compiles what the paths name.
pub(crate) fn of_paths<'a>(
    arena: &'a Arena,
    paths: &[PathBuf],
    format: MessageFormat,
) -> Result<Version<'a>, Failure> {
    of_sources(arena, &SourceSet::new(file::read_schema).roots(source::find_all(paths)?), format)
}

/// Takes the version that `--against` names.
pub(crate) fn earlier<'a>(
    arena: &'a Arena,
    against: &str,
    paths: &[PathBuf],
    format: MessageFormat,
) -> Result<Version<'a>, Failure> {
    if let Some(revision) = against.strip_prefix("git:") {
        return of_git(arena, revision, paths, format);
    }
    let path = PathBuf::from(against);
    if path.extension().is_none_or(|extension| extension != "lock") {
        return of_paths(arena, &[path], format);
    }
    latest_of(arena, &path)
}

/// Takes the last release of a lock; of a lock without one, nothing.
pub(crate) fn latest_of<'a>(arena: &'a Arena, path: &Path) -> Result<Version<'a>, Failure> {
    let lock = read_lock(path)?;
    let Some(latest) = lock.latest() else {
        return Ok(Version::default());
    };
    let wrong = |error| Failure::input(format!("`{}` is not right: {error}", path.display()));
    let defs = latest.reflect(arena).map_err(wrong)?;
    Ok(Version { defs, reserved: latest.reserved.clone(), places: Places::default() })
}

/// Reads a lock.
pub(crate) fn read_lock(path: &Path) -> Result<Lock, Failure> {
    file::read_lock(path).map_err(|error| match error {
        ReadLockError::File(error) => Failure::file(error.action, &error.path, &error.source),
        ReadLockError::Wrong(path, error) => {
            Failure::input(format!("`{}` is not right: {error}", path.display()))
                .help("take it from version control again; only `mycc release` writes it")
        }
    })
}

fn of_git<'a>(
    arena: &'a Arena,
    revision: &str,
    paths: &[PathBuf],
    format: MessageFormat,
) -> Result<Version<'a>, Failure> {
    if revision.is_empty() || revision.starts_with('-') {
        return Err(Failure::input(format!("`{revision}` is no revision"))
            .help("write git:main, git:v1.2 or git:HEAD~1"));
    }
    let mut roots = Vec::new();
    for path in paths {
        let asked = path.display().to_string();
        let listed = git(&["ls-tree", "-r", "-z", "--name-only", revision, "--", &asked])
            .map_err(|error| Failure::input(format!("git has no `{revision}`: {error}")))?;
        let names = String::from_utf8_lossy(&listed).into_owned();
        let schemas = names.split('\0').filter(|name| name.ends_with(".myc"));
        roots.extend(schemas.map(PathBuf::from));
    }
    if roots.is_empty() {
        return Err(Failure::input(format!("`{revision}` has no .myc file in these paths"))
            .help("name a revision that has the schemas, under the same paths"));
    }
    let read = |path: &Path| git(&["show", &format!("{revision}:./{}", path.display())]);
    of_sources(arena, &SourceSet::new(read).roots(roots), format)
}

/// What a git command prints.
fn git(arguments: &[&str]) -> io::Result<Vec<u8>> {
    let output = Command::new("git").args(arguments).output()?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(io::Error::other(said.trim().to_owned()))
}

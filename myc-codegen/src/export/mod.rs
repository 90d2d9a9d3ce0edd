//! From hand-written Rust types to `.myc`: the way in for programs that began with the derives.
//!
//! [`export`] reads what `#[derive(Message)]` and its siblings read, and writes the schema that those types
//! are: same digests, names, docs. What a schema cannot say, or what only the Rust compiler could
//! resolve, is refused at its place. One file a package, `a.b.myc`.

mod attrs;
mod index;
mod items;
mod types;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use proc_macro2::Span;

use crate::GeneratedFile;
use index::Index;

/// What cannot be carried over, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// File.
    pub path: PathBuf,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// Why not.
    pub message: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Refusal { path, line, column, message } = self;
        write!(f, "{}:{line}:{column}: {message}", path.display())
    }
}

/// What a phase could not do, collected.
#[derive(Default)]
struct Refusals {
    paths: Vec<PathBuf>,
    found: Vec<Refusal>,
}

impl Refusals {
    fn add(&mut self, file: usize, span: Span, message: impl Into<String>) {
        let (start, path) = (span.start(), self.paths[file].clone());
        let (line, column) = (start.line, start.column + 1);
        self.found.push(Refusal { path, line, column, message: message.into() });
    }
}

/// A package that is written.
#[derive(Default)]
struct Package {
    docs: Vec<String>,
    imports: BTreeSet<String>,
    items: Vec<String>,
}

/// The schemas of all types with a derive; `package` is that of what names none.
///
/// # Errors
///
/// All that cannot be carried over.
pub fn export(
    sources: &[(PathBuf, String)],
    package: Option<&str>,
) -> Result<Vec<GeneratedFile>, Vec<Refusal>> {
    let paths = sources.iter().map(|(path, _)| path.clone()).collect();
    let mut refusals = Refusals { paths, found: Vec::new() };
    let index = Index::read(sources, package, &mut refusals);
    let mut packages = BTreeMap::new();
    items::lower(&index, &mut packages, &mut refusals);
    if !refusals.found.is_empty() {
        return Err(refusals.found);
    }
    Ok(packages.iter().map(|(name, package)| print(name, package)).collect())
}

fn print(name: &str, package: &Package) -> GeneratedFile {
    let mut text: String = package.docs.iter().map(|line| format!("//! {line}\n")).collect();
    text.push_str(&format!("package {name};\n\n"));
    text.extend(package.imports.iter().map(|other| format!("import \"{other}.myc\";\n")));
    text.extend(package.items.iter().map(|item| format!("\n{item}\n")));
    let path = Path::new(&format!("{name}.myc")).to_owned();
    // What the language refuses is shown by its compiler, in the text as it is.
    let (formatted, _) = myc_schema::format(&path, text.clone().into_bytes());
    let contents = formatted.unwrap_or(text);
    GeneratedFile { path, contents }
}

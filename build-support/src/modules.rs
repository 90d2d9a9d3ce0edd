//! The files that `mycelium::include_schema!` includes.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use myc_codegen::file::{self, FileError};
use myc_codegen::rust::Rust;
use myc_codegen::{Backend, GeneratedFile, names};
use myc_schema::schema::{PackageId, Schema};

use crate::error::BuildError;
use crate::siblings;

/// Folder in `OUT_DIR` that holds nothing but our files.
const FOLDER: &str = "mycelium";

/// File that includes all others; no package is called so.
const ALL: &str = "all-packages.rs";

/// Files that this process has made: a build script may compile several times.
static MADE: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Writes a module for each package, and removes what earlier builds have left.
pub(crate) fn write(out_dir: &Path, mut schema: Schema, backend: &Rust) -> Result<(), BuildError> {
    // Imported packages too: the modules refer to them.
    schema.packages.iter_mut().for_each(|package| package.is_root = true);
    let files = backend.generate(&schema).into_iter().enumerate();
    let mut modules: Vec<_> =
        files.map(|(index, file)| into_module(&schema, PackageId(index), file)).collect();

    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    made.extend(modules.iter().map(|module| module.path.clone()));
    modules.push(all(&made));
    let folder = out_dir.join(FOLDER);
    file::write(&folder, &modules)?;
    remove_others(&folder, &made)
}

/// Puts a file into a module: `include!` takes no file that starts with docs and attributes of its own.
fn into_module(schema: &Schema, id: PackageId, file: GeneratedFile) -> GeneratedFile {
    let package = &schema.packages[id.0].name;
    let name = names::rust_module(package);
    let siblings = siblings::of(schema, id).into_iter();
    let siblings: String =
        siblings.map(|it| import(package, &schema.packages[it.0].name)).collect();
    let contents = format!("pub mod {name} {{\n{}{siblings}}}\n", file.contents);
    GeneratedFile { path: file.path, contents }
}

/// Fails to compile where the sibling is missing, with a line that says what to do.
fn import(package: &str, sibling: &str) -> String {
    let module = names::rust_module(sibling);
    format!(
        "\n#[allow(unused_imports)]\n\
         use super::{module} as _; // mycelium::include_schema!(\"{sibling}\", \"{package}\");\n"
    )
}

fn all(modules: &BTreeSet<PathBuf>) -> GeneratedFile {
    let include = |module: &PathBuf| format!("include!(\"{}\");\n", module.display());
    GeneratedFile { path: ALL.into(), contents: modules.iter().map(include).collect() }
}

/// Removes what is not among these: a package that is gone must not be included any more.
fn remove_others(folder: &Path, made: &BTreeSet<PathBuf>) -> Result<(), BuildError> {
    let failed =
        |action| move |path: &Path, source| FileError { action, path: path.into(), source };
    let entries = fs::read_dir(folder).map_err(|error| failed("read")(folder, error))?;
    for entry in entries {
        let entry = entry.map_err(|error| failed("read")(folder, error))?;
        let name = PathBuf::from(entry.file_name());
        if !made.contains(&name) && name != Path::new(ALL) {
            let path = entry.path();
            fs::remove_file(&path).map_err(|error| failed("remove")(&path, error))?;
        }
    }
    Ok(())
}

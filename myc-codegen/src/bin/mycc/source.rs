//! From paths on the command line to a schema.

use std::fs;
use std::path::{Path, PathBuf};

use myc_schema::schema::Schema;
use myc_schema::{Format, SourceSet, compile};

use crate::args::MessageFormat;
use crate::failure::{Failure, has_color, print_error};

/// Compiles schemas and shows what the compiler has to say about them.
pub(crate) fn load(paths: &[PathBuf], format: MessageFormat) -> Result<Schema, Failure> {
    let mut files = Vec::new();
    for path in paths {
        find_files(path, &mut files)?;
    }
    let sources = SourceSet::new(|path: &Path| fs::read(path)).roots(&files);
    let (schema, diagnostics) = compile(&sources);
    let format = match format {
        MessageFormat::Text => Format::Text { color: has_color() },
        MessageFormat::Json => Format::Json,
        MessageFormat::Github => Format::Github,
    };
    print_error(&diagnostics.render(format));
    schema.ok_or(Failure::Shown)
}

/// Adds a file, or all `.myc` files of a folder in the order of their paths.
fn find_files(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let metadata = fs::metadata(path).map_err(|error| Failure::file("read", path, &error))?;
    if !metadata.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let before = files.len();
    find_in_folder(path, files)?;
    if files.len() == before {
        return Err(Failure::input(format!("no .myc file in `{}`", path.display()))
            .help("name a schema, or a folder that has some"));
    }
    Ok(())
}

fn find_in_folder(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let failure = |error| Failure::file("read", folder, &error);
    let mut entries = fs::read_dir(folder)
        .and_then(|entries| entries.collect::<Result<Vec<_>, _>>())
        .map_err(failure)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        // A linked folder is not followed: it may lead back here.
        if entry.file_type().map_err(failure)?.is_dir() {
            find_in_folder(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "myc") {
            files.push(path);
        }
    }
    Ok(())
}

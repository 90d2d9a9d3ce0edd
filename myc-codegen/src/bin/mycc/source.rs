//! From paths on the command line to a schema.

use std::path::{Path, PathBuf};

use myc_codegen::file::{find_schemas, read_schema};
use myc_schema::schema::Schema;
use myc_schema::{Diagnostics, Format, SourceSet, compile};

use crate::args::MessageFormat;
use crate::failure::{Failure, has_color, print_error};

/// Compiles schemas and shows what the compiler has to say about them.
pub(crate) fn load(paths: &[PathBuf], format: MessageFormat) -> Result<Schema, Failure> {
    load_with_diagnostics(paths, format).map(|(schema, _)| schema)
}

/// The same, with what the compiler has said.
pub(crate) fn load_with_diagnostics(
    paths: &[PathBuf],
    format: MessageFormat,
) -> Result<(Schema, Diagnostics), Failure> {
    let sources = SourceSet::new(read_schema).roots(find_all(paths)?);
    let (schema, diagnostics) = compile(&sources);
    show(&diagnostics, format);
    schema.map(|schema| (schema, diagnostics)).ok_or(Failure::Shown)
}

/// Shows what the compiler has to say.
pub(crate) fn show(diagnostics: &Diagnostics, format: MessageFormat) {
    let format = match format {
        MessageFormat::Text => Format::Text { color: has_color() },
        MessageFormat::Json => Format::Json,
        MessageFormat::Github => Format::Github,
    };
    print_error(&diagnostics.render(format));
}

/// All files that the command line names.
pub(crate) fn find_all(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        files.extend(find_files(path)?);
    }
    Ok(files)
}

/// A file itself, or all `.myc` files of a folder, of which there must be one.
fn find_files(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let files = find_schemas(path)
        .map_err(|error| Failure::file(error.action, &error.path, &error.source))?;
    if files.is_empty() {
        return Err(Failure::input(format!("no .myc file in `{}`", path.display()))
            .help("name a schema, or a folder that has some"));
    }
    Ok(files)
}

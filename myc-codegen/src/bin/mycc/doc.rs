//! `mycc doc`: a site of everything that the schemas declare.

use std::path::PathBuf;

use myc_codegen::site;
use myc_codegen::site::folder::{self, FolderError};

use crate::args::{DocArgs, MessageFormat};
use crate::check::count;
use crate::failure::{Failure, print_error};
use crate::project::Project;
use crate::source;

/// Folder of the site where nobody names one.
const DEFAULT_OUT: &str = "site";

/// Runs the command.
pub(crate) fn run(args: &DocArgs, format: MessageFormat) -> Result<(), Failure> {
    let (paths, out) = plan(args)?;
    let schema = source::load(&paths, format)?;
    let written = folder::write(&out, site::generate(&schema)).map_err(cannot)?;
    if format == MessageFormat::Text {
        print_error(&format!(
            "{}: {}, {} changed, {} removed\n",
            out.join("index.html").display(),
            count(written.files, "file"),
            written.changed.len(),
            written.removed.len()
        ));
    }
    Ok(())
}

/// The schemas, and the folder of the site: of the command line or the project.
fn plan(args: &DocArgs) -> Result<(Vec<PathBuf>, PathBuf), Failure> {
    let default = || PathBuf::from(DEFAULT_OUT);
    if !args.paths.is_empty() {
        return Ok((args.paths.clone(), args.out.clone().unwrap_or_else(default)));
    }
    let project = Project::find()?;
    let out = args.out.clone();
    let out = out.unwrap_or_else(|| project.path(project.doc.clone().unwrap_or_else(default)));
    Ok((vec![project.path(project.schemas.clone())], out))
}

fn cannot(error: FolderError) -> Failure {
    match error {
        FolderError::NotOurs(_) => {
            Failure::input(error.to_string()).help("name an empty folder, or a new one, with --out")
        }
        FolderError::File(error) => Failure::file(error.action, &error.path, &error.source)
            .help("choose another folder with --out, or change what is in the way"),
    }
}

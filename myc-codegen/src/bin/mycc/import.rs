//! `mycc import`: other systems' definitions as `.myc` files.

use std::io::{self, Write};
use std::path::Path;

use myc_codegen::import::{At, Format, ImportError, Note, Place, SOURCE_BYTES, Source, import};
use myc_codegen::{GeneratedFile, file};
use serde_json::json;

use crate::args::{ImportArgs, MessageFormat};
use crate::failure::{Failure, print_error};
use crate::github;

/// Runs the command.
pub(crate) fn run(args: &ImportArgs, format: MessageFormat) -> Result<(), Failure> {
    let read_one = |path| read(args.definitions, path);
    let sources = args.files.iter().map(|path| read_one(path)).collect::<Result<Vec<_>, _>>()?;
    let imported = import(args.definitions, &sources, args.package.as_deref())
        .map_err(|error| failed(&error, format))?;
    let single = imported.files.len() == 1;
    let is_file = |path: &Path| path.extension().is_some_and(|extension| extension == "myc");
    if !single && args.out.as_deref().is_none_or(is_file) {
        return Err(Failure::Usage {
            message: format!("these definitions make {} files", imported.files.len()),
            help: "name a folder for them: `--out DIR`".to_owned(),
        });
    }
    imported.notes.iter().for_each(|note| print_error(&shown(note, format)));
    match &args.out {
        None => imported.files.iter().try_for_each(|file| print(&file.contents)),
        Some(path) if is_file(path) => {
            let contents = imported.files.into_iter().map(|file| file.contents).collect();
            write(Path::new(""), &[GeneratedFile { path: path.clone(), contents }], format)
        }
        Some(folder) => write(folder, &imported.files, format),
    }
}

/// Bytes of a file, but not many more than are looked at: it may never end.
fn read(definitions: Format, path: &Path) -> Result<Source, Failure> {
    // Of a log the head is enough; what else is longer is refused.
    let most = SOURCE_BYTES + usize::from(definitions != Format::Ulog);
    let read = file::read(path, most);
    let bytes = read.map_err(|error| Failure::file("read", path, &error))?;
    Ok(Source { path: path.to_owned(), bytes })
}

fn write(folder: &Path, files: &[GeneratedFile], format: MessageFormat) -> Result<(), Failure> {
    let outcomes = file::write(folder, files)
        .map_err(|error| Failure::file(error.action, &error.path, &error.source))?;
    if format == MessageFormat::Text {
        for outcome in outcomes {
            print_error(&format!("made {}\n", outcome.path.display()));
        }
    }
    Ok(())
}

fn print(text: &str) -> Result<(), Failure> {
    io::stdout()
        .write_all(text.as_bytes())
        .map_err(|error| Failure::output("to standard output", &error))
}

/// Shows why nothing came of it.
fn failed(error: &ImportError, format: MessageFormat) -> Failure {
    match format {
        MessageFormat::Text => {
            let failure = Failure::input(error.to_string());
            match &error.help {
                Some(help) => failure.help(help),
                None => failure,
            }
        }
        MessageFormat::Json => {
            let json = json!({
                "severity": "error", "message": error.message, "help": error.help,
                "place": place(&error.place),
            });
            print_error(&format!("{json}\n"));
            Failure::Shown
        }
        MessageFormat::Github => {
            print_error(&annotation("error", &error.place, &error.message));
            Failure::Shown
        }
    }
}

/// What was not carried over.
fn shown(note: &Note, format: MessageFormat) -> String {
    match format {
        MessageFormat::Text => format!("{note}\n"),
        MessageFormat::Json => {
            let place = place(&note.place);
            format!("{}\n", json!({ "severity": "note", "message": note.text, "place": place }))
        }
        MessageFormat::Github => annotation("notice", &note.place, &note.text),
    }
}

fn place(place: &Place) -> serde_json::Value {
    let path = place.path.display().to_string();
    match place.at {
        At::Whole => json!({ "path": path }),
        At::Line(line) => json!({ "path": path, "line": line }),
        At::Byte(byte) => json!({ "path": path, "byte": byte }),
    }
}

fn annotation(severity: &str, place: &Place, message: &str) -> String {
    let path = place.path.display().to_string();
    match place.at {
        At::Line(line) => {
            let place = [("file", path.as_str()), ("line", &line.to_string())];
            github::annotation(severity, &place, message)
        }
        At::Whole | At::Byte(_) => github::annotation(severity, &[("file", &path)], message),
    }
}

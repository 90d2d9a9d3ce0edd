//! `mycc export`: the schema of hand-written Rust types.

use std::io::{self, Write};
use std::path::PathBuf;

use myc_codegen::export::{Refusal, export};
use myc_codegen::{GeneratedFile, file};
use myc_schema::{FILE_BYTES, Memory, SourceSet, compile};
use serde_json::json;

use crate::args::{ExportArgs, MessageFormat};
use crate::check::count;
use crate::failure::{Failure, print_error};
use crate::{github, source};

/// Runs the command.
pub(crate) fn run(args: &ExportArgs, format: MessageFormat) -> Result<(), Failure> {
    let mut sources = Vec::new();
    for path in &args.rust {
        let found = file::find(path, "rs")
            .map_err(|error| Failure::file(error.action, &error.path, &error.source))?;
        sources.extend(found.into_iter().map(read).collect::<Result<Vec<_>, _>>()?);
    }
    let files = export(&sources, args.package.as_deref()).map_err(|refusals| {
        refusals.iter().for_each(|refusal| print_error(&shown(refusal, format)));
        Failure::Shown
    })?;
    if files.is_empty() {
        return Err(Failure::input("there is no type with a derive in these sources")
            .help("Message, Struct, Enum, Flags and Union are looked for"));
    }
    check(&files, format)?;
    match (&args.out, files.as_slice()) {
        (Some(out), files) => {
            let outcomes = file::write(out, files)
                .map_err(|error| Failure::file(error.action, &error.path, &error.source))?;
            if format == MessageFormat::Text {
                print_error(&format!("{} in {}\n", count(outcomes.len(), "file"), out.display()));
            }
            Ok(())
        }
        (None, [file]) => io::stdout()
            .write_all(file.contents.as_bytes())
            .map_err(|error| Failure::output("to standard output", &error)),
        (None, files) => {
            Err(Failure::input(format!("there are {}", count(files.len(), "package")))
                .help("each is a file: name a folder for them with --out"))
        }
    }
}

/// What is written is a schema; where it is none, the compiler says why.
fn check(files: &[GeneratedFile], format: MessageFormat) -> Result<(), Failure> {
    let put =
        |memory: Memory, file: &GeneratedFile| memory.file(&file.path, file.contents.as_str());
    let memory = files.iter().fold(Memory::new(), put);
    let set = SourceSet::new(memory).roots(files.iter().map(|file| &file.path));
    let (schema, diagnostics) = compile(&set);
    source::show(&diagnostics, format);
    schema.map(drop).ok_or(Failure::Shown)
}

fn read(path: PathBuf) -> Result<(PathBuf, String), Failure> {
    let read = file::read(&path, FILE_BYTES + 1);
    let bytes = read.map_err(|error| Failure::file("read", &path, &error))?;
    let wrong = |what: &str| Failure::input(format!("`{}` {what}", path.display()));
    if bytes.len() > FILE_BYTES {
        return Err(wrong(&format!("has more than {FILE_BYTES} bytes")));
    }
    let text = String::from_utf8(bytes).map_err(|_| wrong("is not UTF-8"))?;
    Ok((path, text))
}

fn shown(refusal: &Refusal, format: MessageFormat) -> String {
    let Refusal { path, line, column, message } = refusal;
    let path = path.display().to_string();
    match format {
        MessageFormat::Text => format!("error: {message}\n --> {path}:{line}:{column}\n\n"),
        MessageFormat::Json => {
            let place = json!({ "path": path, "line": line, "column": column });
            format!("{}\n", json!({ "severity": "error", "message": message, "place": place }))
        }
        MessageFormat::Github => {
            let (line, column) = (line.to_string(), column.to_string());
            let place = [("file", path.as_str()), ("line", &line), ("col", &column)];
            github::annotation("error", &place, message)
        }
    }
}

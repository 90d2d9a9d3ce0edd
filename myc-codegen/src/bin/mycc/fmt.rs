//! `mycc fmt`: schemas in the one style.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use myc_codegen::GeneratedFile;
use myc_codegen::file;
use similar::TextDiff;

use crate::args::{FmtArgs, MessageFormat};
use crate::check::count;
use crate::failure::{Failure, print_error};
use crate::{project, source};

/// Runs the command.
pub(crate) fn run(args: &FmtArgs, format: MessageFormat) -> Result<(), Failure> {
    if args.paths.iter().any(|path| path.as_os_str() == "-") {
        return run_stream(args, format);
    }
    let paths = source::find_all(&project::paths_or_schemas(&args.paths)?)?;
    let (mut changed, mut has_errors) = (Vec::new(), false);
    for path in &paths {
        let bytes = file::read_schema(path).map_err(|error| Failure::file("read", path, &error))?;
        match restyle(path, bytes, format) {
            Some(text) if text.is_changed() => changed.push((path, text)),
            Some(_) => {}
            None => has_errors = true,
        }
    }
    let writes = !args.check && !args.diff;
    for (path, text) in &changed {
        match writes {
            true => write(path, &text.after)?,
            false => print_change(args, path, text)?,
        }
    }
    finish(paths.len(), changed.len(), writes, has_errors, format)
}

fn finish(
    files: usize,
    changed: usize,
    writes: bool,
    has_errors: bool,
    format: MessageFormat,
) -> Result<(), Failure> {
    if !writes && changed > 0 {
        let verb = if changed == 1 { "is" } else { "are" };
        let message = format!("{} {verb} not formatted", count(changed, "file"));
        return Err(Failure::input(message).help("run the same command without --check and --diff"));
    }
    if has_errors {
        return Err(Failure::Shown);
    }
    if format == MessageFormat::Text {
        print_error(&format!("{}, {changed} changed\n", count(files, "file")));
    }
    Ok(())
}

/// From standard input to standard output.
fn run_stream(args: &FmtArgs, format: MessageFormat) -> Result<(), Failure> {
    if args.paths.len() > 1 {
        return Err(Failure::Usage {
            message: "standard input stands beside other paths".to_owned(),
            help: "give `-` alone, or only files and folders".to_owned(),
        });
    }
    let path = Path::new("<stdin>");
    let bytes = file::read_all(io::stdin().lock(), file::SCHEMA_BYTES)
        .map_err(|error| Failure::file("read", path, &error))?;
    let text = restyle(path, bytes, format).ok_or(Failure::Shown)?;
    if !args.check && !args.diff {
        return print(&text.after);
    }
    if text.is_changed() {
        print_change(args, path, &text)?;
        return finish(1, 1, false, false, format);
    }
    Ok(())
}

/// A source before and after.
struct Text {
    before: String,
    after: String,
}

impl Text {
    fn is_changed(&self) -> bool {
        self.before != self.after
    }
}

/// Formats a source; shows what is wrong with it, if anything is.
fn restyle(path: &Path, bytes: Vec<u8>, format: MessageFormat) -> Option<Text> {
    let before = String::from_utf8_lossy(&bytes).into_owned();
    let (after, diagnostics) = myc_schema::format(path, bytes);
    source::show(&diagnostics, format);
    after.map(|after| Text { before, after })
}

fn print_change(args: &FmtArgs, path: &Path, text: &Text) -> Result<(), Failure> {
    if !args.diff {
        return print(&format!("not formatted: {}\n", path.display()));
    }
    let diff = TextDiff::from_lines(&text.before, &text.after);
    let shown = path.display().to_string();
    let names = (format!("{shown} as it is"), format!("{shown} formatted"));
    print(&diff.unified_diff().header(&names.0, &names.1).to_string())
}

/// Replaces a file; where the path is a link, the file that it leads to.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let target: PathBuf =
        fs::canonicalize(path).map_err(|error| Failure::file("write", path, &error))?;
    let file = GeneratedFile { path: target, contents: text.to_owned() };
    file::write(Path::new(""), &[file])
        .map(drop)
        .map_err(|error| Failure::file(error.action, path, &error.source))
}

fn print(text: &str) -> Result<(), Failure> {
    io::stdout()
        .write_all(text.as_bytes())
        .map_err(|error| Failure::output("to standard output", &error))
}

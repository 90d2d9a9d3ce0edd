//! `mycc gen`: code from schemas.

use std::io::{self, Write};

use myc_codegen::Language;
use myc_codegen::file::{self, Change, FileError, Outcome};

use crate::args::{GenArgs, MessageFormat};
use crate::check::count;
use crate::failure::{Failure, print_error};
use crate::source;

/// Runs the command.
pub(crate) fn run(args: &GenArgs, format: MessageFormat) -> Result<(), Failure> {
    let schema = source::load(&args.paths, format)?;
    let mut outcomes = Vec::new();
    let languages = languages(&args.lang);
    for language in &languages {
        let folder = match languages.len() {
            1 => args.out.clone(),
            _ => args.out.join(language.name()),
        };
        let files = language.backend().generate(&schema);
        let put = if args.check { file::compare } else { file::write };
        outcomes.extend(put(&folder, &files).map_err(cannot)?);
    }
    report(&outcomes, args.check)?;
    let changed = outcomes.iter().filter(|outcome| outcome.change != Change::Same).count();
    if args.check && changed > 0 {
        return Err(Failure::input(format!("{} out of date", count(changed, "generated file")))
            .help("run the same command without --check"));
    }
    if format == MessageFormat::Text {
        print_error(&format!("{}, {changed} changed\n", count(outcomes.len(), "file")));
    }
    Ok(())
}

/// Those that were asked for, each once; all, if none was.
fn languages(wanted: &[Language]) -> Vec<Language> {
    let is_wanted = |language: &Language| wanted.is_empty() || wanted.contains(language);
    Language::ALL.into_iter().filter(is_wanted).collect()
}

/// Prints the files that change, one a line.
fn report(outcomes: &[Outcome], check: bool) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    for Outcome { path, change } in outcomes {
        let did = match (change, check) {
            (Change::Same, _) => continue,
            (Change::New, true) => "missing",
            (Change::Changed, true) => "out of date",
            (Change::New, false) => "new",
            (Change::Changed, false) => "changed",
        };
        writeln!(out, "{did}: {}", path.display())
            .map_err(|error| Failure::output("to standard output", &error))?;
    }
    Ok(())
}

fn cannot(error: FileError) -> Failure {
    Failure::file(error.action, &error.path, &error.source)
        .help("choose another folder with --out, or change what is in the way")
}

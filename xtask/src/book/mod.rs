//! `cargo xtask book`, and the step `book` of the tests: every command and every piece of code of the documentation is
//! run, and what it prints is compared with what the page shows.
//!
//! How a block says what is to be done with it stands in [`notation`], for authors in `docs/about.md`.

mod compare;
mod limited;
mod notation;
mod page;
mod place;
mod run;
mod rust;
mod session;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use clap::Args;

use crate::failure::{Failure, io_failure};
use crate::progress::Progress;
use crate::setup::{ocaml, python};
use crate::{Outcome, repo, workspace};
use page::{Fault, Page};
use place::Place;
use run::Report;

/// What to run.
#[derive(Args)]
pub(crate) struct Options {
    /// Only these pages, by path, such as docs/bus.md [default: all]
    #[arg(value_name = "PAGE")]
    pages: Vec<String>,
}

/// Pages that are run at once.
const WORKERS: usize = 2;

/// Runs the pages, and says what is not as they say.
pub(crate) fn run(options: &Options) -> Outcome {
    let progress = Progress::start("the documentation's commands and code");
    let result = run_pages(&options.pages, &progress);
    progress.finish(if result.is_ok() { "ok" } else { "FAILED" });
    println!("{}", result?);
    Ok(())
}

/// As a step of the tests: all pages.
pub(crate) fn step(progress: &Progress) -> Result<String, Failure> {
    run_pages(&[], progress)
}

fn run_pages(only: &[String], progress: &Progress) -> Result<String, Failure> {
    let pages = read_pages(only)?;
    let interpreter = python::prepare(progress)?;
    workspace::build(progress)?;
    python::build_core(&interpreter, "debug", progress)?;
    if pages.iter().any(|page| page.blocks.iter().any(|block| block.language == "ocaml")) {
        ocaml::prepare(progress)?;
        ocaml::dune(&["build", "@install"], "debug").run("book-dune", progress)?;
    }
    let place = Place::make(interpreter)?;
    let (examples, mut faults) = rust::run(&pages, &place, progress)?;
    let reports = run_side_by_side(&pages, &place, progress);
    let sum = |count: fn(&Report) -> usize| reports.iter().map(count).sum::<usize>();
    let (commands, programs) = (sum(|it| it.commands), sum(|it| it.programs));
    let checked = sum(|it| it.checked);
    faults.extend(reports.into_iter().flat_map(|report| report.faults));
    if !faults.is_empty() {
        return Err(failure(&faults));
    }
    Ok(format!(
        "{} pages: {commands} commands, {} programs, {checked} files",
        pages.len(),
        examples + programs
    ))
}

fn run_side_by_side(pages: &[Page], place: &Place, progress: &Progress) -> Vec<Report> {
    let (queue, reports) = (Mutex::new(pages.iter()), Mutex::new(Vec::new()));
    let next = || queue.lock().ok().and_then(|mut queue| queue.next());
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some(page) = next() {
                    progress.detail(page.path.clone());
                    let report = run::run(page, place);
                    if let Ok(mut reports) = reports.lock() {
                        reports.push(report);
                    }
                }
            });
        }
    });
    reports.into_inner().unwrap_or_default()
}

fn failure(faults: &[Fault]) -> Failure {
    let listed: Vec<String> = faults.iter().map(Fault::to_string).collect();
    Failure::new(format!("{} blocks of the documentation are not as they say", faults.len()))
        .seen(listed.join("\n"))
        .remedy("mend the page; docs/about.md says how a block tells what is done with it")
}

fn read_pages(only: &[String]) -> Result<Vec<Page>, Failure> {
    let (mut pages, mut faults) = (Vec::new(), Vec::new());
    for path in paths()? {
        let name = repo::shown(&path);
        if !only.is_empty() && !only.contains(&name) {
            continue;
        }
        let text = fs::read_to_string(&path).map_err(io_failure("read", &path))?;
        match Page::parse(&name, &text) {
            Ok(page) => pages.push(page),
            Err(found) => faults.extend(found),
        }
    }
    if let Some(missing) = only.iter().find(|name| pages.iter().all(|page| page.path != **name))
        && faults.is_empty()
    {
        return Err(Failure::new(format!("no page `{missing}`")));
    }
    if faults.is_empty() { Ok(pages) } else { Err(failure(&faults)) }
}

/// The repository's front page and the book. The pages of the compiler's errors show what is wrong; the compiler's own
/// tests hold them to it.
fn paths() -> Result<Vec<PathBuf>, Failure> {
    let mut found =
        vec![repo::root().join("README.md"), repo::root().join("docs/errors/README.md")];
    found.extend(files_in(&repo::root().join("docs"))?);
    found.retain(|path| path.extension().is_some_and(|end| end == "md"));
    found.sort();
    Ok(found)
}

fn files_in(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = fs::read_dir(folder).map_err(io_failure("read", folder))?;
    Ok(entries.filter_map(|entry| Some(entry.ok()?.path())).collect())
}

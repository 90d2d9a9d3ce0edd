//! One page, from its first block to its last.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::limited;
use super::notation::Use;
use super::page::{Block, Fault, Page};
use super::place::Place;
use super::session::{self, Exchange, Session, exchanges, script};
use crate::{repo, workspace};

/// How long the program of a page may take, before it counts as one that hangs.
pub(super) const LONGEST: Duration = Duration::from_secs(120);

/// What is run in a page, and what is not as it says.
#[derive(Default)]
pub(super) struct Report {
    pub(super) commands: usize,
    pub(super) programs: usize,
    pub(super) checked: usize,
    pub(super) faults: Vec<Fault>,
}

/// Runs all but the Rust of a page, which is built for all pages at once.
pub(super) fn run(page: &Page, place: &Place) -> Report {
    let mut report = Report::default();
    if let Err(fault) = run_blocks(page, place, &mut report) {
        // What follows builds on what has failed.
        report.faults.push(fault);
    }
    report
}

fn run_blocks(page: &Page, place: &Place, report: &mut Report) -> Result<(), Fault> {
    let refused = |line: usize, error: &dyn std::fmt::Display| page.fault(line, error.to_string());
    let folder = place.folder_of(page).map_err(|error| refused(1, &error))?;
    let mut session = None;
    for block in &page.blocks {
        let here = |what: String| page.fault(block.line, what);
        match &block.usage {
            Use::Nothing | Use::Rust { .. } | Use::Python | Use::Ocaml | Use::C => continue,
            Use::File(name) => {
                write_file(&folder.join(name), &block.text).map_err(here)?;
                continue;
            }
            Use::Console | Use::Shell => {
                let steps = match block.usage {
                    Use::Shell => vec![script(&block.text)],
                    _ => exchanges(&block.text),
                };
                let shell = match &mut session {
                    Some(session) => session,
                    none => none.insert(
                        Session::start(&folder, &place.environment, session::LONGEST)
                            .map_err(|error| refused(block.line, &error))?,
                    ),
                };
                report.commands += run_steps(page, block, &steps, shell)?;
                continue;
            }
            _ => {}
        }
        match check(block, page, place, &folder) {
            Ok(()) => report.checked += 1,
            Err(what) => report.faults.push(here(what)),
        }
    }
    for language in ["python", "ocaml", "c"] {
        report.programs += run_program(page, language, place, &folder)?;
    }
    Ok(())
}

fn run_steps(
    page: &Page,
    block: &Block,
    steps: &[Exchange<'_>],
    session: &mut Session,
) -> Result<usize, Fault> {
    if steps.is_empty() {
        return Err(page.fault(block.line, "a console without a command"));
    }
    for step in steps {
        session.run(step).map_err(|what| page.fault(block.line + step.offset, what))?;
    }
    Ok(steps.len())
}

fn write_file(path: &Path, text: &str) -> Result<(), String> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .map_err(|error| format!("{}: {error}", path.display()))
}

/// Blocks that stand for themselves.
fn check(block: &Block, page: &Page, place: &Place, folder: &Path) -> Result<(), String> {
    match &block.usage {
        Use::Schema(error) => check_schema(block, error.as_deref(), place, folder),
        Use::Topology => {
            let file = folder.join(format!("block-{}.toml", block.line));
            let is_whole = block.text.contains("[[nodes]]") || block.text.contains("include");
            let rest = "\n[[nodes]]\nname = \"any\"\nservices = [\"any\"]\n";
            write_file(&file, &format!("{}{}", block.text, if is_whole { "" } else { rest }))?;
            tool(place, "mycelium", &["topology", "check"], &file, folder).map(drop)
        }
        Use::Json => serde_json::from_str::<serde_json::Value>(&block.text)
            .map(drop)
            .map_err(|error| format!("no JSON: {error}")),
        Use::Excerpt(of) => is_excerpt(&block.text, of),
        Use::TestedBy(test) => {
            let text = fs::read_to_string(repo::root().join(test)).unwrap_or_default();
            let name = page.path.rsplit('/').next().unwrap_or_default();
            match text.contains(name) {
                true => Ok(()),
                false => Err(format!("`{test}` does not read this page")),
            }
        }
        _ => Ok(()),
    }
}

fn check_schema(
    block: &Block,
    error: Option<&str>,
    place: &Place,
    folder: &Path,
) -> Result<(), String> {
    let file = folder.join(format!("block-{}.myc", block.line));
    let package = if block.text.contains("package ") { "" } else { "package example; " };
    write_file(&file, &format!("{package}{}", block.text))?;
    let checked = tool(place, "mycc", &["check"], &file, folder);
    match (checked, error) {
        (Ok(_), None) => Ok(()),
        (Ok(_), Some(code)) => Err(format!("it passes, and {code} is said to be wrong with it")),
        (Err(seen), Some(code)) if seen.contains(code) => Ok(()),
        (Err(seen), _) => Err(seen),
    }
}

/// Runs one of our commands on a file; gives what it printed, as an error where it failed.
fn tool(
    place: &Place,
    name: &str,
    args: &[&str],
    file: &Path,
    folder: &Path,
) -> Result<String, String> {
    let mut command = Command::new(workspace::built(name));
    command.args(args).arg(file.file_name().unwrap_or_default()).current_dir(folder);
    command.envs(place.environment.iter().map(|(key, value)| (key, value)));
    limited::run(&mut command, LONGEST).map_err(|what| format!("`{name}`: {what}"))
}

/// Each line but `…` and empty ones stands in the file, in this order.
fn is_excerpt(text: &str, file: &str) -> Result<(), String> {
    let path = repo::root().join(file);
    let whole = fs::read_to_string(&path).map_err(|error| format!("`{file}`: {error}"))?;
    let plain = |line| {
        let line = str::trim(line);
        ["/// ", "//! "].iter().find_map(|start| line.strip_prefix(start)).unwrap_or(line).trim()
    };
    let mut lines = whole.lines().map(plain);
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && *line != "…") {
        if !lines.any(|other| other == line) {
            return Err(format!("`{file}` does not have, at its place, the line `{line}`"));
        }
    }
    Ok(())
}

/// All blocks of a language in a page are one program, whose lines are those of the page; gives their number.
fn run_program(page: &Page, language: &str, place: &Place, folder: &Path) -> Result<usize, Fault> {
    let is_part = |block: &Block| match block.usage {
        Use::Python => language == "python",
        Use::Ocaml => language == "ocaml",
        Use::C => language == "c",
        _ => false,
    };
    let Some(first) = page.blocks.iter().find(|block| is_part(block)) else { return Ok(0) };
    let wrong = |what: String| page.fault(first.line, what);
    let name = page.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".md");
    let (file, mut command) = match language {
        "python" => {
            let file = folder.join(format!("{name}.md.py"));
            let mut command = Command::new(&place.python);
            command.arg(&file);
            (file, command)
        }
        "c" => {
            let file = folder.join(format!("{name}.md.c"));
            let mut command = Command::new("cc");
            command.args(["-std=c11", "-fsyntax-only", "-I../mycelium/runtime/ffi/include"]);
            command.arg("-I../mycelium/generated/c").arg(&file);
            (file, command)
        }
        _ => {
            let file = folder.join("page.ml");
            let mut command = Command::new("dune");
            command.args(["exec", "--root", ".", "--no-print-directory", "./page.exe"]);
            (file, command)
        }
    };
    let text = match language {
        "c" => functions_of_c(page, is_part),
        _ => page.only(is_part),
    };
    write_file(&file, &text).map_err(wrong)?;
    command.envs(place.environment.iter().map(|(key, value)| (key, value))).current_dir(folder);
    // Only Python looks at it.
    for pure in ["0", "1"].iter().take(if language == "python" { 2 } else { 1 }) {
        limited::run(command.env("MYCELIUM_PURE_PYTHON", pure), LONGEST)
            .map_err(|what| wrong(format!("the page's {language}: {what}")))?;
    }
    Ok(page.blocks.iter().filter(|block| is_part(block)).count())
}

/// What is shown as functions, which begin and end on the lines of the fences.
fn functions_of_c(page: &Page, is_part: impl Fn(&Block) -> bool) -> String {
    let text = page.only(&is_part);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.resize(page.text.lines().count() + 1, String::new());
    for block in page.blocks.iter().filter(|block| is_part(block) && !block.is_hidden) {
        lines[block.line - 1] = format!("int block_{}(void) {{", block.line);
        lines[block.line + block.text.lines().count()] = "return 0; }".to_owned();
    }
    lines.join("\n") + "\n"
}

//! The blocks of Rust: all of them are one crate, each in a module of its own, and run one by one.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::notation::Use;
use super::page::{Fault, Page};
use super::place::Place;
use crate::failure::{Failure, io_failure};
use crate::progress::Progress;
use crate::tool::Tool;

const MANIFEST: &str = r#"[package]
name = "book"
version = "0.0.0"
edition = "2024"

[dependencies]
mycelium = { path = "../mycelium/runtime/bus" }
mycelium-generated = { path = "../mycelium/generated" }
mycelium-ring = { path = "../mycelium/runtime/ring" }
tokio = { version = "1", features = ["rt", "time"] }
"#;

/// The head of the crate: a block's `main` gives nothing, or a result.
const HEAD: &str = r#"#![allow(warnings)]
pub type Outcome = Result<(), Box<dyn std::error::Error>>;
pub trait Ended { fn ended(self) -> Outcome; }
impl Ended for () { fn ended(self) -> Outcome { Ok(()) } }
impl<E: Into<Box<dyn std::error::Error>>> Ended for Result<(), E> {
    fn ended(self) -> Outcome { self.map_err(Into::into) }
}
pub fn waited(block: impl Future<Output = Outcome>) -> Outcome {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(block)
}
"#;

/// A block with what is hidden in front of it.
struct Example<'p> {
    page: &'p Page,
    line: usize,
    name: String,
    is_run: bool,
}

/// Builds the crate of all pages and runs its blocks; gives their number.
pub(super) fn run(
    pages: &[Page],
    place: &Place,
    progress: &Progress,
) -> Result<(usize, Vec<Fault>), Failure> {
    let crate_folder = place.root.join("rust");
    let sources = crate_folder.join("src");
    fs::create_dir_all(&sources).map_err(io_failure("make", &sources))?;
    let write = |path: &Path, text: &str| fs::write(path, text).map_err(io_failure("write", path));
    write(&crate_folder.join("Cargo.toml"), MANIFEST)?;
    let (mut main, mut arms) = (HEAD.to_owned(), String::new());
    let mut examples = Vec::new();
    for page in pages.iter().filter(|page| page.blocks.iter().any(is_rust)) {
        let word = page.word();
        let (text, found) = module_of(page);
        write(&sources.join(format!("{word}.rs")), &text)?;
        let _ = writeln!(main, "mod {word};");
        for example in &found {
            let name = &example.name;
            let _ = writeln!(arms, "        {name:?} => {word}::{name}::run(),");
        }
        examples.extend(found);
    }
    let _ = write!(
        main,
        "fn main() -> Outcome {{\n    match std::env::args().nth(1).unwrap_or_default().as_str() \
         {{\n{arms}        _ => Err(\"no such block\".into()),\n    }}\n}}\n"
    );
    write(&sources.join("main.rs"), &main)?;
    let members = fs::read_to_string(place.root.join("Cargo.toml")).unwrap_or_default();
    let members = members.replace("members = []", "members = [\"rust\"]");
    write(&place.root.join("Cargo.toml"), &members)?;
    let manifest = crate_folder.join("Cargo.toml");
    let build = Tool::cargo().args(["build", "--manifest-path"]).arg(&manifest);
    let build = build.arg("--config").arg(place.root.join(".cargo/config.toml"));
    if let Err(failure) = build.run("book-rust", progress) {
        let text = failure.to_string();
        return Ok((0, vec![Fault { page: "rust".to_owned(), line: 0, what: text }]));
    }
    let faults = examples.iter().filter(|example| example.is_run);
    let faults = faults.filter_map(|example| example.fault(place)).collect();
    Ok((examples.len(), faults))
}

fn is_rust(block: &super::page::Block) -> bool {
    matches!(block.usage, Use::Rust { .. })
}

/// The page as a module: each line of code where it is in the page, and around it, on the lines of the fences, what
/// makes it a module.
fn module_of(page: &Page) -> (String, Vec<Example<'_>>) {
    let text = page.only(is_rust);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.resize(page.text.lines().count() + 1, String::new());
    let (mut examples, mut start, mut code) = (Vec::new(), None, String::new());
    for block in page.blocks.iter().filter(|block| is_rust(block)) {
        let first = *start.get_or_insert(block.line);
        code.push_str(&block.text);
        let Use::Rust { is_run } = block.usage else { continue };
        if block.is_hidden {
            continue;
        }
        let last = block.line + block.text.lines().count();
        let name = format!("block_{}", block.line);
        let has_main = code.contains("fn main(");
        let (open, close) = match has_main {
            true => ("", "pub fn run() -> crate::Outcome { crate::Ended::ended(main()) } }"),
            false => (
                "async fn main() -> crate::Outcome {",
                "Ok(()) } pub fn run() -> crate::Outcome { crate::waited(main()) } }",
            ),
        };
        lines[first - 1] = format!("pub mod {name} {{ {open}");
        lines[last].push_str(close);
        examples.push(Example { page, line: block.line, name, is_run });
        (start, code) = (None, String::new());
    }
    (lines.join("\n"), examples)
}

impl Example<'_> {
    /// Runs the block in a folder of its own.
    fn fault(&self, place: &Place) -> Option<Fault> {
        let failed = |what: String| Some(self.page.fault(self.line, what));
        let folder =
            place.root.join("rust/run").join(format!("{}_{}", self.page.word(), self.line));
        if let Err(error) = fs::create_dir_all(&folder) {
            return failed(format!("no folder: {error}"));
        }
        let program = crate::repo::target().join("debug/book");
        let output = Command::new(program).arg(&self.name).current_dir(folder).output();
        match output {
            Ok(output) if output.status.success() => None,
            Ok(output) => failed(format!("it fails: {}", String::from_utf8_lossy(&output.stderr))),
            Err(error) => failed(format!("it cannot be run: {error}")),
        }
    }
}

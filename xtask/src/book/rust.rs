//! The blocks of Rust: all of them are one crate, each in a module of its own, and run one by one.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::limited;
use super::notation::Use;
use super::page::{Fault, Page};
use super::place::Place;
use super::run::LONGEST;
use crate::failure::{Failure, io_failure};
use crate::progress::Progress;
use crate::tool::Tool;
use crate::workspace;

/// The head of the crate: a block's `main` gives nothing, or a result.
const HEAD: &str = r#"#![allow(warnings)]
pub type Outcome = Result<(), Box<dyn std::error::Error>>;
pub trait Ended { fn ended(self) -> Outcome; }
impl Ended for () { fn ended(self) -> Outcome { Ok(()) } }
impl<E: Into<Box<dyn std::error::Error>>> Ended for Result<(), E> {
    fn ended(self) -> Outcome { self.map_err(Into::into) }
}
struct Thread(std::thread::Thread);
impl std::task::Wake for Thread { fn wake(self: std::sync::Arc<Self>) { self.0.unpark() } }
pub fn waited(block: impl Future<Output = Outcome>) -> Outcome {
    let waker = std::sync::Arc::new(Thread(std::thread::current())).into();
    let mut block = std::pin::pin!(block);
    loop {
        match block.as_mut().poll(&mut std::task::Context::from_waker(&waker)) {
            std::task::Poll::Ready(outcome) => return outcome,
            std::task::Poll::Pending => std::thread::park(),
        }
    }
}
"#;

/// Crates of the workspace that examples may use.
const CRATES: &[&str] = &["mycelium", "mycelium_generated", "mycelium_ring"];

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
    fs::create_dir_all(&crate_folder).map_err(io_failure("make", &crate_folder))?;
    let write = |path: &Path, text: &str| fs::write(path, text).map_err(io_failure("write", path));
    let (mut main, mut arms) = (HEAD.to_owned(), String::new());
    let mut examples = Vec::new();
    for page in pages.iter().filter(|page| page.blocks.iter().any(is_rust)) {
        let word = page.word();
        let (text, found) = module_of(page);
        write(&crate_folder.join(format!("{word}.rs")), &text)?;
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
    write(&crate_folder.join("main.rs"), &main)?;
    if let Err(failure) = compile(&crate_folder).run("book-rust", progress) {
        let what = failure.to_string();
        return Ok((0, vec![Fault { page: "the pages' Rust".to_owned(), line: 0, what }]));
    }
    let faults = examples.iter().filter(|example| example.is_run);
    let faults = faults.filter_map(|example| example.fault(place)).collect();
    Ok((examples.len(), faults))
}

/// The compiler, with the crates that the workspace was built of: none is built anew.
fn compile(folder: &Path) -> Tool {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut tool = Tool::new(rustc).args(["--edition", "2024", "--crate-name", "book"]);
    for name in CRATES {
        let library = workspace::built(&format!("lib{name}.rlib"));
        tool = tool.arg("--extern").arg(format!("{name}={}", library.display()));
    }
    let dependencies = format!("dependency={}", workspace::built("deps").display());
    tool.arg("-L").arg(dependencies).arg("-o").arg(folder.join("book")).arg(folder.join("main.rs"))
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
        let program = place.root.join("rust/book");
        let mut command = Command::new(program);
        command.arg(&self.name).current_dir(folder);
        limited::run(&mut command, LONGEST).err().and_then(failed)
    }
}

//! From root files to all files: reads, parses and follows imports.

use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};

use crate::diag::{Code, Diagnostic, Label, Sink};
use crate::source::{FileId, Files, Loader, SourceSet, Span, normalize};
use crate::{limits, parse, tree};

/// The trees of a run; a module's place is its file's number.
pub(crate) struct Program {
    pub(crate) modules: Vec<Module>,
}

/// A file and what it imports.
pub(crate) struct Module {
    pub(crate) file: FileId,
    pub(crate) tree: tree::File,
    pub(crate) imports: Vec<Import>,
    /// Whether it was asked for, as opposed to imported.
    pub(crate) is_root: bool,
    /// Whether it could be read, and all of it.
    pub(crate) is_whole: bool,
}

/// A file that is imported.
pub(crate) struct Import {
    /// `as common`: by what name its declarations are called.
    pub(crate) alias: Option<tree::Name>,
    pub(crate) file: FileId,
    /// The path in the source.
    pub(crate) span: Span,
}

pub(crate) fn load(set: &SourceSet<'_>, files: &mut Files, sink: &mut Sink) -> Program {
    let mut loading = Loading {
        loader: &*set.loader,
        files,
        sink,
        known: HashMap::new(),
        queue: VecDeque::new(),
    };
    for path in &set.roots {
        loading.request(path.clone(), None);
    }
    let roots = loading.queue.len();
    let mut modules = Vec::new();
    while let Some(file) = loading.queue.pop_front() {
        modules.push(loading.module(file, file.0 < roots));
    }
    let program = Program { modules };
    report_cycle(&program, sink);
    program
}

struct Loading<'l> {
    loader: &'l dyn Loader,
    files: &'l mut Files,
    sink: &'l mut Sink,
    known: HashMap<PathBuf, FileId>,
    /// Files that are read but not parsed, in the order of their numbers.
    queue: VecDeque<FileId>,
}

impl Loading<'_> {
    /// The file at a path, read now unless it is known already. What cannot be read is reported and
    /// stands as an empty file, so that a build script still watches its path.
    fn request(&mut self, path: PathBuf, import: Option<Span>) -> Option<FileId> {
        if let Some(file) = self.known.get(&path) {
            return Some(*file);
        }
        if self.files.len() >= limits::FILES {
            let message = format!("more than {} files", limits::FILES);
            self.sink.report(at(Code::LIMIT, message, import, "one too many"));
            return None;
        }
        let text = self.read(&path, import);
        let file = self.files.add(path.clone(), text);
        self.known.insert(path, file);
        self.queue.push_back(file);
        Some(file)
    }

    fn read(&mut self, path: &Path, import: Option<Span>) -> String {
        let shown = path.display();
        let bytes = match self.loader.load(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                let message = format!("cannot read `{shown}`: {error}");
                let diagnostic = at(Code::FILE, message, import, "imported here");
                let help = "an import's path counts from the folder of the file that holds it";
                self.sink.report(match import {
                    Some(_) => diagnostic.help(help),
                    None => diagnostic,
                });
                return String::new();
            }
        };
        decode(path, bytes).unwrap_or_else(|mut diagnostic| {
            diagnostic.primary = import.map(|span| Label { span, text: "imported here".into() });
            self.sink.report(*diagnostic);
            String::new()
        })
    }

    fn module(&mut self, file: FileId, is_root: bool) -> Module {
        let text = self.files.text(file);
        let is_missing = text.is_empty() && self.sink.has_errors();
        let tree = match is_missing {
            true => tree::File::default(),
            false => parse::parse(file, text, self.sink),
        };
        let is_whole = !is_missing && !self.sink.has_errors_in(file);
        let folder = self.files.path(file).parent().map(Path::to_owned).unwrap_or_default();
        let imports =
            tree.imports.iter().filter_map(|import| self.import(file, &folder, import)).collect();
        Module { file, tree, imports, is_root, is_whole }
    }

    fn import(&mut self, file: FileId, folder: &Path, import: &tree::Import) -> Option<Import> {
        let span = import.span;
        let given = Path::new(&import.path);
        if import.path.is_empty() || given.is_absolute() || import.path.contains(['\\', '\0']) {
            let message = format!("`{}` is not a relative path", import.path);
            self.sink.report(
                Diagnostic::new(Code::IMPORT, message, span, "not a relative path")
                    .help("write the way from this file's folder, with `/` between the names"),
            );
            return None;
        }
        let target = self.request(normalize(&folder.join(given)), Some(span))?;
        if target == file {
            let message = "a file imports itself";
            let diagnostic = Diagnostic::new(Code::IMPORT_CYCLE, message, span, "this file");
            self.sink.report(diagnostic.help("remove the import"));
            return None;
        }
        Some(Import { alias: import.alias.clone(), file: target, span })
    }
}

/// The text of a file, unless it is too long or no text.
pub(crate) fn decode(path: &Path, bytes: Vec<u8>) -> Result<String, Box<Diagnostic>> {
    let shown = path.display();
    if bytes.len() > limits::FILE_BYTES {
        let message = format!("`{shown}` has more than {} bytes", limits::FILE_BYTES);
        let diagnostic = Diagnostic::nowhere(Code::LIMIT, message);
        return Err(Box::new(diagnostic.help("split it, and import the parts")));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = valid.iter().filter(|byte| **byte == b'\n').count() + 1;
        let message = format!("`{shown}` is not UTF-8: first at byte {}, line {line}", valid.len());
        Box::new(Diagnostic::nowhere(Code::FILE, message).help("save the file as UTF-8"))
    })
}

fn at(code: Code, message: String, span: Option<Span>, label: &str) -> Diagnostic {
    match span {
        Some(span) => Diagnostic::new(code, message, span, label),
        None => Diagnostic::nowhere(code, message),
    }
}

/// Reports one circle of imports, if there is any.
fn report_cycle(program: &Program, sink: &mut Sink) {
    let mut state = vec![Visit::New; program.modules.len()];
    for start in 0..program.modules.len() {
        // Modules on the way, each with the number of imports that were followed.
        let mut way = vec![(start, 0)];
        while let Some((module, followed)) = way.last_mut() {
            let at = *module;
            if state[at] == Visit::Done {
                way.pop();
                continue;
            }
            state[at] = Visit::Active;
            let Some(import) = program.modules[at].imports.get(*followed) else {
                state[at] = Visit::Done;
                way.pop();
                continue;
            };
            *followed += 1;
            let target = import.file.0;
            match state[target] {
                Visit::New => way.push((target, 0)),
                Visit::Active => return sink.report(cycle(program, &way, target)),
                Visit::Done => {}
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Visit {
    New,
    Active,
    Done,
}

fn cycle(program: &Program, way: &[(usize, usize)], target: usize) -> Diagnostic {
    let from = way.iter().position(|(module, _)| *module == target).unwrap_or_default();
    let mut spans = way[from..]
        .iter()
        .map(|(module, followed)| program.modules[*module].imports[followed - 1].span);
    let first = spans.next_back();
    let diagnostic = at(
        Code::IMPORT_CYCLE,
        "files import one another in a circle".to_owned(),
        first,
        "this closes the circle",
    );
    spans
        .fold(diagnostic, |diagnostic, span| diagnostic.related(span, "imported here"))
        .help("move what both need into a file that imports neither")
}

//! What editors ask of sources: what stands where, what it means, and what would change with it.
//!
//! An [`Analysis`] is one run of the compiler over the sources of one moment, kept together with the trees
//! and with what each name in them means. It answers for sources that are wrong as well: what is right in
//! them is known. It knows nothing of editors and their protocols; places are bytes of a file.
//!
//! ```
//! use myc_schema::analysis::Analysis;
//! use myc_schema::{Memory, SourceSet};
//!
//! let text = "package shapes; struct Point { x: f32 } message Dot = 1 { at: Point }";
//! let sources = SourceSet::new(Memory::new().file("a.myc", text)).root("a.myc");
//! let analysis = Analysis::of(&sources);
//! let file = analysis.file("a.myc".as_ref()).unwrap();
//! let found = analysis.use_at(file, text.rfind("Point").unwrap()).unwrap();
//! let definition = analysis.definition(found.symbol).unwrap();
//! assert_eq!(definition.start, text.find("Point").unwrap());
//! assert!(analysis.hover(file, definition.start).unwrap().text.contains("4 bytes"));
//! ```

mod classes;
mod complete;
mod context;
mod fixes;
mod hover;
mod outline;
mod rename;
mod uses;
mod words;

use std::path::{Path, PathBuf};

pub use classes::Token;
pub use complete::{Completion, CompletionKind};
pub use fixes::Fix;
pub use hover::Hover;
pub use outline::{Outline, OutlineKind};
pub use rename::{Refusal, Renaming};
pub use uses::{Symbol, Use};

pub use crate::parse::Class;

use crate::diag::{Diagnostics, Sink};
use crate::load::Program;
use crate::names::{DeclId, Names};
use crate::schema::{Schema, TypeId};
use crate::source::{FileId, Files, SourceSet, Span};
use crate::{Checked, assemble, check_and, tree};

/// The sources of one moment and all that is known of them.
pub struct Analysis {
    program: Program,
    /// Of what is right.
    schema: Schema,
    /// By place.
    uses: Vec<Use>,
    /// By declaration: whether all of it was read, and all that it uses.
    whole: Vec<bool>,
    has_errors: bool,
    diagnostics: Diagnostics,
}

impl Analysis {
    /// Looks at the roots of a set and at all that they import.
    pub fn of(sources: &SourceSet<'_>) -> Analysis {
        let Checked { program, facts, extra, has_errors, diagnostics } =
            check_and(sources, |names, order, _| {
                (uses::collect(names), whole_declarations(names, order))
            });
        let (uses, whole) = extra;
        let mut uses: Vec<Use> = uses.into_iter().chain(uses::of_imports(&program)).collect();
        uses.sort_by_key(|found| (found.span.file, found.span.start));
        let schema = assemble::assemble(facts);
        Analysis { program, schema, uses, whole, has_errors, diagnostics }
    }

    /// What the compiler has to say.
    pub fn diagnostics(&self) -> &Diagnostics {
        &self.diagnostics
    }

    /// The schema, if nothing is wrong.
    pub fn schema(&self) -> Option<&Schema> {
        (!self.has_errors).then_some(&self.schema)
    }

    /// The files of the run.
    pub fn files(&self) -> &Files {
        self.diagnostics.files()
    }

    /// The file at a path.
    pub fn file(&self, path: &Path) -> Option<FileId> {
        self.files().paths().position(|known| known == path).map(FileId)
    }

    /// Whether a file was named, as opposed to imported.
    pub fn is_root(&self, file: FileId) -> bool {
        self.program.modules[file.0].is_root
    }

    /// The name at a place, or that ends there.
    pub fn use_at(&self, file: FileId, offset: usize) -> Option<&Use> {
        let covers = |found: &&Use| {
            found.span.file == file && (found.span.start..=found.span.end).contains(&offset)
        };
        // Of two that touch, the one that begins here is meant.
        self.uses.iter().rfind(covers)
    }

    /// All places of a symbol, by file and place.
    pub fn uses_of(&self, symbol: Symbol) -> impl Iterator<Item = &Use> {
        self.uses.iter().filter(move |found| found.symbol == symbol)
    }

    /// Where a symbol is declared; of a file that is imported, its beginning.
    pub fn definition(&self, symbol: Symbol) -> Option<Span> {
        if let Symbol::File(file) = symbol {
            return Some(Span { file, start: 0, end: 0 });
        }
        self.uses_of(symbol).find(|found| found.is_declaration).map(|found| found.span)
    }

    /// Paths of a file and of all that import it, also through others.
    pub fn importers_of(&self, file: FileId) -> Vec<PathBuf> {
        let mut known = vec![file];
        let mut next = 0;
        while let Some(&target) = known.get(next) {
            next += 1;
            for module in &self.program.modules {
                let imports = module.imports.iter().any(|import| import.file == target);
                if imports && !known.contains(&module.file) {
                    known.push(module.file);
                }
            }
        }
        known.into_iter().map(|file| self.files().path(file).to_owned()).collect()
    }

    fn names(&self) -> Names<'_> {
        Names::collect(&self.program, self.files(), &mut Sink::default())
    }

    fn item(&self, decl: DeclId) -> Option<(&tree::Item, String)> {
        let names = self.names();
        let declared = names.decls.get(decl.0)?;
        Some((declared.item, names.qualified(decl)))
    }

    /// The checked type of a declaration of which all is known.
    fn type_of(&self, decl: DeclId) -> Option<TypeId> {
        if !self.whole.get(decl.0).copied().unwrap_or_default() {
            return None;
        }
        let (_, qualified) = self.item(decl)?;
        let ids = (0..self.schema.types.len()).map(TypeId);
        ids.into_iter().find(|id| self.schema.qualified_name(*id) == qualified)
    }
}

/// The one path that a file has here: without `.`, and with `..` resolved by the text alone.
pub fn normal_path(path: &Path) -> PathBuf {
    crate::source::normalize(path)
}

/// Whether each declaration was read whole, and all that it uses. `order` has each behind what it uses.
fn whole_declarations(names: &Names<'_>, order: &[DeclId]) -> Vec<bool> {
    let mut whole = vec![false; names.decls.len()];
    for decl in order {
        let is_whole = names.decls[decl.0].item.is_complete;
        whole[decl.0] = is_whole && crate::order::used_by(names, *decl).all(|used| whole[used.0]);
    }
    whole
}

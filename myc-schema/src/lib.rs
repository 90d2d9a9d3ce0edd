//! The front end of the .myc language: source to checked schema, layout, digest.
//!
//! [`compile`] is the whole of it. It reads through a [`Loader`], writes nothing, and gives the same
//! [`Schema`] for the same sources on every machine, in whatever order they are named.
//!
//! ```
//! use myc_schema::{Memory, SourceSet, compile};
//!
//! let files = Memory::new().file("ping.myc", "package ping; message Ping = 1 { sent: timestamp }");
//! let (schema, diagnostics) = compile(&SourceSet::new(files).root("ping.myc"));
//! assert!(diagnostics.is_empty());
//! assert_eq!(schema.unwrap().types[0].name, "Ping");
//! ```
//!
//! What is wrong comes back as [`Diagnostics`], several a run, each with a stable [`Code`]:
//!
//! ```
//! use myc_schema::{Format, Memory, SourceSet, compile};
//!
//! let files = Memory::new().file("ping.myc", "package ping; message Ping = 1 { sent: timstamp }");
//! let (schema, diagnostics) = compile(&SourceSet::new(files).root("ping.myc"));
//! assert!(schema.is_none());
//! assert_eq!(
//!     diagnostics.render(Format::Line),
//!     "ping.myc:1:40: error[E0010]: unknown type `timstamp` (did you mean `timestamp`?)\n",
//! );
//! ```

#[cfg(feature = "analysis")]
pub mod analysis;
mod ancestors;
mod assemble;
mod check;
mod diag;
mod evolution;
mod facts;
mod fmt;
mod ids;
mod limits;
pub mod lint;
mod literal;
mod load;
mod lock;
mod lower;
mod names;
mod order;
mod parse;
pub mod schema;
mod source;
mod style;
mod tree;

pub use diag::{Code, Diagnostic, Diagnostics, Format, Label, Severity, Suggestion, nearest};
/// How texts stand in workflow commands of GitHub, `::error file=a.myc::message`.
pub mod github {
    pub use crate::diag::{escape_data, escape_property};
}

pub use evolution::{Break, Direction, Place, Places, RULES, Rule, Version, breaking};
pub use fmt::format;
pub use limits::FILE_BYTES;
pub use lock::{Lock, LockError, Release};
pub use lower::Arena;
pub use schema::Schema;
pub use source::{FileId, Files, LineColumn, Loader, Memory, SourceSet, Span};

/// Compiles the roots of a set and all that they import.
///
/// There is a schema unless something is wrong; warnings may come beside it.
pub fn compile(sources: &SourceSet<'_>) -> (Option<Schema>, Diagnostics) {
    let (schema, (), diagnostics) = compile_and(sources, |_, _| ());
    (schema, diagnostics)
}

/// The same, and where everything is declared.
pub fn compile_located(sources: &SourceSet<'_>) -> (Option<Schema>, Places, Diagnostics) {
    compile_and(sources, Places::collect)
}

fn compile_and<T>(
    sources: &SourceSet<'_>,
    and: impl FnOnce(&names::Names<'_>, &Files) -> T,
) -> (Option<Schema>, T, Diagnostics) {
    let Checked { facts, extra, has_errors, diagnostics, .. } =
        check_and(sources, |names, _, files| and(names, files));
    let schema = (!has_errors).then(|| assemble::assemble(facts));
    (schema, extra, diagnostics)
}

/// What all phases but the last one make of a set.
struct Checked<T> {
    #[cfg_attr(not(feature = "analysis"), expect(dead_code, reason = "only editors ask for it"))]
    program: load::Program,
    /// Of what is right.
    facts: facts::Facts,
    /// What was made of the names and their order.
    extra: T,
    has_errors: bool,
    diagnostics: Diagnostics,
}

fn check_and<T>(
    sources: &SourceSet<'_>,
    and: impl FnOnce(&names::Names<'_>, &[names::DeclId], &Files) -> T,
) -> Checked<T> {
    let (mut files, mut sink) = (Files::default(), diag::Sink::default());
    let program = load::load(sources, &mut files, &mut sink);
    let names = names::Names::collect(&program, &files, &mut sink);
    let order = order::order(&names, &mut sink);
    let facts = check::check(&program, &files, &names, &order, &mut sink);
    let extra = and(&names, &order, &files);
    let has_errors = sink.has_errors();
    Checked { program, facts, extra, has_errors, diagnostics: sink.finish(files) }
}

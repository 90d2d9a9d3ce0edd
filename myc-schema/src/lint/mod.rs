//! What is right and still worth a look: rules that each project sets to its taste.
//!
//! A rule is allowed, warns or denies. A comment `// mycc: allow(rule)` silences it for the item or
//! member below, or on its own line; before `package` for the whole file. One rule a file.

mod allow;
mod id_gaps;
mod missing_docs;
mod padding;

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use crate::diag::{Diagnostics, Sink};
use crate::parse;
use crate::schema::{Package, PackageId, Schema, TypeId};
use crate::source::{FileId, LineColumn, Span};
use crate::tree;

pub use padding::better_order;

/// What a rule does where it finds something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Nothing.
    Allow,
    /// Says so.
    Warn,
    /// Says so, and the check fails.
    Deny,
}

/// A rule.
#[derive(Debug)]
pub struct Rule {
    /// Its name in settings and comments.
    pub name: &'static str,
    /// What it finds.
    pub finds: &'static str,
    /// What it does unless it is set otherwise.
    pub default: Level,
    find: fn(&mut File<'_>),
}

/// All rules.
pub static RULES: [&Rule; 3] = [&id_gaps::RULE, &missing_docs::RULE, &padding::RULE];

/// What each rule does; those that are not set do what they do by default.
#[derive(Debug, Clone, Default)]
pub struct Levels(BTreeMap<&'static str, Level>);

impl Levels {
    /// Sets a rule; false where there is no such rule.
    pub fn set(&mut self, rule: &str, level: Level) -> bool {
        let Some(rule) = RULES.iter().find(|known| known.name == rule) else { return false };
        self.0.insert(rule.name, level);
        true
    }

    fn of(&self, rule: &Rule) -> Level {
        self.0.get(rule.name).copied().unwrap_or(rule.default)
    }
}

/// What a rule found.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Name of the rule; `lints` where a comment allows what is no rule.
    pub rule: &'static str,
    /// Warn or deny.
    pub level: Level,
    /// What there is, in lower case and without a full stop.
    pub message: String,
    /// What to do.
    pub help: String,
    /// File.
    pub path: PathBuf,
    /// Place in it.
    pub place: LineColumn,
}

/// A file that the rules look at.
struct File<'f> {
    schema: &'f Schema,
    package: PackageId,
    types: &'f HashMap<(PackageId, &'f str), TypeId>,
    tree: &'f tree::File,
    /// Where, what, and what to do.
    found: Vec<(Span, String, String)>,
}

impl File<'_> {
    fn report(&mut self, span: Span, message: String, help: impl Into<String>) {
        self.found.push((span, message, help.into()));
    }

    fn type_named(&self, name: &str) -> Option<TypeId> {
        self.types.get(&(self.package, name)).copied()
    }
}

/// Looks at the packages that were named to the compiler, with all rules that are not allowed.
/// `diagnostics` are those of the run that made the schema.
pub fn lint(schema: &Schema, diagnostics: &Diagnostics, levels: &Levels) -> Vec<Finding> {
    let mut findings = Vec::new();
    if RULES.iter().all(|rule| levels.of(rule) == Level::Allow) {
        return findings;
    }
    let files = diagnostics.files();
    let types: HashMap<(PackageId, &str), TypeId> = (schema.types.iter().enumerate())
        .map(|(index, ty)| ((ty.package, ty.name.as_str()), TypeId(index)))
        .collect();
    for (index, path) in files.paths().enumerate() {
        let is_of = |package: &&Package| package.is_root && package.sources.contains(&path.into());
        let Some(package) = schema.packages.iter().position(|p| is_of(&p)) else { continue };
        let (id, text) = (FileId(index), files.text(FileId(index)));
        // It was parsed before, without errors.
        let tree = parse::parse(id, text, &mut Sink::default());
        let allowed = allow::Allowed::read(text, &tree);
        let mut report = |rule, level, start: usize, message, help| {
            let place = files.line_column(id, start);
            let path = path.to_owned();
            findings.push(Finding { rule, level, message, help, path, place });
        };
        for (start, name) in &allowed.unknown {
            let names: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
            let help = format!("the rules are {}", names.join(", "));
            report("lints", Level::Warn, *start, format!("`{name}` is no rule"), help);
        }
        for rule in RULES.iter().filter(|rule| levels.of(rule) != Level::Allow) {
            let mut file = File {
                schema,
                package: PackageId(package),
                types: &types,
                tree: &tree,
                found: Vec::new(),
            };
            (rule.find)(&mut file);
            for (span, message, help) in file.found {
                let line = files.line_column(id, span.start).line - 1;
                if !allowed.covers(rule.name, line) {
                    report(rule.name, levels.of(rule), span.start, message, help);
                }
            }
        }
    }
    findings.sort_by(|a, b| {
        (&a.path, a.place.line, a.place.column).cmp(&(&b.path, b.place.line, b.place.column))
    });
    findings
}

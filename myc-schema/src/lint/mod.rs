//! What is right and still worth a look: rules that each project sets to its taste.
//!
//! A rule is allowed, warns or denies. A comment `// mycc: allow(rule)` silences it for the item or
//! member below, or on its own line; before `package` for the whole file. One rule a file.

mod allow;
mod deprecated;
mod id_gaps;
mod large;
mod mentions;
mod missing_docs;
mod naming;
mod padding;
mod unbounded;
mod unused;

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use crate::diag::{Diagnostics, Sink, nearest};
use crate::parse;
use crate::schema::{Package, PackageId, Schema, TypeId};
use crate::source::{FileId, LineColumn, Span};
use crate::tree;

use mentions::Mentions;
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

impl Level {
    /// The level of that name.
    pub fn from_name(name: &str) -> Option<Level> {
        match name {
            "allow" => Some(Level::Allow),
            "warn" => Some(Level::Warn),
            "deny" => Some(Level::Deny),
            _ => None,
        }
    }
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
    /// What a source has where there may be something to find; it spares reading all others.
    needs: Option<&'static str>,
    find: fn(&mut File<'_>),
}

/// All rules.
pub static RULES: [&Rule; 8] = [
    &deprecated::RULE,
    &id_gaps::RULE,
    &large::RULE,
    &missing_docs::RULE,
    &naming::RULE,
    &padding::RULE,
    &unbounded::RULE,
    &unused::RULE,
];

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
    /// How often a word stands in all sources.
    mentions: &'f dyn Fn(&str) -> usize,
    /// Where, what, and what to do.
    found: Vec<(Span, String, String)>,
}

impl File<'_> {
    fn report(&mut self, span: Span, message: String, help: impl Into<String>) {
        self.found.push((span, message, help.into()));
    }

    /// Place of a field, member or arm.
    fn member(&self, item: &tree::Item, name: &str) -> Span {
        let found = item.kind.names().find(|member| member.text == name);
        found.unwrap_or(&item.name).span
    }

    fn type_named(&self, name: &str) -> Option<TypeId> {
        self.types.get(&(self.package, name)).copied()
    }
}

/// Looks at the packages that were named to the compiler, with all rules that are not allowed.
/// `diagnostics` are those of the run that made the schema.
pub fn lint(schema: &Schema, diagnostics: &Diagnostics, levels: &Levels) -> Vec<Finding> {
    let mut findings = Vec::new();
    let files = diagnostics.files();
    let mentions = Mentions::of(files);
    let types: HashMap<(PackageId, &str), TypeId> = (schema.types.iter().enumerate())
        .map(|(index, ty)| ((ty.package, ty.name.as_str()), TypeId(index)))
        .collect();
    for (index, path) in files.paths().enumerate() {
        let (id, text) = (FileId(index), files.text(FileId(index)));
        let is_on = |rule: &&&Rule| {
            levels.of(rule) != Level::Allow && rule.needs.is_none_or(|word| text.contains(word))
        };
        let rules: Vec<&&Rule> = RULES.iter().filter(is_on).collect();
        if rules.is_empty() && !text.contains(allow::MARK) {
            continue;
        }
        let is_of = |package: &&Package| package.is_root && package.sources.contains(&path.into());
        let Some(package) = schema.packages.iter().position(|p| is_of(&p)) else { continue };
        // It was parsed before, without errors.
        let tree = parse::parse(id, text, &mut Sink::default());
        let allowed = allow::Allowed::read(text, &tree);
        let mut report = |rule, level, start: usize, message, help| {
            let place = files.line_column(id, start);
            let path = path.to_owned();
            findings.push(Finding { rule, level, message, help, path, place });
        };
        for (start, name) in &allowed.unknown {
            let names = RULES.map(|rule| rule.name);
            let help = match nearest(name, names) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("the rules are {}", names.join(", ")),
            };
            report("lints", Level::Warn, *start, format!("`{name}` is no rule"), help);
        }
        for rule in rules {
            let mut file = File {
                schema,
                package: PackageId(package),
                types: &types,
                tree: &tree,
                mentions: &|word| mentions.count(word),
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

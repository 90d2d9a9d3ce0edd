//! What changed between two versions of a schema, and what of it breaks.
//!
//! [`breaking`] compares tables, so a side may come from sources, from a lock or from anywhere else.
//! The [rules](RULES) stand in one table; each is a function over one [`compare::Comparison`].

mod compare;
mod constraint;
mod field;
mod member;
mod message;
mod named;
mod places;
mod table;
mod talk;
mod ty;

use std::collections::BTreeSet;

use mycelium_wire::reflect::Def;

use crate::schema::Reserved;

use compare::Comparison;
pub use places::{Place, Places};
pub use table::{Direction, RULES, Rule};
pub(crate) use talk::still_talk;

/// A change that breaks.
#[derive(Debug, Clone)]
pub struct Break {
    /// Rule that it breaks.
    pub rule: &'static Rule,
    /// What changed, in words.
    pub message: String,
    /// Path of the type or member in the previous version, `market.Trade.price`.
    pub previous: Option<String>,
    /// Its path in the current version.
    pub current: Option<String>,
    /// Messages of either version that reach it, sorted.
    pub messages: Vec<String>,
}

/// What a rule finds.
struct Finding {
    message: String,
    previous: Option<String>,
    current: Option<String>,
}

/// What is compared of a version.
#[derive(Debug, Clone, Copy, Default)]
pub struct Version<'v, 'a> {
    /// Types, and all that they use.
    pub defs: &'v [&'a Def<'a>],
    /// What each package and type reserves, by its name.
    pub reserved: &'v [(String, Reserved)],
}

/// All changes between two versions that break something, in the order of the rules and then of the
/// names.
pub fn breaking<'a>(previous: Version<'a, 'a>, current: Version<'a, 'a>) -> Vec<Break> {
    let comparison = Comparison::new(previous, current);
    let mut breaks = Vec::new();
    for rule in RULES {
        let mut found = Vec::new();
        (rule.check)(&comparison, &mut found);
        breaks.extend(found.into_iter().map(|finding| Break {
            rule,
            messages: messages(&comparison, &finding),
            message: finding.message,
            previous: finding.previous,
            current: finding.current,
        }));
    }
    breaks
}

fn messages(comparison: &Comparison<'_>, finding: &Finding) -> Vec<String> {
    let mut found = BTreeSet::new();
    for path in finding.previous.iter() {
        found.extend(comparison.previous.messages_reaching(path));
    }
    for path in finding.current.iter() {
        found.extend(comparison.current.messages_reaching(path));
    }
    found.into_iter().collect()
}

impl Break {
    /// For people, with the places where they are known.
    pub fn render(&self, previous: &Places, current: &Places) -> String {
        let place = |path: &Option<String>, places: &Places| {
            path.as_ref().and_then(|path| places.get(path)).map(Place::to_string)
        };
        let directions: Vec<&str> = self.rule.directions.iter().map(|way| way.name()).collect();
        let mut text = format!("{}: {}\n", self.rule.id, self.message);
        let mut line = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                text.push_str(&format!("  {name:9} {value}\n"));
            }
        };
        line("previous", place(&self.previous, previous));
        line("current", place(&self.current, current));
        line("breaks", Some(directions.join(", ")));
        let reached = self.messages.join(", ");
        line("messages", (!reached.is_empty()).then_some(reached));
        line("help", Some(self.rule.help.to_owned()));
        text
    }
}

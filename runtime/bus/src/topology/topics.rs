//! What a topology promises for topics: their `[[topics]]` tables.

use std::collections::HashMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::DeTable;

use super::diagnostic::Diagnostics;
use super::model::TopicRule;
use super::read::Reader;
use super::suggest::nearest;
use crate::qos::{Qos, WhenFull};

/// Messages that a topic may hold.
const CAPACITY: Range<u64> = 1..(1 << 30) + 1;

/// Takes the rules out of their tables, in the order of the file.
pub(super) fn parse(
    tables: Vec<(&DeTable<'_>, Range<usize>)>,
    diagnostics: &mut Diagnostics,
) -> Vec<TopicRule> {
    let mut known = HashMap::new();
    let rules = tables.into_iter().filter_map(|(table, span)| {
        let rule = parse_rule(table, span, diagnostics)?;
        let pattern = rule.get_ref().pattern.clone();
        if known.insert(pattern.clone(), ()).is_some() {
            diagnostics.at(
                rule.span(),
                format!("two rules are for the topics `{pattern}`"),
                "never reached",
                "keep one of them: the first rule that fits a topic counts",
            );
        }
        Some(rule.into_inner())
    });
    rules.collect()
}

fn parse_rule(
    table: &DeTable<'_>,
    span: Range<usize>,
    diagnostics: &mut Diagnostics,
) -> Option<Spanned<TopicRule>> {
    let known = ["name", "capacity", "when_full", "history"];
    let mut reader = Reader::new(table, "a rule for topics", &known, diagnostics);
    let name = reader.string("name");
    let capacity = reader.integer("capacity", CAPACITY, "a number of messages");
    let when_full = reader.string("when_full");
    let history = reader.integer("history", 0..CAPACITY.end, "a number of messages");
    let is_named = reader.meant().iter().any(|key| key == "name");
    let mut qos = Qos::default();
    if let Some(capacity) = capacity {
        qos.capacity = capacity.into_inner() as usize;
    }
    if let Some(history) = history {
        qos.history = history.into_inner() as usize;
    }
    if let Some(when_full) = when_full {
        qos.when_full = check_policy(&when_full, diagnostics)?;
    }
    let Some(name) = name else {
        if !is_named {
            diagnostics.at(
                span,
                "this rule says for no topic",
                "`name` is missing",
                "add `name = \"…\"`, the name of a topic or a pattern such as `market.*` or `market.>`",
            );
        }
        return None;
    };
    let span = name.span();
    Some(Spanned::new(span, TopicRule { pattern: name.into_inner(), qos }))
}

fn check_policy(found: &Spanned<String>, diagnostics: &mut Diagnostics) -> Option<WhenFull> {
    let name = found.get_ref().as_str();
    if let Some(policy) = WhenFull::ALL.into_iter().find(|policy| policy.to_string() == name) {
        return Some(policy);
    }
    let names = WhenFull::ALL.map(|policy| policy.to_string());
    let help = match nearest(name, names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("write one of {}", names.join(", ")),
    };
    diagnostics.at(
        found.span(),
        format!("`{name}` is no way when a topic is full"),
        "unknown",
        help,
    );
    None
}

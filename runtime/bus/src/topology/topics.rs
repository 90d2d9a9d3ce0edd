//! What a topology promises for topics: their `[[topics]]` tables.

use std::collections::HashMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::DeTable;

use super::diagnostic::Diagnostics;
use super::model::TopicRule;
use super::read::Reader;
use super::vocabulary;

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
    let mut reader = Reader::new(table, &vocabulary::TOPIC, diagnostics);
    let name = reader.string("name");
    let capacity = reader.integer("capacity").map(|messages| messages.into_inner() as usize);
    let when_full = reader.policy("when_full").map(Spanned::into_inner);
    let history = reader.integer("history").map(|messages| messages.into_inner() as usize);
    let max_message_bytes = reader.integer("max_message_bytes").map(Spanned::into_inner);
    let is_named = reader.meant().contains(&"name");
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
    let pattern = name.into_inner();
    Some(Spanned::new(span, TopicRule { pattern, capacity, when_full, history, max_message_bytes }))
}

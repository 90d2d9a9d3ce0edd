//! What a topology promises for topics: their `[[topics]]` tables.

use std::collections::HashSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::DeTable;

use super::model::TopicRule;
use super::read::Reader;
use super::reading::Reading;
use super::vocabulary;

/// Takes the rules out of their tables, in the order of the file.
///
/// Another file may have a rule for the same pattern: that of the file which includes it counts.
pub(super) fn parse(
    tables: Vec<(&DeTable<'_>, Range<usize>)>,
    reading: &mut Reading<'_>,
) -> Vec<Spanned<TopicRule>> {
    let mut known = HashSet::new();
    let rules = tables.into_iter().filter_map(|(table, span)| {
        let rule = parse_rule(table, span, reading)?;
        let pattern = &rule.get_ref().pattern;
        if !known.insert(pattern.clone()) {
            reading.diagnostics.at(
                rule.span(),
                format!("two rules are for the topics `{pattern}`"),
                "never reached",
                "keep one of them: the first rule that fits a topic counts",
            );
        }
        Some(rule)
    });
    rules.collect()
}

fn parse_rule(
    table: &DeTable<'_>,
    span: Range<usize>,
    reading: &mut Reading<'_>,
) -> Option<Spanned<TopicRule>> {
    let mut reader = Reader::new(table, &vocabulary::TOPIC, reading);
    let name = reader.string("name");
    let capacity = reader.integer("capacity").map(|messages| messages.into_inner() as usize);
    let when_full = reader.policy("when_full").map(Spanned::into_inner);
    let history = reader.integer("history").map(|messages| messages.into_inner() as usize);
    let max_message_bytes = reader.integer("max_message_bytes").map(Spanned::into_inner);
    let is_named = reader.meant().contains(&"name");
    let Some(name) = name else {
        if !is_named {
            reading.diagnostics.at(
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

//! What a topology promises for topics: their `[[topics]]` tables.

use std::collections::HashSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::DeTable;

use super::model::{Keep, TopicRule};
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
    let keep = read_keep(&mut reader);
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
    let keep = keep.check(reading);
    let span = name.span();
    let pattern = name.into_inner();
    let rule = TopicRule { pattern, capacity, when_full, history, max_message_bytes, keep };
    Some(Spanned::new(span, rule))
}

/// What a rule says of keeping.
struct DraftKeep {
    durable: Option<Spanned<bool>>,
    /// The bounds that are there, with their keys.
    bounds: Vec<(&'static str, Spanned<u64>)>,
    /// Whether one is there, readable or not.
    has_bound: bool,
}

const BOUNDS: [&str; 3] = ["keep_messages", "keep_bytes", "keep_seconds"];

fn read_keep(reader: &mut Reader<'_, '_, '_, '_>) -> DraftKeep {
    let durable = reader.flag("durable");
    let bounds = BOUNDS.into_iter();
    let bounds = bounds.filter_map(|key| Some((key, reader.integer(key)?))).collect();
    DraftKeep { durable, bounds, has_bound: BOUNDS.into_iter().any(|key| reader.means(key)) }
}

impl DraftKeep {
    fn check(self, reading: &mut Reading<'_>) -> Option<Keep> {
        let durable = self.durable.as_ref().filter(|durable| *durable.get_ref());
        if let (Some(durable), false) = (durable, self.has_bound) {
            reading.diagnostics.at(
                durable.span(),
                "this topic is kept without a bound",
                "how much, or for how long?",
                "add `keep_seconds`, `keep_bytes` or `keep_messages`",
            );
        }
        if durable.is_none() {
            for (key, bound) in &self.bounds {
                reading.diagnostics.at(
                    bound.span(),
                    format!("`{key}` means nothing to a topic that is not durable"),
                    "not used",
                    format!("add `durable = true`, or remove `{key}`"),
                );
            }
            return None;
        }
        let bound = |key| {
            let found = self.bounds.iter().find(|(known, _)| *known == key);
            found.map(|(_, bound)| *bound.get_ref())
        };
        let [messages, bytes, seconds] = BOUNDS.map(bound);
        Some(Keep { messages, bytes, seconds })
    }
}

//! Which messages still understand what they were before.

use std::collections::HashSet;

use mycelium_wire::Digest;
use mycelium_wire::reflect::Def;

use super::Version;
use super::compare::{Comparison, path};
use super::message::is_message;
use super::table::{Direction, RULES};

/// Each current message that reads the frames of its previous version and is read by it, with the
/// digest of that version. Each side has all types that its types use.
pub(crate) fn still_talk<'a>(
    previous: Version<'a, 'a>,
    current: Version<'a, 'a>,
) -> Vec<(&'a Def<'a>, Digest)> {
    let comparison = Comparison::new(previous, current);
    let of_bytes = RULES.iter().filter(|rule| {
        // A rule that is only about sources leaves the bytes alone.
        rule.directions.iter().any(|direction| *direction != Direction::Source)
    });
    let mut hurt = HashSet::new();
    for rule in of_bytes {
        let mut found = Vec::new();
        (rule.check)(&comparison, &mut found);
        hurt.extend(found.iter().flat_map(|finding| super::messages(&comparison, finding)));
    }
    let are_messages = comparison
        .pairs
        .iter()
        .filter(|pair| is_message(pair.previous) && is_message(pair.current));
    are_messages
        .filter(|pair| !hurt.contains(&path(pair.previous)) && !hurt.contains(&path(pair.current)))
        .map(|pair| (pair.current, pair.previous.digest))
        .collect()
}

//! Rules of messages as a whole.

use mycelium_wire::reflect::{Def, Kind};

use super::Finding;
use super::compare::{Comparison, Pair, path};

/// Neither name nor id is there any more, nor are both reserved.
pub(super) fn removed(comparison: &Comparison<'_>, found: &mut Vec<Finding>) {
    for def in &comparison.removed {
        let Kind::Message { id, .. } = def.kind else { continue };
        if comparison.is_withdrawn(comparison.package(def), id.into(), def.name) {
            continue;
        }
        let previous = path(def);
        let message = format!("message `{previous}` is gone");
        found.push(Finding { message, previous: Some(previous), current: None });
    }
}

pub(super) fn renamed(comparison: &Comparison<'_>, found: &mut Vec<Finding>) {
    for pair in comparison.pairs.iter().filter(|pair| pair.is_renamed()) {
        let (old, new) = (path(pair.previous), path(pair.current));
        found.push(pair.finding(format!("message `{old}` is now called `{new}`")));
    }
}

pub(super) fn id_changed(comparison: &Comparison<'_>, found: &mut Vec<Finding>) {
    for pair in &comparison.pairs {
        if let (Kind::Message { id: old, .. }, Kind::Message { id: new, .. }) = pair.kinds()
            && old != new
        {
            let name = path(pair.current);
            found.push(pair.finding(format!("the id of `{name}` was {old} and is {new}")));
        }
    }
}

pub(super) fn topic_changed(comparison: &Comparison<'_>, found: &mut Vec<Finding>) {
    for pair in &comparison.pairs {
        if let (Kind::Message { topic: old, .. }, Kind::Message { topic: new, .. }) = pair.kinds()
            && old != new
        {
            let name = path(pair.current);
            found.push(pair.finding(format!("the topic of `{name}` was `{old}` and is `{new}`")));
        }
    }
}

pub(super) fn is_message(def: &Def<'_>) -> bool {
    matches!(def.kind, Kind::Message { .. })
}

impl<'a> Pair<'a> {
    pub(super) fn kinds(&self) -> (Kind<'a>, Kind<'a>) {
        (self.previous.kind, self.current.kind)
    }

    /// Whether it has a new name and does not say which it had.
    fn is_renamed(&self) -> bool {
        self.previous.digest_name() != self.current.digest_name()
    }

    /// A finding about the type itself.
    pub(super) fn finding(&self, message: String) -> Finding {
        let (previous, current) = (Some(path(self.previous)), Some(path(self.current)));
        Finding { message, previous, current }
    }

    /// A finding about a member, by its names in the two versions.
    pub(super) fn member(&self, old: Option<&str>, new: Option<&str>, message: String) -> Finding {
        let previous =
            old.map_or(path(self.previous), |name| format!("{}.{name}", path(self.previous)));
        let current =
            new.map_or(path(self.current), |name| format!("{}.{name}", path(self.current)));
        Finding { message, previous: Some(previous), current: Some(current) }
    }
}

//! Which topics a subscriber takes.

use mycelium_wire::Digest;

use crate::address::{self, Home};
use crate::topic::TopicInfo;

/// What a subscriber takes: topics that carry certain types, or topics by name whatever they carry. Of messages
/// that are addressed to a service it takes those for its home, unless it asks for others by an `@`.
#[derive(Debug, Clone)]
pub(crate) struct Selector {
    wanted: Wanted,
    home: Home,
}

#[derive(Debug, Clone)]
enum Wanted {
    /// Messages of these types.
    Typed(Vec<TopicInfo>),
    /// Frames of every topic whose name fits one of the patterns.
    Frames(Vec<String>),
}

/// What a subscriber says to a channel.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Verdict<'s> {
    /// Takes its frames.
    Take,
    /// It is about something else.
    Skip,
    /// It is the topic, but another version of the type that it carries here.
    Mismatch(&'s TopicInfo),
}

impl Verdict<'_> {
    pub(crate) fn takes(self) -> bool {
        matches!(self, Self::Take)
    }
}

impl Selector {
    pub(crate) fn typed(types: Vec<TopicInfo>, home: &Home) -> Self {
        Self { wanted: Wanted::Typed(types), home: home.clone() }
    }

    pub(crate) fn frames(patterns: Vec<String>, home: &Home) -> Self {
        Self { wanted: Wanted::Frames(patterns), home: home.clone() }
    }

    /// Judges a channel by its topic and digest. More may be known of a version of another digest: see
    /// `Agreement` in `transport`.
    pub(crate) fn judge(&self, topic: &str, digest: &Digest) -> Verdict<'_> {
        match &self.wanted {
            Wanted::Typed(_) => match self.typed_info(topic) {
                None => Verdict::Skip,
                Some(info) if info.reads(digest) => Verdict::Take,
                Some(info) => Verdict::Mismatch(info),
            },
            Wanted::Frames(patterns) => {
                let takes = patterns.iter().any(|pattern| self.takes_fitting(pattern, topic));
                if takes { Verdict::Take } else { Verdict::Skip }
            }
        }
    }

    fn takes_name(&self, name: &str, topic: &str) -> bool {
        let (base, service) = address::split(topic);
        name == topic || (name == base && service.is_some_and(|service| self.home.holds(service)))
    }

    fn takes_fitting(&self, pattern: &str, topic: &str) -> bool {
        match address::split(topic) {
            (base, Some(service)) if !pattern.contains('@') => {
                self.home.holds(service) && fits(pattern, base)
            }
            _ => fits(pattern, topic),
        }
    }

    /// The type that it takes of a topic, if it takes that one and asks for a type.
    pub(crate) fn typed_info(&self, topic: &str) -> Option<&TopicInfo> {
        match &self.wanted {
            Wanted::Typed(types) => types.iter().find(|info| self.takes_name(&info.name, topic)),
            Wanted::Frames(_) => None,
        }
    }

    /// Whether it takes messages of certain types.
    pub(crate) fn is_typed(&self) -> bool {
        matches!(self.wanted, Wanted::Typed(_))
    }

    /// What to ask a peer for: topics, or patterns, with type id and digest. An asker that takes
    /// frames as they are gives type id 0 and a digest of zeros. On the wire a `*` stands for any run of
    /// characters; what comes beyond the pattern is passed over. Another version that is read as well is
    /// asked for once the peer says that it has that one.
    pub(crate) fn wishes(&self) -> Vec<(String, u16, Digest)> {
        match &self.wanted {
            Wanted::Typed(types) => {
                let wishes = types.iter().flat_map(|info| {
                    let names = self.with_addresses(info.name.to_string());
                    names.map(|name| (name, info.type_id, info.digest))
                });
                wishes.collect()
            }
            Wanted::Frames(patterns) => {
                let wishes = patterns.iter().flat_map(|pattern| self.with_addresses(wish(pattern)));
                wishes.map(|wish| (wish, 0, ANY_DIGEST)).collect()
            }
        }
    }

    /// A name to ask for, and the same addressed to each service of the home.
    fn with_addresses(&self, name: String) -> impl Iterator<Item = String> {
        let addressed: Vec<String> = match name.contains('@') {
            true => Vec::new(),
            false => self.home.names_of(&name).collect(),
        };
        std::iter::once(name).chain(addressed)
    }
}

/// In a wish: whatever the digest is.
pub(crate) const ANY_DIGEST: Digest = Digest([0; 32]);

/// Whether a topic's name fits a pattern, in which each `*` stands for any run of characters but `.`, and
/// a `>` at the end for one or more of any.
pub(crate) fn fits(pattern: &str, topic: &str) -> bool {
    match pattern.strip_suffix('>') {
        // Whatever follows must be something: so a start of the name fits that is not all of it.
        Some(start) => {
            let ends = topic.char_indices().map(|(end, _)| end);
            ends.into_iter().any(|end| is_match(start, &topic[..end], |byte| byte != b'.'))
        }
        None => is_match(pattern, topic, |byte| byte != b'.'),
    }
}

/// The same for a pattern that a peer sent, in which each `*` stands for any run of characters. What is
/// addressed to a service goes only to who asks for that.
pub(crate) fn fits_wish(pattern: &str, topic: &str) -> bool {
    (pattern.contains('@') || !topic.contains('@')) && is_match(pattern, topic, |_| true)
}

/// A pattern as peers understand it; what fits the pattern fits it too.
pub(crate) fn wish(pattern: &str) -> String {
    match pattern.strip_suffix('>') {
        Some(start) => format!("{start}*"),
        None => pattern.to_owned(),
    }
}

/// Each `*` stands for any run of such bytes.
///
/// Patterns come from peers, too: the time is bounded by the product of the lengths, and the memory
/// by nothing at all.
fn is_match(pattern: &str, topic: &str, is_covered: impl Fn(u8) -> bool) -> bool {
    let (pattern, topic) = (pattern.as_bytes(), topic.as_bytes());
    let (mut at, mut from) = (0, 0);
    // Where the last star stands, and up to where it reaches so far.
    let mut star = None;
    while at < topic.len() {
        match pattern.get(from) {
            Some(b'*') => {
                star = Some((from, at));
                from += 1;
            }
            Some(byte) if *byte == topic[at] => {
                at += 1;
                from += 1;
            }
            _ => {
                let Some((place, reach)) = star else { return false };
                if !is_covered(topic[reach]) {
                    return false;
                }
                star = Some((place, reach + 1));
                (at, from) = (reach + 1, place + 1);
            }
        }
    }
    pattern[from..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::{Home, Selector, fits, fits_wish, wish};

    #[test]
    fn on_the_wire_a_star_stands_for_any_run() {
        assert!(fits_wish("market.trades", "market.trades"));
        assert!(fits_wish("market.*", "market.trades"));
        assert!(fits_wish("*", ""));
        assert!(fits_wish("*.tr*s", "market.trades"));
        assert!(fits_wish("*trades", "market.trades.trades"));
        assert!(fits_wish("a*b*c", "a.b.b.c.c"));
        assert!(!fits_wish("a*b*c", "a.c.b"));
        assert!(!fits_wish("", "a"));
        assert!(fits_wish("", ""));
        assert!(!fits_wish(&"*a".repeat(10_000), "aaaaaaaaaaaaaaaaaaaaaaaaaaaab"));
        assert!(!fits_wish("market.*", "risk.verdicts"));
        assert!(!fits_wish("market", "market.trades"));
        assert!(fits_wish("market.*@risk", "market.trades@risk"));
        assert!(!fits_wish("market.*", "market.trades@risk"));
        assert!(!fits_wish("market.*@risk", "market.trades"));
    }

    #[test]
    fn what_is_addressed_is_taken_at_home_or_where_it_is_asked_for() {
        let home = Home::Of(["risk".to_owned(), "limits".to_owned()].into());
        let takes = |pattern: &str, topic: &str| {
            let selector = Selector::frames(vec![pattern.to_owned()], &home);
            selector.judge(topic, &super::ANY_DIGEST).takes()
        };
        for (pattern, topic, expected) in [
            ("market.*", "market.trades", true),
            ("market.*", "market.trades@risk", true),
            (">", "market.trades@limits", true),
            ("market.trades", "market.trades@limits", true),
            ("market.*", "market.trades@strategy", false),
            (">", "market.trades@strategy", false),
            ("risk.*", "market.trades@risk", false),
            ("market.*@strategy", "market.trades@strategy", true),
            ("*.*@*", "market.trades@strategy", true),
            ("market.*@strategy", "market.trades", false),
        ] {
            assert_eq!(takes(pattern, topic), expected, "{pattern} {topic}");
            let selector = Selector::frames(vec![pattern.to_owned()], &home);
            let is_asked = selector.wishes().iter().any(|(wish, ..)| fits_wish(wish, topic));
            assert!(is_asked || !expected, "{pattern} {topic}");
        }
    }

    #[test]
    fn a_star_stays_between_dots_and_an_arrow_does_not() {
        let topics = ["market", "market.", "market.trades", "market.eu.trades", "risk.trades"];
        let fitting = |pattern: &str| -> Vec<&str> {
            topics.into_iter().filter(|topic| fits(pattern, topic)).collect()
        };
        assert_eq!(fitting("market.*"), ["market.", "market.trades"]);
        assert_eq!(fitting("market.>"), ["market.trades", "market.eu.trades"]);
        assert_eq!(fitting("*.trades"), ["market.trades", "risk.trades"]);
        assert_eq!(fitting("*.*.trades"), ["market.eu.trades"]);
        assert_eq!(fitting("m*.e*.>"), ["market.eu.trades"]);
        assert_eq!(fitting(">"), topics);
        assert_eq!(fitting("*"), ["market"]);
        assert_eq!(fitting("mar*et.tr*s"), ["market.trades"]);
    }

    #[test]
    fn peers_are_asked_for_all_that_fits() {
        for (pattern, topic) in [("market.>", "market.eu.trades"), ("a.*", "a.b"), (">", "x")] {
            assert!(fits(pattern, topic));
            assert!(fits_wish(&wish(pattern), topic));
        }
    }
}

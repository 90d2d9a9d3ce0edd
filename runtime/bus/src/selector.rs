//! Which topics a subscriber takes.

use mycelium_wire::Digest;

use crate::topic::TopicInfo;

/// What a subscriber takes: one topic of one type, or topics by name whatever they carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Selector {
    /// Messages of one type.
    Typed(TopicInfo),
    /// Frames of every topic whose name fits one of the patterns.
    Frames(Vec<String>),
}

/// What a subscriber says to a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Takes its frames.
    Take,
    /// It is about something else.
    Skip,
    /// It is the topic, but another version of the type, whose digest here is this.
    Mismatch(Digest),
}

impl Selector {
    /// Judges a channel by its topic and digest.
    pub(crate) fn judge(&self, topic: &str, digest: &Digest) -> Verdict {
        match self {
            Self::Typed(info) if &*info.name != topic => Verdict::Skip,
            Self::Typed(info) if info.digest == *digest => Verdict::Take,
            Self::Typed(info) => Verdict::Mismatch(info.digest),
            Self::Frames(patterns) => {
                let fits = patterns.iter().any(|pattern| fits(pattern, topic));
                if fits { Verdict::Take } else { Verdict::Skip }
            }
        }
    }

    /// What to ask a peer for: topics, or patterns, with type id and digest. An asker that takes
    /// frames as they are gives type id 0 and a digest of zeros.
    pub(crate) fn wishes(&self) -> Vec<(String, u16, Digest)> {
        match self {
            Self::Typed(info) => vec![(info.name.to_string(), info.type_id, info.digest)],
            Self::Frames(patterns) => {
                patterns.iter().map(|pattern| (pattern.clone(), 0, ANY_DIGEST)).collect()
            }
        }
    }
}

/// In a wish: whatever the digest is.
pub(crate) const ANY_DIGEST: Digest = Digest([0; 32]);

/// Whether a topic's name fits a pattern, in which each `*` stands for any run of characters.
///
/// Patterns come from peers, too: the time is bounded by the product of the lengths, and the memory
/// by nothing at all.
pub(crate) fn fits(pattern: &str, topic: &str) -> bool {
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
                star = Some((place, reach + 1));
                (at, from) = (reach + 1, place + 1);
            }
        }
    }
    pattern[from..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_star_stands_for_any_run() {
        assert!(fits("market.trades", "market.trades"));
        assert!(fits("market.*", "market.trades"));
        assert!(fits("*", ""));
        assert!(fits("*.tr*s", "market.trades"));
        assert!(fits("*trades", "market.trades.trades"));
        assert!(fits("a*b*c", "a.b.b.c.c"));
        assert!(!fits("a*b*c", "a.c.b"));
        assert!(!fits("", "a"));
        assert!(fits("", ""));
        assert!(!fits(&"*a".repeat(10_000), "aaaaaaaaaaaaaaaaaaaaaaaaaaaab"));
        assert!(!fits("market.*", "risk.verdicts"));
        assert!(!fits("market", "market.trades"));
    }
}

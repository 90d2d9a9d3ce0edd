//! The names under which nodes meet at a server.
//!
//! A subject is a row of tokens with dots between; `*` stands for one token in a subscription, and `>` at the end for
//! all that follow. What begins with `$` behind the prefix is said between nodes; all else is topics.

/// Longest topic that is published: a server reads a subject as a part of one line of 4096 bytes.
const TOPIC_BYTES: usize = 1024;

/// The subjects of one meeting.
#[derive(Debug, Clone)]
pub(super) struct Subjects {
    prefix: String,
}

/// What a subject is for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place<'s> {
    /// Frames of a topic.
    Topic(&'s str),
    /// What is said to every node.
    All,
    /// What is said to one node.
    Node,
}

impl Subjects {
    pub(super) fn new(prefix: &str) -> Self {
        Self { prefix: prefix.to_owned() }
    }

    /// Where every node listens.
    pub(super) fn all(&self) -> String {
        format!("{}.$all", self.prefix)
    }

    /// Where one node listens. Its name may have dots anywhere, and tokens may not.
    pub(super) fn node(&self, name: &str) -> String {
        format!("{}.$node.{}", self.prefix, name.replace('.', ":"))
    }

    /// What the subjects begin with on which the types of what is kept are told.
    pub(super) fn types(&self) -> String {
        format!("{}.$type", self.prefix)
    }

    /// The subject of a topic.
    pub(super) fn topic(&self, topic: &str) -> String {
        format!("{}.{topic}", self.prefix)
    }

    /// What to subscribe to for a wish, in which `*` stands for any run of characters: it covers all that fits, and
    /// may cover more. Nothing where no topic that can be published fits.
    pub(super) fn of_wish(&self, wish: &str) -> Option<String> {
        let Some(star) = wish.find('*') else {
            return check_topic(wish).is_ok().then(|| self.topic(wish));
        };
        match wish[..star].rfind('.') {
            None => Some(format!("{}.>", self.prefix)),
            Some(end) => check_topic(&wish[..end]).is_ok().then(|| self.topic(&wish[..end]) + ".>"),
        }
    }

    /// Whether a message is a topic's.
    pub(super) fn is_topic(&self, message: &async_nats::Message) -> bool {
        matches!(self.place(&message.subject), Some(Place::Topic(_)))
    }

    /// What a message on a subject is.
    pub(super) fn place<'s>(&self, subject: &'s str) -> Option<Place<'s>> {
        let rest = subject.strip_prefix(&self.prefix)?.strip_prefix('.')?;
        match rest.strip_prefix('$') {
            None => Some(Place::Topic(rest)),
            Some("all") => Some(Place::All),
            Some(other) => other.starts_with("node.").then_some(Place::Node),
        }
    }
}

/// Whether one subscription, `wide`, gives all that another does.
pub(super) fn covers(wide: &str, narrow: &str) -> bool {
    let start = wide.strip_suffix('>');
    wide == narrow || start.is_some_and(|start| narrow.starts_with(start))
}

/// Says why a topic cannot be a subject.
pub(super) fn check_topic(topic: &str) -> Result<(), String> {
    let is_bad = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '*' | '>');
    if let Some(bad) = topic.chars().find(|&c| is_bad(c)) {
        return Err(format!("a subject holds no {bad:?}; name the topic otherwise"));
    }
    if topic.split('.').any(str::is_empty) {
        return Err("a subject has a name before and behind each dot; name the topic so".to_owned());
    }
    if topic.starts_with('$') {
        return Err(
            "what begins with `$` is said between nodes; name the topic otherwise".to_owned()
        );
    }
    if topic.len() > TOPIC_BYTES {
        return Err(format!("it is longer than {TOPIC_BYTES} bytes; shorten the topic's name"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Place, Subjects, check_topic, covers};

    #[test]
    fn a_wish_is_covered_by_what_is_subscribed_to() {
        let subjects = Subjects::new("fleet.eu");
        for (wish, expected) in [
            ("market.trades", Some("fleet.eu.market.trades")),
            ("market.*", Some("fleet.eu.market.>")),
            ("market.tr*", Some("fleet.eu.market.>")),
            ("mar*", Some("fleet.eu.>")),
            ("*", Some("fleet.eu.>")),
            ("*@risk", Some("fleet.eu.>")),
            ("a.b*.c", Some("fleet.eu.a.>")),
            ("market.trades@risk", Some("fleet.eu.market.trades@risk")),
            ("no topic", None),
            ("a..*", None),
            (".", None),
        ] {
            assert_eq!(subjects.of_wish(wish).as_deref(), expected, "{wish}");
        }
    }

    #[test]
    fn what_is_said_between_nodes_is_no_topic() {
        let subjects = Subjects::new("fleet");
        assert_eq!(subjects.place(&subjects.topic("a.b")), Some(Place::Topic("a.b")));
        assert_eq!(subjects.place(&subjects.all()), Some(Place::All));
        assert_eq!(subjects.place(&subjects.node("a..b")), Some(Place::Node));
        assert_eq!(subjects.node("a..b"), "fleet.$node.a::b");
        for other in ["fleet", "fleetx.a", "other.a", "fleet.$who", ""] {
            assert_eq!(subjects.place(other), None, "{other}");
        }
    }

    #[test]
    fn topics_that_are_no_subjects_are_explained() {
        for topic in ["a", "a.b", "market.trades@risk", "ä.b", "a$.b"] {
            assert_eq!(check_topic(topic), Ok(()), "{topic}");
        }
        let long = "a".repeat(1025);
        for topic in ["", ".", "a.", ".a", "a..b", "a b", "a.*", ">", "$all", "a\n", &long] {
            assert!(check_topic(topic).is_err(), "{topic:?}");
        }
    }

    #[test]
    fn what_is_covered_need_not_be_subscribed_to() {
        assert!(covers("m.>", "m.a.b") && covers("m.a.>", "m.a.b.>") && covers("m.a", "m.a"));
        assert!(!covers("m.a", "m.a.b") && !covers("m.a.>", "m.a") && !covers("m.a.>", "m.>"));
    }
}

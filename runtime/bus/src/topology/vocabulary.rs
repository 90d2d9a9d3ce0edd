//! Every table of a topology file and every key in it: the one list that the reader, its messages and
//! the JSON Schema are made from.

use std::ops::Range;

/// A table of the file.
pub(super) struct Table {
    /// As a message calls it.
    pub(super) what: &'static str,
    /// Keys that must be there.
    pub(super) required: &'static [&'static str],
    pub(super) keys: &'static [Key],
}

/// A key of a table.
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) holds: Holds,
    /// In one sentence, for editors.
    pub(super) meaning: &'static str,
}

/// What a key's value may be.
pub(super) enum Holds {
    Text,
    Texts,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A whole number in the range; the words are what a message calls it.
    Number(Range<u64>, &'static str),
    Flag,
    /// A list of strings, or a table of such lists.
    Command,
    Inner(&'static Table),
    Inners(&'static Table),
}

impl Table {
    pub(super) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.keys.iter().map(|key| key.name)
    }
}

const fn key(name: &'static str, holds: Holds, meaning: &'static str) -> Key {
    Key { name, holds, meaning }
}

/// The words of `endpoint.kind`.
pub(super) const KINDS: &[&str] = &["shm", "unix", "tcp", "nats", "none"];

/// The words of `when_full` and `endpoint.policy`, in the order of
/// [`WhenFull::ALL`](crate::WhenFull::ALL).
pub(super) const POLICIES: &[&str] = &["block", "error", "drop_oldest", "drop_newest", "conflate"];

/// The words of `restart`; the second where nothing is said.
pub(super) const RESTARTS: &[&str] = &["always", "on_failure", "never"];

/// Smallest and largest room of a ring: a page of messages, and what a 64-bit machine may map.
const CAPACITY_BYTES: Range<u64> = 64 * 1024..(1 << 36) + 1;

/// Messages that a topic may hold.
const MESSAGES: Range<u64> = 1..(1 << 30) + 1;

/// Messages or bytes that a server may keep of a topic.
const KEPT: Range<u64> = 1..(1 << 50) + 1;

/// Up to some hundred years, which a server counts in nanoseconds.
const KEPT_SECONDS: Range<u64> = 1..(1 << 33) + 1;

pub(super) static TOPOLOGY: Table = Table {
    what: "a topology",
    required: &[],
    keys: &[
        key("include", Holds::Texts, "Other topology files, from this file's folder."),
        key("nodes", Holds::Inners(&NODE), "The processes of the deployment."),
        key("topics", Holds::Inners(&TOPIC), "What is promised for topics, in every process."),
        key(
            "defaults",
            Holds::Inner(&DEFAULTS),
            "What holds for each node that says nothing itself.",
        ),
    ],
};

pub(super) static NODE: Table = Table {
    what: "a node",
    required: &["name", "services"],
    keys: &[
        key("name", Holds::Text, "Names the process; unique. Letters, digits, `.`, `_` and `-`."),
        key(
            "services",
            Holds::Texts,
            "The names under which programs open the bus in this process.",
        ),
        key("host", Holds::Text, "The machine that it runs on; `localhost` where nothing is said."),
        key("port", PORT, "With `host`: it listens there by TCP."),
        key("endpoint", Holds::Inner(&ENDPOINT), "Where other nodes reach it."),
        key("tls", Holds::Inner(&TLS), "Who it is, and whom it trusts."),
        key("command", Holds::Command, "The program and its arguments, for `mycelium up`."),
        key(
            "restart",
            Holds::Word(RESTARTS),
            "When `mycelium up` starts a node again that has ended.",
        ),
    ],
};

pub(super) static DEFAULTS: Table = Table {
    what: "a table `defaults`",
    required: &[],
    keys: &[
        key("host", Holds::Text, "The machine that a node runs on."),
        key("port", PORT, "With `host`: a node listens there by TCP."),
        key("endpoint", Holds::Inner(&ENDPOINT), "Where other nodes reach a node, key by key."),
        key("tls", Holds::Inner(&TLS), "Who a node is, and whom it trusts, key by key."),
        key("command", Holds::Command, "The program and its arguments, for `mycelium up`."),
        key(
            "restart",
            Holds::Word(RESTARTS),
            "When `mycelium up` starts a node again that has ended.",
        ),
    ],
};

const PORT: Holds = Holds::Number(1..65_536, "a port number");

pub(super) static ENDPOINT: Table = Table {
    what: "an endpoint",
    required: &[],
    keys: &[
        key("kind", Holds::Word(KINDS), "How it is reached; `none` for a node that only dials."),
        key(
            "path",
            Holds::Text,
            "shm: a folder; unix: a socket file. `{node}` is the node's name.",
        ),
        key("addr", Holds::Text, "tcp: host and port in one; nats: the server's."),
        key(
            "subject",
            Holds::Text,
            "nats: what the subjects begin with; `mycelium` where nothing is said.",
        ),
        key(
            "capacity",
            Holds::Number(CAPACITY_BYTES, "the bytes of a ring"),
            "shm: bytes of each ring; 16 MiB where nothing is said.",
        ),
        key(
            "policy",
            Holds::Word(POLICIES),
            "What a topic that says nothing itself does where this way is full; `block` where nothing is said; for nats one of those that may lose messages.",
        ),
        key(
            "tls",
            Holds::Flag,
            "tcp, nats: whether TLS is spoken; true where the node has `tls`, or the endpoint an `authority`.",
        ),
        key("insecure", Holds::Flag, "tcp, nats: allows to speak with other machines without TLS."),
        key(
            "authority",
            Holds::Text,
            "nats: PEM file: who must have signed the server's certificate; the node's `tls.authority` where nothing is said.",
        ),
        key("user", Holds::Text, "nats: the user that the server knows the node as."),
        key(
            "secret_file",
            Holds::Text,
            "nats: file that holds the user's password; without a user a token, or NATS credentials.",
        ),
        key(
            "secret_env",
            Holds::Text,
            "nats: the name of a variable of the environment that holds the same.",
        ),
    ],
};

pub(super) static TLS: Table = Table {
    what: "a table `tls`",
    required: &[],
    keys: &[
        key(
            "certificate",
            Holds::Text,
            "PEM file: the node's certificate, whose name is the node's.",
        ),
        key("key", Holds::Text, "PEM file: the certificate's private key."),
        key("authority", Holds::Text, "PEM file: who must have signed the certificates of peers."),
    ],
};

pub(super) static TOPIC: Table = Table {
    what: "a rule for topics",
    required: &["name"],
    keys: &[
        key("name", Holds::Text, "A topic, or a pattern such as `market.*` or `market.>`."),
        key(
            "capacity",
            Holds::Number(MESSAGES, "a number of messages"),
            "Messages that wait for a subscriber before the topic is full for it.",
        ),
        key("when_full", Holds::Word(POLICIES), "What happens then."),
        key(
            "history",
            Holds::Number(0..MESSAGES.end, "a number of messages"),
            "How many of the last messages a subscriber receives that comes later.",
        ),
        key(
            "max_message_bytes",
            Holds::Number(1..(1 << 32), "the bytes of a message"),
            "The largest message, against which `mycelium topology check` holds rings.",
        ),
        key(
            "durable",
            Holds::Flag,
            "Whether a NATS server keeps it, also for those who come later; as far as the first bound that is reached.",
        ),
        key(
            "keep_messages",
            Holds::Number(KEPT, "a number of messages"),
            "How many messages of a durable topic are kept.",
        ),
        key(
            "keep_bytes",
            Holds::Number(KEPT, "a number of bytes"),
            "How many bytes of a durable topic are kept.",
        ),
        key(
            "keep_seconds",
            Holds::Number(KEPT_SECONDS, "a number of seconds"),
            "For how long messages of a durable topic are kept.",
        ),
    ],
};

#[cfg(test)]
mod tests {
    use super::POLICIES;
    use crate::WhenFull;

    #[test]
    fn the_words_of_policies_are_those_of_the_bus() {
        let words = WhenFull::ALL.map(|policy| policy.to_string());
        assert_eq!(words.iter().map(String::as_str).collect::<Vec<_>>(), POLICIES);
    }
}

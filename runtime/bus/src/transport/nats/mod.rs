//! Nodes that meet at a NATS server.
//!
//! A topic's frames are published once, on a subject of the topic's name, and the server hands them to each node that
//! subscribes to it. Everything else is as between two ends of a connection, and uses its parts:
//!
//! - *who is there* ([`guests`]): each node says hello to all on `PREFIX.$all`, at once and as often as a connection
//!   carries a sign of life. Two that meet tell each other what they want, by control frames on the other's own
//!   `PREFIX.$node.NAME`. One that leaves says goodbye; one that is not heard of for too long has vanished.
//! - *out* ([`meeting`], [`writer`]): a topic has a lane as long as some node wants it. Its channel is opened, and
//!   ended, by control frames on the topic's own subject, so that they keep their place among its frames. Numbers are
//!   those of the stream, not of a part of it: they are the same for all.
//! - *in* ([`talk`], [`hearing`], [`inlet`]): a node subscribes to the subjects of what its subscribers want, and looks at each
//!   frame's number and stream: what the server, the network or a slow reader has lost is counted and told.
//!   Where messages are lost here, a channel's opening or end may be among them: the node asks how its streams stand.
//! - *durable topics* ([`kept`], [`keeper`]; [`replay`]; [`shelf`]): the server keeps them. They go out whoever is
//!   there, wait until the server has them, and are read from it where the subscriber says; nodes do not ask each
//!   other for them.
//! - *as whom* ([`login`]): TLS, users and their secrets.
//!
//! The server makes nobody wait. What has no room in the [`Outbox`](super::outbox::Outbox) is lost as the topic says,
//! and counted like all that is lost.
//!
//! Order: one server gives a connection what another connection published in the order in which it was published,
//! over all subjects; the client sorts it by subscription. So what it has put into the topics' subscriptions before a
//! goodbye is found there when the goodbye is.

mod guests;
mod hearing;
mod inlet;
mod keeper;
mod kept;
mod letter;
mod login;
mod meeting;
mod replay;
mod shelf;
mod sink;
mod subject;
mod talk;
mod writer;

pub(crate) use self::meeting::Meeting;

//! What a topology file says, with places, before anybody asked whether it makes sense.

use std::ops::Range;

use toml::Spanned;
use toml::de::DeTable;

use super::command::{self, DraftCommand};
use super::model::TopicRule;
use super::read::Reader;
use super::reading::Reading;
use super::{topics, vocabulary};
use crate::qos::WhenFull;

/// A file as it stands.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) nodes: Vec<DraftNode>,
    pub(super) defaults: DraftNode,
    pub(super) topics: Vec<Spanned<TopicRule>>,
}

/// A node as the file gives it; also the defaults of all nodes.
#[derive(Default)]
pub(super) struct DraftNode {
    /// The table's own place, for what is missing in it.
    pub(super) span: Range<usize>,
    /// Keys that are there, readable or not.
    pub(super) meant: Vec<&'static str>,
    pub(super) name: Option<Spanned<String>>,
    pub(super) services: Option<Spanned<Vec<Spanned<String>>>>,
    pub(super) host: Option<Spanned<String>>,
    pub(super) port: Option<Spanned<u64>>,
    pub(super) endpoint: Option<DraftEndpoint>,
    pub(super) tls: Option<DraftTls>,
    pub(super) command: Option<DraftCommand>,
    pub(super) restart: Option<Spanned<&'static str>>,
}

/// An endpoint as the file gives it.
#[derive(Default, Clone)]
pub(super) struct DraftEndpoint {
    /// The key's place.
    pub(super) span: Range<usize>,
    /// Keys that are there, readable or not.
    pub(super) meant: Vec<&'static str>,
    pub(super) kind: Option<Spanned<&'static str>>,
    pub(super) path: Option<Spanned<String>>,
    pub(super) addr: Option<Spanned<String>>,
    pub(super) subject: Option<Spanned<String>>,
    pub(super) capacity: Option<Spanned<u64>>,
    pub(super) policy: Option<Spanned<WhenFull>>,
    pub(super) tls: Option<Spanned<bool>>,
    pub(super) insecure: Option<Spanned<bool>>,
    pub(super) authority: Option<Spanned<String>>,
    pub(super) user: Option<Spanned<String>>,
    pub(super) secret_file: Option<Spanned<String>>,
    pub(super) secret_env: Option<Spanned<String>>,
}

/// Who a node is and whom it trusts, as the file gives it.
#[derive(Default, Clone)]
pub(super) struct DraftTls {
    /// The key's place.
    pub(super) span: Range<usize>,
    /// Keys that are there, readable or not.
    pub(super) meant: Vec<&'static str>,
    pub(super) certificate: Option<Spanned<String>>,
    pub(super) key: Option<Spanned<String>>,
    pub(super) authority: Option<Spanned<String>>,
}

impl DraftNode {
    /// Whether the file does not mention the key, not even in an unreadable way.
    pub(super) fn lacks(&self, key: &str) -> bool {
        !self.meant.contains(&key)
    }
}

impl DraftEndpoint {
    /// Whether the file does not mention the key, not even in an unreadable way.
    pub(super) fn lacks(&self, key: &str) -> bool {
        !self.meant.contains(&key)
    }
}

impl DraftTls {
    /// Whether the file does not mention the key, not even in an unreadable way.
    pub(super) fn lacks(&self, key: &str) -> bool {
        !self.meant.contains(&key)
    }
}

/// Reads the text as TOML and takes out what is known, and the files that it includes.
pub(super) fn parse(text: &str, reading: &mut Reading<'_>) -> (Draft, Vec<Spanned<String>>) {
    let (document, faults) = DeTable::parse_recoverable(text);
    for fault in &faults {
        let span = reading.place(fault.span().unwrap_or(0..0));
        let (title, help) = ("this is not TOML", "see https://toml.io/en/v1.0.0");
        reading.diagnostics.at(span, title, fault.message(), help);
    }
    if !faults.is_empty() {
        return (Draft::default(), Vec::new());
    }
    let mut reader = Reader::new(document.get_ref(), &vocabulary::TOPOLOGY, reading);
    let includes = reader.strings("include").map(Spanned::into_inner).unwrap_or_default();
    let tables = reader.tables("nodes").unwrap_or_default();
    let rules = reader.tables("topics").unwrap_or_default();
    let defaults = reader.table("defaults");
    let read_node = |(table, span)| parse_node(table, span, &vocabulary::NODE, reading);
    let nodes = tables.into_iter().map(read_node).collect();
    let defaults = defaults
        .map(|(table, span)| parse_node(table, span, &vocabulary::DEFAULTS, reading))
        .unwrap_or_default();
    (Draft { nodes, defaults, topics: topics::parse(rules, reading) }, includes)
}

fn parse_node(
    table: &DeTable<'_>,
    span: Range<usize>,
    vocabulary: &'static vocabulary::Table,
    reading: &mut Reading<'_>,
) -> DraftNode {
    let mut reader = Reader::new(table, vocabulary, reading);
    let is_node = vocabulary.key("name").is_some();
    let name = is_node.then(|| reader.string("name")).flatten();
    let services = is_node.then(|| reader.strings("services")).flatten();
    let host = reader.string("host");
    let port = reader.integer("port");
    let command = command::read(&mut reader);
    let restart = reader.word("restart", "there is no restart", "write one of");
    let endpoint = reader.table("endpoint");
    let tls = reader.table("tls");
    let meant = reader.meant();
    let endpoint = endpoint.map(|(table, span)| parse_endpoint(table, span, reading));
    let tls = tls.map(|(table, span)| parse_tls(table, span, reading));
    DraftNode { span, meant, name, services, host, port, endpoint, tls, command, restart }
}

fn parse_endpoint(
    table: &DeTable<'_>,
    span: Range<usize>,
    reading: &mut Reading<'_>,
) -> DraftEndpoint {
    let mut reader = Reader::new(table, &vocabulary::ENDPOINT, reading);
    DraftEndpoint {
        span,
        kind: reader.word("kind", "there is no endpoint kind", "the kinds are:"),
        path: reader.string("path"),
        addr: reader.string("addr"),
        subject: reader.string("subject"),
        capacity: reader.integer("capacity"),
        policy: reader.policy("policy"),
        tls: reader.flag("tls"),
        insecure: reader.flag("insecure"),
        authority: reader.string("authority"),
        user: reader.string("user"),
        secret_file: reader.string("secret_file"),
        secret_env: reader.string("secret_env"),
        meant: reader.meant(),
    }
}

fn parse_tls(table: &DeTable<'_>, span: Range<usize>, reading: &mut Reading<'_>) -> DraftTls {
    let mut reader = Reader::new(table, &vocabulary::TLS, reading);
    let certificate = reader.string("certificate");
    let key = reader.string("key");
    let authority = reader.string("authority");
    DraftTls { span, meant: reader.meant(), certificate, key, authority }
}

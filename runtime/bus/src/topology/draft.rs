//! What a topology file says, with places, before anybody asked whether it makes sense.

use std::ops::Range;

use toml::Spanned;
use toml::de::DeTable;

use super::diagnostic::Diagnostics;
use super::model::TopicRule;
use super::read::Reader;
use super::topics;

/// A file as it stands.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) nodes: Vec<DraftNode>,
    pub(super) topics: Vec<TopicRule>,
}

/// A node as the file gives it.
pub(super) struct DraftNode {
    /// The table's own place, for what is missing in it.
    pub(super) span: Range<usize>,
    /// Keys that are there, readable or not.
    meant: Vec<String>,
    pub(super) name: Option<Spanned<String>>,
    pub(super) services: Option<Spanned<Vec<Spanned<String>>>>,
    pub(super) host: Option<Spanned<String>>,
    pub(super) port: Option<Spanned<u64>>,
    pub(super) endpoint: Option<DraftEndpoint>,
}

/// An endpoint as the file gives it.
pub(super) struct DraftEndpoint {
    /// The key's place.
    pub(super) span: Range<usize>,
    /// Keys that are there, readable or not.
    meant: Vec<String>,
    pub(super) kind: Option<Spanned<String>>,
    pub(super) path: Option<Spanned<String>>,
    pub(super) addr: Option<Spanned<String>>,
    pub(super) capacity: Option<Spanned<u64>>,
}

impl DraftNode {
    /// Whether the file does not mention the key, not even in an unreadable way.
    pub(super) fn lacks(&self, key: &str) -> bool {
        !self.meant.iter().any(|meant| meant == key)
    }
}

impl DraftEndpoint {
    /// Whether the file does not mention the key, not even in an unreadable way.
    pub(super) fn lacks(&self, key: &str) -> bool {
        !self.meant.iter().any(|meant| meant == key)
    }
}

/// Smallest and largest room of a ring: a page of messages, and what a 64-bit machine may map.
const CAPACITY_BYTES: Range<u64> = 64 * 1024..(1 << 36) + 1;

/// Reads the text as TOML and takes out what is known.
pub(super) fn parse(text: &str, diagnostics: &mut Diagnostics) -> Draft {
    let (document, faults) = DeTable::parse_recoverable(text);
    for fault in &faults {
        let span = fault.span().unwrap_or(0..0);
        diagnostics.at(span, "this is not TOML", fault.message(), "see https://toml.io/en/v1.0.0");
    }
    if !faults.is_empty() {
        return Draft::default();
    }
    let known = ["nodes", "topics"];
    let mut reader = Reader::new(document.get_ref(), "a topology", &known, diagnostics);
    let tables = reader.tables("nodes").unwrap_or_default();
    let rules = reader.tables("topics").unwrap_or_default();
    if tables.is_empty() && reader.diagnostics().is_empty() {
        report_no_nodes(diagnostics);
    }
    let nodes = tables.into_iter().map(|(table, span)| parse_node(table, span, diagnostics));
    let nodes = nodes.collect();
    Draft { nodes, topics: topics::parse(rules, diagnostics) }
}

fn parse_node(table: &DeTable<'_>, span: Range<usize>, diagnostics: &mut Diagnostics) -> DraftNode {
    let known = ["name", "services", "host", "port", "endpoint"];
    let mut reader = Reader::new(table, "a node", &known, diagnostics);
    let name = reader.string("name");
    let services = reader.strings("services");
    let host = reader.string("host");
    let port = reader.integer("port", 1..65_536, "a port number");
    let endpoint = reader.table("endpoint");
    let meant = reader.meant();
    let endpoint = endpoint.map(|(table, span)| parse_endpoint(table, span, diagnostics));
    DraftNode { span, meant, name, services, host, port, endpoint }
}

fn parse_endpoint(
    table: &DeTable<'_>,
    span: Range<usize>,
    diagnostics: &mut Diagnostics,
) -> DraftEndpoint {
    let known = ["kind", "path", "addr", "capacity"];
    let mut reader = Reader::new(table, "an endpoint", &known, diagnostics);
    let kind = reader.string("kind");
    let path = reader.string("path");
    let addr = reader.string("addr");
    let capacity = reader.integer("capacity", CAPACITY_BYTES, "the bytes of a ring");
    DraftEndpoint { span, meant: reader.meant(), kind, path, addr, capacity }
}

fn report_no_nodes(diagnostics: &mut Diagnostics) {
    diagnostics.at(
        0..0,
        "this topology has no nodes",
        "nothing here",
        "add a `[[nodes]]` table with `name` and `services`",
    );
}

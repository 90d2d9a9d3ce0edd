//! From what the file says to a topology that holds together.
//!
//! Every check reports and goes on, so that one reading shows all faults. What is faulty is left
//! out of the result, which is used only if nothing was reported.

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;

use super::command::{Restart, check_command};
use super::diagnostic::{Diagnostic, Diagnostics};
use super::draft::{Draft, DraftNode};
use super::endpoint::check_endpoint;
use super::model::{Node, Topology};
use super::reach::check_reach;
use super::{nats, secure};
use crate::qos::WhenFull;

/// A checked node, with its place in the file.
pub(super) struct Placed {
    pub(super) node: Node,
    /// Place of the node's name.
    pub(super) span: Range<usize>,
    /// Place of its endpoint, or of the node where it has none.
    pub(super) endpoint_span: Range<usize>,
}

/// How a node's paths are read.
pub(super) struct Paths<'a> {
    /// What `{node}` stands for.
    node: Option<&'a str>,
}

impl Paths<'_> {
    /// The path, from the folder of the file that it stands in.
    pub(super) fn join(&self, path: &Spanned<String>, diagnostics: &Diagnostics) -> PathBuf {
        let folder = diagnostics.folder(&path.span());
        match self.node {
            Some(node) => folder.join(path.get_ref().replace("{node}", node)),
            None => folder.join(path.get_ref()),
        }
    }
}

/// A topology, and where its parts stand.
pub(super) struct Checked {
    pub(super) topology: Topology,
    pub(super) nodes: Vec<Placed>,
    /// The place of each rule's name.
    pub(super) topics: Vec<Range<usize>>,
}

pub(super) fn check(draft: Draft, path: &Path, diagnostics: &mut Diagnostics) -> Checked {
    let Draft { nodes: mut draft, defaults, topics } = draft;
    check_unique_names(&draft, diagnostics);
    check_unique_services(&draft, diagnostics);
    for node in &mut draft {
        node.complete(&defaults);
    }
    let nodes: Vec<Placed> =
        draft.into_iter().filter_map(|node| check_node(node, diagnostics)).collect();
    if diagnostics.is_empty() {
        check_reach(&nodes, diagnostics);
        secure::check_peers(&nodes, diagnostics);
        nats::check_meetings(&nodes, diagnostics);
        nats::check_promises(&nodes, &topics, diagnostics);
    }
    let topology = Topology {
        path: path.to_owned(),
        nodes: nodes.iter().map(|placed| placed.node.clone()).collect(),
        topics: topics.iter().map(|rule| rule.get_ref().clone()).collect(),
    };
    Checked { topology, nodes, topics: topics.iter().map(Spanned::span).collect() }
}

fn check_node(draft: DraftNode, diagnostics: &mut Diagnostics) -> Option<Placed> {
    let name = check_name(&draft, diagnostics);
    let services = check_services(&draft, diagnostics);
    let host = check_host(&draft, diagnostics);
    let paths = Paths { node: name.as_ref().map(|name| name.get_ref().as_str()) };
    let endpoint = check_endpoint(&draft, &host, &paths, diagnostics);
    let tls = draft.tls.as_ref().and_then(|tls| secure::check_tls(tls, &paths, diagnostics));
    let command = check_command(&draft, diagnostics);
    let restart = draft.restart.as_ref().map(|restart| Restart::from_word(restart.get_ref()));
    let name = name.clone()?;
    let policy = draft.endpoint.as_ref().and_then(|endpoint| endpoint.policy.as_ref());
    Some(Placed {
        span: name.span(),
        node: Node {
            policy: policy.map_or_else(WhenFull::default, |policy| *policy.get_ref()),
            name: name.into_inner(),
            services,
            host,
            endpoint,
            tls,
            command,
            restart: restart.unwrap_or_default(),
        },
        endpoint_span: draft.endpoint.map_or_else(|| draft.span, |endpoint| endpoint.span),
    })
}

/// A node's name also names its ring and appears in messages, so it is held to plain characters.
fn check_name(draft: &DraftNode, diagnostics: &mut Diagnostics) -> Option<Spanned<String>> {
    let Some(name) = &draft.name else {
        if draft.lacks("name") {
            diagnostics.at(
                draft.span.clone(),
                "this node has no name",
                "`name` is missing",
                "add `name = \"…\"`",
            );
        }
        return None;
    };
    let text = name.get_ref();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if text.is_empty() || text.len() > 64 || text.starts_with('.') || !text.chars().all(plain) {
        diagnostics.at(
            name.span(),
            "this cannot be the name of a node",
            "it also names files",
            "use 1 to 64 letters, digits, `.`, `_` and `-`, not starting with `.`",
        );
        return None;
    }
    Some(name.clone())
}

fn check_services(draft: &DraftNode, diagnostics: &mut Diagnostics) -> Vec<String> {
    let Some(services) = &draft.services else {
        if draft.lacks("services") {
            diagnostics.at(
                draft.span.clone(),
                "this node has no services",
                "`services` is missing",
                "add `services = [\"…\"]`: the names under which programs open the bus",
            );
        }
        return Vec::new();
    };
    if services.get_ref().is_empty() {
        diagnostics.at(
            services.span(),
            "this node has no services",
            "an empty list",
            "name at least one service: programs open the bus under that name",
        );
    }
    for service in services.get_ref() {
        if check_text(service, "a service", diagnostics) && service.get_ref().contains(['*', '>']) {
            diagnostics.at(
                service.span(),
                "this cannot be a service",
                "`*` and `>` are for patterns of topics",
                "use neither `*` nor `>`: messages for a service travel on topics that end in its name",
            );
        }
    }
    services.get_ref().iter().map(|service| service.get_ref().clone()).collect()
}

fn check_host(draft: &DraftNode, diagnostics: &mut Diagnostics) -> String {
    match &draft.host {
        Some(host) if check_text(host, "a host", diagnostics) => host.get_ref().clone(),
        _ => "localhost".to_owned(),
    }
}

/// Refuses what is empty or holds control characters.
pub(super) fn check_text(
    text: &Spanned<String>,
    what: &str,
    diagnostics: &mut Diagnostics,
) -> bool {
    let bad = if text.get_ref().trim().is_empty() {
        "empty"
    } else if text.get_ref().chars().any(char::is_control) {
        "it holds control characters"
    } else {
        return true;
    };
    diagnostics.at(
        text.span(),
        format!("this cannot be {what}"),
        bad,
        format!("write {what} in visible characters"),
    );
    false
}

fn check_unique_names(draft: &[DraftNode], diagnostics: &mut Diagnostics) {
    let names = draft.iter().filter_map(|node| node.name.as_ref());
    check_unique(names, "nodes", "node names are unique in a topology", diagnostics);
}

fn check_unique_services(draft: &[DraftNode], diagnostics: &mut Diagnostics) {
    let services = draft.iter().filter_map(|node| node.services.as_ref());
    let services = services.flat_map(|services| services.get_ref());
    let help = "a service name says which node it runs in, so it may occur once";
    check_unique(services, "services", help, diagnostics);
}

fn check_unique<'a>(
    names: impl Iterator<Item = &'a Spanned<String>>,
    what: &str,
    help: &str,
    diagnostics: &mut Diagnostics,
) {
    let mut first: HashMap<&str, Range<usize>> = HashMap::new();
    for name in names {
        if let Some(earlier) = first.get(name.get_ref().as_str()) {
            diagnostics.push(Diagnostic {
                title: format!("two {what} are called `{}`", name.get_ref()),
                span: name.span(),
                label: "here again".to_owned(),
                related: vec![(earlier.clone(), "first here".to_owned())],
                help: help.to_owned(),
                is_warning: false,
            });
        } else {
            first.insert(name.get_ref(), name.span());
        }
    }
}

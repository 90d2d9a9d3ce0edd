//! Checks of endpoints at a NATS server, where many nodes may meet.
//!
//! The server forwards what it is given and makes nobody wait. So a topic that goes by one may lose messages, and a
//! file that promises otherwise is refused. Only what it keeps, a durable topic, it says that it has: that may wait.

use toml::Spanned;

use super::access;
use super::check::{Paths, Placed};
use super::diagnostic::{Diagnostic, Diagnostics};
use super::draft::{DraftEndpoint, DraftNode};
use super::endpoint::split;
use super::model::{Access, Endpoint, Security, TopicRule, is_loopback};

/// What subjects begin with where the file says nothing.
const DEFAULT_SUBJECT: &str = "mycelium";

/// Longest beginning of subjects: a server's line has room for some 4096 bytes, most of which are the topic's.
const SUBJECT_BYTES: usize = 64;

/// The policies that a server can keep.
const POLICIES: &str = "`drop_oldest`, `drop_newest` or `conflate`";

/// The endpoint, if all that it says holds.
pub(super) fn check_nats(
    endpoint: &DraftEndpoint,
    node: &DraftNode,
    paths: &Paths<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Endpoint> {
    let access = access::check_access(endpoint, node, paths, diagnostics);
    let security = access.as_ref().map(Access::security);
    let address = check_address(endpoint, security, diagnostics);
    let subject = check_subject(endpoint, diagnostics);
    check_policy(endpoint, diagnostics)?;
    Some(Endpoint::Nats { address: address?, subject: subject?, access: Box::new(access?) })
}

fn check_address(
    endpoint: &DraftEndpoint,
    security: Option<Security>,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    let Some(addr) = &endpoint.addr else {
        if endpoint.lacks("addr") {
            let help = "add `endpoint.addr = \"127.0.0.1:4222\"`, where the NATS server listens";
            let title = "this endpoint has no address";
            diagnostics.at(endpoint.span.clone(), title, "`addr` is missing", help);
        }
        return None;
    };
    if split(addr.get_ref()).is_none() {
        let help = "write host and port, such as \"127.0.0.1:4222\" or \"[::1]:4222\"";
        diagnostics.at(addr.span(), "this is no server's address", "not host:port", help);
        return None;
    }
    let is_allowed = endpoint.insecure.as_ref().is_some_and(|insecure| *insecure.get_ref());
    if security == Some(Security::Plain) && !is_allowed && !is_loopback(addr.get_ref()) {
        diagnostics.at(
            addr.span(),
            format!(
                "anybody on the network could read and write what goes over {}",
                addr.get_ref()
            ),
            "leaves the machine without TLS",
            "give it `endpoint.authority`, or write `endpoint.insecure = true` where the network is trusted",
        );
        return None;
    }
    Some(addr.get_ref().clone())
}

fn check_subject(endpoint: &DraftEndpoint, diagnostics: &mut Diagnostics) -> Option<String> {
    let Some(subject) = &endpoint.subject else { return Some(DEFAULT_SUBJECT.to_owned()) };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let is_token = |token: &str| !token.is_empty() && token.bytes().all(plain);
    let text = subject.get_ref();
    if text.len() > SUBJECT_BYTES || !text.split('.').all(is_token) {
        diagnostics.at(
            subject.span(),
            "subjects cannot begin with this",
            "names with dots between them",
            format!(
                "use letters, digits, `_` and `-`, with dots between, {SUBJECT_BYTES} bytes in all"
            ),
        );
        return None;
    }
    Some(text.clone())
}

fn check_policy(endpoint: &DraftEndpoint, diagnostics: &mut Diagnostics) -> Option<()> {
    let help = format!("write `endpoint.policy` as one of {POLICIES}");
    let Some(policy) = &endpoint.policy else {
        if endpoint.lacks("policy") {
            let title = "this endpoint does not say what happens where the way to it is full";
            diagnostics.at(endpoint.span.clone(), title, "`policy` is missing", help);
        }
        return None;
    };
    if policy.get_ref().is_lossless() {
        let title = format!("a NATS server cannot keep `{}`", policy.get_ref());
        diagnostics.at(policy.span(), title, "it makes nobody wait", help);
        return None;
    }
    Some(())
}

/// Who meets at one server by one subject says one thing of it: a message is published there once for all.
pub(super) fn check_meetings(nodes: &[Placed], diagnostics: &mut Diagnostics) {
    let there = |placed: &&Placed| matches!(placed.node.endpoint, Some(Endpoint::Nats { .. }));
    let nodes: Vec<&Placed> = nodes.iter().filter(there).collect();
    for (index, later) in nodes.iter().enumerate() {
        let meets = |other: &&&Placed| match (&other.node.endpoint, &later.node.endpoint) {
            (Some(one), Some(other)) => one.is_one_place(other),
            _ => false,
        };
        let earlier = nodes[..index].iter().find(meets);
        let Some(earlier) = earlier.filter(|earlier| earlier.node.policy != later.node.policy)
        else {
            continue;
        };
        diagnostics.push(Diagnostic {
            title: format!(
                "nodes `{}` and `{}` meet, and say different things of where the way there is full",
                earlier.node.name, later.node.name
            ),
            span: later.endpoint_span.clone(),
            label: format!("`{}` here", later.node.policy),
            related: vec![(
                earlier.endpoint_span.clone(),
                format!("`{}` here", earlier.node.policy),
            )],
            help: "write the same `endpoint.policy` for both, or another `endpoint.subject`"
                .to_owned(),
            is_warning: false,
        });
    }
}

/// Nobody can promise that nothing is lost of a topic that may go by a server.
pub(super) fn check_promises(
    nodes: &[Placed],
    topics: &[Spanned<TopicRule>],
    diagnostics: &mut Diagnostics,
) {
    let there = |placed: &&Placed| matches!(placed.node.endpoint, Some(Endpoint::Nats { .. }));
    let server = nodes.iter().find(there);
    check_keepers(server, topics, diagnostics);
    let Some(server) = server else { return };
    for rule in topics.iter().filter(|rule| rule.get_ref().keep.is_none()) {
        let Some(policy) = rule.get_ref().when_full.filter(|policy| policy.is_lossless()) else {
            continue;
        };
        diagnostics.push(Diagnostic {
            title: format!(
                "`{}` cannot be promised for `{}`, which may go by a NATS server",
                policy,
                rule.get_ref().pattern
            ),
            span: rule.span(),
            label: format!("says `{policy}`"),
            related: vec![(server.endpoint_span.clone(), "makes nobody wait".to_owned())],
            help: format!(
                "leave `when_full` out, write one of {POLICIES}, or let the topic be `durable`"
            ),
            is_warning: false,
        });
    }
}

/// What is durable is kept by a server.
fn check_keepers(
    server: Option<&Placed>,
    topics: &[Spanned<TopicRule>],
    diagnostics: &mut Diagnostics,
) {
    if server.is_some() {
        return;
    }
    for rule in topics.iter().filter(|rule| rule.get_ref().keep.is_some()) {
        diagnostics.at(
            rule.span(),
            format!("nobody keeps the durable topics `{}`", rule.get_ref().pattern),
            "no node has an endpoint at a NATS server",
            "give the nodes `endpoint.kind = \"nats\"`, or remove `durable`",
        );
    }
}

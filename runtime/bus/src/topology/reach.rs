//! Checks that every node can reach every other, and that no two share an endpoint.

use std::collections::HashMap;

use super::check::Placed;
use super::diagnostic::{Diagnostic, Diagnostics};
use super::model::Endpoint;

pub(super) fn check_reach(nodes: &[Placed], diagnostics: &mut Diagnostics) {
    check_endpoints_differ(nodes, diagnostics);
    check_one_side_listens(nodes, diagnostics);
    for owner in nodes {
        check_hosts(owner, nodes, diagnostics);
    }
}

/// Two processes cannot listen at one place.
fn check_endpoints_differ(nodes: &[Placed], diagnostics: &mut Diagnostics) {
    let mut first: HashMap<String, &Placed> = HashMap::new();
    for placed in nodes {
        let Some(endpoint) = &placed.node.endpoint else { continue };
        if let Some(earlier) = first.get(&endpoint.to_string()) {
            diagnostics.push(Diagnostic {
                title: format!(
                    "nodes `{}` and `{}` have the same endpoint",
                    earlier.node.name, placed.node.name
                ),
                span: placed.endpoint_span.clone(),
                label: "here again".to_owned(),
                related: vec![(earlier.endpoint_span.clone(), "first here".to_owned())],
                help: "give each node a path or an address of its own".to_owned(),
            });
        } else {
            first.insert(endpoint.to_string(), placed);
        }
    }
}

/// Of two nodes one must have an endpoint; so at most one node may have none.
fn check_one_side_listens(nodes: &[Placed], diagnostics: &mut Diagnostics) {
    let without: Vec<&Placed> =
        nodes.iter().filter(|placed| placed.node.endpoint.is_none()).collect();
    let [first, others @ ..] = without.as_slice() else { return };
    let Some((last, between)) = others.split_last() else { return };
    let all = names(std::iter::once(*first).chain(others.iter().copied()));
    diagnostics.push(Diagnostic {
        title: format!("nodes {all} cannot reach one another"),
        span: last.span.clone(),
        label: "has no endpoint either".to_owned(),
        related: std::iter::once((first.span.clone(), "has no endpoint".to_owned()))
            .chain(between.iter().map(|node| (node.span.clone(), "nor this one".to_owned())))
            .collect(),
        help: "give an endpoint to all of them but one, such as `endpoint.kind = \"shm\"` with \
               `endpoint.path`"
            .to_owned(),
    });
}

/// An endpoint that does not leave its machine serves only nodes of that machine.
fn check_hosts(owner: &Placed, nodes: &[Placed], diagnostics: &mut Diagnostics) {
    let Some(endpoint) = owner.node.endpoint.as_ref().filter(|endpoint| !crosses(endpoint)) else {
        return;
    };
    let home = machine(&owner.node.host);
    let away: Vec<&Placed> =
        nodes.iter().filter(|placed| machine(&placed.node.host) != home).collect();
    if away.is_empty() {
        return;
    }
    diagnostics.push(Diagnostic {
        title: format!(
            "node `{}` on host {} is out of reach for {}",
            owner.node.name,
            owner.node.host,
            names(away.iter().copied())
        ),
        span: owner.endpoint_span.clone(),
        label: format!("{} does not leave its machine", endpoint.kind()),
        related: away
            .iter()
            .map(|placed| (placed.span.clone(), format!("on host {}", placed.node.host)))
            .collect(),
        help: format!("give `{}` a TCP endpoint: `host` and `port`", owner.node.name),
    });
}

fn crosses(endpoint: &Endpoint) -> bool {
    endpoint.crosses_hosts()
}

/// The ways to write this machine are one.
fn machine(host: &str) -> &str {
    match host {
        "127.0.0.1" | "::1" | "[::1]" => "localhost",
        other => other,
    }
}

fn names<'a>(nodes: impl Iterator<Item = &'a Placed>) -> String {
    let names: Vec<String> = nodes.map(|placed| format!("`{}`", placed.node.name)).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

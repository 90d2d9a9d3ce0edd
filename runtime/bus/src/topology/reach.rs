//! Checks that every node can reach every other, and that no two share an endpoint.

use std::collections::HashMap;

use super::check::Placed;
use super::diagnostic::{Diagnostic, Diagnostics};
use super::links::{machine, way};
use super::model::Endpoint;

pub(super) fn check_reach(nodes: &[Placed], diagnostics: &mut Diagnostics) {
    check_endpoints_differ(nodes, diagnostics);
    check_one_side_listens(nodes, diagnostics);
    for (index, owner) in nodes.iter().enumerate() {
        check_hosts(owner, &nodes[..index], &nodes[index + 1..], diagnostics);
    }
}

/// Two processes cannot listen at one place; at a server they meet.
fn check_endpoints_differ(nodes: &[Placed], diagnostics: &mut Diagnostics) {
    let mut first: HashMap<String, &Placed> = HashMap::new();
    for placed in nodes {
        let Some(endpoint) = &placed.node.endpoint else { continue };
        if matches!(endpoint, Endpoint::Nats { .. }) {
            continue;
        }
        let place = endpoint.to_string();
        if let Some(earlier) = first.get(&place) {
            diagnostics.push(Diagnostic {
                title: format!(
                    "nodes `{}` and `{}` have the same endpoint",
                    earlier.node.name, placed.node.name
                ),
                span: placed.endpoint_span.clone(),
                label: "here again".to_owned(),
                related: vec![(earlier.endpoint_span.clone(), "first here".to_owned())],
                help: "give each node a path or an address of its own".to_owned(),
                is_warning: false,
            });
        } else {
            first.insert(place, placed);
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
        is_warning: false,
    });
}

/// Of two nodes on different machines one must have an endpoint that the other reaches.
fn check_hosts(
    owner: &Placed,
    before: &[Placed],
    behind: &[Placed],
    diagnostics: &mut Diagnostics,
) {
    let Some(endpoint) = &owner.node.endpoint else { return };
    // Two that have endpoints are reported once, at the first of them.
    let without = before.iter().filter(|placed| placed.node.endpoint.is_none());
    let is_away = |placed: &&Placed| {
        machine(&placed.node.host) != machine(&owner.node.host)
            && way(&placed.node, &owner.node).is_none()
    };
    let away: Vec<&Placed> = without.chain(behind).filter(is_away).collect();
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
        label: format!("{endpoint} does not leave its machine"),
        related: away
            .iter()
            .map(|placed| (placed.span.clone(), format!("on host {}", placed.node.host)))
            .collect(),
        help: format!("give `{}` a TCP endpoint: `host` and `port`", owner.node.name),
        is_warning: false,
    });
}

fn names<'a>(nodes: impl Iterator<Item = &'a Placed>) -> String {
    let names: Vec<String> = nodes.map(|placed| format!("`{}`", placed.node.name)).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

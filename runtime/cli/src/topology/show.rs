//! `mycelium topology show`

use super::{Picture, Show, load, picture};
use crate::failure::Failure;
use crate::harmless::harmless_json;
use crate::table;
use mycelium::topology::{Endpoint, Node, Security, Topology, Way};
use serde_json::{Value, json};
use std::io::Write;

pub(super) fn run(args: &Show) -> Result<(), Failure> {
    let topology = load(&args.file)?;
    let text = match args.format {
        Picture::Text => as_table(&topology),
        Picture::Mermaid => picture::mermaid(&topology),
        Picture::Svg => picture::svg(&topology),
        Picture::Json => format!("{}\n", harmless_json(&as_json(&topology), true)),
    };
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}

fn as_table(topology: &Topology) -> String {
    let nodes: Vec<Vec<String>> = topology.nodes.iter().map(node_row).collect();
    let mut rows: Vec<Vec<String>> = topology.nodes.iter().filter_map(within).collect();
    rows.extend(topology.ways().iter().map(way_row));
    let nodes = table::lines(&["NODE", "HOST", "SERVICES", "ENDPOINT"], &nodes);
    let ways = table::lines(&["FROM", "TO", "OVER", "WHEN FULL", "WHY"], &rows);
    format!("{nodes}\n{ways}")
}

fn node_row(node: &Node) -> Vec<String> {
    let endpoint = node.endpoint.as_ref().map_or("none: it dials".to_owned(), over);
    vec![node.name.clone(), node.host.clone(), node.services.join(", "), endpoint]
}

/// The services of one process need no endpoint.
fn within(node: &Node) -> Option<Vec<String>> {
    (node.services.len() > 1).then(|| {
        let (name, services) = (node.name.clone(), node.services.join(", "));
        let why = format!("one process: {services}");
        vec![name.clone(), name, "Arc".to_owned(), "as the topic says".to_owned(), why]
    })
}

fn way_row(way: &Way) -> Vec<String> {
    vec![
        way.from.clone(),
        way.to.clone(),
        over(&way.endpoint),
        way.policy.to_string(),
        way.why.to_string(),
    ]
}

/// An endpoint, with what is spoken there.
pub(crate) fn over(endpoint: &Endpoint) -> String {
    match security(endpoint) {
        Some(Security::Tls) => format!("{endpoint}, TLS"),
        _ => endpoint.to_string(),
    }
}

fn as_json(topology: &Topology) -> Value {
    let nodes = topology.nodes.iter().map(|node| {
        json!({
            "name": node.name,
            "services": node.services,
            "host": node.host,
            "endpoint": node.endpoint.as_ref().map(ToString::to_string),
            "security": node.endpoint.as_ref().and_then(security_name),
            "command": node.command.as_ref().map(|command| &command.words),
        })
    });
    let ways = topology.ways().into_iter().map(|way| {
        json!({
            "from": way.from,
            "to": way.to,
            "endpoint": way.endpoint.to_string(),
            "security": security_name(&way.endpoint),
            "when_full": way.policy.to_string(),
            "why": way.why.to_string(),
        })
    });
    json!({ "nodes": nodes.collect::<Vec<_>>(), "ways": ways.collect::<Vec<_>>() })
}

fn security_name(endpoint: &Endpoint) -> Option<String> {
    security(endpoint).map(|security| security.to_string())
}

fn security(endpoint: &Endpoint) -> Option<Security> {
    match endpoint {
        Endpoint::Tcp { security, .. } => Some(*security),
        Endpoint::Nats { access, .. } => Some(access.security()),
        _ => None,
    }
}

//! The routes of a topology, as far as this machine has both ends of them.

use super::copy;
use crate::failure::Failure;
use crate::here::Here;
use crate::topology::over;
use mycelium::topology::{Endpoint, Node, Topology};
use std::str::FromStr;

/// A way of messages that is measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Route {
    /// The node that publishes, and the one that subscribes: one and the same where two of its services talk.
    pub(super) from: String,
    pub(super) to: String,
    pub(super) over: String,
    /// Nothing within a process.
    pub(super) endpoint: Option<Endpoint>,
    /// Why it cannot be measured here.
    pub(super) obstacle: Option<String>,
}

/// `FROM:TO`, as it is given.
#[derive(Debug, Clone)]
pub(super) struct Ends {
    from: String,
    to: String,
}

impl FromStr for Ends {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (from, to) = text.split_once(':').ok_or("two nodes are written as FROM:TO")?;
        Ok(Self { from: from.to_owned(), to: to.to_owned() })
    }
}

/// All routes, or those that are asked for: between nodes in the order of the file, and within each that has services to
/// talk with each other.
pub(super) fn routes(topology: &Topology, asked: &[Ends]) -> Result<Vec<Route>, Failure> {
    let here = Here::new(None);
    let within = topology.nodes.iter().filter(|node| node.services.len() > 1).map(|node| Route {
        from: node.name.clone(),
        to: node.name.clone(),
        over: "Arc".to_owned(),
        endpoint: None,
        obstacle: obstacle(topology, &here, &[&node.name]),
    });
    let between = topology.ways().into_iter().map(|way| Route {
        over: over(&way.endpoint),
        obstacle: by_server(&way.endpoint)
            .or_else(|| obstacle(topology, &here, &[&way.from, &way.to])),
        from: way.from,
        to: way.to,
        endpoint: Some(way.endpoint),
    });
    let all: Vec<Route> = within.chain(between).collect();
    if asked.is_empty() {
        return Ok(all);
    }
    let find = |ends: &Ends| {
        let found = all.iter().find(|route| route.from == ends.from && route.to == ends.to);
        found.cloned().ok_or_else(|| {
            let known: Vec<String> =
                all.iter().map(|route| format!("{}:{}", route.from, route.to)).collect();
            let (from, to, known) = (&ends.from, &ends.to, known.join(", "));
            Failure::Input(format!("there is no route {from}:{to}; there are: {known}"))
        })
    };
    asked.iter().map(find).collect()
}

/// Others use the server too, and a copy of the topology would meet there whoever runs already.
fn by_server(endpoint: &Endpoint) -> Option<String> {
    copy::is_server(endpoint).then(|| "it goes by a server, which is not ours to load".to_owned())
}

fn obstacle(topology: &Topology, here: &Here, ends: &[&str]) -> Option<String> {
    let nodes = topology.nodes.iter().filter(|node| ends.contains(&node.name.as_str()));
    let mut away = nodes.filter(|node| !here.is_home_of(node));
    let is_away = |node: &Node| format!("node `{}` runs on {}", node.name, node.host);
    away.next().map(is_away)
}

/// The nodes of a route.
pub(super) fn ends<'t>(topology: &'t Topology, route: &Route) -> Vec<&'t Node> {
    let is_end = |node: &&Node| node.name == route.from || node.name == route.to;
    topology.nodes.iter().filter(is_end).collect()
}

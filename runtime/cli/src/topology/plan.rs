//! `mycelium topology plan`

use super::{Format, Plan, load, show};
use crate::failure::Failure;
use crate::harmless::{harmless, harmless_json};
use crate::table;
use mycelium::topology::{Link, Links};
use serde_json::{Value, json};
use std::io::Write;

pub(super) fn run(args: &Plan) -> Result<(), Failure> {
    let topology = load(&args.file)?;
    let links = topology.links(&args.service).map_err(|error| Failure::Input(error.to_string()))?;
    let text = match args.format {
        Format::Text => as_text(&links),
        Format::Json => format!("{}\n", harmless_json(&as_json(&links), true)),
    };
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}

fn as_text(links: &Links) -> String {
    let head = format!("{} runs in node {}", harmless(&links.service), harmless(&links.node));
    if links.links.is_empty() {
        return format!("{head}, which opens nothing: there is no other node\n");
    }
    let rows: Vec<Vec<String>> = links.links.iter().map(|link| row(links, link)).collect();
    let table = table::lines(&["WHAT", "WHERE", "PEERS", "CARRIES", "WHEN FULL"], &rows);
    format!("{head}, which opens:\n\n{table}")
}

fn row(links: &Links, link: &Link) -> Vec<String> {
    let cells = |what: &str, place: String, peers: String, carries: &str, full: String| {
        vec![what.to_owned(), place, peers, carries.to_owned(), full]
    };
    match link {
        Link::Listen { endpoint, policy } => {
            let (place, peers) = (show::over(endpoint), links.peers.join(", "));
            cells("listen", place, peers, "both ways", policy.to_string())
        }
        Link::Dial { endpoint, peer, subscribes, policy } => {
            let carries = if *subscribes { "both ways" } else { "to it" };
            cells("dial", show::over(endpoint), peer.clone(), carries, policy.to_string())
        }
        Link::WriteRing { path, readers, capacity_bytes, policy } => {
            let place = format!("{} ({})", path.display(), table::bytes(*capacity_bytes));
            cells("write a ring", place, readers.join(", "), "to it", policy.to_string())
        }
        Link::ReadRing { path, peer } => {
            let place = path.display().to_string();
            cells("read a ring", place, peer.clone(), "from it", String::new())
        }
        Link::Meet { endpoint, publishes, subscribes, policy } => {
            let mut peers = publishes.clone();
            peers.extend(subscribes.iter().filter(|peer| !publishes.contains(peer)).cloned());
            let carries = match (publishes.is_empty(), subscribes.is_empty()) {
                (false, false) => "both ways",
                (false, true) => "to it",
                (true, _) => "from it",
            };
            cells("meet", show::over(endpoint), peers.join(", "), carries, policy.to_string())
        }
        _ => cells("other", String::new(), String::new(), "", String::new()),
    }
}

fn as_json(links: &Links) -> Value {
    let opened = links.links.iter().map(|link| match link {
        Link::Listen { endpoint, policy } => json!({
            "link": "listen", "endpoint": endpoint.to_string(), "peers": links.peers,
            "policy": policy.to_string(),
        }),
        Link::Dial { endpoint, peer, subscribes, policy } => json!({
            "link": "dial", "endpoint": endpoint.to_string(), "peer": peer,
            "subscribes": subscribes, "policy": policy.to_string(),
        }),
        Link::WriteRing { path, readers, capacity_bytes, policy } => json!({
            "link": "write_ring", "path": path.display().to_string(), "readers": readers,
            "capacity_bytes": capacity_bytes, "policy": policy.to_string(),
        }),
        Link::ReadRing { path, peer } => json!({
            "link": "read_ring", "path": path.display().to_string(), "peer": peer,
        }),
        Link::Meet { endpoint, publishes, subscribes, policy } => json!({
            "link": "meet", "endpoint": endpoint.to_string(), "publishes": publishes,
            "subscribes": subscribes, "policy": policy.to_string(),
        }),
        _ => Value::Null,
    });
    json!({
        "node": links.node,
        "service": links.service,
        "peers": links.peers,
        "links": opened.collect::<Vec<_>>(),
    })
}

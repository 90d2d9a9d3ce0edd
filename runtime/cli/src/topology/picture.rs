//! A topology as a picture: nodes by machine, and what lies between them.
//!
//! Two nodes that use one endpoint both ways have one line.

use super::show::over;
use mycelium::topology::{Node, Topology, Way};
use std::fmt::Write;

/// Pixels: a node's box, the room between, the edge, the title of a machine, a line of text.
const WIDTH: usize = 220;
const GAP: usize = 240;
const EDGE: usize = 20;
const TITLE: usize = 30;
const LINE: usize = 18;

/// As of the layouts that `mycc layout --svg` draws.
const STYLE: &str = "\
<style>text{font:13px monospace;fill:#222}.t{font-weight:bold}.n{fill:#777;font-size:11px}\
.m{text-anchor:middle;font-size:11px}rect{stroke:#555}.h{fill:none;stroke-dasharray:3}\
.a{fill:#cfe3f7}.l{fill:#fff;stroke:none}path{stroke:#555;fill:none}\
@media(prefers-color-scheme:dark){text{fill:#eee}.n{fill:#999}rect{stroke:#aaa}.a{fill:#1f4466}\
.l{fill:#222}path{stroke:#aaa}}</style>\n";

/// What lies between two nodes.
struct Line<'a> {
    from: &'a str,
    to: &'a str,
    over: String,
    both_ways: bool,
}

/// The ways of a topology, those there and back over one endpoint as one.
fn lines(ways: &[Way]) -> Vec<Line<'_>> {
    let is_back = |way: &Way, other: &Way| {
        way.from == other.to && way.to == other.from && way.endpoint == other.endpoint
    };
    let mut lines = Vec::new();
    for (index, way) in ways.iter().enumerate() {
        if ways[..index].iter().any(|earlier| is_back(way, earlier)) {
            continue;
        }
        let both_ways = ways[index + 1..].iter().any(|later| is_back(way, later));
        lines.push(Line { from: &way.from, to: &way.to, over: over(&way.endpoint), both_ways });
    }
    lines
}

/// The machines in the order of the file, each with its nodes.
fn machines(topology: &Topology) -> Vec<(&str, Vec<&Node>)> {
    let mut machines: Vec<(&str, Vec<&Node>)> = Vec::new();
    for node in &topology.nodes {
        match machines.iter_mut().find(|(host, _)| *host == node.host) {
            Some((_, nodes)) => nodes.push(node),
            None => machines.push((&node.host, vec![node])),
        }
    }
    machines
}

/// A flowchart, as documentation sites and forges draw it.
pub(super) fn mermaid(topology: &Topology) -> String {
    let mut out = "flowchart LR\n".to_owned();
    let id = |name: &str| topology.nodes.iter().position(|node| node.name == name).unwrap_or(0);
    for (index, (host, nodes)) in machines(topology).into_iter().enumerate() {
        let _ = writeln!(out, "  subgraph host{index}[\"{}\"]", mermaid_text(host));
        for node in nodes {
            let services = node.services.iter().map(|service| mermaid_text(service));
            let services = services.collect::<Vec<_>>().join("<br>");
            let (id, name) = (id(&node.name), mermaid_text(&node.name));
            let _ = writeln!(out, "    n{id}[\"<b>{name}</b><br>{services}\"]");
        }
        out.push_str("  end\n");
    }
    for line in lines(&topology.ways()) {
        let arrow = if line.both_ways { "<-->" } else { "-->" };
        let (from, to, over) = (id(line.from), id(line.to), mermaid_text(&line.over));
        let _ = writeln!(out, "  n{from} {arrow}|\"{over}\"| n{to}");
    }
    out
}

fn mermaid_text(text: &str) -> String {
    text.replace('#', "#35;").replace('"', "#quot;").replace('<', "#lt;").replace('>', "#gt;")
}

/// Where a node's box is.
struct Placed<'a> {
    node: &'a Node,
    x: usize,
    y: usize,
    height: usize,
}

/// A file of its own: the machines from top to bottom, their nodes side by side by turns, so that the
/// lines between them have room for what they say.
pub(super) fn svg(topology: &Topology) -> String {
    let (mut boxes, mut frames): (Vec<Placed<'_>>, _) = (Vec::new(), Vec::new());
    let mut y = EDGE;
    for (host, nodes) in machines(topology) {
        let top = y;
        y += TITLE;
        for (index, node) in nodes.into_iter().enumerate() {
            let height = LINE * (node.services.len() + 1) + 12;
            let x = EDGE * 2 + (index % 2) * (WIDTH + GAP);
            boxes.push(Placed { node, x, y, height });
            y += height + LINE;
        }
        frames.push((host, top, y - top));
        y += EDGE;
    }
    let width = EDGE * 4 + WIDTH * 2 + GAP;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {y}\" width=\"{width}\" \
         height=\"{y}\">\n{STYLE}<defs><marker id=\"e\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" \
         markerWidth=\"8\" markerHeight=\"8\" orient=\"auto-start-reverse\">\
         <path d=\"M0 0L8 4L0 8\"/></marker></defs>\n"
    );
    for (host, top, height) in frames {
        let inner = width - EDGE * 2;
        let _ = writeln!(
            out,
            "<rect class=\"h\" x=\"{EDGE}\" y=\"{top}\" width=\"{inner}\" height=\"{height}\"/>"
        );
        push_text(&mut out, "n", EDGE + 8, top + LINE, host);
    }
    draw_lines(&mut out, topology, &boxes);
    for placed in &boxes {
        draw_box(&mut out, placed);
    }
    out + "</svg>\n"
}

fn draw_lines(out: &mut String, topology: &Topology, boxes: &[Placed<'_>]) {
    let ways = topology.ways();
    let mut labels = String::new();
    for (index, line) in lines(&ways).iter().enumerate() {
        let find = |name: &str| boxes.iter().find(|placed| placed.node.name == name);
        let (Some(from), Some(to)) = (find(line.from), find(line.to)) else { continue };
        // Of two boxes in one column the line leaves and arrives at the same side.
        let (left, right) = if from.x <= to.x { (from, to) } else { (to, from) };
        let is_column = left.x == right.x;
        let side = |placed: &Placed<'_>| match (is_column, placed.x > EDGE * 2) {
            (true, false) => placed.x + WIDTH,
            (true, true) => placed.x,
            (false, right) => placed.x + if right { 0 } else { WIDTH },
        };
        // Lines that leave one box are told apart by their heights.
        let middle = |placed: &Placed<'_>| placed.y + 12 + (index * 11) % (placed.height - 16);
        let (x1, y1, x2, y2) = (side(from), middle(from), side(to), middle(to));
        let bend = EDGE * 2 + WIDTH + GAP / 2;
        let start = if line.both_ways { " marker-start=\"url(#e)\"" } else { "" };
        let _ = writeln!(
            out,
            "<path d=\"M{x1} {y1}C{bend} {y1} {bend} {y2} {x2} {y2}\" marker-end=\"url(#e)\"{start}/>"
        );
        let (at, text) = ((y1 + y2) / 2 + 4, escaped(&line.over));
        let room = line.over.chars().count() * 7;
        let x = if is_column { (x1 + 3 * bend) / 4 } else { bend };
        let _ = writeln!(
            labels,
            "<rect class=\"l\" x=\"{}\" y=\"{}\" width=\"{room}\" height=\"14\"/>\
             <text class=\"m\" x=\"{x}\" y=\"{at}\">{text}</text>",
            x.saturating_sub(room / 2),
            at - 11
        );
    }
    out.push_str(&labels);
}

fn draw_box(out: &mut String, placed: &Placed<'_>) {
    let Placed { node, x, y, height } = placed;
    let _ = writeln!(
        out,
        "<rect class=\"a\" x=\"{x}\" y=\"{y}\" width=\"{WIDTH}\" height=\"{height}\" rx=\"4\"/>"
    );
    push_text(out, "t", x + 10, y + LINE, &node.name);
    for (index, service) in node.services.iter().enumerate() {
        push_text(out, "s", x + 10, y + LINE * (index + 2), service);
    }
}

fn push_text(out: &mut String, class: &str, x: usize, y: usize, text: &str) {
    let _ = writeln!(out, "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{}</text>", escaped(text));
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

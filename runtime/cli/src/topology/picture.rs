//! A topology as a picture: nodes by machine, and what lies between them.
//!
//! Two nodes that use one endpoint both ways have one line. Names that would change the direction of what stands behind them, or
//! steer a terminal, are written out: a picture is text too.

use super::show::over;
use crate::harmless::harmless;
use mycelium::topology::{Node, Topology, Way};
use std::fmt::Write;

/// Pixels: a node's box, the room between two, a frame's edge, a line of text, a way.
const WIDTH: usize = 180;
const GAP: usize = 60;
const EDGE: usize = 20;
const LINE: usize = 18;
const ROW: usize = 36;

/// As of the layouts that `mycc layout --svg` draws.
const STYLE: &str = "\
<style>text{font:13px monospace;fill:#222}.t{font-weight:bold}.n{fill:#777;font-size:11px}\
.m{text-anchor:middle;font-size:11px;\
paint-order:stroke;stroke:#fff;stroke-width:4px}rect{stroke:#555}.h{fill:none;stroke-dasharray:3}\
.a{fill:#cfe3f7}path{stroke:#555;fill:none}.d{stroke:#999;stroke-dasharray:2 4}\
@media(prefers-color-scheme:dark){text{fill:#eee}.m{stroke:#1b1b1b}.n{fill:#999}rect{stroke:#aaa}.a{fill:#1f4466}\
path{stroke:#aaa}.d{stroke:#777}}</style>\n";

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
    harmless(text)
        .replace('#', "#35;")
        .replace('"', "#quot;")
        .replace('<', "#lt;")
        .replace('>', "#gt;")
}

/// A file of its own: a column for each node, those of one machine in one frame, and below them a row
/// for each line between two.
pub(super) fn svg(topology: &Topology) -> String {
    let machines = machines(topology);
    let nodes: Vec<&Node> = machines.iter().flat_map(|(_, nodes)| nodes.iter().copied()).collect();
    let ways = topology.ways();
    let lines = lines(&ways);
    let services = nodes.iter().map(|node| node.services.len()).max().unwrap_or(0);
    let (box_top, box_height) = (EDGE + LINE + 10, LINE * (services + 1) + 12);
    let rows_top = box_top + box_height + 10;
    let frame_height = rows_top + lines.len() * ROW + 10 - EDGE;
    let (width, height) = (EDGE + nodes.len() * (WIDTH + GAP), frame_height + EDGE * 2);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\">\n{STYLE}<defs><marker id=\"e\" viewBox=\"0 0 8 8\" \
         refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" \
         orient=\"auto-start-reverse\"><path d=\"M0 0L8 4L0 8\"/></marker></defs>\n"
    );
    let mut column = 0;
    for (host, nodes) in &machines {
        let (x, width) = (left(column) - EDGE, nodes.len() * (WIDTH + GAP) - EDGE);
        let _ = writeln!(
            out,
            "<rect class=\"h\" x=\"{x}\" y=\"{EDGE}\" width=\"{width}\" height=\"{frame_height}\"/>"
        );
        push_text(&mut out, "n", x + 8, EDGE + LINE, host);
        column += nodes.len();
    }
    for (column, node) in nodes.iter().enumerate() {
        let (x, bottom) = (centre(column), rows_top + lines.len() * ROW);
        let top = box_top + box_height;
        let _ = writeln!(out, "<path class=\"d\" d=\"M{x} {top}V{bottom}\"/>");
        draw_box(&mut out, node, left(column), box_top, box_height);
    }
    for (row, line) in lines.iter().enumerate() {
        draw_line(&mut out, line, &nodes, rows_top + (row + 1) * ROW - 8);
    }
    out + "</svg>\n"
}

fn left(column: usize) -> usize {
    EDGE * 2 + column * (WIDTH + GAP)
}

fn centre(column: usize) -> usize {
    left(column) + WIDTH / 2
}

fn draw_line(out: &mut String, line: &Line<'_>, nodes: &[&Node], y: usize) {
    let column = |name: &str| nodes.iter().position(|node| node.name == name).unwrap_or(0);
    let (from, to) = (centre(column(line.from)), centre(column(line.to)));
    let start = if line.both_ways { " marker-start=\"url(#e)\"" } else { "" };
    let _ = writeln!(out, "<path d=\"M{from} {y}H{to}\" marker-end=\"url(#e)\"{start}/>");
    push_text(out, "m", from.midpoint(to), y - 6, &line.over);
}

fn draw_box(out: &mut String, node: &Node, x: usize, y: usize, height: usize) {
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
    harmless(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

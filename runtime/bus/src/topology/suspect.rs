//! What is suspicious in a topology that holds together.
//!
//! A warning hinders nobody: the deployment may be meant so.

use std::collections::HashSet;
use std::fs;
use std::ops::Range;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

use mycelium_wire::FrameHeader;

use super::check::{Checked, Placed};
use super::diagnostic::{Diagnostic, Diagnostics};
use super::links::{machine, way};
use super::model::{Endpoint, Node, Secret, Security, is_loopback};
use crate::qos::WhenFull;

/// Looks for everything; `is_here` tells the nodes whose files are on this machine.
pub(super) fn examine(
    checked: &Checked,
    is_here: &dyn Fn(&Node) -> bool,
    diagnostics: &mut Diagnostics,
) {
    find_unencrypted(checked, diagnostics);
    find_shared_places(checked, diagnostics);
    find_small_rings(checked, diagnostics);
    find_circles(checked, diagnostics);
    for placed in checked.nodes.iter().filter(|placed| is_here(&placed.node)) {
        find_unsafe_files(placed, diagnostics);
    }
}

fn warn(
    span: &Range<usize>,
    title: String,
    label: impl Into<String>,
    related: Vec<(Range<usize>, String)>,
    help: &str,
) -> Diagnostic {
    let (span, label, help) = (span.clone(), label.into(), help.to_owned());
    Diagnostic { title, span, label, related, help, is_warning: true }
}

fn find_unencrypted(checked: &Checked, diagnostics: &mut Diagnostics) {
    for placed in &checked.nodes {
        let (address, label, help) = match &placed.node.endpoint {
            Some(Endpoint::Tcp { address, security: Security::Plain }) => {
                (address, "plain TCP", "give the nodes `tls`, unless the network is trusted")
            }
            Some(Endpoint::Nats { address, access, .. })
                if access.security() == Security::Plain =>
            {
                let help = "give it `endpoint.authority`, unless the network is trusted";
                (address, "a NATS server, without TLS", help)
            }
            _ => continue,
        };
        if !is_loopback(address) {
            diagnostics.push(warn(
                &placed.endpoint_span,
                format!("what goes over {address} can be read and written by the whole network"),
                label,
                Vec::new(),
                help,
            ));
        }
    }
}

/// Endpoints that differ in letters but not in place, or of which one lies in another.
fn find_shared_places(checked: &Checked, diagnostics: &mut Diagnostics) {
    for (index, later) in checked.nodes.iter().enumerate() {
        for earlier in &checked.nodes[..index] {
            let Some(what) = shared_place(&earlier.node, &later.node) else { continue };
            diagnostics.push(warn(
                &later.endpoint_span,
                format!("nodes `{}` and `{}` {what}", earlier.node.name, later.node.name),
                "here again",
                vec![(earlier.endpoint_span.clone(), "first here".to_owned())],
                "give each node a path or a port of its own",
            ));
        }
    }
}

/// What two nodes share, if they do.
fn shared_place(a: &Node, b: &Node) -> Option<String> {
    let is_one_machine = machine(&a.host) == machine(&b.host);
    match (a.endpoint.as_ref()?, b.endpoint.as_ref()?) {
        (Endpoint::Tcp { address: a, .. }, Endpoint::Tcp { address: b, .. }) => {
            let ((host, port), (other, other_port)) = (a.rsplit_once(':')?, b.rsplit_once(':')?);
            let is_any = |host: &str| matches!(host, "0.0.0.0" | "[::]");
            let overlaps = is_any(host) || is_any(other) || (is_loopback(a) && is_loopback(b));
            (port == other_port && is_one_machine && overlaps)
                .then(|| format!("both listen at port {port}"))
        }
        (a, b) => {
            let (a, b) = (tidy_path(a)?, tidy_path(b)?);
            let overlaps = a.starts_with(&b) || b.starts_with(&a);
            (is_one_machine && overlaps).then(|| format!("share {}", shorter(&a, &b).display()))
        }
    }
}

fn shorter<'a>(a: &'a Path, b: &'a Path) -> &'a Path {
    if b.starts_with(a) { a } else { b }
}

/// The endpoint's path without `.` and `..`.
fn tidy_path(endpoint: &Endpoint) -> Option<PathBuf> {
    let (Endpoint::Shm { folder: path, .. } | Endpoint::Unix { path }) = endpoint else {
        return None;
    };
    let mut tidy = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if tidy.file_name().is_some() => {
                tidy.pop();
            }
            other => tidy.push(other),
        }
    }
    Some(tidy)
}

/// A frame takes at most a quarter of a ring.
fn find_small_rings(checked: &Checked, diagnostics: &mut Diagnostics) {
    for (rule, place) in checked.topology.topics.iter().zip(&checked.topics) {
        let Some(message_bytes) = rule.max_message_bytes else { continue };
        let needed_bytes = (message_bytes + FrameHeader::SIZE as u64) * 4;
        for placed in &checked.nodes {
            let Some(Endpoint::Shm { capacity_bytes, .. }) = &placed.node.endpoint else {
                continue;
            };
            if *capacity_bytes < needed_bytes {
                diagnostics.push(warn(
                    &placed.endpoint_span,
                    format!(
                        "the rings of `{}` are too small for messages of {message_bytes} bytes",
                        placed.node.name
                    ),
                    format!("{capacity_bytes} bytes, of which a message may take a quarter"),
                    vec![(place.clone(), format!("up to {message_bytes} bytes"))],
                    &format!("write `endpoint.capacity = {}`", needed_bytes.next_power_of_two()),
                ));
            }
        }
    }
}

/// Nodes that all wait where a way is full can wait for one another.
fn find_circles(checked: &Checked, diagnostics: &mut Diagnostics) {
    let for_all = checked.topology.topics.iter().find(|rule| rule.pattern == ">");
    if for_all.and_then(|rule| rule.when_full).is_some_and(|policy| policy != WhenFull::Block) {
        return;
    }
    let nodes = &checked.nodes;
    let waits = |from: &Placed, to: &Placed| {
        way(&from.node, &to.node).is_some_and(|owner| owner.policy == WhenFull::Block)
    };
    let reach = |start: usize, forward: bool| {
        let (mut seen, mut open) = (HashSet::from([start]), vec![start]);
        while let Some(at) = open.pop() {
            for next in 0..nodes.len() {
                let (from, to) = if forward { (at, next) } else { (next, at) };
                if at != next && waits(&nodes[from], &nodes[to]) && seen.insert(next) {
                    open.push(next);
                }
            }
        }
        seen
    };
    let mut told = HashSet::new();
    for start in 0..nodes.len() {
        let mut circle: Vec<usize> =
            reach(start, true).intersection(&reach(start, false)).copied().collect();
        circle.sort_unstable();
        if circle.len() > 1 && told.insert(circle.clone()) {
            let names: Vec<String> =
                circle.iter().map(|&index| format!("`{}`", nodes[index].node.name)).collect();
            let others = &circle[1..];
            diagnostics.push(warn(
                &nodes[circle[0]].span,
                format!("{} may wait for one another for ever", names.join(", ")),
                "waits where a way is full",
                others
                    .iter()
                    .map(|&index| (nodes[index].span.clone(), "so does this".to_owned()))
                    .collect(),
                "a service that publishes while it handles a message waits for whoever waits for it; \
                 write another `endpoint.policy` for one of them, or rules for the topics",
            ));
        }
    }
}

/// A certificate that is not there stops the node; a key that others read is none.
fn find_unsafe_files(placed: &Placed, diagnostics: &mut Diagnostics) {
    for (what, path) in files_of(&placed.node) {
        let name = &placed.node.name;
        let is_secret = matches!(what, "key" | "secret");
        let found = match fs::metadata(path) {
            Err(error) => format!("cannot be read: {error}"),
            Ok(file) if !file.is_file() => "is no file".to_owned(),
            Ok(file) if is_secret && file.mode() & 0o077 != 0 => {
                format!("has mode {:04o}: others may read it", file.mode() & 0o7777)
            }
            Ok(_) => continue,
        };
        let help = match what {
            "key" => "a key is a PEM file of mode 0600",
            "secret" => "a secret is in a file of mode 0600",
            _ => "write the path of a PEM file, from this file's folder",
        };
        let title = format!("the {what} of `{name}` {found}");
        diagnostics.push(warn(&placed.span, title, path.display().to_string(), Vec::new(), help));
    }
}

/// The files by which a node proves who it is, and what it holds others against; each is named once.
fn files_of(node: &Node) -> Vec<(&'static str, &Path)> {
    let mut files: Vec<(&str, &Path)> = Vec::new();
    if let Some(tls) = &node.tls {
        files.push(("certificate", &tls.certificate));
        files.push(("key", &tls.key));
        files.push(("authority", &tls.authority));
    }
    if let Some(Endpoint::Nats { access, .. }) = &node.endpoint {
        let authority = access.authority.as_deref();
        let is_known = |path: &&Path| files.iter().any(|(_, known)| known == path);
        if let Some(path) = authority.filter(|path| !is_known(path)) {
            files.push(("authority", path));
        }
        if let Some(Secret::File(path)) = &access.secret {
            files.push(("secret", path));
        }
    }
    files
}

//! Checks what a node says about where it is reached.

use std::ops::Range;
use std::path::PathBuf;

use toml::Spanned;

use super::check::{Paths, check_text};
use super::diagnostic::Diagnostics;
use super::draft::{DraftEndpoint, DraftNode};
use super::model::Endpoint;
use super::{nats, secure};

/// Room of a ring where the file says nothing.
const DEFAULT_CAPACITY_BYTES: u64 = 16 * 1024 * 1024;

/// Longest path of a Unix socket that the kernel takes.
const SOCKET_PATH_BYTES: usize = 107;

/// The node's endpoint: the one that it declares, or TCP where it has a port.
pub(super) fn check_endpoint(
    node: &DraftNode,
    host: &str,
    paths: &Paths<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Endpoint> {
    let endpoint = node.endpoint.as_ref()?;
    let kind = check_kind(endpoint, diagnostics)?;
    refuse_foreign_keys(node, endpoint, kind, diagnostics);
    match kind {
        "shm" => check_shm(endpoint, paths, diagnostics),
        "unix" => check_unix(endpoint, paths, diagnostics),
        "tcp" => {
            let address = check_address(endpoint, node, host, diagnostics)?;
            let security = secure::check_security(endpoint, node, &address, diagnostics)?;
            Some(Endpoint::Tcp { address: address.into_inner(), security })
        }
        "nats" => nats::check_nats(endpoint, node, paths, diagnostics),
        _ => None,
    }
}

/// What a kind of endpoint has no use for.
fn refuse_foreign_keys(
    node: &DraftNode,
    endpoint: &DraftEndpoint,
    kind: &str,
    diagnostics: &mut Diagnostics,
) {
    let mut refuse = |key: &str, span: Option<Range<usize>>, kinds: &[&str]| {
        let Some(span) = span.filter(|_| !kinds.contains(&kind)) else { return };
        let what = match kind {
            "none" => "a node without an endpoint".to_owned(),
            _ => format!("a {kind} endpoint"),
        };
        diagnostics.at(
            span,
            format!("`{key}` means nothing to {what}"),
            "not used",
            format!("remove `{key}`, or change `endpoint.kind`"),
        );
    };
    refuse("path", place(&endpoint.path), &["shm", "unix"]);
    refuse("addr", place(&endpoint.addr), &["tcp", "nats"]);
    refuse("subject", place(&endpoint.subject), &["nats"]);
    refuse("capacity", place(&endpoint.capacity), &["shm"]);
    refuse("policy", place(&endpoint.policy), &["shm", "unix", "tcp", "nats"]);
    refuse("tls", place(&endpoint.tls), &["tcp", "nats"]);
    refuse("insecure", place(&endpoint.insecure), &["tcp", "nats"]);
    refuse("authority", place(&endpoint.authority), &["nats"]);
    refuse("user", place(&endpoint.user), &["nats"]);
    refuse("secret_file", place(&endpoint.secret_file), &["nats"]);
    refuse("secret_env", place(&endpoint.secret_env), &["nats"]);
    refuse("port", place(&node.port), &["tcp"]);
}

fn place<T>(value: &Option<Spanned<T>>) -> Option<Range<usize>> {
    value.as_ref().map(Spanned::span)
}

fn check_kind(endpoint: &DraftEndpoint, diagnostics: &mut Diagnostics) -> Option<&'static str> {
    if endpoint.lacks("kind") && endpoint.kind.is_none() {
        diagnostics.at(
            endpoint.span.clone(),
            "this endpoint has no kind",
            "`kind` is missing",
            "add `endpoint.kind = \"shm\"`, `\"unix\"`, `\"tcp\"` or `\"nats\"`",
        );
    }
    endpoint.kind.as_ref().map(|kind| *kind.get_ref())
}

fn check_shm(
    endpoint: &DraftEndpoint,
    paths: &Paths<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Endpoint> {
    let path = check_path(endpoint, paths, "a folder, such as \"/dev/shm/market\"", diagnostics)?;
    let capacity = endpoint.capacity.as_ref();
    Some(Endpoint::Shm {
        folder: path,
        capacity_bytes: capacity.map_or(DEFAULT_CAPACITY_BYTES, |bytes| *bytes.get_ref()),
    })
}

fn check_unix(
    endpoint: &DraftEndpoint,
    paths: &Paths<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Endpoint> {
    let expected = "a socket file in a folder of its own, such as \"run/risk.sock\"";
    let path = check_path(endpoint, paths, expected, diagnostics)?;
    let len_bytes = path.as_os_str().len();
    if len_bytes > SOCKET_PATH_BYTES {
        let span = endpoint.path.as_ref().map_or(endpoint.span.clone(), Spanned::span);
        diagnostics.at(
            span,
            "the path of this socket is too long",
            format!("{len_bytes} bytes with the topology's folder in front"),
            format!("choose a path of at most {SOCKET_PATH_BYTES} bytes, such as one under /run"),
        );
        return None;
    }
    Some(Endpoint::Unix { path })
}

/// The endpoint's path, taken from the topology's folder where it is relative.
fn check_path(
    endpoint: &DraftEndpoint,
    paths: &Paths<'_>,
    expected: &str,
    diagnostics: &mut Diagnostics,
) -> Option<PathBuf> {
    let Some(path) = &endpoint.path else {
        if endpoint.lacks("path") {
            let help = format!("add `endpoint.path`: {expected}");
            let title = "this endpoint has no path";
            diagnostics.at(endpoint.span.clone(), title, "`path` is missing", help);
        }
        return None;
    };
    if !check_text(path, "a path", diagnostics) {
        return None;
    }
    let joined = paths.join(path, diagnostics);
    if joined.file_name().is_none() {
        let help = format!("write {expected}");
        diagnostics.at(path.span(), "this path names no file of its own", "not usable", help);
        return None;
    }
    Some(joined)
}

/// Where a node listens by TCP: in one key, or by host and port.
fn check_address(
    endpoint: &DraftEndpoint,
    node: &DraftNode,
    host: &str,
    diagnostics: &mut Diagnostics,
) -> Option<Spanned<String>> {
    match (&endpoint.addr, &node.port) {
        (Some(addr), None) => {
            if split(addr.get_ref()).is_none() {
                let help = "write host and port, such as \"127.0.0.1:9002\" or \"[::1]:9002\"";
                diagnostics.at(addr.span(), "this is not a TCP address", "not host:port", help);
                return None;
            }
            Some(addr.clone())
        }
        (None, Some(port)) => {
            let span = node.host.as_ref().map_or_else(|| port.span(), Spanned::span);
            Some(Spanned::new(span, join(host, *port.get_ref())))
        }
        (Some(addr), Some(_)) => {
            let help = "keep either `endpoint.addr` or `host` and `port`";
            diagnostics.at(addr.span(), "this node says twice where it is", "and `port`", help);
            None
        }
        (None, None) => {
            if endpoint.lacks("addr") && node.lacks("port") {
                let help = "add `endpoint.addr = \"127.0.0.1:9002\"`, or `host` and `port`";
                let title = "this endpoint has no address";
                diagnostics.at(endpoint.span.clone(), title, "`addr` is missing", help);
            }
            None
        }
    }
}

fn join(host: &str, port: u64) -> String {
    if host.contains(':') && !host.starts_with('[') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    }
}

pub(super) fn split(address: &str) -> Option<(&str, u16)> {
    let (host, port) = address.rsplit_once(':')?;
    let bracketed = host.starts_with('[') && host.ends_with(']');
    let port = port.parse().ok().filter(|&port| port != 0)?;
    (!host.is_empty() && (bracketed || !host.contains(':'))).then_some((host, port))
}

//! Checks what a node says about where it is reached.

use std::path::{Path, PathBuf};

use toml::Spanned;

use super::check::check_text;
use super::diagnostic::Diagnostics;
use super::draft::{DraftEndpoint, DraftNode};
use super::model::Endpoint;
use super::suggest::nearest;

/// Room of a ring where the file says nothing.
const DEFAULT_CAPACITY_BYTES: u64 = 16 * 1024 * 1024;

/// Longest path of a Unix socket that the kernel takes.
const SOCKET_PATH_BYTES: usize = 107;

/// The node's endpoint: the one that it declares, or TCP where it has a port.
pub(super) fn check_endpoint(
    node: &DraftNode,
    host: &str,
    folder: &Path,
    diagnostics: &mut Diagnostics,
) -> Option<Endpoint> {
    let Some(endpoint) = &node.endpoint else {
        let port = node.port.as_ref()?;
        return Some(Endpoint::Tcp { address: join(host, *port.get_ref()) });
    };
    match check_kind(endpoint, diagnostics)? {
        "shm" => {
            refuse(&endpoint.addr, "addr", "shm", diagnostics);
            refuse(&node.port, "port", "shm", diagnostics);
            check_shm(endpoint, folder, diagnostics)
        }
        "unix" => {
            refuse(&endpoint.addr, "addr", "unix", diagnostics);
            refuse(&endpoint.capacity, "capacity", "unix", diagnostics);
            refuse(&node.port, "port", "unix", diagnostics);
            check_unix(endpoint, folder, diagnostics)
        }
        _ => {
            refuse(&endpoint.path, "path", "tcp", diagnostics);
            refuse(&endpoint.capacity, "capacity", "tcp", diagnostics);
            check_tcp(endpoint, node, host, diagnostics)
        }
    }
}

fn check_kind(endpoint: &DraftEndpoint, diagnostics: &mut Diagnostics) -> Option<&'static str> {
    const KINDS: [&str; 3] = ["shm", "unix", "tcp"];
    let Some(kind) = &endpoint.kind else {
        if endpoint.lacks("kind") {
            let help = "add `endpoint.kind = \"shm\"`, `\"unix\"` or `\"tcp\"`";
            diagnostics.at(
                endpoint.span.clone(),
                "this endpoint has no kind",
                "`kind` is missing",
                help,
            );
        }
        return None;
    };
    let known = KINDS.into_iter().find(|known| known == kind.get_ref());
    if known.is_none() {
        let help = match nearest(kind.get_ref(), KINDS.into_iter()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "the kinds are: shm, unix, tcp".to_owned(),
        };
        let title = format!("there is no endpoint kind `{}`", kind.get_ref());
        diagnostics.at(kind.span(), title, "unknown kind", help);
    }
    known
}

fn refuse<T>(value: &Option<Spanned<T>>, key: &str, kind: &str, diagnostics: &mut Diagnostics) {
    if let Some(value) = value {
        diagnostics.at(
            value.span(),
            format!("`{key}` means nothing to a {kind} endpoint"),
            "not used",
            format!("remove `{key}`, or change `endpoint.kind`"),
        );
    }
}

fn check_shm(
    endpoint: &DraftEndpoint,
    folder: &Path,
    diagnostics: &mut Diagnostics,
) -> Option<Endpoint> {
    let path = check_path(endpoint, folder, "a folder, such as \"/dev/shm/market\"", diagnostics)?;
    let capacity = endpoint.capacity.as_ref();
    Some(Endpoint::Shm {
        folder: path,
        capacity_bytes: capacity.map_or(DEFAULT_CAPACITY_BYTES, |bytes| *bytes.get_ref()),
    })
}

fn check_unix(
    endpoint: &DraftEndpoint,
    folder: &Path,
    diagnostics: &mut Diagnostics,
) -> Option<Endpoint> {
    let expected = "a socket file in a folder of its own, such as \"run/risk.sock\"";
    let path = check_path(endpoint, folder, expected, diagnostics)?;
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
    folder: &Path,
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
    let joined = folder.join(path.get_ref());
    if joined.file_name().is_none() {
        let help = format!("write {expected}");
        diagnostics.at(path.span(), "this path names no file of its own", "not usable", help);
        return None;
    }
    Some(joined)
}

fn check_tcp(
    endpoint: &DraftEndpoint,
    node: &DraftNode,
    host: &str,
    diagnostics: &mut Diagnostics,
) -> Option<Endpoint> {
    match (&endpoint.addr, &node.port) {
        (Some(addr), None) => {
            if split(addr.get_ref()).is_none() {
                let help = "write host and port, such as \"127.0.0.1:9002\" or \"[::1]:9002\"";
                diagnostics.at(addr.span(), "this is not a TCP address", "not host:port", help);
                return None;
            }
            Some(Endpoint::Tcp { address: addr.get_ref().clone() })
        }
        (None, Some(port)) => Some(Endpoint::Tcp { address: join(host, *port.get_ref()) }),
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

fn split(address: &str) -> Option<(&str, u16)> {
    let (host, port) = address.rsplit_once(':')?;
    let bracketed = host.starts_with('[') && host.ends_with(']');
    let port = port.parse().ok().filter(|&port| port != 0)?;
    (!host.is_empty() && (bracketed || !host.contains(':'))).then_some((host, port))
}

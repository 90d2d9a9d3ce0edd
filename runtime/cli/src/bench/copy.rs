//! A topology of one route alone, at places of its own: what runs already is not disturbed, and does not answer.
//!
//! Endpoints keep their kind, size, policy and security. Rings lie in the same file system as the user's; sockets and
//! the file itself in the folder for what is temporary; a TCP port is one that is free. A node that meets others at a
//! server has no endpoint here: no route that is measured takes it.

use super::route::{self, Route};
use crate::failure::Failure;
use mycelium::topology::{Endpoint, Node, Security, Topology};
use std::fmt::Write;
use std::fs::DirBuilder;
use std::io;
use std::net::TcpListener;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A topology of one route, with its places. They are gone when it is dropped.
pub(super) struct Copy {
    pub(super) file: PathBuf,
    _folders: Vec<Folder>,
}

/// A folder that is removed when it is dropped.
struct Folder(PathBuf);

impl Copy {
    pub(super) fn of(topology: &Topology, route: &Route) -> Result<Self, Failure> {
        let failed = |error: io::Error| {
            Failure::Input(format!(
                "no places can be made for {} to {}: {error}",
                route.from, route.to
            ))
        };
        let folder = Folder::make(&std::env::temp_dir()).map_err(failed)?;
        let (mut text, mut folders) = (String::new(), Vec::new());
        for node in route::ends(topology, route) {
            let node = describe(node, &folder.0, &mut folders).map_err(failed)?;
            text.push_str(&node);
        }
        for rule in &topology.topics {
            let _ = writeln!(text, "[[topics]]\nname = {}", string(&rule.pattern));
            let mut say = |key: &str, value: Option<String>| {
                value.map(|value| text.push_str(&format!("{key} = {value}\n")))
            };
            say("capacity", rule.capacity.map(|count| count.to_string()));
            say("when_full", rule.when_full.map(|when| string(&when.to_string())));
            say("history", rule.history.map(|count| count.to_string()));
        }
        let file = folder.0.join("topology.toml");
        std::fs::write(&file, text).map_err(failed)?;
        folders.push(folder);
        Ok(Self { file, _folders: folders })
    }

    /// A file beside the topology's.
    pub(super) fn scratch(&self, name: &str) -> PathBuf {
        self.file.with_file_name(name)
    }
}

/// A node's table.
fn describe(node: &Node, folder: &Path, folders: &mut Vec<Folder>) -> io::Result<String> {
    let services: Vec<String> = node.services.iter().map(|service| string(service)).collect();
    let mut text = format!(
        "[[nodes]]\nname = {}\nservices = [{}]\nhost = {}\n",
        string(&node.name),
        services.join(", "),
        string(&node.host)
    );
    let endpoint = node.endpoint.as_ref().filter(|endpoint| !is_server(endpoint));
    match endpoint {
        None => text.push_str("endpoint.kind = \"none\"\n"),
        Some(Endpoint::Shm { folder: user, capacity_bytes }) => {
            let own = Folder::make(existing(user))?;
            let path = path(&own.0.join("rings"));
            let _ = writeln!(text, "endpoint.kind = \"shm\"\nendpoint.path = {path}");
            let _ = writeln!(text, "endpoint.capacity = {capacity_bytes}");
            folders.push(own);
        }
        Some(Endpoint::Unix { .. }) => {
            let path = path(&folder.join("sockets").join(format!("{}.sock", node.name)));
            let _ = writeln!(text, "endpoint.kind = \"unix\"\nendpoint.path = {path}");
        }
        Some(endpoint @ Endpoint::Tcp { address, security }) => {
            let host = address.rsplit_once(':').map_or(address.as_str(), |(host, _)| host);
            let host = host.trim_start_matches('[').trim_end_matches(']');
            let port = TcpListener::bind((host, 0))?.local_addr()?.port();
            let _ = writeln!(text, "port = {port}");
            if *security == Security::Plain {
                let _ = writeln!(text, "endpoint.insecure = {}", endpoint.crosses_hosts());
                text.push_str(if node.tls.is_some() { "endpoint.tls = false\n" } else { "" });
            }
        }
        Some(other) => {
            return Err(io::Error::other(format!("{other} is of a kind that is not known here")));
        }
    }
    if endpoint.is_some() {
        let _ = writeln!(text, "endpoint.policy = {}", string(&node.policy.to_string()));
    }
    if let Some(tls) = &node.tls {
        for (key, file) in
            [("certificate", &tls.certificate), ("key", &tls.key), ("authority", &tls.authority)]
        {
            let _ = writeln!(text, "tls.{key} = {}", path(&std::path::absolute(file)?));
        }
    }
    Ok(text)
}

/// Whether nodes meet at a server there, and not at each other.
pub(super) fn is_server(endpoint: &Endpoint) -> bool {
    matches!(endpoint, Endpoint::Nats { .. })
}

/// A text as a topology's file has it.
fn string(text: &str) -> String {
    // JSON's strings are TOML's. A `$` alone would begin a variable.
    serde_json::Value::from(text.replace('$', "$$")).to_string()
}

fn path(path: &Path) -> String {
    string(&path.display().to_string())
}

/// The folder above a path, or above that, that is there.
fn existing(path: &Path) -> &Path {
    path.ancestors().skip(1).find(|folder| folder.is_dir()).unwrap_or(Path::new("/dev/shm"))
}

impl Folder {
    fn make(parent: &Path) -> io::Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = parent.join(format!("mycelium-bench-{}-{number}", std::process::id()));
        DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is the user's to look at.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

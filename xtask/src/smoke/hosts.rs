//! Two hosts with a cable between them: network namespaces.

use std::path::Path;
use std::process::Command;

use crate::failure::{Failure, io_failure};

/// The addresses of both.
pub(super) const ADDRESSES: [&str; 2] = ["10.213.8.1", "10.213.8.2"];

/// Two namespaces, by their names. They are gone when this is dropped.
pub(super) struct Hosts {
    pub(super) names: [String; 2],
}

impl Hosts {
    pub(super) fn make() -> Result<Self, Failure> {
        let id = std::process::id();
        let hosts = Self { names: ["a", "b"].map(|end| format!("myc-demo-{id}-{end}")) };
        let [a, b] = &hosts.names;
        ip(&["netns", "add", a])?;
        ip(&["netns", "add", b])?;
        ip(&[
            "link", "add", "cable", "netns", a, "type", "veth", "peer", "name", "cable", "netns", b,
        ])?;
        for (host, address) in hosts.names.iter().zip(ADDRESSES) {
            ip(&["-n", host, "address", "add", &format!("{address}/24"), "dev", "cable"])?;
            ip(&["-n", host, "link", "set", "cable", "up"])?;
        }
        Ok(hosts)
    }
}

impl Drop for Hosts {
    fn drop(&mut self) {
        for host in &self.names {
            // What was not made is not there.
            let _ = ip(&["netns", "delete", host]);
        }
    }
}

fn ip(arguments: &[&str]) -> Result<(), Failure> {
    let output = Command::new("ip").args(arguments).output();
    let output = output.map_err(io_failure("start", Path::new("ip")))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(Failure::new(format!("`ip {}` failed", arguments.join(" "))).seen(said))
}

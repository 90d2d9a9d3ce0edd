//! Certificates made as the documentation says are taken.

use std::fs;
use std::process::Command;

use crate::fleet::{Fleet, Talk};

#[test]
fn what_the_documentation_says_works() {
    if Command::new("openssl").arg("version").output().is_err() {
        eprintln!("skipped: there is no openssl here");
        return;
    }
    let fleet = Fleet::new();
    let (authority, node) = commands();
    run(&fleet, &authority);
    for name in ["a", "b", "c"] {
        run(&fleet, &node.replace("node=risk", &format!("node={name}")));
        fs::copy(
            fleet.folder().join("authority.pem"),
            fleet.folder().join(format!("{name}.authority.pem")),
        )
        .unwrap();
    }
    let (a, b) = (fleet.bus("a"), fleet.bus("b"));
    assert!(a.stats().faults.iter().all(|fault| !fault.starts_with("tls")));
    Talk::start(&a, &b, "documented").goes_on();
}

/// The commands for an authority and for a node.
fn commands() -> (String, String) {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/transports.md"));
    let page = page.unwrap();
    let behind = page.split_once("## TLS").unwrap().1.split_once("```sh\n").unwrap().1;
    let (authority, node) = behind.split_once("```").unwrap().0.split_once("node=").unwrap();
    (authority.to_owned(), format!("node={node}"))
}

fn run(fleet: &Fleet, commands: &str) {
    let shell = Command::new("sh").args(["-euc", commands]).current_dir(fleet.folder()).output();
    let output = shell.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

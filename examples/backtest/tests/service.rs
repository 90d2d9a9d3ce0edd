//! `backtest-live`, as whoever started it sees it.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use backtest::messages::{Fill, Quote};
use mycelium::MessageBus;

const TOPOLOGY: &str = r#"
[[nodes]]
name = "venue"
services = ["venue"]
endpoint.kind = "unix"
endpoint.path = "sockets/venue.sock"

[[nodes]]
name = "market-maker"
services = ["market-maker"]
endpoint.kind = "none"
"#;

fn venue(folder: &Path, topology: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_backtest-live"))
        .args(["venue", "--supervised", "--topology"])
        .arg(topology)
        .arg("--reports")
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn a_service_whose_progress_nobody_reads_ends_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let topology = folder.path().join("topology.toml");
    std::fs::write(&topology, TOPOLOGY).unwrap();
    let mut venue = venue(folder.path(), &topology);
    let bus = MessageBus::from_topology(&topology, "market-maker").unwrap();
    // Whom it waits for.
    let _quotes = bus.subscriber::<Quote>().unwrap();
    let _fills = bus.subscriber::<Fill>().unwrap();
    let mut progress = BufReader::new(venue.stdout.take().unwrap());
    let mut line = String::new();
    progress.read_line(&mut line).unwrap();
    assert_eq!(line, "progress venue 0 0\n");

    drop(progress);
    drop(venue.stdin.take());
    let mut errors = String::new();
    venue.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
    assert_eq!(venue.wait().unwrap().code(), Some(1), "{errors}");
    let told = "backtest-live: told to end: the process that started this one vanished\n";
    assert_eq!(errors, told);
    assert!(!folder.path().join("sockets/venue.sock").exists());
    assert!(!folder.path().join("venue.json").exists());
}

#[test]
fn options_beyond_what_can_be_reckoned_with_are_refused() {
    for (option, value) in [
        ("--size", "1000001"),
        ("--half-spread", "1000001"),
        ("--skew", "-1"),
        ("--interval-ms", "9223372036854775807"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_backtest-live"))
            .args(["market-maker", "--topology", "none", "--reports", "none"])
            .arg(format!("{option}={value}"))
            .output()
            .unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{errors}");
        assert!(errors.contains(&format!("{value} is not in ")), "{errors}");
    }
}

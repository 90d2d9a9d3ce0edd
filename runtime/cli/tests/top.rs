//! `mycelium top`, through the command itself: once as JSON, and on a real terminal.

mod common;

use common::terminal::{PATIENCE, Terminal};
use common::{Deployment, Quote, Running, Trade, mycelium, quote, trade};
use serde_json::Value;
use std::panic::AssertUnwindSafe;
use std::process::Output;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// What is observed of a publisher of both types, and of a subscriber to one.
fn observe(kind: &str) -> Value {
    let deployment = Deployment::new(kind);
    let topology = deployment.topology();
    let (bus, other) = (deployment.bus("b"), deployment.bus("a"));
    let trades = bus.publisher::<Trade>().expect("a publisher");
    let quotes = bus.publisher::<Quote>().expect("a publisher");
    let mut subscriber = other.subscriber::<Trade>().expect("a subscriber");
    trades.wait_for_subscribers(1, PATIENCE).expect("a subscriber");
    let mut running = Running::start("top", &[&topology, "--json", "--interval", "0.3"]);
    let mut number = 0;
    while running.is_running() {
        number += 1;
        trades.publish(trade(number)).expect("published");
        quotes.publish(quote(number)).expect("published");
        while subscriber.try_recv().is_ok_and(|received| received.is_some()) {}
        std::thread::sleep(Duration::from_micros(200));
    }
    let printed = running.output();
    assert_eq!(running.code(), Some(0), "{printed}");
    serde_json::from_str(&printed).expect("JSON")
}

#[test]
fn one_observation_is_printed() {
    for kind in ["shm", "unix", "tcp"] {
        let seen = observe(kind);
        let topic = |name: &str| {
            let topics = seen["topics"].as_array().expect("topics");
            topics.iter().find(|topic| topic["topic"] == name).unwrap_or_else(|| panic!("{seen}"))
        };
        let trades = topic("tapped.trade");
        assert_eq!((&trades["node"], &trades["type"]), (&"b".into(), &"tapped.Trade".into()));
        let (published, seconds) = (trades["published"].as_f64(), seen["seconds"].as_f64());
        let (published, seconds) = (published.expect("a count"), seconds.expect("a time"));
        assert!(published > 0.0 && seconds >= 0.3, "{seen}");
        assert_eq!(trades["per_second"].as_f64().expect("a rate"), published / seconds);
        let bytes = mycelium::Message::to_frame(&trade(1)).len() as f64;
        assert_eq!(trades["mean_bytes"].as_f64(), Some(bytes), "{seen}");
        assert_eq!(trades["age"], Value::Null);
        assert_eq!(topic("tapped.quote")["type"], "tapped.Quote");
        let rings = seen["rings"].as_array().expect("rings");
        if kind != "shm" {
            assert!(rings.is_empty(), "{seen}");
            continue;
        }
        // Each node writes a ring that the other reads; `a` has nothing to say.
        let ring = rings.iter().find(|ring| ring["node"] == "b").expect("a ring");
        let readers = ring["readers"].as_array().expect("readers");
        let [reader] = readers.as_slice() else { panic!("one reader, not us: {seen}") };
        assert_eq!(reader["pid"], std::process::id());
        assert_eq!((&reader["kind"], &reader["alive"]), (&"reliable".into(), &true.into()));
    }
}

#[test]
fn what_cannot_be_done_is_told_and_fails() {
    let deployment = Deployment::new("unix");
    let topology = deployment.topology();
    let said = |output: &Output| String::from_utf8_lossy(&output.stderr).into_owned();
    let drawn = mycelium(&["top", &topology]);
    assert_eq!(drawn.status.code(), Some(1));
    assert!(said(&drawn).contains("standard output is no terminal"), "{}", said(&drawn));
    let empty = mycelium(&["top", &topology, "--json", "--interval", "0.05"]);
    assert_eq!(empty.status.code(), Some(1));
    assert!(said(&empty).contains("nothing could be watched"), "{}", said(&empty));
    let observed: Value = serde_json::from_slice(&empty.stdout).expect("JSON");
    assert!(observed["places"][0]["fault"].is_string(), "{observed}");
    assert_eq!(mycelium(&["top", "/nowhere.toml"]).status.code(), Some(1));
    assert_eq!(mycelium(&["top"]).status.code(), Some(2));
    for (interval, reason) in [("0", "at least 20ms"), ("1e19", "at most a year")] {
        let refused = mycelium(&["top", &topology, "--json", "--interval", interval]);
        assert_eq!(refused.status.code(), Some(2));
        assert!(said(&refused).contains(reason), "{}", said(&refused));
    }
}

/// The line of a topic.
fn row<'l>(lines: &[&'l str], topic: &str) -> Option<(usize, &'l str)> {
    lines.iter().copied().enumerate().find(|(_, line)| line.contains(topic))
}

#[test]
fn a_terminal_shows_it_and_its_keys_work() {
    let deployment = Deployment::new("shm");
    let (bus, other) = (deployment.bus("b"), deployment.bus("a"));
    let trades = bus.publisher::<Trade>().expect("a publisher");
    let quotes = bus.publisher::<Quote>().expect("a publisher");
    let mut subscriber = other.subscriber::<Trade>().expect("a subscriber");
    trades.wait_for_subscribers(1, PATIENCE).expect("a subscriber");
    let program = env!("CARGO_BIN_EXE_mycelium");
    let topology = deployment.topology();
    let line = format!("'{program}' top '{topology}' --interval 0.2; echo status $?; exec cat");
    let Some(terminal) = Terminal::run(&line) else {
        eprintln!(
            "SKIPPED: there is no tmux here to be a terminal; `cargo xtask test` installs it"
        );
        return;
    };
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 1.. {
                if is_over.load(Ordering::Relaxed) {
                    break;
                }
                trades.publish(trade(number)).expect("published");
                // Fewer, so that their order by rate is known.
                if number % 4 == 0 {
                    quotes.publish(quote(number)).expect("published");
                }
                while subscriber.try_recv().is_ok_and(|received| received.is_some()) {}
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        // Also where something here fails.
        let driven = std::panic::catch_unwind(AssertUnwindSafe(|| drive(&terminal)));
        is_over.store(true, Ordering::Relaxed);
        driven.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
}

fn drive(terminal: &Terminal) {
    let is_before = |lines: &[&str], first: &str, second: &str| {
        let (first, second) = (row(lines, first), row(lines, second));
        first.zip(second).is_some_and(|((first, _), (second, _))| first < second)
    };
    let lines = terminal.wait_for("both topics and a reader", |lines| {
        is_before(lines, "tapped.quote", "tapped.trade") && row(lines, "reliable").is_some()
    });
    let heading: Vec<&str> = lines[1].split_whitespace().collect();
    assert_eq!(heading[..4], ["NODE", "TOPIC", "TYPE", "MSG/S"], "{lines:#?}");
    assert!(lines.iter().any(|line| line.contains(" tapped.Trade ")), "{lines:#?}");
    terminal.keys(&["s", "s"]);
    terminal.wait_for("the order of rates", |lines| {
        row(lines, "sort: rate").is_some() && is_before(lines, "tapped.trade", "tapped.quote")
    });
    terminal.keys(&["/"]);
    terminal.keys(&["-l", "quote"]);
    terminal.keys(&["Enter"]);
    terminal.wait_for("the topic that fits alone", |lines| {
        row(lines, "filter: quote").is_some()
            && row(lines, "tapped.quote").is_some()
            && row(lines, "tapped.trade").is_none()
    });
    terminal.keys(&["Escape"]);
    terminal.wait_for("both topics again", |lines| row(lines, "tapped.trade").is_some());
    terminal.keys(&["q"]);
    let lines = terminal.wait_for("the end", |lines| row(lines, "status ").is_some());
    // The screen is again what it was before.
    assert_eq!(lines[0], "status 0", "{lines:#?}");
    assert!(lines.iter().all(|line| !line.contains("NODE")), "{lines:#?}");
}

/// Whether a process still runs: one that nobody waits for any more does not.
fn runs(pid: &str) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = status.rsplit_once(") ").map(|(_, rest)| rest.chars().next());
    !matches!(state, None | Some(Some('Z' | 'X')))
}

#[test]
fn it_ends_with_its_terminal() {
    let deployment = Deployment::new("shm");
    let (program, topology) = (env!("CARGO_BIN_EXE_mycelium"), deployment.topology());
    // Also where the signal that tells of it is ignored, and nothing new is drawn.
    for before in ["", "trap '' HUP;"] {
        let line = format!("{before} exec '{program}' top '{topology}' --interval 3600");
        let Some(terminal) = Terminal::run(&line) else {
            eprintln!("SKIPPED: there is no tmux here; `cargo xtask test` installs it");
            return;
        };
        terminal.wait_for("the heading", |lines| row(lines, "NODE").is_some());
        let shown = terminal.tmux(&["display-message", "-p", "#{pane_pid}"]).expect("it runs");
        let pid = String::from_utf8(shown.stdout).expect("UTF-8").trim().to_owned();
        assert!(runs(&pid), "{pid}");
        terminal.tmux(&["kill-server"]).expect("it runs");
        let end = Instant::now() + PATIENCE;
        while runs(&pid) && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(20));
        }
        let is_left = runs(&pid);
        if is_left {
            let pid = pid.parse().ok().and_then(rustix::process::Pid::from_raw).expect("a process");
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
        }
        assert!(!is_left, "it goes on without a terminal, {before:?}");
    }
}

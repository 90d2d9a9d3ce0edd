//! `mycelium tap`, through the command itself.

mod common;

use common::{Deployment, Quote, Running, Trade, mycelium, quote, text, trade};
use mycelium::Message;
use serde_json::Value;

/// Publishes trades and quotes until the command has ended, and gives what it has printed.
fn tap(deployment: &Deployment, arguments: &[&str]) -> String {
    let mut running = Running::start("tap", arguments);
    let bus = deployment.bus("b");
    let trades = bus.publisher::<Trade>().expect("a publisher");
    let quotes = bus.publisher::<Quote>().expect("a publisher");
    let mut number = 0;
    while running.is_running() {
        number += 1;
        trades.publish(trade(number)).expect("published");
        quotes.publish(quote(number)).expect("published");
        std::thread::sleep(std::time::Duration::from_micros(200));
    }
    running.output()
}

#[test]
fn messages_of_a_topology_are_decoded_from_what_is_told() {
    for kind in ["shm", "unix", "tcp"] {
        let deployment = Deployment::new(kind);
        let topology = deployment.topology();
        let printed = tap(&deployment, &[&topology, "tapped.*", "--count", "20"]);
        let lines: Vec<&str> = printed.lines().collect();
        assert_eq!(lines.len(), 20, "{printed}");
        let line = lines.iter().find(|line| line.contains(" tapped.trade ")).expect("a trade");
        let words: Vec<&str> = line.split(' ').skip(2).collect();
        assert_eq!(words[..2], ["Trade", "symbol=BTCUSDT"], "{line}");
        let number = words[2].strip_prefix("number=").and_then(|number| number.parse().ok());
        let price = trade(number.expect("a number")).price;
        assert_eq!(words[3], format!("price={price}"), "{line}");
        assert_eq!(words[4..], ["side=buy", "note=\"a", "\\\"b\\\"\""], "{line}");
    }
}

#[test]
fn json_lines_hold_everything_and_conditions_choose() {
    let deployment = Deployment::new("unix");
    let socket = format!("unix:{}", deployment.run("b.sock"));
    let condition = r#"number > 5 and symbol == "BTCUSDT" and price >= 60000.06"#;
    let printed = tap(&deployment, &[&socket, "--where", condition, "--count", "9", "--json"]);
    let mut last = 5;
    for line in printed.lines() {
        let line: Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(line["type"], "tapped.Trade");
        assert_eq!(line["topic"], Trade::TOPIC);
        assert_eq!(line["digest"], Trade::DIGEST.to_string());
        let number = line["message"]["number"].as_u64().expect("a number");
        assert!(number > last, "{line}");
        last = number;
        assert_eq!(line["message"]["price"], trade(number).price.to_string());
    }
    assert_eq!(printed.lines().count(), 9);
}

#[test]
fn types_choose_and_hex_shows_whole_frames() {
    let deployment = Deployment::new("shm");
    let folder = deployment.run("");
    for arguments in [
        &["--type", "Quote"][..],
        &["--type", "tapped.Quote", "--type", "Other"],
        &["tapped.quote"],
    ] {
        let all = [&[folder.as_str(), "--count", "3", "--format", "hex"], arguments].concat();
        for line in tap(&deployment, &all).lines() {
            let words: Vec<&str> = line.split(' ').collect();
            assert_eq!(words[1], Quote::TOPIC);
            let bytes = mycelium::wire::hex::decode(words[2]).expect("hex digits");
            let found = Quote::from_frame(&bytes).expect("a quote");
            assert_eq!(found, quote(found.number));
        }
    }
}

#[test]
fn a_type_of_which_nothing_came_is_told() {
    let deployment = Deployment::new("shm");
    let folder = deployment.run("");
    let words = ["--type", "Quote", "--type", "Qoute", "--count", "1"];
    let mut running = Running::start("tap", &[&[folder.as_str()], &words[..]].concat());
    let bus = deployment.bus("b");
    let quotes = bus.publisher::<Quote>().expect("a publisher");
    while running.is_running() {
        quotes.publish(quote(1)).expect("published");
        std::thread::sleep(std::time::Duration::from_micros(200));
    }
    let said = running.errors();
    assert!(said.contains("note: no message of a type `Qoute` was seen"), "{said}");
    assert!(!said.contains("`Quote`"), "{said}");
}

#[test]
fn a_publisher_that_tells_no_type_does_not_speak_for_others() {
    let deployment = Deployment::new("shm");
    let topology = deployment.topology();
    let mut running = Running::start("tap", &[&topology, "--json", "--count", "500", "--eager"]);
    let bus = deployment.bus("b");
    let (id, digest) = (Trade::TYPE_ID, Trade::DIGEST);
    let untold = bus.frame_publisher("tapped.untold", id, digest).expect("a publisher");
    // The one that tells nothing is seen first, a message at a time.
    let (mut number, mut trades) = (0, None);
    while running.is_running() {
        number += 1;
        untold.publish(&trade(number).to_frame()).expect("published");
        if trades.is_none() && running.first_output().is_some() {
            trades = Some(bus.publisher::<Trade>().expect("a publisher"));
        }
        if let Some(trades) = &trades {
            trades.publish(trade(number)).expect("published");
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    let printed = running.output();
    let lines: Vec<Value> =
        printed.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let of = |topic: &str| lines.iter().filter(|line| line["topic"] == topic).collect::<Vec<_>>();
    let (told, untold) = (of(Trade::TOPIC), of("tapped.untold"));
    assert!(!told.is_empty() && !untold.is_empty(), "{} and {}", told.len(), untold.len());
    assert!(told.iter().all(|line| line["type"] == "tapped.Trade"), "{}", told[0]);
}

#[test]
fn a_rate_limit_skips_and_says_so() {
    let deployment = Deployment::new("shm");
    let topology = deployment.topology();
    let mut running = Running::start("tap", &[&topology, "--rate", "2", "--count", "3"]);
    let bus = deployment.bus("b");
    let trades = bus.publisher::<Trade>().expect("a publisher");
    let mut number = 0;
    while running.is_running() {
        number += 1;
        trades.publish(trade(number)).expect("published");
        std::thread::sleep(std::time::Duration::from_micros(500));
    }
    let said = running.errors();
    assert!(said.contains("messages were skipped by --rate"), "{said}");
    assert_eq!(running.output().lines().count(), 3);
}

#[test]
fn what_is_wrong_is_told_with_its_place_and_fails() {
    let deployment = Deployment::new("unix");
    let topology = deployment.topology();
    let wrong = mycelium(&["tap", &topology, "--where", "price > "]);
    assert_eq!(wrong.status.code(), Some(1));
    let said = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(said.starts_with("error: the condition: expected a field"), "{said}");
    assert!(said.contains("\n  price > \n          ^"), "{said}");
    for (place, reason) in
        [("/nowhere.toml", "No such file"), ("tcp:10.1.2.3:99", "is beyond this machine")]
    {
        let wrong = mycelium(&["tap", place]);
        assert_eq!(wrong.status.code(), Some(1));
        let said = String::from_utf8_lossy(&wrong.stderr).into_owned();
        assert!(said.contains(reason), "{said}");
    }
    assert_eq!(mycelium(&["tap"]).status.code(), Some(2));
    assert!(text(&mycelium(&["tap", "--help"])).contains("Examples:"));
}

#[test]
fn a_condition_of_the_wrong_type_ends_it_when_the_type_is_known() {
    let deployment = Deployment::new("unix");
    let topology = deployment.topology();
    let mut running = Running::start("tap", &[&topology, "--where", "symbol > 5"]);
    let bus = deployment.bus("b");
    let trades = bus.publisher::<Trade>().expect("a publisher");
    let quotes = bus.publisher::<Quote>().expect("a publisher");
    while running.is_running() {
        quotes.publish(quote(1)).expect("published");
        trades.publish(trade(1)).expect("published");
    }
    let said = running.errors();
    assert!(
        said.contains("error: the condition, for tapped.Trade: string<16> cannot be"),
        "{said}"
    );
    assert_eq!(running.code(), Some(1));
}

/// Messages come faster than it would notice a pause between them.
#[test]
fn a_busy_place_is_shown_while_it_is_busy() {
    let deployment = Deployment::new("unix");
    let topology = deployment.topology();
    let mut running = Running::start("tap", &[&topology, "--eager"]);
    let bus = deployment.bus("b");
    let quotes = bus.publisher::<Quote>().expect("a publisher");
    running.wait_for_error("watching");
    let mut number = 0;
    let first = loop {
        assert!(running.is_running());
        if let Some(first) = running.first_output() {
            break first;
        }
        number += 1;
        quotes.publish(quote(number)).expect("published");
        std::thread::sleep(std::time::Duration::from_millis(2));
    };
    assert!((1..32 << 10).contains(&first), "{first} bytes came at once");
    running.interrupt();
    assert_eq!(running.code(), Some(0));
}

#[test]
fn it_ends_in_order_when_it_is_told_to() {
    let deployment = Deployment::new("unix");
    let topology = deployment.topology();
    let mut running = Running::start("tap", &[&topology]);
    let bus = deployment.bus("b");
    let trades = bus.publisher::<Trade>().expect("a publisher");
    running.wait_for_error("watching");
    running.interrupt();
    assert_eq!(running.code(), Some(0));
    drop(trades);
    bus.shutdown();
    assert!(bus.stats().faults.iter().all(|fault| !fault.contains("vanished")));
    let short = mycelium(&["tap", &topology, "--for", "0.05"]);
    assert_eq!(short.status.code(), Some(0));
}

#[test]
fn a_hangup_that_is_ignored_does_not_end_it() {
    let deployment = Deployment::new("unix");
    let topology = deployment.topology();
    let mut running = Running::start_without_hangup("tap", &[&topology, "--count", "3"]);
    let bus = deployment.bus("b");
    let trades = bus.publisher::<Trade>().expect("a publisher");
    running.wait_for_error("watching");
    running.hang_up();
    while running.is_running() {
        trades.publish(trade(1)).expect("published");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(running.output().lines().count(), 3);
}

#[test]
fn shells_and_man_know_the_commands() {
    let script = text(&mycelium(&["completions", "bash"]));
    assert!(script.contains("complete -F _mycelium") && script.contains("--where"), "{script}");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().display().to_string();
    text(&mycelium(&["man", &path]));
    let page = std::fs::read_to_string(folder.path().join("mycelium-tap.1")).expect("a page");
    assert!(page.contains("\\-\\-where") && page.contains("Examples:"), "{page}");
    assert!(!folder.path().join("mycelium-child.1").exists());
    assert_eq!(mycelium(&["man", "/nowhere"]).status.code(), Some(1));
}

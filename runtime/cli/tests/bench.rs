//! `mycelium bench`, through the command itself.

mod common;

use common::{Deployment, mycelium, text};
use serde_json::Value;

/// Two processes, and two services in one of them; what is measured lasts as short as it can.
fn bench(kind: &str, words: &[&str]) -> (Deployment, Value) {
    let deployment = Deployment::new(kind);
    let topology = deployment.topology();
    let file = std::fs::read_to_string(&topology).expect("a file");
    std::fs::write(&topology, file.replace("[\"a\"]", "[\"a\", \"c\"]")).expect("a file");
    let all =
        [&["bench", &topology, "--json", "--seconds", "0.1", "--rate", "2000"], words].concat();
    let measured = serde_json::from_str(&text(&mycelium(&all))).expect("JSON");
    (deployment, measured)
}

#[test]
fn every_route_is_measured_by_what_the_topology_says() {
    for kind in ["shm", "unix", "tcp"] {
        let (_deployment, measured) = bench(kind, &["--size", "100"]);
        let routes = measured["routes"].as_array().expect("routes");
        let ends: Vec<(&str, &str)> = routes
            .iter()
            .map(|route| (route["from"].as_str().expect("a"), route["to"].as_str().expect("b")))
            .collect();
        assert_eq!(ends, [("a", "a"), ("a", "b"), ("b", "a")], "{measured}");
        assert_eq!(routes[0]["over"], "Arc");
        for route in routes {
            assert_eq!(route["lost"], 0, "{route}");
            assert_eq!(route["frame_bytes"], 104, "{route}");
            let latency = &route["latency"];
            let nanos = |of: &str| latency[of].as_u64().expect("a time");
            assert!(latency["samples"].as_u64().expect("a count") > 0, "{route}");
            let order = ["p50_nanos", "p90_nanos", "p99_nanos", "p999_nanos", "most_nanos"];
            assert!(order.map(nanos).is_sorted(), "{route}");
            assert!(route["per_second"].as_f64().expect("a rate") > 0.0, "{route}");
            assert!(route["published"].as_u64().expect("a count") > 200, "{route}");
        }
        for route in &routes[1..] {
            let over = route["over"].as_str().expect("an endpoint");
            assert!(over.starts_with(kind), "{route}");
        }
    }
}

#[test]
fn routes_and_sizes_are_chosen_and_drawn() {
    let deployment = Deployment::new("unix");
    let (topology, picture) = (deployment.topology(), deployment.file("routes.svg"));
    let words = ["--route", "b:a", "--size", "64", "--size", "1024", "--poll", "--svg", &picture];
    let times = ["--seconds", "0.1", "--rate", "2000"];
    let printed = text(&mycelium(&[&["bench", &topology], &words[..], &times].concat()));
    let lines: Vec<Vec<&str>> =
        printed.lines().map(|line| line.split_whitespace().collect()).collect();
    let heading = [
        "FROM", "TO", "OVER", "BYTES", "P50", "P90", "P99", "P99.9", "MOST", "MSG/S", "BYTES/S",
        "LOST",
    ];
    assert_eq!(lines[0], heading, "{printed}");
    let sizes: Vec<&str> = lines[1..].iter().map(|line| line[3]).collect();
    assert_eq!(sizes, ["64", "1024"], "{printed}");
    let picture = std::fs::read_to_string(&picture).expect("a picture");
    assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>\n"));
    assert_eq!(picture.matches("<polyline ").count(), 2);
    // What runs at the topology's own places is not touched, and nothing is left behind.
    assert_eq!(std::fs::read_dir(deployment.run("")).expect("a folder").count(), 0);
}

#[test]
fn what_cannot_be_measured_is_told() {
    let deployment = Deployment::new("unix");
    let topology = deployment.topology();
    let said = |words: &[&str]| {
        let output = mycelium(&[&["bench", &topology], words].concat());
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, errors) = said(&["--route", "a:z"]);
    assert_eq!(code, Some(1));
    assert!(errors.contains("there is no route a:z; there are: a:b, b:a"), "{errors}");
    assert_eq!(said(&["--route", "a"]).0, Some(2));
    assert_eq!(said(&["--size", "many"]).0, Some(2));
    let away = deployment.file("away.toml");
    let nodes = "[[nodes]]\nname = \"a\"\nservices = [\"a\"]\n[[nodes]]\nname = \"b\"\nservices = [\"b\"]\n\
                 host = \"192.0.2.7\"\nport = 9\nendpoint.insecure = true\n";
    std::fs::write(&away, nodes).expect("a file");
    let output = mycelium(&["bench", &away]);
    assert_eq!(output.status.code(), Some(1));
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(printed.contains("not measured: node `b` runs on 192.0.2.7"), "{printed}");
    // Two services of a node that runs elsewhere.
    std::fs::write(&away, nodes.replace("[\"b\"]", "[\"b\", \"c\"]")).expect("a file");
    let output = mycelium(&["bench", &away, "--json"]);
    let measured: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let routes = measured["routes"].as_array().expect("routes");
    assert_eq!(routes[0]["over"], "Arc", "{measured}");
    for route in routes {
        assert_eq!(route["not_measured"], "node `b` runs on 192.0.2.7", "{measured}");
    }
}

#[test]
fn a_way_by_a_server_is_named_and_the_others_are_measured() {
    let deployment = Deployment::new("unix");
    let (mixed, met) = (deployment.file("mixed.toml"), deployment.file("met.toml"));
    let node = |name: &str| {
        format!("[[nodes]]\nname = \"{name}\"\nservices = [\"{name}\", \"of-{name}\"]\n")
    };
    let server = "endpoint.kind = \"nats\"\nendpoint.addr = \"127.0.0.1:4222\"\nendpoint.policy = \"drop_oldest\"\n";
    let socket = "endpoint.kind = \"unix\"\nendpoint.path = \"run/b.sock\"\n";
    std::fs::write(&mixed, [&node("a"), server, &node("b"), socket].concat()).expect("a file");
    let words = ["--json", "--seconds", "0.1", "--rate", "2000"];
    let measured = text(&mycelium(&[&["bench", &mixed], &words[..]].concat()));
    let measured: Value = serde_json::from_str(&measured).expect("JSON");
    let reason = "it goes by a server, which is not ours to load";
    for route in measured["routes"].as_array().expect("routes") {
        let is_measured = route["over"].as_str().is_some_and(|over| !over.starts_with("nats:"));
        assert_eq!(route["latency"].is_object(), is_measured, "{measured}");
        assert_eq!(route["not_measured"] == reason, !is_measured, "{measured}");
    }
    let over: Vec<&str> = measured["routes"]
        .as_array()
        .expect("routes")
        .iter()
        .map(|route| route["over"].as_str().expect("a way").split(':').next().expect("a kind"))
        .collect();
    assert_eq!(over, ["Arc", "Arc", "unix", "nats"], "{measured}");

    std::fs::write(&met, [&node("a"), server, &node("b"), server].concat()).expect("a file");
    let output = mycelium(&["bench", &met, "--route", "a:b"]);
    assert_eq!(output.status.code(), Some(1));
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(printed.contains(&format!("not measured: {reason}")), "{printed}");
}

#[test]
fn a_rate_that_a_route_does_not_carry_is_told() {
    let deployment = Deployment::new("unix");
    let topology = deployment.topology();
    let much = ["--route", "b:a", "--size", "1000000", "--rate", "1000000", "--seconds", "0.1"];
    let output = mycelium(&[&["bench", &topology], &much[..]].concat());
    assert_eq!(output.status.code(), Some(1));
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let reason = "1000000 bytes: not measured: this route does not carry 1000000 messages a second: give a lower --rate";
    assert!(printed.contains(reason), "{printed}");
}

#[test]
#[cfg(feature = "recordings")]
fn frames_are_as_long_as_they_were_recorded() {
    use common::{Running, quote, trade};
    let deployment = Deployment::new("shm");
    let (topology, file) = (deployment.topology(), deployment.file("day.mcap"));
    let mut running = Running::start("record", &[&topology, "-o", &file, "--count", "50"]);
    let bus = deployment.bus("b");
    let trades = bus.publisher::<common::Trade>().expect("a publisher");
    let quotes = bus.publisher::<common::Quote>().expect("a publisher");
    // More than two thousand bytes: longer than a histogram without a limit begins with.
    let long = common::Trade { note: Some("x".repeat(5000)), ..trade(1) };
    while running.is_running() {
        trades.publish(long.clone()).expect("published");
        // All of one length.
        quotes.publish(quote(6)).expect("published");
        std::thread::sleep(std::time::Duration::from_micros(200));
    }
    let times = ["--seconds", "0.05", "--rate", "2000", "--json"];
    let words = ["bench", &topology, "--recording", &file];
    let measured = text(&mycelium(&[&words[..], &times].concat()));
    let measured: Value = serde_json::from_str(&measured).expect("JSON");
    // `a` has published nothing.
    let (routes, others): (Vec<&Value>, Vec<&Value>) = measured["routes"]
        .as_array()
        .expect("routes")
        .iter()
        .partition(|route| route["from"] == "b");
    let [other] = others.as_slice() else { panic!("{measured}") };
    assert_eq!(other["not_measured"], "nothing that node `a` publishes was recorded");
    assert_eq!(other["frame_bytes"], Value::Null);
    let seen: Vec<(&str, &str, u64)> = routes
        .iter()
        .map(|route| {
            let word = |of: &str| route[of].as_str().expect("a word");
            (word("from"), word("topic"), route["frame_bytes"].as_u64().expect("a size"))
        })
        .collect();
    let length = |frame: Vec<u8>| frame.len() as u64;
    let trade = ("b", "tapped.trade", length(mycelium::Message::to_frame(&long)));
    let quote = ("b", "tapped.quote", length(mycelium::Message::to_frame(&quote(6))));
    assert_eq!(seen, [quote, trade]);
    let wrong = deployment.file("other.toml");
    let other = std::fs::read_to_string(&topology).expect("a file").replace("\"run\"", "\"other\"");
    std::fs::write(&wrong, other).expect("a file");
    let wrong = mycelium(&["bench", &wrong, "--recording", &file]);
    assert_eq!(wrong.status.code(), Some(1));
    let said = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(said.contains("nothing in it was published at a place of this topology"), "{said}");
}

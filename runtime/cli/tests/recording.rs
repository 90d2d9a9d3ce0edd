//! `mycelium record`, `info`, `replay` and `import-feed`, through the command itself.

mod common;

use common::recorded::{import, json, trades, write};
use common::{Deployment, Quote, Running, Trade, mycelium, quote, text, trade};
use flate2::bufread::MultiGzDecoder;
use mycelium::wire::canon;
use mycelium::{Message, MessageBus, Publisher};
use serde_json::Value;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);

/// A bus that publishes trades and quotes, one of each at a time.
struct Market {
    trades: Publisher<Trade>,
    quotes: Publisher<Quote>,
    number: u64,
    _bus: MessageBus,
}

impl Market {
    fn new(deployment: &Deployment) -> Self {
        let bus = deployment.bus("b");
        let trades = bus.publisher().expect("a publisher");
        let quotes = bus.publisher().expect("a publisher");
        Self { trades, quotes, number: 0, _bus: bus }
    }

    fn publish(&mut self) {
        self.trades.publish(trade(self.number)).expect("published");
        self.quotes.publish(quote(self.number)).expect("published");
        self.number += 1;
    }
}

/// Records exactly so many messages.
fn record(deployment: &Deployment, file: &str, count: u64) -> Value {
    let (topology, count) = (deployment.topology(), count.to_string());
    let arguments = [&topology, "-o", file, "--count", &count, "--json"];
    let mut running = Running::start("record", &arguments);
    let mut market = Market::new(deployment);
    while running.is_running() {
        market.publish();
        std::thread::sleep(Duration::from_micros(100));
    }
    serde_json::from_str(&running.output()).expect("JSON")
}

#[test]
fn what_is_recorded_is_told_and_replayed_as_it_was() {
    for kind in ["shm", "unix"] {
        let deployment = Deployment::new(kind);
        let file = deployment.file("day.mcap");
        let recorded = record(&deployment, &file, 2_000);
        assert_eq!(recorded["messages"], 2_000);

        let info = json(&["info", &file, "--json"]);
        assert_eq!((&info["messages"], &info["complete"]), (&2_000.into(), &true.into()));
        let tracks = info["tracks"].as_array().expect("a list");
        assert_eq!(tracks.len(), 2, "{info}");
        let found = |topic: &str| tracks.iter().find(|track| track["topic"] == topic).expect(topic);
        assert_eq!(found(Trade::TOPIC)["digest"], Trade::DIGEST.to_string());
        assert_eq!(found(Quote::TOPIC)["type"], "tapped.Quote");
        assert_eq!(found(Trade::TOPIC)["messages"], recorded["topics"][Trade::TOPIC]);

        let other = Deployment::new(kind);
        let bus = other.bus("a");
        let mut trades = bus.subscriber::<Trade>().expect("a subscriber");
        let mut quotes = bus.subscriber::<Quote>().expect("a subscriber");
        let topology = other.topology();
        let arguments = [&file, &topology, "--as", "b", "--speed", "max", "--wait", "20", "--json"];
        let mut running = Running::start("replay", &arguments);
        let mut received = 0;
        let mut next = None;
        while let Some(message) = trades.recv_timeout(PATIENCE).expect("a trade, or the end") {
            let number = *next.get_or_insert(message.number);
            assert_eq!(*message, trade(number));
            next = Some(number + 1);
            received += 1;
        }
        while let Some(message) = quotes.recv_timeout(PATIENCE).expect("a quote, or the end") {
            assert_eq!(*message, quote(message.number));
            received += 1;
        }
        assert_eq!(received, 2_000);
        let replayed: Value = serde_json::from_str(&running.output()).expect("JSON");
        assert_eq!(replayed["published"], 2_000);
    }
}

/// Killed while it records, again and again at another moment.
#[test]
fn a_recorder_that_is_killed_leaves_what_it_has_flushed() {
    let deployment = Deployment::new("shm");
    let topology = deployment.topology();
    let mut market = Market::new(&deployment);
    for round in 0..5 {
        let file = deployment.file(&format!("killed-{round}.mcap"));
        let mut running = Running::start("record", &[&topology, "-o", &file, "--flush", "0"]);
        let mut is_there = false;
        // Some chunks have reached the file, and more come.
        while !is_there {
            for _ in 0..500 {
                market.publish();
            }
            is_there =
                std::fs::metadata(&file).is_ok_and(|found| found.len() > 20_000 * (round + 1));
            assert!(running.is_running());
        }
        running.kill();
        let info = json(&["info", &file, "--json"]);
        assert_eq!(info["complete"], false);
        let messages = info["messages"].as_u64().expect("a number");
        assert!(messages > 0);
        let whole = deployment.file(&format!("whole-{round}.mcap"));
        text(&mycelium(&["convert", &file, &whole]));
        let info = json(&["info", &whole, "--json"]);
        assert_eq!((&info["messages"], &info["complete"]), (&messages.into(), &true.into()));
        assert!(text(&mycelium(&["info", &file])).contains("without an end"));
    }
}

#[test]
fn a_file_that_is_cut_off_anywhere_is_read_up_to_there() {
    let deployment = Deployment::new("shm");
    let file = deployment.file("day.mcap");
    record(&deployment, &file, 500);
    let bytes = std::fs::read(&file).expect("the file");
    let cut = deployment.file("cut.mcap");
    let mut most = 0;
    for step in 1..20 {
        let len = bytes.len() * step / 20;
        std::fs::write(&cut, &bytes[..len]).expect("a file");
        let info = json(&["info", &cut, "--json"]);
        let messages = info["messages"].as_u64().expect("a number");
        assert!(messages >= most && messages <= 500);
        // Behind the last message there is an index, on which nothing else depends.
        assert!(info["complete"] == false || messages == 500, "{len} of {}", bytes.len());
        most = messages;
    }
    assert!(most > 0);
    std::fs::write(&cut, &bytes[..bytes.len() / 20]).expect("a file");
    assert_eq!(json(&["info", &cut, "--json"])["complete"], false);
    std::fs::write(&cut, b"no recording at all, and long enough to be one").expect("a file");
    let wrong = mycelium(&["info", &cut]);
    assert_eq!(wrong.status.code(), Some(1));
    let mut bad = bytes.clone();
    let middle = bad.len() / 3;
    bad[middle] ^= 0x55;
    std::fs::write(&cut, &bad).expect("a file");
    // It may be in a place that nobody reads; but it is no crash.
    assert!(mycelium(&["convert", &cut, &deployment.file("x.mcap")]).status.code().is_some());
}

/// Without compression, a damaged message can still be taken apart: only the sum over its chunk tells.
#[test]
fn nothing_of_a_damaged_chunk_is_handed_on() {
    let deployment = Deployment::new("unix");
    let (file, topology) = (deployment.file("day.mcap"), deployment.topology());
    let arguments = [&topology, "-o", &file, "--count", "100", "--compression", "none"];
    let mut running = Running::start("record", &arguments);
    let mut market = Market::new(&deployment);
    while running.is_running() {
        market.publish();
        std::thread::sleep(Duration::from_micros(100));
    }
    drop(market);
    let mut bytes = std::fs::read(&file).expect("the file");
    let symbol = bytes.windows(7).position(|found| found == b"BTCUSDT").expect("a trade");
    bytes[symbol] ^= 1;
    std::fs::write(&file, &bytes).expect("a file");

    let table = deployment.file("trades.csv");
    let wrong = mycelium(&["convert", &file, &table, Trade::TOPIC]);
    let said = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert_eq!(wrong.status.code(), Some(1), "{said}");
    assert!(!Path::new(&table).exists(), "{said}");

    let bus = deployment.bus("a");
    let mut trades = bus.subscriber::<Trade>().expect("a subscriber");
    let arguments = [&file, &topology, "--as", "b", "--speed", "max", "--wait", "20", Trade::TOPIC];
    let mut running = Running::start("replay", &arguments);
    let received = trades.recv_timeout(PATIENCE).expect("the end");
    assert!(received.is_none(), "{received:?}");
    assert_eq!(running.code(), Some(1));
}

#[test]
fn topics_that_were_published_are_counted_and_waited_for_and_no_others() {
    let deployment = Deployment::new("unix");
    let (file, topology) = (deployment.file("day.mcap"), deployment.topology());
    let silent = ("silent", Trade::DEF, true, Vec::new());
    write(&file, [("tapped.trade", Trade::DEF, true, trades(1)), silent]);
    let bus = deployment.bus("a");
    let mut trades = bus.subscriber::<Trade>().expect("a subscriber");
    let words = ["--as", "b", "--speed", "max", "--wait", "600", "--json"];
    let mut running = Running::start("replay", &[&[&*file, &topology], &words[..]].concat());
    assert_eq!(*trades.recv_timeout(PATIENCE).expect("no fault").expect("one"), trade(0));
    assert!(trades.recv_timeout(PATIENCE).expect("the end").is_none());
    let replayed: Value = serde_json::from_str(&running.output()).expect("JSON");
    assert_eq!(replayed, serde_json::json!({ "published": 1, "topics": 1 }));
    // Nothing of the range was published.
    let words = ["--as", "b", "--from", "500s", "--wait", "0", "--json"];
    assert_eq!(json(&[&["replay", &file, &topology], &words[..]].concat())["topics"], 0);
}

/// 100 seconds at five hundred times their speed take a fifth of a second; at full speed, none.
#[test]
fn speed_times_and_topics_are_chosen() {
    let deployment = Deployment::new("unix");
    let feed = import(&deployment);
    let topology = deployment.topology();
    let started = std::time::Instant::now();
    let replayed = |more: &[&str]| {
        let base = ["replay", &feed, &topology, "--as", "b", "--wait", "0", "--json"];
        json(&[&base[..], more].concat())["published"].clone()
    };
    assert_eq!(replayed(&["--speed", "500"]), 200);
    assert!(started.elapsed() >= Duration::from_millis(190), "{:?}", started.elapsed());
    assert_eq!(replayed(&["--speed", "max", "market.*"]), 200);
    assert_eq!(replayed(&["--speed", "max", "risk.*"]), 0);
    assert_eq!(replayed(&["--speed", "max", "--from", "1970-01-01T00:01:00Z"]), 80);
    assert_eq!(replayed(&["--speed", "max", "--from", "50s", "--to", "60s"]), 20);
    assert_eq!(replayed(&["--speed", "max", "--from", "500s"]), 0);
    for wrong in [&["--speed", "0"], &["--from", "noon"]] {
        let all = [&["replay", &feed, &topology, "--as", "b"], &wrong[..]].concat();
        assert_eq!(mycelium(&all).status.code(), Some(2));
    }
}

#[test]
fn the_types_of_captured_files_are_those_of_the_schema() {
    use mycelium_generated::market::{BookTicker, DepthUpdate, Snapshot, Trade};
    let mut texts: Vec<String> = Vec::new();
    for def in [BookTicker::DEF, Trade::DEF, DepthUpdate::DEF, Snapshot::DEF] {
        let all = canon::texts(def);
        let starts: Vec<usize> = all.match_indices("myc-digest/").map(|(at, _)| at).collect();
        for (index, start) in starts.iter().enumerate() {
            let end = starts.get(index + 1).copied().unwrap_or(all.len());
            let text = all[*start..end].to_owned();
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/recording/market.types");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, texts.concat()).expect("it is written");
    }
    let found = std::fs::read_to_string(&path).expect("it is there");
    assert_eq!(found, texts.concat(), "BLESS=1 writes it anew");
}

/// The captured files, where they are beside the project.
fn captured() -> Option<[String; 2]> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let files = ["btcusdt", "ethusdt"]
        .map(|symbol| folder.join(format!("binance_usdm_{symbol}_20240808.jsonl.gz")));
    files.iter().all(|file| file.is_file()).then(|| files.map(|file| file.display().to_string()))
}

const LINES: usize = 2_000;

/// The first lines of a captured file.
fn beginning(file: &str, deployment: &Deployment) -> String {
    let lines = BufReader::new(MultiGzDecoder::new(BufReader::new(File::open(file).expect(file))));
    let lines: Vec<String> =
        lines.lines().take(LINES).map(|line| line.expect("UTF-8") + "\n").collect();
    let name = Path::new(file).file_stem().expect("a name").display().to_string();
    let path = deployment.file(&name);
    std::fs::write(&path, lines.concat()).expect("a file");
    path
}

/// A Python that has the public package `mcap`, in an environment that is made for it.
fn python_with_mcap() -> Result<String, String> {
    let venv = Path::new(env!("CARGO_TARGET_TMPDIR")).join("venv-mcap");
    let python = venv.join("bin/python");
    let has_mcap = |python: &Path| {
        let found = Command::new(python).args(["-c", "import mcap.reader"]).output();
        found.is_ok_and(|output| output.status.success())
    };
    if !has_mcap(&python) {
        for command in [
            Command::new("python3").args(["-m", "venv"]).arg(&venv),
            Command::new(&python).args(["-m", "pip", "install", "--quiet", "mcap==1.6.0"]),
        ] {
            let output = command.output().map_err(|error| error.to_string())?;
            if !output.status.success() {
                return Err(String::from_utf8_lossy(&output.stderr).into_owned());
            }
        }
    }
    Ok(python.display().to_string())
}

/// Counts by topic, and whether schema and frames are ours, as the public package reads them.
const READ_BY_PYTHON: &str = r#"
import collections, json, sys
from mcap.reader import make_reader
counts = collections.Counter()
with open(sys.argv[1], "rb") as file:
    reader = make_reader(file, validate_crcs=True)
    for schema, channel, message in reader.iter_messages():
        assert schema.encoding == "mycelium-canonical" and channel.message_encoding == "mycelium"
        assert schema.data.startswith(b"myc-digest/1 message " + schema.name.encode())
        length = int.from_bytes(message.data[:4], "little")
        assert len(message.data) == 16 + length
        counts[channel.topic] += 1
    total = reader.get_summary().statistics.message_count
print(json.dumps({"topics": counts, "total": total}))
"#;

#[test]
fn the_public_python_package_reads_it_with_equal_counts() {
    let python = match python_with_mcap() {
        Ok(python) => python,
        Err(reason) => {
            return eprintln!("skipped: the Python package mcap is not to be had: {reason}");
        }
    };
    let deployment = Deployment::new("unix");
    let read = |file: &str| -> Value {
        let output = Command::new(&python).args(["-c", READ_BY_PYTHON, file]).output();
        serde_json::from_str(&text(&output.expect("it runs"))).expect("JSON")
    };
    let found = read(&import(&deployment));
    assert_eq!(found, serde_json::json!({ "topics": { "market.trades": 200 }, "total": 200 }));
    let Some(files) = captured() else {
        return eprintln!("skipped: the captured files are not beside the project");
    };
    // All of them take long without optimisation.
    let is_whole = std::env::var_os("MYC_CAPTURED_WHOLE").is_some();
    let [first, second] = match is_whole {
        true => files,
        false => files.map(|file| beginning(&file, &deployment)),
    };
    let output = deployment.file("captured.mcap");
    let imported = json(&["import-feed", &first, &second, "-o", &output, "--json"]);
    let expected = if is_whole { 168_609 } else { 2 * LINES };
    assert_eq!(imported["messages"], expected);
    let found = read(&output);
    assert_eq!(found["total"], expected);
    assert_eq!(found["topics"]["market.trades"], imported["types"]["Trade"]);
    assert_eq!(found["topics"]["market.book_ticker"], imported["types"]["BookTicker"]);
    assert_eq!(found["topics"]["market.depth"], imported["types"]["DepthUpdate"]);
}

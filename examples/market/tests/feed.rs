//! Captured and simulated feeds, through the public door.

use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use market::feed::{Event, Feed, FeedError, FeedFile, MarketMessage, Merged, Problem};
use mycelium_generated::market::Side;
use tempfile::TempDir;

const TICKER: &str = r#"1723161255088169167 {"stream":"btcusdt@bookTicker","data":{"e":"bookTicker","u":5123107839020,"s":"BTCUSDT","b":"61800.20","B":"2.507","a":"61800.30","A":"2.510","T":1723161256313,"E":1723161256313}}"#;
const TRADE: &str = r#"1723161255088176367 {"stream":"btcusdt@trade","data":{"e":"trade","E":1723161256322,"T":1723161256321,"s":"BTCUSDT","t":5266583935,"p":"61800.30","q":"0.006","X":"MARKET","m":true}}"#;
const DEPTH: &str = r#"1723161255088186367 {"stream":"btcusdt@depth@0ms","data":{"e":"depthUpdate","E":1723161256299,"T":1723161256298,"s":"BTCUSDT","U":5123107832006,"u":5123107837557,"pu":5123107831937,"b":[["58710.20","0.014"],["61496.50","0.000"]],"a":[["61800.30","1.5"]]}}"#;
const SNAPSHOT: &str = r#"1723161255088196367 {"lastUpdateId":5123107856276,"E":1723161256567,"T":1723161256561,"bids":[["2681.62","16.969"]],"asks":[["2681.63","0.00000001"]]}"#;

fn write(folder: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("a file in a temporary folder");
    path
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).expect("memory takes every write");
    encoder.finish().expect("memory takes every write")
}

fn read(path: &Path) -> Result<Vec<Event>, FeedError> {
    FeedFile::open(path)?.collect()
}

/// What reading such a file fails with.
fn error_of(text: &str) -> FeedError {
    let folder = TempDir::new().expect("a temporary folder");
    read(&write(&folder, "feed.jsonl", text.as_bytes())).expect_err("the feed is damaged")
}

#[test]
fn every_kind_of_event_is_read_exactly() {
    let folder = TempDir::new().expect("a temporary folder");
    let text =
        [SNAPSHOT.replace("1723161255088196367", "1"), TICKER.into(), TRADE.into(), DEPTH.into()];
    let path = write(&folder, "feed.jsonl.gz", &gzip(&text.join("\n")));
    let events = read(&path).expect("a sound feed");
    let received: Vec<i64> = events.iter().map(|event| event.received_ns).collect();
    assert_eq!(received, [1, 1723161255088169167, 1723161255088176367, 1723161255088186367]);

    let mut messages = events.into_iter().map(|event| event.message);
    let Some(MarketMessage::Snapshot(snapshot)) = messages.next() else { panic!("a snapshot") };
    assert_eq!(snapshot.symbol, "BTCUSDT");
    assert_eq!(snapshot.asks[0].quantity.to_string(), "0.00000001");
    let Some(MarketMessage::BookTicker(ticker)) = messages.next() else { panic!("a ticker") };
    assert_eq!(ticker.bid.price.to_string(), "61800.20000000");
    assert_eq!(ticker.event_time.0, 1_723_161_256_313_000_000);
    let Some(MarketMessage::Trade(trade)) = messages.next() else { panic!("a trade") };
    assert_eq!((trade.side, trade.trade_id), (Side::Sell, 5266583935));
    assert_eq!(trade.quantity.to_string(), "0.00600000");
    let Some(MarketMessage::DepthUpdate(depth)) = messages.next() else { panic!("an update") };
    assert_eq!((depth.bids.len(), depth.asks.len()), (2, 1));
    assert_eq!(depth.previous_update_id, Some(5123107831937));
}

#[test]
fn files_are_merged_by_receive_time() {
    let folder = TempDir::new().expect("a temporary folder");
    let first = write(&folder, "first.jsonl", format!("{TICKER}\n{SNAPSHOT}\n").as_bytes());
    let second = write(&folder, "second.jsonl", format!("{TRADE}\n{DEPTH}\n").as_bytes());
    let feeds = [first, second]
        .map(|path| -> Feed { Box::new(FeedFile::open(&path).expect("a sound feed")) });
    let events: Result<Vec<Event>, FeedError> = Merged::new(feeds).collect();
    let kinds: Vec<&str> = events
        .expect("sound feeds")
        .iter()
        .map(|event| match event.message {
            MarketMessage::BookTicker(_) => "ticker",
            MarketMessage::Trade(_) => "trade",
            MarketMessage::DepthUpdate(_) => "depth",
            MarketMessage::Snapshot(_) => "snapshot",
        })
        .collect();
    assert_eq!(kinds, ["ticker", "trade", "depth", "snapshot"]);
}

#[test]
fn a_line_cut_short_is_named() {
    let error = error_of(&format!("{TICKER}\n{}", &TRADE[..90]));
    assert!(matches!(error.problem, Problem::LineEndsInTheMiddle), "{error}");
    assert_eq!(error.line, 2);
    assert!(error.to_string().contains("feed.jsonl, line 2: the file ends in the middle"));
}

#[test]
fn gzip_data_cut_short_is_named() {
    let folder = TempDir::new().expect("a temporary folder");
    let whole = gzip(&format!("{TICKER}\n{DEPTH}\n"));
    for keep in [whole.len() - 4, whole.len() / 2, 12] {
        let error = read(&write(&folder, "feed.gz", &whole[..keep])).expect_err("it is cut");
        assert!(matches!(error.problem, Problem::GzipEndsInTheMiddle), "{keep}: {error}");
    }
}

#[test]
fn damaged_lines_are_named_with_what_is_wrong() {
    let check = |line: &str, expected: &str| {
        let error = error_of(&format!("{TICKER}\n{line}\n"));
        assert_eq!(error.line, 2);
        assert!(error.to_string().contains(expected), "{error}");
    };
    check(&TRADE.replace("\"q\":\"0.006\",", ""), "a trade without `q`");
    check(&TRADE.replace("\"61800.30\"", "\"0.123456789\""), "at most 8 places");
    check(&TRADE.replace("\"trade\"", "\"markPrice\""), "unknown kind of event \"markPrice\"");
    check(&TRADE.replace("1723161255088176367", "17"), "receive time goes back");
    check(&TRADE.replace("1723161255088176367", "soon"), "expected a receive time");
    check(&DEPTH.replace("\"0.014\"]", "\"0.014\""), "not an event");
    check("", "expected a receive time");
}

#[test]
fn a_missing_file_is_named() {
    let error = read(Path::new("no/such/feed.gz")).expect_err("there is no such file");
    assert!(error.to_string().starts_with("feed no/such/feed.gz: cannot be opened"), "{error}");
}

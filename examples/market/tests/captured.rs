//! The captured streams, where they lie beside the repository.

use std::path::Path;

use market::feed::{Event, Feed, FeedError, FeedFile, MarketMessage, Merged};

const FILES: [&str; 2] =
    ["binance_usdm_btcusdt_20240808.jsonl.gz", "binance_usdm_ethusdt_20240808.jsonl.gz"];

#[test]
fn both_captured_streams_are_read_whole() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    if !FILES.iter().all(|file| folder.join(file).exists()) {
        eprintln!("skipped: no captured streams in {}", folder.display());
        return;
    }
    let feeds = FILES.map(|file| -> Feed {
        Box::new(FeedFile::open(&folder.join(file)).expect("the captured file"))
    });
    let (mut tickers, mut trades, mut updates, mut snapshots, mut levels) = (0, 0, 0, 0, 0);
    let mut last_ns = 0;
    for event in Merged::new(feeds) {
        let event: Result<Event, FeedError> = event;
        let event = event.expect("a sound stream");
        assert!(event.received_ns >= last_ns);
        last_ns = event.received_ns;
        match event.message {
            MarketMessage::BookTicker(_) => tickers += 1,
            MarketMessage::Trade(_) => trades += 1,
            MarketMessage::DepthUpdate(update) => {
                updates += 1;
                levels += update.bids.len() + update.asks.len();
            }
            MarketMessage::Snapshot(snapshot) => {
                snapshots += 1;
                assert_eq!((snapshot.bids.len(), snapshot.asks.len()), (1_000, 1_000));
            }
        }
    }
    assert_eq!((tickers, trades, updates, snapshots), (120_081, 35_389, 13_137, 2));
    assert_eq!(levels, 872_183);
}

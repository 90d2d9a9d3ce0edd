//! The book against the venue's own best prices, on the captured stream where it lies beside the repository.

use std::path::Path;

use backtest::runs;
use backtest::strategy::Params;
use backtest::tape::Tape;
use market::feed::{Feed, FeedFile, Simulator, SimulatorOptions};

#[test]
fn the_captured_book_has_the_best_prices_of_the_venue() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/binance_usdm_btcusdt_20240808.jsonl.gz");
    if !path.exists() {
        eprintln!("skipped: no captured stream at {}", path.display());
        return;
    }
    let feed: Feed = Box::new(FeedFile::open(&path).unwrap());
    // The first eighth of the file, so that it takes a second.
    let tape = Tape::read(Box::new(feed.take(12_000)), "BTCUSDT").unwrap();
    let (checked, equal) = tape.checked;
    assert!(checked > 20, "{checked}");
    assert_eq!(equal, checked);
    let ran = runs::backtest(&tape.first(20_000_000_000), Params::default(), 1, false).unwrap();
    let portfolio = &ran.portfolio;
    let worth = portfolio.realised + portfolio.unrealised() - portfolio.fees;
    assert_eq!(portfolio.equity(), worth);
}

#[test]
fn a_generated_feed_is_a_tape_too() {
    let options = SimulatorOptions { seed: 1, duration_ns: 5_000_000_000 };
    let feed: Feed = Box::new(Simulator::new(&options));
    let tape = Tape::read(feed, "BTCUSDT").unwrap();
    assert!(tape.changes.len() > 1_000, "{}", tape.changes.len());
    assert!(tape.changes.is_sorted_by_key(|(at, _)| *at));
    assert_eq!(tape.checked.0, tape.checked.1);
}

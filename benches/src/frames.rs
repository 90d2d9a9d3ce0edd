//! A feed as frames, back to back: the same stream for the codecs of all languages.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use clap::Args;
use market::feed::{Feed, FeedFile, MarketMessage, Merged, Simulator, SimulatorOptions};
use mycelium::Message;

#[derive(Args)]
pub(crate) struct Options {
    /// Captured stream; several are merged [default: 120 simulated seconds]
    #[arg(long = "feed", value_name = "FILE")]
    feeds: Vec<PathBuf>,

    /// File for the frames
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

pub(crate) fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let mut feeds: Vec<Feed> = Vec::new();
    for path in &options.feeds {
        feeds.push(Box::new(FeedFile::open(path)?));
    }
    if feeds.is_empty() {
        let simulated = SimulatorOptions { seed: 1, duration_ns: 120_000_000_000 };
        feeds.push(Box::new(Simulator::new(&simulated)));
    }
    let mut file = BufWriter::new(File::create(&options.out)?);
    let mut count = 0u64;
    for event in Merged::new(feeds) {
        let frame = match event?.message {
            MarketMessage::BookTicker(ticker) => ticker.to_frame(),
            MarketMessage::Trade(trade) => trade.to_frame(),
            MarketMessage::DepthUpdate(update) => update.to_frame(),
            MarketMessage::Snapshot(snapshot) => snapshot.to_frame(),
        };
        file.write_all(&frame)?;
        count += 1;
    }
    file.flush()?;
    println!("{{\"frames\":{count}}}");
    Ok(())
}

//! What the engine is told on its command line.

use std::path::PathBuf;

use clap::Parser;
use market::feed::{Feed, FeedError, FeedFile, Merged, Simulator, SimulatorOptions};
use market::pace::Speed;

const SIMULATED_SECONDS: f64 = 120.0;

/// The market-data and execution services of the market pipeline.
#[derive(Parser)]
#[command(name = "market-engine")]
pub(crate) struct Options {
    /// Topology file that names the nodes
    #[arg(long, value_name = "FILE")]
    pub(crate) topology: PathBuf,

    /// Folder for the reports
    #[arg(long, value_name = "FOLDER")]
    pub(crate) reports: PathBuf,

    /// Captured stream (`.jsonl` or `.gz`); several are merged by receive time [default: simulator]
    #[arg(long = "feed", value_name = "FILE")]
    feeds: Vec<PathBuf>,

    /// `max`, or times the speed of the market: 1x, 10x
    #[arg(long, default_value = "1x")]
    pub(crate) speed: Speed,

    /// Market seconds to run [default: 120 simulated, or the whole feed]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    duration: Option<f64>,

    /// Seed of the simulator
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// End when standard input does; a line on it is the reason
    #[arg(long)]
    pub(crate) supervised: bool,
}

impl Options {
    /// Opens what is to be published.
    pub(crate) fn feed(&self) -> Result<Feed, FeedError> {
        if self.feeds.is_empty() {
            let duration_ns = nanoseconds(self.duration.unwrap_or(SIMULATED_SECONDS));
            let options = SimulatorOptions { seed: self.seed, duration_ns };
            return Ok(Box::new(Simulator::new(&options)));
        }
        let open = |path| -> Result<Feed, FeedError> { Ok(Box::new(FeedFile::open(path)?)) };
        let feeds: Vec<Feed> =
            self.feeds.iter().map(|path| open(path)).collect::<Result<_, _>>()?;
        let merged = Merged::new(feeds);
        match self.duration {
            Some(seconds) => Ok(Box::new(until(merged, nanoseconds(seconds)))),
            None => Ok(Box::new(merged)),
        }
    }
}

/// Events up to so long after the first one; an error always comes through.
fn until(feed: Merged, duration_ns: i64) -> impl Iterator<Item = <Merged as Iterator>::Item> {
    let mut end_ns = None;
    feed.take_while(move |event| match event {
        Ok(event) => {
            let end_ns = *end_ns.get_or_insert(event.received_ns.saturating_add(duration_ns));
            event.received_ns < end_ns
        }
        Err(_) => true,
    })
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds.is_finite() && seconds > 0.0 => Ok(seconds),
        _ => Err("expected a number of seconds above 0".to_owned()),
    }
}

fn nanoseconds(seconds: f64) -> i64 {
    (seconds * 1e9) as i64
}

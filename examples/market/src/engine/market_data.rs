//! The market-data service: publishes a feed at its pace.

use std::sync::Arc;

use market::feed::{Feed, MarketMessage};
use market::pace::Pace;
use market::report::{MidPrices, Report};
use market::service::wait_for_subscribers;
use market::tally::{Counted, Tally};
use mycelium::topology::Topology;
use mycelium::{MessageBus, Publisher, Timestamp};
use mycelium_generated::market::{BookTicker, DepthUpdate, Snapshot, Trade};

use super::lifeline::Stop;
use super::monitor::MONITOR;
use super::progress::Progress;
use super::{EngineError, Options};

/// Services that subscribe to each topic, where the topology names them.
const SUBSCRIBERS: [&str; 5] = ["execution", "strategy", "risk", MONITOR, "venue"];
/// The one that subscribes to best prices alone.
const SUBSCRIBER_OF_TICKERS: &str = "market-maker";

/// Publishes the whole feed, then closes the topics.
pub(super) fn run(
    bus: &MessageBus,
    options: &Options,
    feed: Feed,
    stop: &Stop,
    progress: &Progress,
) -> Result<Report, EngineError> {
    let mut outlets = Outlets::open(bus, &Topology::load(&options.topology)?, stop)?;
    let mut pace = Pace::new(options.speed);
    for event in feed {
        let event = event?;
        stop.sleep(pace.wait_for(event.received_ns))?;
        outlets.publish(event.message)?;
        progress.market_data.add_message();
    }
    Ok(outlets.into_report())
}

/// A publisher with the account of what went through it.
struct Outlet<M: Counted> {
    publisher: Publisher<M>,
    tally: Tally,
}

struct Outlets {
    tickers: Outlet<BookTicker>,
    trades: Outlet<Trade>,
    updates: Outlet<DepthUpdate>,
    snapshots: Outlet<Snapshot>,
    mid: MidPrices,
}

impl<M: Counted> Outlet<M> {
    fn open(bus: &MessageBus) -> Result<Self, EngineError> {
        Ok(Self { publisher: bus.publisher()?, tally: Tally::default() })
    }

    /// Waits until all subscribers are there, unless told to end.
    fn wait(self, count: usize, stop: &Stop) -> Result<Self, EngineError> {
        wait_for_subscribers(&self.publisher, count, || stop.check())?;
        Ok(self)
    }

    fn publish(&mut self, mut message: M) -> Result<(), EngineError> {
        message.set_sent_time(Timestamp::now());
        let message = Arc::new(message);
        self.publisher.publish_arc(message.clone())?;
        Ok(self.tally.record(&*message)?)
    }
}

impl Outlets {
    /// Opens all topics before waiting for the subscribers of any.
    fn open(bus: &MessageBus, topology: &Topology, stop: &Stop) -> Result<Self, EngineError> {
        let is_there = |service: &&str| topology.node_of(service).is_some();
        let all = SUBSCRIBERS.iter().filter(|service| is_there(service)).count();
        let of_tickers = all + usize::from(is_there(&SUBSCRIBER_OF_TICKERS));
        let (tickers, trades) = (Outlet::open(bus)?, Outlet::open(bus)?);
        let (updates, snapshots) = (Outlet::open(bus)?, Outlet::open(bus)?);
        Ok(Self {
            tickers: tickers.wait(of_tickers, stop)?,
            trades: trades.wait(all, stop)?,
            updates: updates.wait(all, stop)?,
            snapshots: snapshots.wait(all, stop)?,
            mid: MidPrices::default(),
        })
    }

    fn publish(&mut self, message: MarketMessage) -> Result<(), EngineError> {
        match message {
            MarketMessage::BookTicker(ticker) => {
                self.mid.note(&ticker);
                self.tickers.publish(ticker)
            }
            MarketMessage::Trade(trade) => self.trades.publish(trade),
            MarketMessage::DepthUpdate(update) => self.updates.publish(update),
            MarketMessage::Snapshot(snapshot) => self.snapshots.publish(snapshot),
        }
    }

    /// Dropping the publishers closes their topics behind the last message.
    fn into_report(self) -> Report {
        let mut report = Report::new("market-data");
        report.published.insert(self.tickers.publisher.topic().to_owned(), self.tickers.tally);
        report.published.insert(self.trades.publisher.topic().to_owned(), self.trades.tally);
        report.published.insert(self.updates.publisher.topic().to_owned(), self.updates.tally);
        report.published.insert(self.snapshots.publisher.topic().to_owned(), self.snapshots.tally);
        report.mid = self.mid;
        report
    }
}

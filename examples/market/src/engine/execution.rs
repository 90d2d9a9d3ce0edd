//! The execution service: receives the market through `Arc`, and the risk service's verdicts.

use std::sync::Arc;
use std::thread::JoinHandle;

use market::report::Report;
use market::tally::{Counted, Tally};
use mycelium::{MessageBus, RecvError, Subscriber};
use mycelium_generated::market::{BookTicker, DepthUpdate, Snapshot, Trade, Verdict};

use super::EngineError;
use super::lifeline::Stop;
use super::progress::{Counter, Progress};

/// A subscriber of each topic.
pub(super) struct Execution {
    tickers: Subscriber<BookTicker>,
    trades: Subscriber<Trade>,
    updates: Subscriber<DepthUpdate>,
    snapshots: Subscriber<Snapshot>,
    verdicts: Subscriber<Verdict>,
    counter: Arc<Counter>,
    stop: Stop,
}

type Account = JoinHandle<Result<Tally, EngineError>>;

impl Execution {
    /// Subscribes, so that nothing published from now on is missed.
    pub(super) fn open(
        bus: &MessageBus,
        progress: &Progress,
        stop: &Stop,
    ) -> Result<Self, EngineError> {
        Ok(Self {
            tickers: bus.subscriber()?,
            trades: bus.subscriber()?,
            updates: bus.subscriber()?,
            snapshots: bus.subscriber()?,
            verdicts: bus.subscriber()?,
            counter: progress.execution.clone(),
            stop: stop.clone(),
        })
    }

    /// Receives until the publishers of all topics have closed.
    pub(super) fn run(self) -> Result<Report, EngineError> {
        let (counter, stop) = (&self.counter, &self.stop);
        let accounts: [(&str, Account); 5] = [
            start(self.tickers, counter, stop),
            start(self.trades, counter, stop),
            start(self.updates, counter, stop),
            start(self.snapshots, counter, stop),
            start(self.verdicts, counter, stop),
        ];
        let mut report = Report::new("execution");
        for (topic, account) in accounts {
            let tally = account.join().unwrap_or(Err(EngineError::Panicked))?;
            report.received.insert(topic.to_owned(), tally);
        }
        Ok(report)
    }
}

/// Each topic has a thread that blocks on it; one that fails ends all of them.
fn start<M: Counted>(
    subscriber: Subscriber<M>,
    counter: &Arc<Counter>,
    stop: &Stop,
) -> (&'static str, Account) {
    let (counter, stop) = (counter.clone(), stop.clone());
    let receive =
        move || receive_all(subscriber, &counter).inspect_err(|error| stop.end(error.to_string()));
    (M::TOPIC, std::thread::spawn(receive))
}

fn receive_all<M: Counted>(
    mut subscriber: Subscriber<M>,
    counter: &Counter,
) -> Result<Tally, EngineError> {
    let mut tally = Tally::default();
    loop {
        match subscriber.recv_blocking() {
            Ok(Some(message)) => {
                tally.receive(&*message)?;
                counter.add_message();
            }
            Ok(None) => return Ok(tally),
            Err(RecvError::Lost(count)) => {
                tally.lost += count;
                counter.add_lost(count);
            }
            Err(error) => return Err(error.into()),
        }
    }
}

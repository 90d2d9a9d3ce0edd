//! Both services on one bus: what one publishes, the other receives as the same `Arc`; with them, where the topology says
//! so, the monitor, which is written in Python.

mod error;
mod execution;
mod lifeline;
mod market_data;
mod monitor;
mod options;
mod progress;

use market::feed::Feed;
use market::report::Report;
use market::service::telling;
use mycelium::MessageBus;

pub(crate) use error::EngineError;
pub(crate) use options::Options;

use lifeline::Stop;
use progress::Progress;

/// Runs both services to the end of the feed, or until they are told to end.
pub(crate) fn run(options: &Options) -> Result<(), EngineError> {
    let feed = options.feed()?;
    let bus = MessageBus::from_topology(&options.topology, "market-data")?;
    let stop = Stop::new(bus.clone());
    lifeline::watch(&stop, options.supervised)?;
    let progress = Progress::default();
    let reports =
        telling(|| progress.tell(), || run_services(options, feed, &bus, &stop, &progress));
    bus.shutdown();
    for report in reports.map_err(|error| stop.blame(error))? {
        report
            .write(&options.reports)
            .map_err(|error| EngineError::Report { folder: options.reports.clone(), error })?;
    }
    Ok(())
}

fn run_services(
    options: &Options,
    feed: Feed,
    bus: &MessageBus,
    stop: &Stop,
    progress: &Progress,
) -> Result<[Report; 2], EngineError> {
    // One node, one process, one bus: the second call gives another handle of it.
    let bus_of_execution = MessageBus::from_topology(&options.topology, "execution")?;
    let execution = execution::Execution::open(&bus_of_execution, progress, stop)?;
    let execution = std::thread::spawn(move || execution.run());

    // Subscribes in its own time; the market waits for it.
    let monitor = monitor::Hosted::start(options, stop);
    let monitor = monitor.inspect_err(|error| stop.end(error.to_string()))?;
    let published = market_data::run(bus, options, feed, stop, progress);
    if let Err(error) = &published {
        // Subscribers end at once, rather than when their publishers vanish.
        stop.end(error.to_string());
    }
    let received = execution.join().unwrap_or(Err(EngineError::Panicked));
    let watched = monitor.map_or(Ok(()), |monitor| monitor.finish(stop));
    let reports = [published?, received?];
    watched.map(|()| reports)
}

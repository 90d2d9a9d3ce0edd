//! The monitor is written in Python: where the topology puts it into this process, the engine hosts it.

use mycelium::topology::Topology;

use super::lifeline::Stop;
use super::{EngineError, Options};

/// The monitor's name in the topology.
pub(super) const MONITOR: &str = "monitor";

/// A monitor in this process; dropping it ends it.
pub(super) struct Hosted(Host);

impl Hosted {
    /// Starts the monitor, if the topology names it beside the market data.
    pub(super) fn start(options: &Options, stop: &Stop) -> Result<Option<Self>, EngineError> {
        let topology = Topology::load(&options.topology)?;
        let node_of = |service: &str| topology.node_of(service).map(|node| &node.name);
        match node_of(MONITOR) {
            Some(node) if Some(node) == node_of("market-data") => {
                Ok(Some(Self(start(options, stop)?)))
            }
            _ => Ok(None),
        }
    }

    /// Waits until it has ended, as it does when the market's topics close.
    pub(super) fn finish(self, stop: &Stop) -> Result<(), EngineError> {
        finish(&self.0)?;
        stop.check()
    }
}

#[cfg(feature = "python")]
use mycelium_python_host::Host;

#[cfg(feature = "python")]
fn start(options: &Options, stop: &Stop) -> Result<Host, EngineError> {
    use mycelium::MessageBus;
    use mycelium::actor::{Policy, Restart};

    // One node, one process, one bus.
    let bus = MessageBus::from_topology(&options.topology, MONITOR)?;
    let stop = stop.clone();
    let python = Host::start(&bus, &[])
        .map_err(EngineError::hosting)?
        // Its account would lack what it has missed: it is not started again.
        .on_failure(move |service, error| stop.end(format!("{service} failed\n{error}")));
    let reports = [("reports", options.reports.as_os_str())];
    let policy = Policy::default().restart(Restart::Never);
    python.service_with(MONITOR, "monitor:run", &reports, policy).map_err(EngineError::hosting)?;
    Ok(python)
}

#[cfg(feature = "python")]
fn finish(python: &Host) -> Result<(), EngineError> {
    python.join().map_err(EngineError::hosting)?;
    python.shutdown(std::time::Duration::from_secs(5)).map_err(EngineError::hosting)
}

/// There is none in a program that is built without Python.
#[cfg(not(feature = "python"))]
enum Host {}

#[cfg(not(feature = "python"))]
fn start(_: &Options, _: &Stop) -> Result<Host, EngineError> {
    Err(EngineError::hosting(
        "this program was built without Python; build it with `--features market/python`, or give the monitor a \
         node of its own",
    ))
}

#[cfg(not(feature = "python"))]
fn finish(python: &Host) -> Result<(), EngineError> {
    match *python {}
}

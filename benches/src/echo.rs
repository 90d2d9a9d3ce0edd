//! The other end of the transports' measurement: sends back what it receives.

use std::error::Error;
use std::path::PathBuf;

use clap::Args;
use mycelium::{MessageBus, Publisher, Received, Subscriber, TryRecvError};
use mycelium_generated::market::Trade;

use crate::cores;
use crate::transports::Waiting;

/// Topic of the way there.
pub(crate) const PING: &str = "bench.ping";
/// Topic of the way back.
pub(crate) const PONG: &str = "bench.pong";

#[derive(Args)]
pub(crate) struct Options {
    /// Topology that holds the service `echo`
    #[arg(long, value_name = "FILE")]
    topology: PathBuf,

    /// Core to stay on; any where nothing is said
    #[arg(long)]
    core: Option<usize>,

    /// How to wait for a message
    #[arg(long, value_enum)]
    waiting: Waiting,

    /// How many messages to take for each that is sent back
    #[arg(long, default_value_t = 1)]
    take: usize,
}

pub(crate) fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    options.core.map_or(Ok(()), cores::pin)?;
    let bus = MessageBus::from_topology(&options.topology, "echo")?;
    let pings = bus.subscriber_on(PING)?;
    let pongs = bus.publisher_on(PONG)?;
    send_back(pings, &pongs, options.waiting, options.take)?;
    drop(pongs);
    bus.shutdown();
    Ok(())
}

/// Sends back every `take`th message, until the publisher closes.
pub(crate) fn send_back(
    mut pings: Subscriber<Trade>,
    pongs: &Publisher<Trade>,
    waiting: Waiting,
    take: usize,
) -> Result<(), Box<dyn Error>> {
    let mut taken = 0;
    while let Some(ping) = receive(&mut pings, waiting)? {
        taken += 1;
        if taken == take {
            taken = 0;
            pongs.forward(ping)?;
        }
    }
    Ok(())
}

/// The next message, waited for in the given way; spinning has no pause, as in `bare`.
pub(crate) fn receive(
    subscriber: &mut Subscriber<Trade>,
    waiting: Waiting,
) -> Result<Option<Received<Trade>>, Box<dyn Error>> {
    if waiting == Waiting::Block {
        return Ok(subscriber.recv_blocking()?);
    }
    loop {
        match subscriber.try_recv() {
            Ok(message) => return Ok(message),
            Err(TryRecvError::Empty) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

//! What the two ends of a route do, each in a process of its own, or both as threads of one.

use super::probe::{Probe, ProbeFrame, nanos, now};
use crate::failure::Failure;
use clap::{Args, ValueEnum};
use hdrhistogram::Histogram;
use mycelium::{MessageBus, Publisher, RecvError, TryRecvError};
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

/// How long an end waits for the other.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is thrown away at the start, of each measurement.
pub(super) const WARM_UP: Duration = Duration::from_millis(200);

/// How late the last message may be that is published at a rate: a busy machine is late too, but not for so long.
const LATEST: Duration = Duration::from_secs(10);

/// Messages between two looks at the clock where none is stamped.
const BATCH: u64 = 64;

/// How a part of a measurement is started. Not for people.
#[derive(Args)]
pub(crate) struct Part {
    #[arg(long)]
    parent: i32,
    #[arg(long)]
    topology: PathBuf,
    /// The service that publishes; nothing for who receives
    #[arg(long)]
    from: Option<String>,
    /// The service that subscribes; nothing for who publishes
    #[arg(long)]
    to: Option<String>,
    #[arg(long)]
    what: What,
    /// Bytes of a frame
    #[arg(long)]
    size: usize,
    /// Messages a second where latency is measured
    #[arg(long)]
    rate: u32,
    #[arg(long, value_parser = crate::up::seconds)]
    length: Duration,
    #[arg(long)]
    poll: bool,
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum What {
    Latency,
    Throughput,
}

/// Does the part, and prints what it has seen as a line of JSON.
pub(crate) fn run(part: &Part) -> Result<(), Failure> {
    if !crate::up::ends_with(part.parent) {
        return Err(Failure::Silent);
    }
    let seen = match (&part.from, &part.to) {
        (Some(from), None) => part.send(&open(part, from)?)?,
        (None, Some(to)) => part.receive(&open(part, to)?)?,
        (Some(from), Some(to)) => part.within(from, to)?,
        (None, None) => return Err(Failure::Input("nothing is to be done".to_owned())),
    };
    writeln!(std::io::stdout().lock(), "{seen}")?;
    Ok(())
}

fn open(part: &Part, service: &str) -> Result<MessageBus, Failure> {
    MessageBus::from_topology(&part.topology, service).map_err(|error| failed(&error))
}

fn failed(error: &impl ToString) -> Failure {
    Failure::Input(error.to_string())
}

impl Part {
    /// Publishes frames that are made already: of a message's way only the transport is measured.
    fn send(&self, bus: &MessageBus) -> Result<Value, Failure> {
        let mut frame = ProbeFrame::of_size(self.size);
        let publisher = self.publisher(bus)?;
        let publish = |number, sent| {
            publisher.publish_bytes(frame.set(number, sent)).map_err(|error| failed(&error))
        };
        self.publish_all(publish)
    }

    /// Two services of one process, each on a thread: messages go over as they are.
    fn within(&self, from: &str, to: &str) -> Result<Value, Failure> {
        let (bus, other) = (open(self, from)?, open(self, to)?);
        let mut subscriber = other.subscriber::<Probe>().map_err(|error| failed(&error))?;
        let publisher = self.publisher(&bus)?;
        let template = Probe::of_size(self.size);
        thread::scope(|scope| {
            let sender = scope.spawn(move || {
                self.publish_all(|number, sent_nanos| {
                    let probe = Probe { number, sent_nanos, ..template.clone() };
                    publisher.publish(probe).map_err(|error| failed(&error))
                })
            });
            let received = self.receive_all(|| match self.poll {
                true => subscriber.try_recv().map(|probe| probe.map(|probe| probe.sent_nanos)),
                false => blocking(
                    subscriber.recv_blocking().map(|probe| probe.map(|probe| probe.sent_nanos)),
                ),
            });
            let sent = sender.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
            let mut all = received?;
            all["published"] = sent["published"].clone();
            Ok(all)
        })
    }

    fn publisher(&self, bus: &MessageBus) -> Result<Publisher<Probe>, Failure> {
        let publisher = bus.publisher::<Probe>().map_err(|error| failed(&error))?;
        publisher.wait_for_subscribers(1, PATIENCE).map_err(|error| failed(&error))?;
        Ok(publisher)
    }

    /// What is sent to warm up has no time.
    fn publish_all(
        &self,
        mut publish: impl FnMut(u64, u64) -> Result<(), Failure>,
    ) -> Result<Value, Failure> {
        let mut number = 0;
        match self.what {
            What::Latency => {
                let (start, step) = (now(), 1_000_000_000 / u64::from(self.rate));
                let warm = start.saturating_add(nanos(WARM_UP));
                let (mut due, end) = (start, warm.saturating_add(nanos(self.length)));
                while due < end {
                    // A sleep would come back later than it should.
                    while now() < due {
                        std::hint::spin_loop();
                    }
                    // What had to wait because others were slow is late all the same.
                    publish(number, if due < warm { 0 } else { due })?;
                    (number, due) = (number + 1, due + step);
                    if now() > end.saturating_add(nanos(LATEST)) {
                        let rate = self.rate;
                        return Err(Failure::Input(format!(
                            "this route does not carry {rate} messages a second: give a lower --rate"
                        )));
                    }
                }
            }
            What::Throughput => {
                let mut publish_for = |length, stamp: fn() -> u64| {
                    let end = now().saturating_add(nanos(length));
                    loop {
                        let stamp = stamp();
                        for _ in 0..BATCH {
                            publish(number, stamp)?;
                            number += 1;
                        }
                        if now() >= end {
                            return Ok::<(), Failure>(());
                        }
                    }
                };
                publish_for(WARM_UP, || 0)?;
                publish_for(self.length, now)?;
                // However slow the machine is, there are two looks at the clock.
                publish_for(Duration::ZERO, now)?;
            }
        }
        Ok(json!({ "published": number }))
    }

    /// Receives by views: messages are looked at where they lie.
    fn receive(&self, bus: &MessageBus) -> Result<Value, Failure> {
        let mut subscriber =
            bus.views::<Probe, u64>(|probe| probe.sent_nanos()).map_err(|error| failed(&error))?;
        self.receive_all(|| match self.poll {
            true => subscriber.try_recv(),
            false => blocking(subscriber.recv_blocking()),
        })
    }

    /// Receives until the publisher has closed.
    fn receive_all(
        &self,
        mut receive: impl FnMut() -> Result<Option<u64>, TryRecvError>,
    ) -> Result<Value, Failure> {
        let mut received = Received::default();
        loop {
            match receive() {
                Ok(Some(sent)) => received.take(self.what, sent)?,
                Ok(None) => return Ok(received.as_json()),
                Err(TryRecvError::Empty) => std::hint::spin_loop(),
                Err(TryRecvError::Failed(RecvError::Lost(_))) => {}
                Err(error) => return Err(failed(&error)),
            }
        }
    }
}

fn blocking<T>(received: Result<T, RecvError>) -> Result<T, TryRecvError> {
    received.map_err(TryRecvError::Failed)
}

/// What a receiver has seen.
#[derive(Default)]
struct Received {
    count: u64,
    latencies: Option<Histogram<u64>>,
    /// Messages after warming up.
    measured: u64,
    /// Messages and time at the first look after that, and at the last.
    first: Option<(u64, u64)>,
    last: Option<(u64, u64)>,
}

impl Received {
    fn take(&mut self, what: What, sent: u64) -> Result<(), Failure> {
        self.count += 1;
        if sent == 0 {
            return Ok(());
        }
        self.measured += 1;
        if what == What::Throughput && !self.measured.is_multiple_of(BATCH) {
            return Ok(());
        }
        let time = now();
        let look = (self.measured, time);
        self.first.get_or_insert(look);
        self.last = Some(look);
        if what == What::Latency {
            let latencies = match &mut self.latencies {
                Some(latencies) => latencies,
                none => none.insert(Histogram::new(3).map_err(|error| failed(&error))?),
            };
            latencies.record(time.saturating_sub(sent)).map_err(|error| failed(&error))?;
        }
        Ok(())
    }

    fn as_json(&self) -> Value {
        let rate = self.first.zip(self.last).and_then(|((before, start), (after, end))| {
            (end > start).then(|| (after - before) as f64 * 1e9 / (end - start) as f64)
        });
        let latency = self.latencies.as_ref().map(|latencies| {
            // Ten points for each further digit of nines.
            let curve = (0..=40).map(|step| {
                let quantile = 1.0 - 0.1_f64.powf(f64::from(step) / 10.0);
                json!([quantile, latencies.value_at_quantile(quantile)])
            });
            json!({
                "samples": latencies.len(),
                "mean_nanos": latencies.mean(),
                "p50_nanos": latencies.value_at_quantile(0.5),
                "p90_nanos": latencies.value_at_quantile(0.9),
                "p99_nanos": latencies.value_at_quantile(0.99),
                "p999_nanos": latencies.value_at_quantile(0.999),
                "most_nanos": latencies.max(),
                "curve": curve.collect::<Vec<_>>(),
            })
        });
        json!({ "received": self.count, "per_second": rate, "latency": latency })
    }
}

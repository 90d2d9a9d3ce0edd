//! A program of Rust that hosts a service of Python, both on one bus: Rust sends signals, Python judges them, Rust checks
//! the verdicts.
//!
//! ```sh
//! PYTHONPATH=runtime/python:generated/python \
//!     cargo run -p mycelium-python-host --features libpython --example judged_by_python
//! ```

use std::error::Error;
use std::path::Path;
use std::thread;
use std::time::Duration;

use mycelium::actor::Policy;
use mycelium::prelude::*;
use mycelium::{Decimal, Timestamp};
use mycelium_generated::market::{Decision, Side, Signal, Symbol, Verdict};
use mycelium_python_host::Host;

const SIGNALS: u64 = 20_000;
const PATIENCE: Duration = Duration::from_secs(20);

fn main() -> Result<(), Box<dyn Error>> {
    let bus = MessageBus::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let python = Host::start(&bus, &[&folder])?;
    python.service("risk", "risk_service:run", Policy::default())?;
    run(&bus)?;
    // The service has ended: nobody publishes signals any more.
    python.join()?;
    python.shutdown(PATIENCE)?;
    println!("{SIGNALS} signals of Rust, judged by Python");
    Ok(())
}

fn run(bus: &MessageBus) -> Result<(), Box<dyn Error>> {
    let mut verdicts = bus.subscriber::<Verdict>()?;
    let signals = bus.publisher::<Signal>()?;
    signals.wait_for_subscribers(1, PATIENCE)?;
    thread::scope(|threads| {
        let sending = threads
            .spawn(move || (0..SIGNALS).try_for_each(|number| signals.publish(signal(number))));
        for number in 0..SIGNALS {
            let verdict = verdicts.recv_timeout(PATIENCE)?.ok_or("the service ended too early")?;
            check(&verdict, number)?;
        }
        sending.join().map_err(|_| "sending panicked")??;
        match verdicts.recv_timeout(PATIENCE)? {
            None => Ok(()),
            Some(verdict) => Err(format!("one verdict too many: {verdict:?}").into()),
        }
    })
}

fn check(verdict: &Verdict, number: u64) -> Result<(), String> {
    let expected = signal(number).quantity;
    let is_right =
        matches!(&verdict.decision, Decision::Approved(approval) if approval.quantity == expected);
    if verdict.signal_id == number && is_right {
        return Ok(());
    }
    Err(format!("another verdict on signal {number}: {verdict:?}"))
}

fn signal(number: u64) -> Signal {
    let price = Decimal::from_mantissa(6_125_050_000_000);
    Signal {
        event_time: Timestamp::default(),
        sent_time: Timestamp::default(),
        signal_id: number,
        symbol: Symbol::default(),
        side: Side::Buy,
        price,
        quantity: Decimal::from_mantissa(1 + number as i64 % 9),
        confidence: 0.75,
        lifetime: Default::default(),
        mid: price,
        strategy: "mean reversion".into(),
    }
}

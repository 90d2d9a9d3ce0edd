//! A program of Rust that holds a service of OCaml, both on one bus: Rust sends signals, OCaml judges them, Rust checks
//! the verdicts.
#![allow(unsafe_code)]

use std::error::Error;
use std::ffi::{c_char, c_int};
use std::thread;
use std::time::Duration;

use mycelium::prelude::*;
use mycelium::{Decimal, Timestamp};
use mycelium_generated::market::{Decision, Side, Signal, Symbol, Verdict};

use crate::ocaml;

const SIGNALS: u64 = 20_000;
const PATIENCE: Duration = Duration::from_secs(20);

/// What `main` calls; 0 if all verdicts are right.
///
/// # Safety
///
/// `arguments` are those of the program. To be called once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hosting_rust_main(arguments: *mut *mut c_char) -> c_int {
    let bus = MessageBus::new();
    // SAFETY: by this function's contract.
    let service = unsafe { ocaml::start(arguments, bus.clone(), c"hosting_risk_service") };
    let checked = run(&bus).map_err(|error| error.to_string());
    // Ends the service where something went wrong; else it has ended.
    bus.shutdown();
    let ended = service.and_then(|service| service.join().map_err(|_| "it panicked".to_owned())?);
    match checked.and(ended) {
        Ok(()) => {
            println!("{SIGNALS} signals of Rust, judged by OCaml");
            0
        }
        Err(why) => {
            eprintln!("{why}");
            1
        }
    }
}

fn run(bus: &MessageBus) -> Result<(), Box<dyn Error>> {
    let mut verdicts = bus.subscriber::<Verdict>()?;
    let signals = bus.publisher::<Signal>()?;
    signals.wait_for_subscribers(1, PATIENCE)?;
    thread::scope(|threads| {
        let sending = threads
            .spawn(move || (0..SIGNALS).try_for_each(|number| signals.publish(signal(number))));
        let checked = check(&mut verdicts);
        if checked.is_err() {
            // Nobody takes the verdicts any more: the service would wait for room, and `sending` for the service.
            bus.shutdown();
        }
        let sent = sending.join().map_err(|_| "sending panicked");
        checked?;
        sent??;
        match verdicts.recv_timeout(PATIENCE)? {
            None => Ok(()),
            Some(verdict) => Err(format!("one verdict too many: {verdict:?}").into()),
        }
    })
}

/// Receives a verdict on each signal, in their order, and that it is the right one.
fn check(verdicts: &mut Subscriber<Verdict>) -> Result<(), Box<dyn Error>> {
    for number in 0..SIGNALS {
        let verdict = verdicts.recv_timeout(PATIENCE)?.ok_or("the service ended too early")?;
        let expected = signal(number).quantity;
        let is_right = matches!(&verdict.decision, Decision::Approved(approval) if approval.quantity == expected);
        if verdict.signal_id != number || !is_right {
            return Err(format!("another verdict on signal {number}: {verdict:?}").into());
        }
    }
    Ok(())
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

//! A service that judges signals: as any other of Rust, but for how it is started.
#![allow(unsafe_code)]

use std::thread;

use mycelium::prelude::*;
use mycelium::{BoundedList, Timestamp};
use mycelium_ffi::MycBus;
use mycelium_generated::market::{Approval, Decision, Signal, Verdict};

/// Starts the service on the bus of the caller, in a thread of its own; 0, or 1 if that is not possible. It
/// approves every signal, and ends once all who publish signals have closed.
///
/// # Safety
///
/// `bus` is null or a bus of `mycelium.h`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hosting_risk_start(bus: *mut MycBus) -> isize {
    // SAFETY: by this function's contract.
    let bus = unsafe { MycBus::bus(bus) };
    let started = bus.and_then(|bus| start(&bus).map_err(|error| error.to_string()));
    match started {
        Ok(()) => 0,
        Err(why) => {
            eprintln!("risk: {why}");
            1
        }
    }
}

fn start(bus: &MessageBus) -> Result<(), Box<dyn std::error::Error>> {
    let mut signals = bus.subscriber::<Signal>()?;
    let verdicts = bus.publisher::<Verdict>()?;
    let judge_all = move || {
        loop {
            match signals.recv_blocking() {
                Ok(Some(signal)) if verdicts.publish(judge(&signal)).is_err() => return,
                Ok(Some(_)) => {}
                Ok(None) => return,
                Err(fault) => eprintln!("risk: {fault}"),
            }
        }
    };
    thread::Builder::new().name("risk".to_owned()).spawn(judge_all)?;
    Ok(())
}

fn judge(signal: &Signal) -> Verdict {
    let approval = Approval { quantity: signal.quantity, position_after: signal.quantity };
    Verdict {
        sent_time: Timestamp::now(),
        signal_sent_time: signal.sent_time,
        signal_id: signal.signal_id,
        symbol: signal.symbol,
        decision: Decision::Approved(approval),
        last_trades: BoundedList::default(),
    }
}

//! The Rust side of a measurement: how long Rust takes with what it publishes to OCaml, and receives of it.
#![allow(unsafe_code)]

use std::time::Instant;

use mycelium::prelude::*;
use mycelium::{Decimal, Timestamp};
use mycelium_ffi::MycBus;
use mycelium_generated::market::{Side, Symbol, Trade, TradeFlags, Venue};

/// One end of what is measured.
#[derive(Debug)]
pub enum End {
    /// Publishes to OCaml.
    Publishes(Box<Publisher<Trade>>),
    /// Receives of OCaml.
    Receives(Box<Subscriber<Trade>>),
}

/// Opens an end on the bus of the caller, to be closed by `hosting_measure_close`; null if that is not possible.
///
/// # Safety
///
/// `bus` is null or a bus of `mycelium.h`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hosting_measure_open(bus: *mut MycBus, receives: isize) -> *mut End {
    // SAFETY: by this function's contract.
    let Ok(bus) = (unsafe { MycBus::bus(bus) }) else { return std::ptr::null_mut() };
    let end = match receives {
        0 => bus.publisher::<Trade>().map(|publisher| End::Publishes(Box::new(publisher))),
        _ => bus.subscriber::<Trade>().map(|subscriber| End::Receives(Box::new(subscriber))),
    };
    end.map_or(std::ptr::null_mut(), |end| Box::into_raw(Box::new(end)))
}

/// Publishes so many trades; the nanoseconds that takes, or -1.
///
/// # Safety
///
/// `end` comes from `hosting_measure_open`, and is not closed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hosting_measure_publish(end: *mut End, count: isize) -> isize {
    // SAFETY: by this function's contract.
    let Some(End::Publishes(publisher)) = (unsafe { end.as_ref() }) else { return -1 };
    let started = Instant::now();
    for number in 0..count {
        if publisher.publish(trade(number as u64)).is_err() {
            return -1;
        }
    }
    started.elapsed().as_nanos() as isize
}

fn trade(trade_id: u64) -> Trade {
    Trade {
        event_time: Timestamp::default(),
        sent_time: Timestamp::default(),
        trade_id,
        symbol: Symbol::default(),
        venue: Venue::Binance,
        side: Side::Buy,
        flags: TradeFlags::default(),
        price: Decimal::from_mantissa(6_125_050_000_000),
        quantity: Decimal::from_mantissa(12_500_000),
    }
}

/// Receives so many trades, which are there; the nanoseconds that takes, or -1.
///
/// # Safety
///
/// `end` comes from `hosting_measure_open`, is not closed, and nobody else uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hosting_measure_drain(end: *mut End, count: isize) -> isize {
    // SAFETY: by this function's contract.
    let Some(End::Receives(subscriber)) = (unsafe { end.as_mut() }) else { return -1 };
    let started = Instant::now();
    for number in 0..count {
        match subscriber.try_recv() {
            Ok(Some(trade)) if trade.trade_id == number as u64 => {}
            _ => return -1,
        }
    }
    started.elapsed().as_nanos() as isize
}

/// Closes an end.
///
/// # Safety
///
/// `end` comes from `hosting_measure_open`, and is used no more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hosting_measure_close(end: *mut End) {
    if !end.is_null() {
        // SAFETY: by this function's contract.
        drop(unsafe { Box::from_raw(end) });
    }
}

//! Any bytes as a frame: see `mycelium_fuzz::inspect`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mycelium_fuzz::{inspect, seeds};

fuzz_target!(init: seeds::write("inspect"), |bytes: &[u8]| inspect::check(bytes));

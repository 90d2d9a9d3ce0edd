//! Any bytes over the file of a ring: see `mycelium_fuzz::ring`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mycelium_fuzz::{ring, seeds};

fuzz_target!(init: seeds::write("ring"), |bytes: &[u8]| ring::check(bytes));

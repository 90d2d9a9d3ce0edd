//! Any bytes to a bus over a connection: see `mycelium_fuzz::conversation`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mycelium_fuzz::{conversation, seeds};

fuzz_target!(init: seeds::write("conversation"), |bytes: &[u8]| conversation::check(bytes));

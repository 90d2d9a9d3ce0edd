//! Any text as canonical text: see `mycelium_fuzz::canon`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mycelium_fuzz::{canon, seeds};

fuzz_target!(init: seeds::write("canon"), |bytes: &[u8]| canon::check(bytes));

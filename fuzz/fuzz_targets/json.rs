//! Any text as a value in JSON: see `mycelium_fuzz::json`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mycelium_fuzz::{json, seeds};

fuzz_target!(init: seeds::write("json"), |bytes: &[u8]| json::check(bytes));

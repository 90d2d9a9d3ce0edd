//! Any bytes as a schema to generate code for: see `mycelium_fuzz::generate`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mycelium_fuzz::{generate, seeds};

fuzz_target!(init: seeds::write("generate"), |bytes: &[u8]| generate::check(bytes));

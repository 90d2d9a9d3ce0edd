//! Any bytes as a schema to format: see `mycelium_fuzz::fmt`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mycelium_fuzz::{fmt, seeds};

fuzz_target!(init: seeds::write("fmt"), |bytes: &[u8]| fmt::check(bytes));

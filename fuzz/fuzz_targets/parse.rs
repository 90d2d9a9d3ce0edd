//! Any bytes as a schema: see `mycelium_fuzz::parse`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mycelium_fuzz::{parse, seeds};

fuzz_target!(init: seeds::write("parse"), |bytes: &[u8]| parse::check(bytes));

//! Any bytes as a frame that generated code reads: see `mycelium_fuzz::read`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mycelium_fuzz::{read, seeds};

fuzz_target!(init: seeds::write("read"), |bytes: &[u8]| read::check(bytes));

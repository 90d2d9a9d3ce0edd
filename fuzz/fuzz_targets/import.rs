//! Any bytes as definitions of another system: see `mycelium_fuzz::import`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mycelium_fuzz::{import, seeds};

fuzz_target!(init: seeds::write("import"), |bytes: &[u8]| import::check(bytes));

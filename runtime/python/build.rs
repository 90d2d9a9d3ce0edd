//! Tells the compiler which interpreter the core is for: its version, the stable ABI, free threads, and whether its
//! objects lie as the core knows.

use pyo3_build_config::{GilUsed, PythonAbiKind, PythonImplementation, PythonVersion};

/// The last one whose objects were looked at.
const LAST_KNOWN: PythonVersion = PythonVersion { major: 3, minor: 14 };

fn main() {
    pyo3_build_config::use_pyo3_cfgs();
    println!("cargo:rustc-check-cfg=cfg(known_layout)");
    let interpreter = pyo3_build_config::get();
    let is_known = interpreter.implementation() == PythonImplementation::CPython
        && interpreter.version() <= LAST_KNOWN
        && interpreter.target_abi().kind() == PythonAbiKind::VersionSpecific(GilUsed::GilEnabled)
        && std::env::var("CARGO_CFG_TARGET_POINTER_WIDTH").as_deref() == Ok("64");
    if is_known {
        println!("cargo:rustc-cfg=known_layout");
    }
}

//! Tells the compiler which interpreter the core is for: its version, the stable ABI, free threads.

fn main() {
    pyo3_build_config::use_pyo3_cfgs();
}

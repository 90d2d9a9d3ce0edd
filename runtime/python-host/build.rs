//! Links libpython, which holds the interpreter, to every program that uses this crate.
//!
//! PyO3 is told that the interpreter is there already, as it is for the extension that the native core is elsewhere; so that
//! a workspace with both builds PyO3 once.

fn main() {
    let config = pyo3_build_config::get();
    if let Some(folder) = config.lib_dir() {
        println!("cargo:rustc-link-search=native={folder}");
        // `DEP_MYCELIUM_PYTHON_HOST_LIBPYTHON` in the build scripts of programs that depend on this crate.
        println!("cargo:libpython={folder}");
    }
    if let Some(name) = config.lib_name() {
        println!("cargo:rustc-link-lib={name}");
    }
    // For the tests and examples here; programs elsewhere say it in a build script of their own, by that variable.
    pyo3_build_config::add_libpython_rpath_link_args();
}

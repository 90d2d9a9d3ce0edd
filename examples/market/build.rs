//! Tells the engine, where it hosts Python, in which folder libpython is: that need not be one of the system's.

fn main() {
    if let Ok(folder) = std::env::var("DEP_MYCELIUM_PYTHON_HOST_LIBPYTHON") {
        println!("cargo:rustc-link-arg-bins=-Wl,-rpath,{folder}");
    }
}

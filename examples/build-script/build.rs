//! Compiles the schemas of this crate.

fn main() {
    mycelium_build::compile(&["schemas"]);
}

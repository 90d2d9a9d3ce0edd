//! Compiles `.myc` files from a build script.
//!
//! ```no_run
//! // build.rs
//! mycelium_build::compile(&["schemas/market.myc"]);
//! ```
//!
//! ```text
//! // src/main.rs
//! mycelium::include_schema!("market"); // makes the module `market`
//! ```
//!
//! **Promises.** Cargo runs the build script again when a schema, or anything that it imports, has
//! changed. Nothing is written outside of `OUT_DIR`, and there only where bytes change; what an earlier
//! build left and this one does not make is removed. A wrong schema ends the build with what `mycc`
//! shows of it, not with a panic; in colours where `CARGO_TERM_COLOR` is `always`, since Cargo does not
//! let a build script see its terminal. Warnings are shown as Cargo shows its own. No program but this
//! one runs.
//!
//! **Packages.** Each package, imported ones too, becomes a public module, named like it with `_` for
//! `.`. Modules refer to one another as siblings: `include_schema!("common", "market")` includes several
//! at one place, `include_schema!()` all of them. What is not included is not compiled.
//!
//! **Generated code under version control** needs no build script. [`check_generated`] in a test holds
//! it against the schemas.

mod cargo;
mod config;
mod error;
mod modules;
mod siblings;

use std::path::Path;

pub use config::Config;
pub use error::BuildError;
pub use myc_codegen::rust::Feature;

/// Compiles schemas for `mycelium::include_schema!`; where one is wrong, shows why and ends the build.
///
/// Each path is a file, or a folder of which all `.myc` files are taken, relative to the folder of the
/// crate that is built. More is said with a [`Config`].
pub fn compile(schemas: &[impl AsRef<Path>]) {
    Config::new().schemas(schemas).compile();
}

/// Whether the Rust code in a folder is what `mycc gen` makes of the schemas; writes nothing.
///
/// For crates that keep generated code under version control, in a test or in a build script:
///
/// ```no_run
/// # mod test {
/// #[test]
/// fn generated_code_is_up_to_date() -> Result<(), mycelium_build::BuildError> {
///     mycelium_build::check_generated("schemas", "src/generated")
/// }
/// # }
/// ```
///
/// Paths are relative to the crate's folder. Several schemas and a lock are said with a [`Config`], in
/// [`Config::check_generated`].
///
/// # Errors
///
/// [`BuildError::OutOfDate`] names the files that differ and the command that mends them; otherwise
/// what is wrong with the schemas.
pub fn check_generated(
    schemas: impl AsRef<Path>,
    generated: impl AsRef<Path>,
) -> Result<(), BuildError> {
    Config::new().schema(schemas).check_generated(generated)
}

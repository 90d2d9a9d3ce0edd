//! The front end of the .myc language: source to checked schema, layout, digest.
//!
//! ```
//! use myc_schema::{Memory, SourceSet, compile};
//!
//! let files = Memory::new().file("ping.myc", "package ping; message Ping = 1 { sent: timestamp }");
//! let (schema, diagnostics) = compile(&SourceSet::new(files).root("ping.myc"));
//! assert!(diagnostics.is_empty());
//! assert_eq!(schema.unwrap().types[0].name, "Ping");
//! ```

mod diag;
mod limits;
mod parse;
mod source;
mod tree;
pub mod schema;

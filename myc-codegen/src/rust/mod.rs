//! The Rust back end: plain types with derives.
//!
//! Each package becomes one module, `a.b` the file `a.b.rs`: its docs, constants, aliases and types in
//! the order of the schema, with `#[derive(mycelium::Message)]` and its siblings, which make the codec.
//! The digests stand as literals, which spares every build their evaluation.
//!
//! **Traits.** All types are `Clone` and `PartialEq`; `Eq` and `Hash` where no float is inside; `Copy`
//! where all that is inside is, but never a message, which may grow by a field that is not. A type has
//! a `Default` where nobody needs to choose a value: each field has a default in the schema, or is
//! optional, text, bytes, a list, a map, flags, or a struct or
//! message that has one; not where an empty one would be too short for the field. Enums and flags are
//! `Ord`, so that they can be keys of maps.
//!
//! **Docs** of a field end with its unit and with what it is held to.
//!
//! **Modules of one output folder are siblings**: package `a.b` is module `a_b`, and a type that an
//! imported package declares is `super::a_b::Name`.

mod attribute_text;
mod attributes;
mod defaults;
mod lower;
mod model;
mod print;
mod traits;
mod types;
mod values;

use myc_schema::schema::{PackageId, Schema};

use crate::{Backend, GeneratedFile, names};

/// The Rust back end.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rust;

impl Backend for Rust {
    fn generate(&self, schema: &Schema) -> Vec<GeneratedFile> {
        let roots = schema.packages.iter().enumerate().filter(|(_, package)| package.is_root);
        let file = |(index, package): (usize, &myc_schema::schema::Package)| GeneratedFile {
            path: names::rust_file(&package.name),
            contents: print::print(&lower::lower(schema, PackageId(index))),
        };
        roots.map(file).collect()
    }
}

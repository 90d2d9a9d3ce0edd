//! The C back end: `a_b.h` for package `a.b`, and two that all of them include:
//! `mycelium_wire.h`, and on top of it `mycelium_check.h`.
//!
//! A header has a struct for each struct and message, laid out as on the wire, whose offsets and sizes it
//! asserts; a function that checks a frame once; and a function a field that reads it in place. Names are
//! `package_Type`, and behind that a field in lower case, a constant in upper case and what the back end
//! adds in mixed case: so none can be another.
//!
//! [`types`] says what a value is called in C and declares it, [`check`] what its bytes must be,
//! [`access`] how a field is read, [`room`] how lists are written in place; [`header`] puts a package together.

mod access;
mod check;
mod header;
mod literal;
mod named;
mod room;
mod types;
mod union;

use myc_schema::schema::{PackageId, Schema};

use crate::{Backend, GeneratedFile, names};

/// What generated headers are built on.
const COMMON: [(&str, &str); 2] = [
    ("mycelium_check.h", include_str!("mycelium_check.h")),
    ("mycelium_wire.h", include_str!("mycelium_wire.h")),
];

/// The C back end.
#[derive(Debug, Clone, Copy, Default)]
pub struct C;

impl Backend for C {
    fn generate(&self, schema: &Schema) -> Vec<GeneratedFile> {
        let roots = (0..schema.packages.len()).filter(|index| schema.packages[*index].is_root);
        let mut files: Vec<GeneratedFile> = roots
            .map(|index| GeneratedFile {
                path: format!("{}.h", names::c_stem(&schema.packages[index].name)).into(),
                contents: header::print(schema, PackageId(index)),
            })
            .collect();
        files.extend(COMMON.map(|(name, contents)| GeneratedFile {
            path: name.into(),
            contents: contents.to_owned(),
        }));
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files
    }
}

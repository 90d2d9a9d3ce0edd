//! The OCaml back end: `a_b.ml` and `a_b.mli` for package `a.b`.
//!
//! A module a type, made of records, variants and straight-line codecs over the library
//! `mycelium.wire`. [`model`] lowers a package to a file of OCaml in its own terms, for which
//! [`types`] answers what things are called and where they lie, and [`read`], [`write`](mod@write),
//! [`check`], [`view`], [`compare`], [`json`], [`rule`] and [`literal`] make [expressions](expr); [`print`](mod@print) lays those out. The
//! templates only print and loop.

mod check;
mod compare;
mod docs;
mod enums;
mod expr;
mod flat;
mod frame;
mod json;
mod literal;
mod message;
mod model;
mod print;
mod read;
mod record;
mod rule;
mod types;
mod union;
mod union_view;
mod view;
mod write;

use askama::Template;
use model::Body;
use myc_schema::schema::{PackageId, Schema};

use crate::{Backend, GeneratedFile, names};

/// The OCaml back end.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ocaml;

impl Backend for Ocaml {
    fn generate(&self, schema: &Schema) -> Vec<GeneratedFile> {
        let roots = (0..schema.packages.len()).filter(|index| schema.packages[*index].is_root);
        let mut files: Vec<GeneratedFile> =
            roots.flat_map(|index| generate_package(schema, PackageId(index))).collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files
    }
}

fn generate_package(schema: &Schema, package: PackageId) -> [GeneratedFile; 2] {
    let stem = names::ocaml_stem(&schema.packages[package.0].name);
    let file = model::lower(schema, package);
    let implementation = model::Implementation { file: &file };
    let interface = model::Interface { file: &file };
    [
        GeneratedFile {
            path: format!("{stem}.ml").into(),
            contents: print(&implementation, file.length(Body::implementation)),
        },
        GeneratedFile {
            path: format!("{stem}.mli").into(),
            contents: print(&interface, file.length(Body::interface)),
        },
    ]
}

/// Renders into a string that has about the length already: the files of a large package are long, and
/// growing would copy them over and over.
fn print(template: &impl Template, length: usize) -> String {
    let mut text = String::with_capacity(length);
    template.render_into(&mut text).expect("writing to a string cannot fail");
    text
}

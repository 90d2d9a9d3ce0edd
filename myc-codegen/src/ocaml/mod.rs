//! The OCaml back end.

use myc_schema::schema::Schema;

use crate::{Backend, GeneratedFile};

/// The OCaml back end.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ocaml;

impl Backend for Ocaml {
    fn generate(&self, _schema: &Schema) -> Vec<GeneratedFile> {
        Vec::new()
    }
}

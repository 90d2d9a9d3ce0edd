//! The Rust back end.

use myc_schema::schema::Schema;

use crate::{Backend, GeneratedFile};

/// The Rust back end.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rust;

impl Backend for Rust {
    fn generate(&self, _schema: &Schema) -> Vec<GeneratedFile> {
        Vec::new()
    }
}

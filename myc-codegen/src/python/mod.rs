//! The Python back end.

use myc_schema::schema::Schema;

use crate::{Backend, GeneratedFile};

/// The Python back end.
#[derive(Debug, Clone, Copy, Default)]
pub struct Python;

impl Backend for Python {
    fn generate(&self, _schema: &Schema) -> Vec<GeneratedFile> {
        Vec::new()
    }
}

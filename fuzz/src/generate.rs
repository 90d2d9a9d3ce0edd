//! Whatever compiles, every back end has files for, and the schema can be shown as JSON.

use myc_codegen::{Language, ir};

use crate::parse::compile_input;

/// Panics where something does not hold.
pub fn check(bytes: &[u8]) {
    let (schema, diagnostics) = compile_input(bytes);
    diagnostics.has_errors();
    let Some(schema) = schema else { return };
    ir::to_json(&schema);
    for language in Language::ALL {
        assert!(!language.backend().generate(&schema).is_empty(), "{}", language.name());
    }
}

//! Any bytes, given to the formatter, give a text that stays as it is, with every comment and the same
//! digests; or errors, where the compiler has some too.

use myc_schema::{Schema, format};
use mycelium_wire::Digest;

use crate::parse::{PATH, compile_input};

/// Panics where something does not hold.
pub fn check(bytes: &[u8]) {
    let (formatted, diagnostics) = format(PATH.as_ref(), bytes.to_vec());
    assert_eq!(formatted.is_none(), diagnostics.has_errors());
    let (before, diagnostics) = compile_input(bytes);
    diagnostics.has_errors();
    let Some(text) = formatted else {
        assert!(before.is_none(), "what compiles can be formatted");
        return;
    };
    let (again, diagnostics) = format(PATH.as_ref(), text.clone().into_bytes());
    assert!(!diagnostics.has_errors(), "the formatter's text is right");
    assert_eq!(again.as_deref(), Some(text.as_str()), "formatting twice is formatting once");
    assert!(marks(&text).eq(marks(&String::from_utf8_lossy(bytes))), "only space and commas move");
    let (after, diagnostics) = compile_input(text.as_bytes());
    diagnostics.has_errors();
    assert_eq!(before.as_ref().map(digests), after.as_ref().map(digests));
}

/// All that is neither white space nor a comma; comments too.
fn marks(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| !c.is_whitespace() && *c != ',')
}

fn digests(schema: &Schema) -> Vec<Digest> {
    schema.types.iter().map(|ty| ty.digest).collect()
}

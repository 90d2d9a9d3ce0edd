//! Any text is refused as canonical text, or is exactly the text of the types that it is read as.

use bumpalo::Bump;
use mycelium_wire::canon;

/// Panics where something does not hold.
pub fn check(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let arena = Bump::new();
    match canon::parse(&arena, text) {
        Ok(defs) => {
            let written: String = defs.iter().map(|def| canon::text(def)).collect();
            assert_eq!(written, text, "one type has one text");
            assert!(defs.iter().all(|def| def.digest == def.computed_digest()));
        }
        Err(error) => assert!(error.to_string().starts_with("line ")),
    }
}

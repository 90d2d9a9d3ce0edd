//! Any text is refused as a message in JSON, or gives a value that encodes, decodes and prints.
//!
//! The first byte names the message.

use mycelium_wire::{json, value};

use crate::messages::{choose, with_def};

/// Panics where something does not hold.
pub fn check(bytes: &[u8]) {
    let Some((message, text)) = choose(bytes) else { return };
    let Ok(given) = serde_json::from_slice(text) else { return };
    with_def(message, |def| {
        let value = match json::from_json(def, &given) {
            Ok(value) => value,
            Err(error) => return assert!(!error.to_string().is_empty()),
        };
        let frame = value::encode(def, &value).expect("what JSON gives can be encoded");
        let again = value::decode_strict(def, &frame).expect("what was encoded has the one form");
        let printed = json::to_json(def, &again).expect("what was decoded has a JSON form");
        assert_eq!(json::to_json(def, &value).ok().as_ref(), Some(&printed));
        let back = json::from_json(def, &printed).expect("JSON is read back");
        assert_eq!(value::encode(def, &back).ok(), Some(frame));
    });
}

//! Values as JSON: one mapping, the same in every language.
//!
//! | type | JSON |
//! |---|---|
//! | integers of up to 64 bits | number; read from a string too |
//! | `i128`, `u128`, `u256` | decimal string; read from a number too |
//! | `f32`, `f64` | number, `"NaN"`, `"Infinity"`, `"-Infinity"`; other NaNs `"NaN:7ff8000000000001"` |
//! | `decimal<S>` | string with exactly S places; read with fewer |
//! | `timestamp` | RFC 3339, UTC, nine digits; read from nanoseconds too |
//! | `duration` | `"1.5s"`; read from nanoseconds too |
//! | `uuid` | `"f81d4fae-7dec-11d0-a765-00a0c91e6bf6"`; read in upper case too |
//! | `bytes`, arrays and lists of `u8` | string of hex digits |
//! | enum | name; a value without one as number |
//! | flags | array of names, then the bits without one as one number |
//! | list, array, tuple | array |
//! | map | object where keys are strings, else array of pairs; read in any order |
//! | struct, message | object, fields in wire order |
//! | union | object with one member, the arm; `{"unknown": {"tag": 9, "payload": "…"}}` |
//! | `T?` | `null` where absent |
//!
//! Reading takes the default for a field that is missing, or null where the field is optional.
//!
//! ```
//! # use mycelium_wire::{Digest, json, reflect::{Def, Field, Kind, Type}};
//! let fields = [Field::new("price", &Type::Decimal(2))];
//! let kind = Kind::Message { id: 7, topic: "shop.prices", fields: &fields };
//! let def = Def { package: "shop", name: "Price", was: None, kind, digest: Digest([0; 32]) };
//!
//! let value = json::from_json(&def, &serde_json::json!({ "price": "1.5" }))?;
//! assert_eq!(json::to_json(&def, &value)?.to_string(), r#"{"price":"1.50"}"#);
//!
//! let wrong = json::from_json(&def, &serde_json::json!({ "price": true })).unwrap_err();
//! assert!(wrong.to_string().starts_with("$.price: expected a decimal"));
//! # Ok::<(), mycelium_wire::ValueError>(())
//! ```

mod document;
mod read;
mod write;

pub use document::Document;
pub use read::from_json;
pub use write::to_json;

/// Member that holds an open union's arm that is not known here.
const UNKNOWN_ARM: &str = "unknown";

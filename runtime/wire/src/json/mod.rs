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

use alloc::string::{String, ToString};

use serde_core::{Deserialize, Deserializer};
use serde_json::{Number, Value as Json};

use crate::mapping::{self, Tree};
use crate::reflect::{Def, Type};
use crate::value::{Value, ValueError};

/// A JSON text, read. One in which an object names a member twice is refused, since one of the two
/// values would be lost.
///
/// ```
/// # use mycelium_wire::{Digest, Value, json, reflect::{Def, Field, Kind, Type}};
/// # let fields = [Field::new("price", &Type::Decimal(2))];
/// # let kind = Kind::Message { id: 7, topic: "shop.prices", fields: &fields };
/// # let def = Def { package: "shop", name: "Price", was: None, kind, digest: Digest([0; 32]) };
/// let document: json::Document = serde_json::from_str(r#"{"price":"1.5"}"#)?;
/// assert_eq!(document.read(&def)?, Value::Fields(vec![Value::Int(150)]));
///
/// let twice = serde_json::from_str::<json::Document>(r#"{"price":"1.5","price":"2"}"#).unwrap_err();
/// assert!(twice.to_string().starts_with(r#"the member "price" is given twice"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Document(Tree<'static>);

impl Document {
    /// Reads a value of a named type.
    ///
    /// # Errors
    ///
    /// As [`from_json`].
    pub fn read(&self, def: &Def<'_>) -> Result<Value, ValueError> {
        mapping::read(&Type::Named(def), &self.0)
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Tree::deserialize(deserializer).map(Document)
    }
}

/// Reads a value of a named type from JSON.
///
/// # Errors
///
/// Where the JSON does not fit the type: the path, what is expected there, and what was found.
pub fn from_json(def: &Def<'_>, json: &Json) -> Result<Value, ValueError> {
    mapping::read(&Type::Named(def), &to_tree(json))
}

/// Writes a value of a named type as JSON.
///
/// # Errors
///
/// Where the value does not fit the type, which one that was decoded by it always does.
pub fn to_json(def: &Def<'_>, value: &Value) -> Result<Json, ValueError> {
    mapping::write(&Type::Named(def), value).map(of_tree)
}

fn to_tree(json: &Json) -> Tree<'_> {
    match json {
        Json::Null => Tree::Null,
        Json::Bool(truth) => Tree::Bool(*truth),
        Json::Number(number) => Tree::Digits(number.to_string()),
        Json::String(text) => Tree::Text(text.into()),
        Json::Array(items) => Tree::Items(items.iter().map(to_tree).collect()),
        Json::Object(members) => {
            let member = |(name, json): (&_, _)| (String::clone(name), to_tree(json));
            Tree::Members(members.iter().map(member).collect())
        }
    }
}

fn of_tree(tree: Tree<'_>) -> Json {
    match tree {
        Tree::Null => Json::Null,
        Tree::Bool(truth) => truth.into(),
        Tree::Integer(number) => Number::from_i128(number).map_or(Json::Null, Json::Number),
        Tree::Float(number) => number.into(),
        Tree::Digits(text) => text.into(),
        Tree::Text(text) => text.into(),
        Tree::Items(items) => items.into_iter().map(of_tree).collect(),
        Tree::Members(members) => {
            members.into_iter().map(|(name, tree)| (name, of_tree(tree))).collect()
        }
        Tree::Record { fields, .. } => {
            fields.into_iter().map(|(name, tree)| (name, of_tree(tree))).collect()
        }
    }
}

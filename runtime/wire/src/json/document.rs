//! JSON text to a JSON value that says each thing once.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value as Json};

/// A JSON value in which no object names a member twice; a text where one does is refused, since one of
/// the two values would be lost.
///
/// ```
/// use mycelium_wire::json::Document;
///
/// let Document(json) = serde_json::from_str(r#"{"price":"1.5"}"#)?;
/// assert_eq!(json["price"], "1.5");
///
/// let twice = serde_json::from_str::<Document>(r#"{"price":"1.5","price":"2"}"#).unwrap_err();
/// assert!(twice.to_string().starts_with(r#"the member "price" is given twice"#));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Document(pub Json);

/// The name by which serde_json hands over a number that keeps its digits.
const NUMBER: &str = "$serde_json::private::Number";

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DocumentVisitor)
    }
}

struct DocumentVisitor;

impl<'de> Visitor<'de> for DocumentVisitor {
    type Value = Document;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Document, E> {
        Ok(Document(Json::Null))
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Document, E> {
        Ok(Document(Json::Bool(truth)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Document, E> {
        Ok(Document(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Document, E> {
        Ok(Document(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Document, E> {
        Ok(Document(number.into()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Document, E> {
        Ok(Document(text.into()))
    }

    fn visit_string<E>(self, text: String) -> Result<Document, E> {
        Ok(Document(Json::String(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Document, A::Error> {
        let mut all = Vec::new();
        while let Some(Document(item)) = items.next_element()? {
            all.push(item);
        }
        Ok(Document(Json::Array(all)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Document, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.is_empty() && name == NUMBER {
                let digits: String = members.next_value()?;
                let number: Number = digits.parse().map_err(A::Error::custom)?;
                return Ok(Document(Json::Number(number)));
            }
            let Document(value) = members.next_value()?;
            if object.contains_key(&name) {
                return Err(A::Error::custom(format!("the member {name:?} is given twice")));
            }
            object.insert(name, value);
        }
        Ok(Document(Json::Object(object)))
    }
}

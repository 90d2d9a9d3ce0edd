//! A tree in the formats of serde.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use serde_core::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_core::ser::{SerializeMap, SerializeStruct};
use serde_core::{Deserialize, Deserializer, Serialize, Serializer};

use crate::hex;
use crate::mapping::Tree;

/// How deep a tree may be: deeper than any type, and not so deep that reading it takes the stack.
const DEPTH: usize = 128;

/// Names by which formats hand over, as an object of one member, what serde has no form for: a number
/// that keeps its digits, and a time.
const DIGITS: &str = "$serde_json::private::Number";
const TIMES: [&str; 2] = ["$__toml_private_datetime", "$__serde_spanned_private_datetime"];

impl Serialize for Tree<'static> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Tree::Null => serializer.serialize_none(),
            Tree::Bool(truth) => serializer.serialize_bool(*truth),
            Tree::Integer(number) => match (i64::try_from(*number), u64::try_from(*number)) {
                (Ok(number), _) => serializer.serialize_i64(number),
                (_, Ok(number)) => serializer.serialize_u64(number),
                _ => serializer.serialize_i128(*number),
            },
            Tree::Float(number) => serializer.serialize_f64(*number),
            Tree::Digits(text) => serializer.serialize_str(text),
            Tree::Text(text) => serializer.serialize_str(text),
            Tree::Items(items) => serializer.collect_seq(items),
            Tree::Members(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, value) in members {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
            Tree::Record { name, fields } => {
                let mut record = serializer.serialize_struct(name, fields.len())?;
                for (name, value) in fields {
                    record.serialize_field(name, value)?;
                }
                record.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Tree<'static> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        TreeVisitor { depth: DEPTH }.deserialize(deserializer)
    }
}

struct TreeVisitor {
    /// How much deeper it may become.
    depth: usize,
}

impl TreeVisitor {
    fn inside<E: Error>(&self) -> Result<TreeVisitor, E> {
        match self.depth.checked_sub(1) {
            Some(depth) => Ok(TreeVisitor { depth }),
            None => Err(E::custom(format!("the value is more than {DEPTH} levels deep"))),
        }
    }
}

impl<'de> DeserializeSeed<'de> for TreeVisitor {
    type Value = Tree<'static>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree<'static>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Tree::Null)
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(Tree::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        self.inside()?.deserialize(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Self::Value, D::Error> {
        self.inside()?.deserialize(deserializer)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Self::Value, E> {
        Ok(Tree::Bool(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Tree::Integer(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Tree::Integer(number.into()))
    }

    fn visit_i128<E>(self, number: i128) -> Result<Self::Value, E> {
        Ok(Tree::Integer(number))
    }

    fn visit_u128<E>(self, number: u128) -> Result<Self::Value, E> {
        Ok(Tree::Digits(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Tree::Float(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Tree::Text(text.to_string().into()))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(Tree::Text(text.into()))
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        Ok(Tree::Text(hex::encode(bytes).into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element_seed(self.inside()?)? {
            all.push(item);
        }
        Ok(Tree::Items(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut all = Vec::new();
        while let Some(name) = members.next_key::<String>()? {
            if all.is_empty() && name == DIGITS {
                return members.next_value().map(Tree::Digits);
            }
            if all.is_empty() && TIMES.contains(&name.as_str()) {
                return members.next_value::<String>().map(|time| Tree::Text(time.into()));
            }
            all.push((name, members.next_value_seed(self.inside()?)?));
        }
        match repeated(&all) {
            Some(name) => Err(A::Error::custom(format!("the member {name:?} is given twice"))),
            None => Ok(Tree::Members(all)),
        }
    }
}

/// A name that two members have: one of their values would be lost.
fn repeated<'m>(members: &'m [(String, Tree<'_>)]) -> Option<&'m str> {
    let mut names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
}

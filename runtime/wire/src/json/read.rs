//! JSON to value.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::str::FromStr;

use serde_json::{Map, Value as Json};

use super::UNKNOWN_ARM;
use crate::reflect::{Arm, Def, Field, Kind, Member, Repr, Type};
use crate::value::{
    Value, ValueError, check_constraint, expected, integer_range, is_bytes, is_embedded_payload,
    is_key_below, is_unknown_tag, take_default,
};
use crate::{Duration, Timestamp, decimal, hex};

/// Longest text that an error quotes, in characters.
const QUOTED: usize = 40;

/// Reads a value of a named type from JSON.
///
/// # Errors
///
/// Where the JSON does not fit the type: the path, what is expected there, and what was found.
pub fn from_json(def: &Def<'_>, json: &Json) -> Result<Value, ValueError> {
    read(&Type::Named(def), json)
}

fn read(ty: &Type<'_>, json: &Json) -> Result<Value, ValueError> {
    let value = match (ty, json) {
        (Type::Named(def), json) => return read_named(def, json),
        (Type::Optional(_), Json::Null) => Some(Value::Absent),
        (Type::Optional(item), json) => return read(item, json),
        (Type::Bool, Json::Bool(truth)) => Some(Value::Bool(*truth)),
        (Type::F32, json) => read_f32(json).map(Value::F32),
        (Type::F64, json) => read_f64(json).map(Value::F64),
        (Type::U128, json) => read_unsigned(json).map(Value::U128),
        (Type::U256, json) => read_unsigned(json).map(Value::U256),
        (Type::Uuid, Json::String(text)) => text.parse().ok().map(Value::Uuid),
        (Type::String, Json::String(text)) => Some(Value::Text(text.clone())),
        (Type::BoundedString(max), Json::String(text)) => {
            (text.len() <= *max as usize).then(|| Value::Text(text.clone()))
        }
        (ty, Json::String(text)) if is_bytes(ty) => read_bytes(ty, text),
        (Type::Array(item, _) | Type::BoundedList(item, _) | Type::List(item), json)
            if !is_bytes(ty) =>
        {
            return read_items(ty, json, |_| item);
        }
        (Type::Map(key, value), json) => return read_map(ty, [key, value], json),
        (Type::Tuple(types), json) => return read_items(ty, json, |index| types[index]),
        (ty, json) => read_integer(ty, json).map(Value::Int),
    };
    value.ok_or_else(|| mismatch(ty, json))
}

fn mismatch(ty: &Type<'_>, json: &Json) -> ValueError {
    ValueError::new(expected(ty), describe(json))
}

/// The digits of a number, which a string may hold too.
fn digits(json: &Json) -> Option<String> {
    match json {
        Json::Number(number) => Some(number.to_string()),
        Json::String(text) => Some(text.clone()),
        _ => None,
    }
}

fn read_integer(ty: &Type<'_>, json: &Json) -> Option<i128> {
    let number = match (ty, json) {
        (Type::Decimal(scale), json) => decimal::parse_scaled(&digits(json)?, *scale).ok()?.into(),
        (Type::Timestamp, Json::String(text)) => Timestamp::parse_rfc3339(text)?.0.into(),
        (Type::Duration, Json::String(text)) => Duration::parse(text)?.0.into(),
        (_, json) => integer_digits(json)?.parse().ok()?,
    };
    integer_range(ty)?.contains(&number).then_some(number)
}

/// The digits of an integer, which Rust itself would read behind a plus too.
fn integer_digits(json: &Json) -> Option<String> {
    digits(json).filter(|text| !text.starts_with('+'))
}

/// Reads an integer that an `i128` does not hold.
fn read_unsigned<T: FromStr>(json: &Json) -> Option<T> {
    let text = integer_digits(json)?;
    // Only a zero has a minus.
    match text.strip_prefix('-') {
        Some(zeros) if zeros.bytes().all(|digit| digit == b'0') => zeros.parse().ok(),
        _ => text.parse().ok(),
    }
}

fn read_f64(json: &Json) -> Option<f64> {
    match json {
        Json::Number(number) => number.to_string().parse().ok().filter(|n: &f64| n.is_finite()),
        Json::String(text) => match text.as_str() {
            "NaN" => Some(f64::NAN),
            "Infinity" => Some(f64::INFINITY),
            "-Infinity" => Some(f64::NEG_INFINITY),
            other => nan_bits(other, 16).map(f64::from_bits).filter(|number| number.is_nan()),
        },
        _ => None,
    }
}

fn read_f32(json: &Json) -> Option<f32> {
    if let Json::String(text) = json
        && text.starts_with("NaN:")
    {
        let number = nan_bits(text, 8).map(|bits| f32::from_bits(bits as u32));
        return number.filter(|number| number.is_nan());
    }
    let wide = read_f64(json)?;
    if wide.is_nan() {
        return Some(f32::NAN);
    }
    let narrow = wide as f32;
    (narrow.is_finite() == wide.is_finite()).then_some(narrow)
}

/// The bits in `NaN:7ff8000000000001`.
fn nan_bits(text: &str, digits: usize) -> Option<u64> {
    let bits = text.strip_prefix("NaN:").filter(|bits| bits.len() == digits)?;
    u64::from_str_radix(bits, 16).ok()
}

fn read_bytes(ty: &Type<'_>, text: &str) -> Option<Value> {
    let bytes = hex::decode(text)?;
    let fits = match ty {
        Type::Array(_, len) => bytes.len() == *len as usize,
        Type::BoundedBytes(max) | Type::BoundedList(_, max) => bytes.len() <= *max as usize,
        _ => true,
    };
    fits.then_some(Value::Bytes(bytes))
}

fn read_items<'t>(
    ty: &Type<'_>,
    json: &Json,
    item_type: impl Fn(usize) -> &'t Type<'t>,
) -> Result<Value, ValueError> {
    let Json::Array(items) = json else {
        return Err(mismatch(ty, json));
    };
    let fits = match ty {
        Type::Array(_, len) => items.len() == *len as usize,
        Type::BoundedList(_, max) => items.len() <= *max as usize,
        Type::Tuple(types) => items.len() == types.len(),
        _ => true,
    };
    if !fits {
        return Err(mismatch(ty, json));
    }
    let read_item =
        |(index, item)| read(item_type(index), item).map_err(|error| error.in_item(index));
    items.iter().enumerate().map(read_item).collect::<Result<_, _>>().map(Value::Items)
}

/// Reads pairs in any order: an object where keys are strings, an array of pairs everywhere else.
fn read_map(ty: &Type<'_>, types: [&Type<'_>; 2], json: &Json) -> Result<Value, ValueError> {
    let mut pairs = match (types[0], json) {
        (Type::String | Type::BoundedString(_), Json::Object(object)) => {
            let pair = |(name, json): (&String, &Json)| {
                let key = read(types[0], &Json::String(name.clone()));
                let value = read(types[1], json);
                let pair = key.and_then(|key| Ok(Value::Items(Vec::from([key, value?]))));
                pair.map_err(|error| error.in_field(name))
            };
            object.iter().map(pair).collect::<Result<Vec<_>, _>>()?
        }
        (Type::String | Type::BoundedString(_), _) => return Err(mismatch(ty, json)),
        (_, Json::Array(items)) => {
            let read_pair = |(index, item)| {
                read(&Type::Tuple(&types), item).map_err(|error| error.in_item(index))
            };
            items.iter().enumerate().map(read_pair).collect::<Result<Vec<_>, _>>()?
        }
        _ => return Err(mismatch(ty, json)),
    };
    let is_below = |a: &Value, b: &Value| match (a, b) {
        (Value::Items(a), Value::Items(b)) => is_key_below(&a[0], &b[0]),
        _ => false,
    };
    pairs.sort_by(|a, b| is_below(b, a).cmp(&is_below(a, b)));
    match pairs.windows(2).find(|pair| !is_below(&pair[0], &pair[1])) {
        Some(_) => Err(ValueError::new("each key once", "a key that is given twice")),
        None => Ok(Value::Items(pairs)),
    }
}

fn read_named(def: &Def<'_>, json: &Json) -> Result<Value, ValueError> {
    let value = match (def.kind, json) {
        (Kind::Message { fields, .. } | Kind::Struct { fields }, Json::Object(object)) => {
            return read_fields(def, fields, object);
        }
        (Kind::Enum { open, repr, members }, json) => read_enum(open, repr, members, json),
        (Kind::Flags { repr, members }, Json::Array(items)) => {
            return read_flags(def, repr, members, items);
        }
        (Kind::Union { open, arms }, Json::Object(object)) if object.len() == 1 => {
            return read_union(def, open, arms, object);
        }
        _ => None,
    };
    value.ok_or_else(|| mismatch(&Type::Named(def), json))
}

fn read_fields(
    def: &Def<'_>,
    fields: &[Field<'_>],
    object: &Map<String, Json>,
) -> Result<Value, ValueError> {
    let unknown = object.keys().find(|key| !fields.iter().any(|field| field.name == *key));
    if let Some(key) = unknown {
        let names: Vec<String> = fields.iter().map(|f| format!("\"{}\"", f.name)).collect();
        let expected =
            format!("a field of `{}.{}`: one of {}", def.package, def.name, names.join(", "));
        return Err(ValueError::new(expected, format!("{key:?}")));
    }
    let read_field = |field: &Field<'_>| {
        let value = match object.get(field.name) {
            Some(json) => read_field_value(field, json),
            None => take_default(field)
                .ok_or_else(|| ValueError::new(expected(field.ty), "no such field")),
        };
        value.map_err(|error| error.in_field(field.name))
    };
    fields.iter().map(read_field).collect::<Result<_, _>>().map(Value::Fields)
}

fn read_field_value(field: &Field<'_>, json: &Json) -> Result<Value, ValueError> {
    let value = read(field.ty, json)?;
    check_constraint(field, &value)?;
    Ok(value)
}

fn read_enum(open: bool, repr: Repr, members: &[Member<'_>], json: &Json) -> Option<Value> {
    if let Json::String(name) = json
        && let Some(member) = members.iter().find(|member| member.name == name)
    {
        return Some(Value::Int(member.value));
    }
    let number = read_integer(repr.ty(), json)?;
    let known = members.iter().any(|member| member.value == number);
    (open || known).then_some(Value::Int(number))
}

fn read_flags(
    def: &Def<'_>,
    repr: Repr,
    members: &[Member<'_>],
    items: &[Json],
) -> Result<Value, ValueError> {
    let bit_named = |json: &Json| {
        let name = json.as_str()?;
        members.iter().find(|member| member.name == name).map(|member| 1 << member.value)
    };
    let read_bits = |json: &Json| bit_named(json).or_else(|| read_integer(repr.ty(), json));
    let mut bits: i128 = 0;
    for (index, item) in items.iter().enumerate() {
        bits |= read_bits(item).ok_or_else(|| mismatch(&Type::Named(def), item).in_item(index))?;
    }
    Ok(Value::Int(bits))
}

fn read_union(
    def: &Def<'_>,
    open: bool,
    arms: &[Arm<'_>],
    object: &Map<String, Json>,
) -> Result<Value, ValueError> {
    let ty = Type::Named(def);
    let Some((name, json)) = object.iter().next() else {
        return Err(ValueError::new(expected(&ty), "an empty object"));
    };
    if let Some(arm) = arms.iter().find(|arm| arm.name == name) {
        let value = read(arm.ty, json).map_err(|error| error.in_field(name))?;
        return Ok(Value::Arm { tag: arm.tag, value: Box::new(value) });
    }
    if open && name == UNKNOWN_ARM {
        return read_unknown_arm(arms, json).ok_or_else(|| {
            let expected =
                r#"{"tag": a number of no known arm, "payload": an embedded payload in hex}"#;
            ValueError::new(expected, describe(json)).in_field(name)
        });
    }
    Err(ValueError::new(expected(&ty), format!("the arm {name:?}")))
}

fn read_unknown_arm(arms: &[Arm<'_>], json: &Json) -> Option<Value> {
    let object = json.as_object().filter(|object| object.len() == 2)?;
    let tag = u32::try_from(object.get("tag")?.as_u64()?).ok()?;
    let payload = hex::decode(object.get("payload")?.as_str()?)?;
    let fits = is_unknown_tag(arms, tag) && is_embedded_payload(&payload);
    fits.then_some(Value::UnknownArm { tag, payload })
}

fn describe(json: &Json) -> String {
    match json {
        Json::Null => "null".to_string(),
        Json::Bool(truth) => truth.to_string(),
        Json::Number(number) => format!("the number {number}"),
        Json::String(text) if text.chars().count() > QUOTED => {
            let start: String = text.chars().take(QUOTED).collect();
            format!("the string {start:?}… of {} bytes", text.len())
        }
        Json::String(text) => format!("the string {text:?}"),
        Json::Array(items) => format!("an array of {} items", items.len()),
        Json::Object(object) => match object.keys().next() {
            Some(key) if object.len() == 1 => format!("an object with the member {key:?}"),
            _ => format!("an object of {} members", object.len()),
        },
    }
}

//! Value to JSON.

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use serde_json::{Map, Number, Value as Json, json};

use super::UNKNOWN_ARM;
use crate::reflect::{Arm, Def, Field, Kind, Member, Type};
use crate::value::{Value, ValueError, is_bytes};
use crate::{Duration, Timestamp, decimal, hex};

/// Writes a value of a named type as JSON.
///
/// # Errors
///
/// Where the value does not fit the type, which one that was decoded by it always does.
pub fn to_json(def: &Def<'_>, value: &Value) -> Result<Json, ValueError> {
    write(&Type::Named(def), value)
}

fn write(ty: &Type<'_>, value: &Value) -> Result<Json, ValueError> {
    match (ty, value) {
        (Type::Named(def), value) => write_named(def, value),
        (Type::Optional(_), Value::Absent) => Ok(Json::Null),
        (Type::Optional(item), value) => write(item, value),
        (Type::Bool, Value::Bool(truth)) => Ok(Json::Bool(*truth)),
        (Type::I128, Value::Int(number)) => Ok(Json::String(number.to_string())),
        (Type::U128, Value::U128(number)) => Ok(Json::String(number.to_string())),
        (Type::U256, Value::U256(number)) => Ok(Json::String(number.to_string())),
        (Type::Uuid, Value::Uuid(uuid)) => Ok(Json::String(uuid.to_string())),
        (Type::F32, Value::F32(number)) => Ok(write_f32(*number)),
        (Type::F64, Value::F64(number)) => Ok(write_f64(*number)),
        (Type::String | Type::BoundedString(_), Value::Text(text)) => {
            Ok(Json::String(text.clone()))
        }
        (ty, Value::Bytes(bytes)) if is_bytes(ty) => Ok(Json::String(hex::encode(bytes))),
        (Type::Array(item, _) | Type::BoundedList(item, _) | Type::List(item), value) => {
            write_items(ty, value, |_| Some(item))
        }
        (Type::Map(key, of), value) => write_map(ty, [key, of], value),
        (Type::Tuple(types), value) => write_items(ty, value, |index| types.get(index).copied()),
        (ty, Value::Int(number)) => write_integer(ty, *number),
        (ty, value) => Err(ValueError::shape(ty, value)),
    }
}

/// An object where keys are strings, an array of pairs everywhere else.
fn write_map(ty: &Type<'_>, types: [&Type<'_>; 2], value: &Value) -> Result<Json, ValueError> {
    let pair = Type::Tuple(&types);
    if !matches!(types[0], Type::String | Type::BoundedString(_)) {
        return write_items(ty, value, |_| Some(&pair));
    }
    let Value::Items(pairs) = value else { return Err(ValueError::shape(ty, value)) };
    let mut object = Map::new();
    for (index, value) in pairs.iter().enumerate() {
        let written = match value {
            Value::Items(items) => match items.as_slice() {
                [Value::Text(key), of] => Some((key, of)),
                _ => None,
            },
            _ => None,
        };
        let (key, of) = written.ok_or_else(|| ValueError::shape(&pair, value).in_item(index))?;
        let json = write(types[1], of).map_err(|error| error.in_field(key))?;
        object.insert(key.clone(), json);
    }
    Ok(Json::Object(object))
}

fn write_integer(ty: &Type<'_>, number: i128) -> Result<Json, ValueError> {
    let nanos_or_mantissa = i64::try_from(number);
    match (ty, nanos_or_mantissa) {
        (Type::Timestamp, Ok(nanos)) => Ok(Json::String(Timestamp(nanos).to_string())),
        (Type::Duration, Ok(nanos)) => Ok(Json::String(Duration(nanos).to_string())),
        (Type::Decimal(scale), Ok(mantissa)) => {
            Ok(Json::String(decimal::Scaled(mantissa, *scale).to_string()))
        }
        (Type::Timestamp | Type::Duration | Type::Decimal(_), Err(_)) => {
            Err(ValueError::shape(ty, &Value::Int(number)))
        }
        (ty, _) => write_number(number).ok_or_else(|| ValueError::shape(ty, &Value::Int(number))),
    }
}

/// A JSON number, where 64 bits hold it.
fn write_number(number: i128) -> Option<Json> {
    match (i64::try_from(number), u64::try_from(number)) {
        (Ok(number), _) => Some(number.into()),
        (_, Ok(number)) => Some(number.into()),
        _ => None,
    }
}

/// An `f32` is written as the `f64` of the same value, since most readers know no other float.
fn write_f32(number: f32) -> Json {
    if number.is_nan() && number.to_bits() != f32::NAN.to_bits() {
        return Json::String(format!("NaN:{:08x}", number.to_bits()));
    }
    write_f64(number.into())
}

fn write_f64(number: f64) -> Json {
    match Number::from_f64(number) {
        Some(number) => Json::Number(number),
        None if number == f64::INFINITY => "Infinity".into(),
        None if number == f64::NEG_INFINITY => "-Infinity".into(),
        None if number.to_bits() == f64::NAN.to_bits() => "NaN".into(),
        None => Json::String(format!("NaN:{:016x}", number.to_bits())),
    }
}

fn write_items<'t>(
    ty: &Type<'_>,
    value: &Value,
    item_type: impl Fn(usize) -> Option<&'t Type<'t>>,
) -> Result<Json, ValueError> {
    let Value::Items(items) = value else {
        return Err(ValueError::shape(ty, value));
    };
    let write_item = |(index, item)| match item_type(index) {
        Some(item_type) => write(item_type, item).map_err(|error| error.in_item(index)),
        None => Err(ValueError::shape(ty, value)),
    };
    items.iter().enumerate().map(write_item).collect::<Result<Vec<_>, _>>().map(Json::Array)
}

fn write_named(def: &Def<'_>, value: &Value) -> Result<Json, ValueError> {
    match (def.kind, value) {
        (Kind::Message { fields, .. } | Kind::Struct { fields }, Value::Fields(values))
            if fields.len() == values.len() =>
        {
            write_fields(fields, values)
        }
        (Kind::Enum { members, .. }, Value::Int(number)) => {
            match members.iter().find(|member| member.value == *number) {
                Some(member) => Ok(member.name.into()),
                None => write_integer(&Type::I64, *number),
            }
        }
        (Kind::Flags { members, .. }, Value::Int(bits)) => Ok(write_flags(members, *bits)),
        (Kind::Union { arms, .. }, Value::Arm { tag, value }) => write_arm(def, arms, *tag, value),
        (Kind::Union { open: true, .. }, Value::UnknownArm { tag, payload }) => {
            Ok(json!({ UNKNOWN_ARM: { "tag": tag, "payload": hex::encode(payload) } }))
        }
        (_, value) => Err(ValueError::shape(&Type::Named(def), value)),
    }
}

fn write_fields(fields: &[Field<'_>], values: &[Value]) -> Result<Json, ValueError> {
    let mut object = Map::new();
    for (field, value) in fields.iter().zip(values) {
        let json = write(field.ty, value).map_err(|error| error.in_field(field.name))?;
        object.insert(field.name.to_string(), json);
    }
    Ok(Json::Object(object))
}

fn write_flags(members: &[Member<'_>], bits: i128) -> Json {
    let mut unknown = bits;
    let mut names: Vec<Json> = Vec::new();
    for member in members {
        let bit = 1 << member.value;
        if bits & bit != 0 {
            names.push(member.name.into());
            unknown &= !bit;
        }
    }
    names.extend(write_number(unknown).filter(|_| unknown != 0));
    Json::Array(names)
}

fn write_arm(def: &Def<'_>, arms: &[Arm<'_>], tag: u16, value: &Value) -> Result<Json, ValueError> {
    match arms.iter().find(|arm| arm.tag == tag) {
        Some(arm) => {
            let json = write(arm.ty, value).map_err(|error| error.in_field(arm.name))?;
            Ok(Json::Object(Map::from_iter([(arm.name.to_string(), json)])))
        }
        None => Err(ValueError::new(
            crate::value::expected(&Type::Named(def)),
            format!("the tag {tag}, which it does not have"),
        )),
    }
}

//! Value to tree.

use alloc::format;
use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;

use super::{Tree, UNKNOWN_ARM};
use crate::reflect::{Arm, Def, Field, Kind, Member, Type};
use crate::value::{Value, ValueError, is_bytes};
use crate::{Duration, Timestamp, decimal, hex};

/// Writes a value of the type; an error where it does not fit, which one that was decoded by it always
/// does.
pub(crate) fn write<'n>(ty: &Type<'n>, value: &Value) -> Result<Tree<'n>, ValueError> {
    match (ty, value) {
        (Type::Named(def), value) => write_named(def, value),
        (Type::Optional(_), Value::Absent) => Ok(Tree::Null),
        (Type::Optional(item), value) => write(item, value),
        (Type::Bool, Value::Bool(truth)) => Ok(Tree::Bool(*truth)),
        (Type::I128, Value::Int(number)) => Ok(text(number)),
        (Type::U128, Value::U128(number)) => Ok(text(number)),
        (Type::U256, Value::U256(number)) => Ok(text(number)),
        (Type::Uuid, Value::Uuid(uuid)) => Ok(text(uuid)),
        (Type::F32, Value::F32(number)) => Ok(write_f32(*number)),
        (Type::F64, Value::F64(number)) => Ok(write_f64(*number)),
        (Type::String | Type::BoundedString(_), Value::Text(content)) => Ok(text(content)),
        (ty, Value::Bytes(bytes)) if is_bytes(ty) => Ok(text(hex::encode(bytes))),
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
fn write_map<'n>(
    ty: &Type<'n>,
    types: [&Type<'n>; 2],
    value: &Value,
) -> Result<Tree<'n>, ValueError> {
    let Value::Items(pairs) = value else { return Err(ValueError::shape(ty, value)) };
    let pairs = pairs.iter().enumerate();
    if !matches!(types[0], Type::String | Type::BoundedString(_)) {
        let write_pair = |(index, pair)| {
            let item_type = |index: usize| types.get(index).copied();
            let pair = write_items(&Type::Tuple(&types), pair, item_type);
            pair.map_err(|error| error.in_item(index))
        };
        return pairs.map(write_pair).collect::<Result<_, _>>().map(Tree::Items);
    }
    let write_member = |(index, pair): (usize, &Value)| {
        let (key, of) = match pair {
            Value::Items(items) => match items.as_slice() {
                [Value::Text(key), of] => (key, of),
                _ => return Err(ValueError::shape(&Type::Tuple(&types), pair).in_item(index)),
            },
            _ => return Err(ValueError::shape(&Type::Tuple(&types), pair).in_item(index)),
        };
        let tree = write(types[1], of).map_err(|error| error.in_field(key))?;
        Ok((key.clone(), tree))
    };
    pairs.map(write_member).collect::<Result<_, _>>().map(Tree::Members)
}

fn text<'n>(content: impl ToString) -> Tree<'n> {
    Tree::Text(content.to_string().into())
}

fn write_integer<'n>(ty: &Type<'_>, number: i128) -> Result<Tree<'n>, ValueError> {
    let nanos_or_mantissa = i64::try_from(number);
    match (ty, nanos_or_mantissa) {
        (Type::Timestamp, Ok(nanos)) => Ok(text(Timestamp(nanos))),
        (Type::Duration, Ok(nanos)) => Ok(text(Duration(nanos))),
        (Type::Decimal(scale), Ok(mantissa)) => Ok(text(decimal::Scaled(mantissa, *scale))),
        (Type::Timestamp | Type::Duration | Type::Decimal(_), Err(_)) => {
            Err(ValueError::shape(ty, &Value::Int(number)))
        }
        (ty, _) => write_number(number).ok_or_else(|| ValueError::shape(ty, &Value::Int(number))),
    }
}

/// A number, where 64 bits hold it.
fn write_number<'n>(number: i128) -> Option<Tree<'n>> {
    let range = i128::from(i64::MIN)..=i128::from(u64::MAX);
    range.contains(&number).then_some(Tree::Integer(number))
}

/// An `f32` is written as the `f64` of the same value, since most readers know no other float.
fn write_f32<'n>(number: f32) -> Tree<'n> {
    if number.is_nan() && number.to_bits() != f32::NAN.to_bits() {
        return text(format!("NaN:{:08x}", number.to_bits()));
    }
    write_f64(number.into())
}

fn write_f64<'n>(number: f64) -> Tree<'n> {
    if number.is_finite() {
        Tree::Float(number)
    } else if number == f64::INFINITY {
        text("Infinity")
    } else if number == f64::NEG_INFINITY {
        text("-Infinity")
    } else if number.to_bits() == f64::NAN.to_bits() {
        text("NaN")
    } else {
        text(format!("NaN:{:016x}", number.to_bits()))
    }
}

fn write_items<'i, 'n: 'i>(
    ty: &Type<'_>,
    value: &Value,
    item_type: impl Fn(usize) -> Option<&'i Type<'n>>,
) -> Result<Tree<'n>, ValueError> {
    let Value::Items(items) = value else {
        return Err(ValueError::shape(ty, value));
    };
    let write_item = |(index, item)| match item_type(index) {
        Some(item_type) => write(item_type, item).map_err(|error| error.in_item(index)),
        None => Err(ValueError::shape(ty, value)),
    };
    items.iter().enumerate().map(write_item).collect::<Result<_, _>>().map(Tree::Items)
}

fn write_named<'n>(def: &Def<'n>, value: &Value) -> Result<Tree<'n>, ValueError> {
    match (def.kind, value) {
        (Kind::Message { fields, .. } | Kind::Struct { fields }, Value::Fields(values))
            if fields.len() == values.len() =>
        {
            write_fields(def.name, fields, values)
        }
        (Kind::Enum { members, .. }, Value::Int(number)) => {
            match members.iter().find(|member| member.value == *number) {
                Some(member) => Ok(Tree::Text(member.name.into())),
                None => write_integer(&Type::I64, *number),
            }
        }
        (Kind::Flags { members, .. }, Value::Int(bits)) => Ok(write_flags(members, *bits)),
        (Kind::Union { arms, .. }, Value::Arm { tag, value }) => write_arm(def, arms, *tag, value),
        (Kind::Union { open: true, .. }, Value::UnknownArm { tag, payload }) => {
            Ok(write_unknown_arm(*tag, payload))
        }
        (_, value) => Err(ValueError::shape(&Type::Named(def), value)),
    }
}

fn write_fields<'n>(
    name: &'n str,
    fields: &[Field<'n>],
    values: &[Value],
) -> Result<Tree<'n>, ValueError> {
    let write_field = |(field, value): (&Field<'n>, &Value)| {
        let tree = write(field.ty, value).map_err(|error| error.in_field(field.name))?;
        Ok((field.name, tree))
    };
    let fields = fields.iter().zip(values).map(write_field).collect::<Result<_, _>>()?;
    Ok(Tree::Record { name, fields })
}

fn write_flags<'n>(members: &[Member<'n>], bits: i128) -> Tree<'n> {
    let mut unknown = bits;
    let mut names: Vec<Tree<'n>> = Vec::new();
    for member in members {
        let bit = 1 << member.value;
        if bits & bit != 0 {
            names.push(Tree::Text(member.name.into()));
            unknown &= !bit;
        }
    }
    names.extend(write_number(unknown).filter(|_| unknown != 0));
    Tree::Items(names)
}

fn write_arm<'n>(
    def: &Def<'n>,
    arms: &[Arm<'n>],
    tag: u16,
    value: &Value,
) -> Result<Tree<'n>, ValueError> {
    match arms.iter().find(|arm| arm.tag == tag) {
        Some(arm) => {
            let tree = write(arm.ty, value).map_err(|error| error.in_field(arm.name))?;
            Ok(Tree::Members(vec![(arm.name.to_string(), tree)]))
        }
        None => Err(ValueError::new(
            crate::value::expected(&Type::Named(def)),
            format!("the tag {tag}, which it does not have"),
        )),
    }
}

fn write_unknown_arm<'n>(tag: u32, payload: &[u8]) -> Tree<'n> {
    let members = vec![
        ("tag".to_string(), Tree::Integer(tag.into())),
        ("payload".to_string(), text(hex::encode(payload))),
    ];
    Tree::Members(vec![(UNKNOWN_ARM.to_string(), Tree::Members(members))])
}

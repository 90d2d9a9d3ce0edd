//! Tree to value.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::str::FromStr;

use super::{Tree, UNKNOWN_ARM};
use crate::embedded;
use crate::reflect::{Arm, Def, Field, Kind, Member, Repr, Type};
use crate::value::{
    Value, ValueError, check_constraint, expected, integer_range, is_bytes, is_key_below,
    is_unknown_tag, take_default,
};
use crate::{Duration, Timestamp, decimal, hex};

/// Longest text that an error quotes, in characters.
const QUOTED: usize = 40;

/// Significant digits of a decimal number that every `f64` keeps.
const FLOAT_DIGITS: usize = 15;

/// Reads a value of the type; where the tree does not fit it, the error says the path, what is expected
/// there, and what was found.
pub(crate) fn read(ty: &Type<'_>, tree: &Tree<'_>) -> Result<Value, ValueError> {
    let value = match (ty, tree) {
        (Type::Named(def), tree) => return read_named(def, tree),
        (Type::Optional(_), Tree::Null) => Some(Value::Absent),
        (Type::Optional(item), tree) => return read(item, tree),
        (Type::Bool, Tree::Bool(truth)) => Some(Value::Bool(*truth)),
        (Type::F32, tree) => read_f32(tree).map(Value::F32),
        (Type::F64, tree) => read_f64(tree).map(Value::F64),
        (Type::U128, tree) => read_unsigned(tree).map(Value::U128),
        (Type::U256, tree) => read_unsigned(tree).map(Value::U256),
        (Type::Uuid, Tree::Text(text)) => text.parse().ok().map(Value::Uuid),
        (Type::String, Tree::Text(text)) => Some(Value::Text(text.to_string())),
        (Type::BoundedString(max), Tree::Text(text)) => {
            (text.len() <= *max as usize).then(|| Value::Text(text.to_string()))
        }
        (ty, Tree::Text(text)) if is_bytes(ty) => read_bytes(ty, text),
        (Type::Array(item, _) | Type::BoundedList(item, _) | Type::List(item), tree)
            if !is_bytes(ty) =>
        {
            return read_items(ty, tree, |_| item);
        }
        (Type::Map(key, value), tree) => return read_map(ty, [key, value], tree),
        (Type::Tuple(types), tree) => return read_items(ty, tree, |index| types[index]),
        (ty, tree) => read_integer(ty, tree).map(Value::Int),
    };
    value.ok_or_else(|| mismatch(ty, tree))
}

fn mismatch(ty: &Type<'_>, tree: &Tree<'_>) -> ValueError {
    ValueError::new(expected(ty), describe(tree))
}

/// The digits of a number, which a string may hold too; those of a float are lost.
fn digits<'t>(tree: &'t Tree<'_>) -> Option<Cow<'t, str>> {
    match tree {
        Tree::Integer(number) => Some(number.to_string().into()),
        Tree::Digits(digits) => Some(digits.into()),
        Tree::Text(text) => Some(text.as_ref().into()),
        _ => None,
    }
}

/// The same for a decimal: a float of few digits has them still.
fn decimal_digits<'t>(tree: &'t Tree<'_>) -> Option<Cow<'t, str>> {
    let Tree::Float(number) = tree else { return digits(tree) };
    let shortest = number.to_string();
    let significant = shortest.replace(['-', '.'], "");
    let is_kept = number.is_finite() && significant.trim_matches('0').len() <= FLOAT_DIGITS;
    is_kept.then(|| shortest.into())
}

fn read_integer(ty: &Type<'_>, tree: &Tree<'_>) -> Option<i128> {
    let number = match (ty, tree) {
        (Type::Decimal(scale), tree) => {
            decimal::parse_scaled(&decimal_digits(tree)?, *scale).ok()?.into()
        }
        (Type::Timestamp, Tree::Text(text)) => Timestamp::parse_rfc3339(text)?.0.into(),
        (Type::Duration, Tree::Text(text)) => Duration::parse(text)?.0.into(),
        (_, tree) => integer_digits(tree)?.parse().ok()?,
    };
    integer_range(ty)?.contains(&number).then_some(number)
}

/// The digits of an integer, which Rust itself would read behind a plus too.
fn integer_digits<'t>(tree: &'t Tree<'_>) -> Option<Cow<'t, str>> {
    digits(tree).filter(|text| !text.starts_with('+'))
}

/// Reads an integer that an `i128` does not hold.
fn read_unsigned<T: FromStr>(tree: &Tree<'_>) -> Option<T> {
    let text = integer_digits(tree)?;
    // Only a zero has a minus.
    match text.strip_prefix('-') {
        Some(zeros) if zeros.bytes().all(|digit| digit == b'0') => zeros.parse().ok(),
        _ => text.parse().ok(),
    }
}

fn read_f64(tree: &Tree<'_>) -> Option<f64> {
    match tree {
        Tree::Integer(number) => Some(*number as f64),
        Tree::Float(number) => Some(*number),
        Tree::Digits(digits) => digits.parse().ok().filter(|number: &f64| number.is_finite()),
        Tree::Text(text) => match text.as_ref() {
            "NaN" => Some(f64::NAN),
            "Infinity" => Some(f64::INFINITY),
            "-Infinity" => Some(f64::NEG_INFINITY),
            other => nan_bits(other, 16).map(f64::from_bits).filter(|number| number.is_nan()),
        },
        _ => None,
    }
}

fn read_f32(tree: &Tree<'_>) -> Option<f32> {
    if let Tree::Text(text) = tree
        && text.starts_with("NaN:")
    {
        let number = nan_bits(text, 8).map(|bits| f32::from_bits(bits as u32));
        return number.filter(|number| number.is_nan());
    }
    let wide = read_f64(tree)?;
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
    tree: &Tree<'_>,
    item_type: impl Fn(usize) -> &'t Type<'t>,
) -> Result<Value, ValueError> {
    let Tree::Items(items) = tree else {
        return Err(mismatch(ty, tree));
    };
    let fits = match ty {
        Type::Array(_, len) => items.len() == *len as usize,
        Type::BoundedList(_, max) => items.len() <= *max as usize,
        Type::Tuple(types) => items.len() == types.len(),
        _ => true,
    };
    if !fits {
        return Err(mismatch(ty, tree));
    }
    let read_item =
        |(index, item)| read(item_type(index), item).map_err(|error| error.in_item(index));
    items.iter().enumerate().map(read_item).collect::<Result<_, _>>().map(Value::Items)
}

/// Reads pairs in any order: an object where keys are strings, an array of pairs everywhere else.
fn read_map(ty: &Type<'_>, types: [&Type<'_>; 2], tree: &Tree<'_>) -> Result<Value, ValueError> {
    let mut pairs = match (types[0], tree) {
        (Type::String | Type::BoundedString(_), Tree::Members(object)) => {
            let pair = |(name, tree): &(String, Tree<'_>)| {
                let key = read(types[0], &Tree::Text(name.as_str().into()));
                let value = read(types[1], tree);
                let pair = key.and_then(|key| Ok(Value::Items(Vec::from([key, value?]))));
                pair.map_err(|error| error.in_field(name))
            };
            object.iter().map(pair).collect::<Result<Vec<_>, _>>()?
        }
        (Type::String | Type::BoundedString(_), _) => return Err(mismatch(ty, tree)),
        (_, Tree::Items(items)) => {
            let read_pair = |(index, item)| {
                read(&Type::Tuple(&types), item).map_err(|error| error.in_item(index))
            };
            items.iter().enumerate().map(read_pair).collect::<Result<Vec<_>, _>>()?
        }
        _ => return Err(mismatch(ty, tree)),
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

fn read_named(def: &Def<'_>, tree: &Tree<'_>) -> Result<Value, ValueError> {
    let value = match (def.kind, tree) {
        (Kind::Message { fields, .. } | Kind::Struct { fields }, Tree::Members(object)) => {
            return read_fields(def, fields, object);
        }
        (Kind::Enum { open, repr, members }, tree) => read_enum(open, repr, members, tree),
        (Kind::Flags { repr, members }, Tree::Items(items)) => {
            return read_flags(def, repr, members, items);
        }
        (Kind::Union { open, arms }, Tree::Members(object)) if object.len() == 1 => {
            return read_union(def, open, arms, object);
        }
        _ => None,
    };
    value.ok_or_else(|| mismatch(&Type::Named(def), tree))
}

fn read_fields(
    def: &Def<'_>,
    fields: &[Field<'_>],
    object: &[(String, Tree<'_>)],
) -> Result<Value, ValueError> {
    let is_known = |key: &String| fields.iter().any(|field| field.name == *key);
    if let Some((key, _)) = object.iter().find(|(key, _)| !is_known(key)) {
        let names: Vec<String> = fields.iter().map(|f| format!("\"{}\"", f.name)).collect();
        let expected =
            format!("a field of `{}.{}`: one of {}", def.package, def.name, names.join(", "));
        return Err(ValueError::new(expected, format!("{key:?}")));
    }
    let read_field = |field: &Field<'_>| {
        let value = match get(object, field.name) {
            Some(tree) => read_field_value(field, tree),
            None => take_default(field)
                .ok_or_else(|| ValueError::new(expected(field.ty), "no such field")),
        };
        value.map_err(|error| error.in_field(field.name))
    };
    fields.iter().map(read_field).collect::<Result<_, _>>().map(Value::Fields)
}

fn read_field_value(field: &Field<'_>, tree: &Tree<'_>) -> Result<Value, ValueError> {
    let value = read(field.ty, tree)?;
    check_constraint(field, &value)?;
    Ok(value)
}

fn read_enum(open: bool, repr: Repr, members: &[Member<'_>], tree: &Tree<'_>) -> Option<Value> {
    if let Tree::Text(name) = tree
        && let Some(member) = members.iter().find(|member| member.name == name)
    {
        return Some(Value::Int(member.value));
    }
    let number = read_integer(repr.ty(), tree)?;
    let known = members.iter().any(|member| member.value == number);
    (open || known).then_some(Value::Int(number))
}

fn read_flags(
    def: &Def<'_>,
    repr: Repr,
    members: &[Member<'_>],
    items: &[Tree<'_>],
) -> Result<Value, ValueError> {
    let bit_named = |tree: &Tree<'_>| {
        let Tree::Text(name) = tree else { return None };
        members.iter().find(|member| member.name == *name).map(|member| 1 << member.value)
    };
    let read_bits = |tree: &Tree<'_>| bit_named(tree).or_else(|| read_integer(repr.ty(), tree));
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
    object: &[(String, Tree<'_>)],
) -> Result<Value, ValueError> {
    let ty = Type::Named(def);
    let Some((name, tree)) = object.first() else {
        return Err(ValueError::new(expected(&ty), "an empty object"));
    };
    if let Some(arm) = arms.iter().find(|arm| arm.name == name) {
        let value = read(arm.ty, tree).map_err(|error| error.in_field(name))?;
        return Ok(Value::Arm { tag: arm.tag, value: Box::new(value) });
    }
    if open && name == UNKNOWN_ARM {
        return read_unknown_arm(arms, tree).ok_or_else(|| {
            let expected =
                r#"{"tag": a number of no known arm, "payload": an embedded payload in hex}"#;
            ValueError::new(expected, describe(tree)).in_field(name)
        });
    }
    Err(ValueError::new(expected(&ty), format!("the arm {name:?}")))
}

fn read_unknown_arm(arms: &[Arm<'_>], tree: &Tree<'_>) -> Option<Value> {
    let Tree::Members(object) = tree else { return None };
    let tag = get(object, "tag").filter(|tag| !matches!(tag, Tree::Text(_)))?;
    let tag = digits(tag)?.parse().ok()?;
    let Tree::Text(payload) = get(object, "payload")? else { return None };
    let payload = hex::decode(payload)?;
    let fits =
        object.len() == 2 && is_unknown_tag(arms, tag) && embedded::check_bytes(&payload).is_ok();
    fits.then_some(Value::UnknownArm { tag, payload })
}

fn get<'t, 'n>(object: &'t [(String, Tree<'n>)], name: &str) -> Option<&'t Tree<'n>> {
    object.iter().find(|(key, _)| key == name).map(|(_, tree)| tree)
}

fn describe(tree: &Tree<'_>) -> String {
    match tree {
        Tree::Null => "null".to_string(),
        Tree::Bool(truth) => truth.to_string(),
        Tree::Integer(number) => format!("the number {number}"),
        Tree::Float(number) => format!("the number {number:?}"),
        Tree::Digits(digits) => format!("the number {digits}"),
        Tree::Text(text) if text.chars().count() > QUOTED => {
            let start: String = text.chars().take(QUOTED).collect();
            format!("the string {start:?}… of {} bytes", text.len())
        }
        Tree::Text(text) => format!("the string {text:?}"),
        Tree::Items(items) => format!("an array of {} items", items.len()),
        Tree::Members(members) => match members.as_slice() {
            [(name, _)] => format!("an object with the member {name:?}"),
            members => format!("an object of {} members", members.len()),
        },
        Tree::Record { fields, .. } => format!("an object of {} members", fields.len()),
    }
}

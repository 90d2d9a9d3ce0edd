//! Flags.

use heck::ToShoutySnakeCase;
use mycelium_wire::layout;
use mycelium_wire::reflect::Repr;
use syn::{Ident, Type};

use super::enums::repr_named;
use super::{check_distinct, missing, names, wrong_shape};
use crate::ast::{Body, Field, Input};
use crate::attr::{self, Bit};
use crate::errors::Errors;
use crate::item::{Flag, Flags, Kind};
use crate::number;

const SHAPE: &str = "flags are a tuple struct of one unsigned integer: struct Marks(u16);";

pub(super) fn check_flags<'a>(input: &'a Input<'a>, errors: &Errors) -> Option<Kind<'a>> {
    let Body::Tuple(fields) = &input.body else {
        return wrong_shape(input, SHAPE, errors);
    };
    let repr = check_repr(input, fields, errors);
    let Some(bits) = &input.attrs.bits else {
        missing(input, "bits", "flags need names: #[myc(bits(first = 0, second = 1))]", errors);
        return None;
    };
    if bits.bits.is_empty() {
        errors.at(&bits.key, "flags have at least one bit");
    }
    let checked: Vec<_> = bits.bits.iter().map(|bit| check_bit(bit, repr, errors)).collect();
    let names: Vec<_> = bits.bits.iter().map(|bit| (plain(&bit.name), bit.name.span())).collect();
    check_distinct("the flag name", &names, errors);
    let numbers: Vec<_> = bits
        .bits
        .iter()
        .zip(&checked)
        .filter_map(|(bit, checked)| Some((checked.as_ref()?.number, bit.name.span())))
        .collect();
    check_distinct("the bit", &numbers, errors);
    let mut bits = checked.into_iter().collect::<Option<Vec<_>>>()?;
    names::check_kept(bits.iter().map(|bit| (&bit.name, &bit.was, &bit.constant)), errors);
    bits.sort_by_key(|bit| bit.number);
    Some(Kind::Flags(Flags { repr: repr?, bits }))
}

fn check_repr(input: &Input<'_>, fields: &[Field<'_>], errors: &Errors) -> Option<Repr> {
    let [field] = fields else {
        errors.at(&input.original.ident, SHAPE);
        return None;
    };
    let repr = match field.ty {
        Type::Path(path) => path.path.get_ident().and_then(|name| repr_named(&name.to_string())),
        _ => None,
    };
    match repr {
        Some(Repr::U8 | Repr::U16 | Repr::U32 | Repr::U64) => repr,
        _ => {
            errors.at(field.ty, "flags are carried by one of u8, u16, u32, u64");
            None
        }
    }
}

fn check_bit<'a>(bit: &'a Bit, repr: Option<Repr>, errors: &Errors) -> Option<Flag<'a>> {
    let name = plain(&bit.name);
    let named = names::is_snake_case(&name);
    if !named {
        errors.at(&bit.name, format!("`{name}` is not the name of a flag: expected snake_case"));
    }
    let width = repr.map_or(64, |repr| 8 * layout::repr_size(repr) as i128);
    let number = number::integer(&bit.number).filter(|number| (0..width).contains(number));
    let Some(number) = number else {
        let last = width - 1;
        errors.at(&bit.number, format!("the number of a bit is a literal from 0 to {last}"));
        return None;
    };
    let constant = Ident::new(&name.to_shouty_snake_case(), bit.name.span());
    let own = attr::read(&bit.attrs, attr::BIT, errors);
    let was = names::former(&own.was, &name, names::is_snake_case, errors);
    let attrs = bit.attrs.iter().filter(|attr| !attr::is_ours(attr)).collect();
    named.then_some(Flag { attrs, constant, name, was, number: number as u32 })
}

fn plain(ident: &Ident) -> String {
    let name = ident.to_string();
    name.strip_prefix("r#").unwrap_or(&name).to_owned()
}

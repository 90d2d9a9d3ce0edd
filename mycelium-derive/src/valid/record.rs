//! Messages and structs.

use heck::ToSnakeCase;
use mycelium_wire::reflect;
use syn::spanned::Spanned;
use syn::{Generics, LitStr};

use super::{CONTROL, check_distinct, missing, names, wrong_shape};
use crate::ast::{self, Body, Input};
use crate::borrowed;
use crate::constant::{Constant, Default};
use crate::constraint;
use crate::errors::Errors;
use crate::item::{Field, Kind, Unit};
use crate::number;

const MAX_TOPIC_BYTES: usize = 255;

pub(super) fn check_message<'a>(
    input: &'a Input<'a>,
    package: &Option<String>,
    kept_name: Option<&String>,
    errors: &Errors,
) -> Option<Kind<'a>> {
    let Body::Named(fields) = &input.body else {
        return wrong_shape(
            input,
            "a message is a struct with named fields; for a choice between several, \
             derive `Union` and give a message a field of it",
            errors,
        );
    };
    let id = check_id(input, package.as_deref(), errors);
    let topic = check_topic(input, package.as_deref(), kept_name, errors);
    let fields = check_fields(input, fields, errors)?;
    Some(Kind::Message { id: id?, topic: topic?, fields })
}

pub(super) fn check_struct<'a>(input: &'a Input<'a>, errors: &Errors) -> Option<Kind<'a>> {
    let Body::Named(fields) = &input.body else {
        return wrong_shape(
            input,
            "`#[derive(Struct)]` is for structs with named fields and for tuple structs, which are \
             what their field is or the tuple of their fields; there are also `Enum`, `Union` and `Flags`",
            errors,
        );
    };
    if fields.is_empty() {
        errors.at(&input.original.ident, "a struct has at least one field: it never grows later");
    }
    Some(Kind::Struct { fields: check_fields(input, fields, errors)? })
}

fn check_id(input: &Input<'_>, package: Option<&str>, errors: &Errors) -> Option<u16> {
    let Some(expr) = &input.attrs.id else {
        let message = "a message needs its type id, by which a frame names it: #[myc(id = 1)]";
        missing(input, "id", message, errors);
        return None;
    };
    let id = number::integer(expr).and_then(|id| u16::try_from(id).ok());
    match id {
        Some(0) if package == Some(CONTROL) => {}
        None | Some(0) => {
            errors.at(expr, "a type id is a whole number from 1 to 65535, written as a literal");
            return None;
        }
        Some(_) => {}
    }
    id
}

fn check_topic(
    input: &Input<'_>,
    package: Option<&str>,
    kept_name: Option<&String>,
    errors: &Errors,
) -> Option<String> {
    let Some(given) = &input.attrs.topic else {
        return Some(format!("{}.{}", package?, kept_name?.to_snake_case()));
    };
    let topic = given.value();
    if topic.len() > MAX_TOPIC_BYTES || !topic.split('.').all(is_topic_part) {
        errors.at(
            given,
            format!(
                "`{topic}` is not a topic: expected lower-case letters, digits, `_` and `-` in parts \
                 separated by points, such as `market.trades`"
            ),
        );
        return None;
    }
    Some(topic)
}

fn is_topic_part(part: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c);
    !part.is_empty() && part.chars().all(allowed)
}

fn check_fields<'a>(
    input: &'a Input<'a>,
    fields: &'a [ast::Field<'a>],
    errors: &Errors,
) -> Option<Vec<Field<'a>>> {
    let generics = &input.original.generics;
    let checked: Vec<Option<Field<'a>>> =
        fields.iter().map(|field| check_field(generics, field, errors)).collect();
    let places: Vec<_> = fields
        .iter()
        .filter_map(|field| Some(names::named(&field.attrs.name, field.ident?, str::to_owned)))
        .collect();
    check_distinct("the field name", &places, errors);
    let fields: Vec<Field<'a>> = checked.into_iter().collect::<Option<_>>()?;
    names::check_kept(fields.iter().map(|field| (&field.name, &field.was, field.ident)), errors);
    Some(fields)
}

fn check_field<'a>(
    generics: &Generics,
    field: &'a ast::Field<'a>,
    errors: &Errors,
) -> Option<Field<'a>> {
    let ident = field.ident?;
    let (name, place) = names::named(&field.attrs.name, ident, str::to_owned);
    let named = names::is_snake_case(&name);
    if !named {
        errors.push(syn::Error::new(place, names::not_snake_case("a field", &name)));
    }
    let was = names::former(&field.attrs.was, &name, names::is_snake_case, errors);
    let unit = field.attrs.unit.as_ref().map(|unit| check_unit(unit, errors));
    let constraint = constraint::check(&field.attrs, errors);
    let default = match &field.attrs.default {
        Some(expr) => {
            let value = Constant::read(expr).map_err(|error| errors.push(error)).ok()?;
            Some(Default { value, place: expr.span() })
        }
        None => None,
    };
    let key = field.attrs.key.as_ref();
    let (original, ty, constraint) = (field.original, field.ty, constraint?);
    named.then_some(Field {
        original,
        ident,
        ty,
        unborrowed: borrowed::unborrowed(ty, generics),
        name,
        was,
        unit,
        constraint,
        default,
        key,
    })
}

fn check_unit(unit: &LitStr, errors: &Errors) -> Unit {
    let text = unit.value();
    if !reflect::Field::is_unit(&text) {
        let most = reflect::Field::MAX_UNIT_BYTES;
        errors.at(unit, format!("a unit is one line of at most {most} bytes, such as \"bps\""));
    }
    Unit { text, place: unit.span() }
}

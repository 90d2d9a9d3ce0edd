//! Messages and structs.

use heck::ToSnakeCase;
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Ident, Lit};

use super::{CONTROL, check_distinct, missing, names, wrong_shape};
use crate::ast::{self, Body, Input};
use crate::errors::Errors;
use crate::item::{Constant, Default, Field, Kind};
use crate::number;

const MAX_TOPIC_BYTES: usize = 255;

pub(super) fn check_message<'a>(
    input: &'a Input<'a>,
    package: &Option<String>,
    name: &Option<String>,
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
    let topic = check_topic(input, package.as_deref(), name.as_deref(), errors);
    let fields = check_fields(fields, errors)?;
    Some(Kind::Message { id: id?, topic: topic?, fields })
}

pub(super) fn check_struct<'a>(input: &'a Input<'a>, errors: &Errors) -> Option<Kind<'a>> {
    let Body::Named(fields) = &input.body else {
        return wrong_shape(
            input,
            "`#[derive(Struct)]` is for structs with named fields and for tuple structs of one \
             field, which are what their field is; there are also `Enum`, `Union` and `Flags`",
            errors,
        );
    };
    if fields.is_empty() {
        errors.at(&input.original.ident, "a struct has at least one field: it never grows later");
    }
    Some(Kind::Struct { fields: check_fields(fields, errors)? })
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
    name: Option<&str>,
    errors: &Errors,
) -> Option<String> {
    let Some(given) = &input.attrs.topic else {
        return Some(format!("{}.{}", package?, name?.to_snake_case()));
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

fn check_fields<'a>(fields: &'a [ast::Field<'a>], errors: &Errors) -> Option<Vec<Field<'a>>> {
    let checked: Vec<Option<Field<'a>>> =
        fields.iter().map(|field| check_field(field, errors)).collect();
    let places: Vec<_> = fields
        .iter()
        .filter_map(|field| Some(names::named(&field.attrs.name, field.ident?, str::to_owned)))
        .collect();
    check_distinct("the field name", &places, errors);
    checked.into_iter().collect()
}

fn check_field<'a>(field: &'a ast::Field<'a>, errors: &Errors) -> Option<Field<'a>> {
    let ident = field.ident?;
    let (name, place) = names::named(&field.attrs.name, ident, str::to_owned);
    let named = names::is_snake_case(&name);
    if !named {
        errors.push(syn::Error::new(place, names::not_snake_case("a field", &name)));
    }
    let default = match &field.attrs.default {
        Some(expr) => Some(check_default(expr, errors)?),
        None => None,
    };
    let key = field.attrs.key.as_ref();
    named.then_some(Field { original: field.original, ident, ty: field.ty, name, default, key })
}

fn check_default(expr: &Expr, errors: &Errors) -> Option<Default> {
    let constant = match number::strip(expr) {
        Expr::Lit(ExprLit { lit: Lit::Bool(value), .. }) => Ok(Constant::Bool(value.value)),
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Ok(Constant::Text(text.value())),
        Expr::Path(path) if path.qself.is_none() => match path.path.segments.last() {
            Some(last) => Ok(Constant::Name(member_name(&last.ident))),
            None => Err("expected the name of an enum's member"),
        },
        other => match number::number(other) {
            Some(number) => number.map(Constant::Number),
            None => {
                Err("a default is a literal (number, `true`, `false`, string) or the name of an \
                         enum's member, such as `Venue::Binance`")
            }
        },
    };
    let value = constant.map_err(|message| errors.at(expr, message)).ok()?;
    Some(Default { value, place: expr.span() })
}

/// Name in the schema of a member that a default names: that of a variant is turned to snake_case,
/// one in snake_case stands for itself.
fn member_name(ident: &Ident) -> String {
    let name = ident.to_string();
    let name = name.strip_prefix("r#").unwrap_or(&name);
    if names::is_snake_case(name) { name.to_owned() } else { name.to_snake_case() }
}

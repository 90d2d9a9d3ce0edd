//! Enums.

use heck::ToSnakeCase;
use mycelium_wire::reflect::Repr;
use syn::{Ident, Type};

use super::{check_distinct, check_openness, missing, names, wrong_shape};
use crate::ast::{Body, Input, Variant};
use crate::errors::Errors;
use crate::item::{Enum, Kind, Member};
use crate::number;

pub(super) fn check_enum<'a>(input: &'a Input<'a>, errors: &Errors) -> Option<Kind<'a>> {
    let Body::Enum(variants) = &input.body else {
        return wrong_shape(input, "`#[derive(Enum)]` is for enums of named numbers", errors);
    };
    let open = check_openness(input, errors);
    let repr = check_repr(input, errors);
    let (unknown, named): (Vec<_>, Vec<_>) =
        variants.iter().partition(|variant| variant.attrs.unknown.is_some());
    if named.is_empty() {
        errors.at(&input.original.ident, "an enum has at least one member");
    }
    let members = check_members(&named, repr, errors);
    let unknown = check_unknown(input, &unknown, open, repr, errors);
    let mut members = members?;
    members.sort_by_key(|member| member.value);
    open?;
    Some(Kind::Enum(Enum { repr: repr?, members, unknown: unknown? }))
}

fn check_repr(input: &Input<'_>, errors: &Errors) -> Option<Repr> {
    let Some(ident) = &input.attrs.repr else {
        missing(input, "repr", "say which integer carries the enum: #[myc(repr = u8)]", errors);
        return None;
    };
    let repr = repr_named(&ident.to_string());
    if repr.is_none() {
        errors.at(ident, "an enum is carried by one of i8, i16, i32, i64, u8, u16, u32, u64");
    }
    repr
}

fn check_members<'a>(
    variants: &[&'a Variant<'a>],
    repr: Option<Repr>,
    errors: &Errors,
) -> Option<Vec<Member<'a>>> {
    let members: Vec<Option<Member<'a>>> =
        variants.iter().map(|variant| check_member(variant, repr, errors)).collect();
    let names: Vec<_> =
        variants.iter().map(|variant| variant_name(variant, variant.ident)).collect();
    check_distinct("the member name", &names, errors);
    let values: Vec<_> = variants
        .iter()
        .zip(&members)
        .filter_map(|(variant, member)| Some((member.as_ref()?.value, variant.ident.span())))
        .collect();
    check_distinct("the value", &values, errors);
    let members: Vec<Member<'a>> = members.into_iter().collect::<Option<_>>()?;
    names::check_kept(members.iter().map(|it| (&it.name, &it.was, it.ident)), errors);
    Some(members)
}

fn check_member<'a>(
    variant: &'a Variant<'a>,
    repr: Option<Repr>,
    errors: &Errors,
) -> Option<Member<'a>> {
    let (name, place) = variant_name(variant, variant.ident);
    let named = names::is_snake_case(&name);
    if !named {
        errors.push(syn::Error::new(place, names::not_snake_case("a member", &name)));
    }
    if variant.types.as_ref().is_none_or(|types| !types.is_empty()) {
        errors.at(
            variant.original,
            "a member of an enum is a number and holds nothing else; for values derive `Union`",
        );
        return None;
    }
    let value = check_value(variant, repr, errors)?;
    let was = names::former(&variant.attrs.was, &name, names::is_snake_case, errors);
    named.then_some(Member { ident: variant.ident, name, was, value })
}

fn check_value(variant: &Variant<'_>, repr: Option<Repr>, errors: &Errors) -> Option<i128> {
    let discriminant = variant.original.discriminant.as_ref().map(|(_, expr)| expr);
    let Some(expr) = variant.attrs.value.as_ref().or(discriminant) else {
        errors.at(
            variant.ident,
            "a member needs its number, which is what travels: `Buy = 1` or #[myc(value = 1)]",
        );
        return None;
    };
    let Some(value) = number::integer(expr) else {
        errors.at(expr, "the number of a member is written as an integer literal");
        return None;
    };
    if let (Some(given), Some(discriminant)) = (&variant.attrs.value, discriminant)
        && number::integer(discriminant) != Some(value)
    {
        errors.at(given, "the number differs from the discriminant; one of them is enough");
    }
    if let Some(repr) = repr
        && !range(repr).contains(&value)
    {
        errors.at(expr, format!("{value} does not fit `{}`", repr.name()));
        return None;
    }
    Some(value)
}

/// The variant for unknown values: `Some(None)` where there must be none and is none.
fn check_unknown<'a>(
    input: &Input<'_>,
    unknown: &[&'a Variant<'a>],
    open: Option<bool>,
    repr: Option<Repr>,
    errors: &Errors,
) -> Option<Option<&'a Ident>> {
    let variant = super::union::one_unknown(input, unknown, open, "Unknown(u16)", errors)?;
    let Some(variant) = variant else { return Some(None) };
    let holds_repr = match variant.types.as_deref() {
        Some([Type::Path(path)]) => repr.is_none_or(|repr| path.path.is_ident(repr.name())),
        _ => false,
    };
    if !holds_repr {
        let repr = repr.map_or("u16", Repr::name);
        errors.at(
            variant.original,
            format!("the variant for unknown values holds the number: {}({repr})", variant.ident),
        );
        return None;
    }
    Some(Some(variant.ident))
}

fn variant_name(variant: &Variant<'_>, ident: &Ident) -> (String, proc_macro2::Span) {
    names::named(&variant.attrs.name, ident, |name| name.to_snake_case())
}

/// The integer type of this name.
pub(super) fn repr_named(name: &str) -> Option<Repr> {
    const ALL: [Repr; 8] =
        [Repr::I8, Repr::I16, Repr::I32, Repr::I64, Repr::U8, Repr::U16, Repr::U32, Repr::U64];
    ALL.into_iter().find(|repr| repr.name() == name)
}

fn range(repr: Repr) -> std::ops::RangeInclusive<i128> {
    match repr {
        Repr::I8 => i8::MIN.into()..=i8::MAX.into(),
        Repr::I16 => i16::MIN.into()..=i16::MAX.into(),
        Repr::I32 => i32::MIN.into()..=i32::MAX.into(),
        Repr::I64 => i64::MIN.into()..=i64::MAX.into(),
        Repr::U8 => 0..=u8::MAX.into(),
        Repr::U16 => 0..=u16::MAX.into(),
        Repr::U32 => 0..=u32::MAX.into(),
        Repr::U64 => 0..=u64::MAX.into(),
    }
}

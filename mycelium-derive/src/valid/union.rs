//! Unions.

use heck::ToSnakeCase;
use syn::{Ident, Type};

use super::{check_distinct, check_openness, names, wrong_shape};
use crate::ast::{Body, Input, Variant};
use crate::errors::Errors;
use crate::item::{Arm, Kind, Union};
use crate::number;

pub(super) fn check_union<'a>(input: &'a Input<'a>, errors: &Errors) -> Option<Kind<'a>> {
    let Body::Enum(variants) = &input.body else {
        return wrong_shape(
            input,
            "a union is a Rust enum whose variants hold one value each: \
             enum Event { Trade(Trade), … }",
            errors,
        );
    };
    let open = check_openness(input, errors);
    let (unknown, named): (Vec<_>, Vec<_>) =
        variants.iter().partition(|variant| variant.attrs.unknown.is_some());
    if named.is_empty() {
        errors.at(&input.original.ident, "a union has at least one arm");
    }
    let arms = check_arms(&named, errors);
    let unknown = check_unknown(input, &unknown, open, errors);
    let mut arms = arms?;
    arms.sort_by_key(|arm| arm.tag);
    open?;
    Some(Kind::Union(Union { arms, unknown: unknown? }))
}

fn check_arms<'a>(variants: &[&'a Variant<'a>], errors: &Errors) -> Option<Vec<Arm<'a>>> {
    let arms: Vec<Option<Arm<'a>>> =
        variants.iter().map(|variant| check_arm(variant, errors)).collect();
    let names: Vec<_> = variants.iter().map(|variant| arm_name(variant)).collect();
    check_distinct("the arm name", &names, errors);
    let tags: Vec<_> = variants
        .iter()
        .zip(&arms)
        .filter_map(|(variant, arm)| Some((arm.as_ref()?.tag, variant.ident.span())))
        .collect();
    check_distinct("the tag", &tags, errors);
    let arms: Vec<Arm<'a>> = arms.into_iter().collect::<Option<_>>()?;
    names::check_kept(arms.iter().map(|arm| (&arm.name, &arm.was, arm.ident)), errors);
    Some(arms)
}

fn check_arm<'a>(variant: &'a Variant<'a>, errors: &Errors) -> Option<Arm<'a>> {
    let (name, place) = arm_name(variant);
    let named = names::is_snake_case(&name);
    if !named {
        errors.push(syn::Error::new(place, names::not_snake_case("an arm", &name)));
    }
    let tag = check_tag(variant, errors);
    let Some([ty]) = variant.types.as_deref() else {
        errors.at(
            variant.original,
            format!("an arm holds one value: {}(Type); several go into a struct", variant.ident),
        );
        return None;
    };
    let tag = tag?;
    let was = names::former(&variant.attrs.was, &name, names::is_snake_case, errors);
    named.then_some(Arm { original: variant.original, ident: variant.ident, name, was, tag, ty })
}

fn check_tag(variant: &Variant<'_>, errors: &Errors) -> Option<u16> {
    let Some(expr) = &variant.attrs.tag else {
        errors.at(variant.ident, "an arm needs its tag, which is what travels: #[myc(tag = 1)]");
        return None;
    };
    let tag = number::integer(expr).and_then(|tag| u16::try_from(tag).ok()).filter(|tag| *tag > 0);
    if tag.is_none() {
        errors.at(expr, "a tag is a whole number from 1 to 65535, written as a literal");
    }
    tag
}

fn check_unknown<'a>(
    input: &Input<'_>,
    unknown: &[&'a Variant<'a>],
    open: Option<bool>,
    errors: &Errors,
) -> Option<Option<&'a Ident>> {
    let variant = one_unknown(input, unknown, open, "Unknown(UnknownArm)", errors)?;
    let Some(variant) = variant else { return Some(None) };
    let holds_arm = match variant.types.as_deref() {
        Some([Type::Path(path)]) => {
            path.path.segments.last().is_some_and(|last| last.ident == "UnknownArm")
        }
        _ => false,
    };
    if !holds_arm {
        errors.at(
            variant.original,
            format!("the variant for unknown arms holds them: {}(UnknownArm)", variant.ident),
        );
        return None;
    }
    Some(Some(variant.ident))
}

/// An open type has exactly one variant for what it does not know, a closed one has none.
pub(super) fn one_unknown<'a>(
    input: &Input<'_>,
    unknown: &[&'a Variant<'a>],
    open: Option<bool>,
    example: &str,
    errors: &Errors,
) -> Option<Option<&'a Variant<'a>>> {
    match (open?, unknown) {
        (true, [one]) => {
            if one.attrs.value.is_some() || one.attrs.tag.is_some() {
                errors.at(one.ident, "the variant for what is unknown has no number of its own");
            }
            Some(Some(*one))
        }
        (false, []) => Some(None),
        (true, []) => {
            errors.at(
                &input.original.ident,
                format!(
                    "an open type keeps what it does not know: \
                     add the variant #[myc(unknown)] {example}"
                ),
            );
            None
        }
        (true, [_, second, ..]) => {
            errors.at(second.ident, "one variant for what is unknown is enough");
            None
        }
        (false, [first, ..]) => {
            errors.at(first.ident, "a closed type refuses what it does not know: no such variant");
            None
        }
    }
}

fn arm_name(variant: &Variant<'_>) -> (String, proc_macro2::Span) {
    names::named(&variant.attrs.name, variant.ident, |name| name.to_snake_case())
}

//! Types of fields that are known by their names, before anybody knows the types: those of the runtime and of the
//! standard library. Nearly always they are these, so several are handed over by one call; of one that is not, and is
//! no field at all, the errors are more than one. A type that nobody knows is named for itself each time, which says
//! what is wrong with it once.

use std::fmt::Write;

use syn::{Expr, GenericArgument, Lit, PathArguments, PathSegment, Type};

use super::number::number_type;

/// Types of one word, and how they are spelled in schemas.
const PLAIN: [(&str, &str); 8] = [
    ("bool", "bool"),
    ("String", "string"),
    ("Timestamp", "timestamp"),
    ("Duration", "duration"),
    ("SystemTime", "timestamp"),
    ("Uuid", "uuid"),
    ("U256", "u256"),
    ("Bytes", "bytes"),
];

/// Types of a length or of a number of places.
const SIZED: [(&str, &str); 3] =
    [("Decimal", "decimal"), ("BoundedString", "string"), ("BoundedBytes", "bytes")];

/// Types of another one: what stands before and behind that.
const OF_ITEMS: [(&str, (&str, &str)); 3] =
    [("Vec", ("[", "]")), ("Option", ("", "?")), ("Box", ("", ""))];

/// What a name says of a type.
enum Known<'t> {
    Plain(&'static str),
    Sized(&'static str, &'t Lit),
    /// What stands before and behind the other type.
    Of((&'static str, &'static str), &'t Type),
}

fn known(ty: &Type) -> Option<Known<'_>> {
    if let Some(number) = number_type(ty) {
        return Some(Known::Plain(number));
    }
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last().filter(|_| path.qself.is_none())?;
    match &segment.arguments {
        PathArguments::None => find(&PLAIN, segment).map(Known::Plain),
        PathArguments::AngleBracketed(list) if list.args.len() == 1 => match &list.args[0] {
            GenericArgument::Type(item) => {
                find(&OF_ITEMS, segment).map(|around| Known::Of(around, item))
            }
            GenericArgument::Const(Expr::Lit(size)) => {
                find(&SIZED, segment).map(|name| Known::Sized(name, &size.lit))
            }
            _ => None,
        },
        _ => None,
    }
}

fn find<T: Copy>(names: &[(&str, T)], segment: &PathSegment) -> Option<T> {
    names.iter().find(|(name, _)| segment.ident == name).map(|(_, found)| *found)
}

/// Whether a type is known by its name.
pub(super) fn is_known(ty: &Type) -> bool {
    match known(ty) {
        Some(Known::Of(_, item)) => is_known(item),
        known => known.is_some(),
    }
}

/// Writes a type as schemas spell it, where it is what its name says.
pub(super) fn spell(ty: &Type, out: &mut String) -> Option<()> {
    match known(ty)? {
        Known::Plain(name) => out.push_str(name),
        Known::Sized(name, Lit::Int(size)) => {
            write!(out, "{name}<{}>", size.base10_parse::<u32>().ok()?).ok()?;
        }
        Known::Sized(..) => return None,
        Known::Of((before, behind), item) => {
            out.push_str(before);
            spell(item, out)?;
            out.push_str(behind);
        }
    }
    Some(())
}

/// Whether a number is right for all [types of one](SIZED), be it places of a decimal or the bound of a text.
pub(super) fn is_small(number: &Lit) -> bool {
    let number = match number {
        Lit::Int(number) => number.base10_parse().ok(),
        _ => None,
    };
    number.is_some_and(|number: u32| (1..=18).contains(&number))
}

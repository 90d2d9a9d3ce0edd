//! Prints impls; decides nothing.
//!
//! Every path begins with `#private`, the runtime's `__private` module, which an expansion brings into its own
//! scope, and constants have names that no user's constant has: so an expansion means the same wherever it stands.

mod declared;
mod enums;
mod flags;
mod impls;
mod known;
mod nameless;
mod newtype;
mod number;
mod record;
mod run;
mod tables;
mod union;
mod view;

use mycelium_wire::Digest;
use mycelium_wire::reflect::Repr;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, GenericArgument, PathArguments, Type};

use crate::item::{Item, Kind};

pub(crate) use self::impls::expand_impls;
use self::known::is_small;
pub(crate) use self::nameless::expand as expand_nameless;

/// Code for a checked type whose facts text has this hash.
pub(crate) fn expand(item: &Item<'_>, facts: [u8; 32]) -> TokenStream {
    let (private, runtime) = (&item.private(), item.runtime());
    let Parts { outside, inside } = match &item.kind {
        Kind::Message { id, topic, fields } => {
            record::expand_message(item, facts, *id, topic, fields)
        }
        Kind::Struct { fields } => record::expand_struct(item, facts, fields),
        Kind::Enum(def) => enums::expand(item, facts, def),
        Kind::Flags(def) => flags::expand(item, facts, def),
        Kind::Union(def) => union::expand(item, facts, def),
    };
    let impls = expand_impls(private, item.original, &item.impls);
    quote! {
        #outside
        #[allow(deprecated, long_running_const_eval, unused_variables, clippy::all)]
        const _: () = {
            use #runtime as __private;
            #inside
            #impls
        };
    }
}

/// What the expansion of a type consists of.
struct Parts {
    /// Items beside the type.
    outside: TokenStream,
    /// Impls and what they need, in a scope of their own.
    inside: TokenStream,
}

/// Name with the package, for error messages.
fn full_name(item: &Item<'_>) -> String {
    format!("{}.{}", item.package, item.name)
}

/// An integer type, also where its name is another type's.
fn primitive(private: &Ident, repr: Repr) -> TokenStream {
    let name = Ident::new(repr.name(), Span::call_site());
    quote!(#private::primitive::#name)
}

/// A row of an enum's or flags' table.
fn expand_member(
    private: &Ident,
    name: &str,
    was: Option<&String>,
    value: &Literal,
) -> TokenStream {
    let member = quote!(#private::Member::new(#name, #value));
    match was {
        Some(was) => quote!(#private::Member { was: #private::Some(#was), ..#member }),
        None => member,
    }
}

/// An option of something that is a literal.
fn option(private: &Ident, value: Option<impl ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote!(#private::Some(#value)),
        None => quote!(#private::None),
    }
}

/// Refuses what the language refuses of types, each at its place. What is unlikely to be wrong shares a
/// constant, since each has its price; of those only the first that is wrong is shown.
fn expand_type_checks<'t>(
    private: &Ident,
    types: impl IntoIterator<Item = &'t Type>,
) -> TokenStream {
    let (simple, others): (Vec<&Type>, Vec<&Type>) =
        types.into_iter().partition(|ty| is_simple(ty));
    let simple = simple.into_iter().map(|ty| expand_type_check(private, ty));
    let others = others.into_iter().map(|ty| expand_type_check(private, ty));
    quote! {
        const _: () = { #(#simple)* };
        #(const _: () = { #others };)*
    }
}

fn expand_type_check(private: &Ident, ty: &Type) -> TokenStream {
    let placed = placed(private, ty);
    quote_spanned!(ty.span()=> #placed::expect_type(<#ty as #private::FieldType>::FIELD_TYPE);)
}

/// The path to the runtime with the place of a type: a call is where its path begins.
fn placed(private: &Ident, ty: &Type) -> Ident {
    Ident::new(&private.to_string(), ty.span())
}

/// Whether a type is a name, or such as `Option` or `Vec` of one.
fn is_simple(ty: &Type) -> bool {
    let arguments = |ty: &Type| match ty {
        Type::Path(path) => path.path.segments.last().map(|last| last.arguments.clone()),
        _ => None,
    };
    match arguments(ty) {
        Some(PathArguments::None) => true,
        Some(PathArguments::AngleBracketed(list)) if list.args.len() == 1 => {
            match &list.args[0] {
                GenericArgument::Type(item) => {
                    matches!(arguments(item), Some(PathArguments::None))
                }
                // As in `Decimal<8>`.
                GenericArgument::Const(Expr::Lit(length)) => is_small(&length.lit),
                _ => false,
            }
        }
        _ => false,
    }
}

/// What the type is, but for its digest: one that is known is a literal, others are made where they are asked for.
fn expand_outline(item: &Item<'_>, kind: &TokenStream, facts: [u8; 32]) -> TokenStream {
    let private = item.private();
    let (package, name, full_name) = (&item.package, &item.name, full_name(item));
    let was = option(&private, item.was.as_ref());
    let seal = expand_seal(item, facts);
    quote! {
        const OUTLINE: #private::Option<#private::Outline<'static>> =
            #private::Some(#private::Outline {
                package: #package,
                name: #name,
                full_name: #full_name,
                was: #was,
                kind: #kind,
                seal: #private::Seal::#seal,
            });
    }
}

/// What gives the digest. It takes the compiler long to hash, so where names say what the types are, it is hashed here,
/// for the case that they are these.
fn expand_seal(item: &Item<'_>, facts: [u8; 32]) -> TokenStream {
    let private = item.private();
    if let Some(digest) = &item.digest {
        return quote!(Digest(#private::Digest::literal(#digest)));
    }
    let hash = Literal::byte_string(&facts);
    let Some(types) = spell_types(item) else { return quote!(Facts(*#hash)) };
    let Digest(digest) = Digest::of_spelled(facts, &types);
    let digest = Literal::byte_string(&digest);
    match types.is_empty() {
        true => quote!(Digest(#private::Digest(*#digest))),
        false => quote!(Guess { types: #types, digest: #private::Digest(*#digest), facts: *#hash }),
    }
}

/// The types of all fields, where names say what they are. Enums and flags have none.
fn spell_types(item: &Item<'_>) -> Option<String> {
    let fields = match &item.kind {
        Kind::Enum(_) | Kind::Flags(_) => &[][..],
        Kind::Message { fields, .. } | Kind::Struct { fields } => fields,
        Kind::Union(_) => return None,
    };
    let mut types = String::new();
    for field in fields {
        known::spell(&field.unborrowed, &mut types)?;
        types.push(';');
    }
    Some(types)
}

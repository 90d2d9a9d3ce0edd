//! What the fields of a message or struct are, where they lie, and the checks that only const evaluation
//! can make.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, Type};

use super::known::is_known;
use super::number::number_place;
use super::{expand_type_check, is_simple, option, placed};
use crate::constant::Default;
use crate::constraint::Constraint;
use crate::item::{Field, Item};

/// The tables, and the checks.
pub(super) fn expand_tables(item: &Item<'_>, fields: &[Field<'_>]) -> TokenStream {
    let private = &item.private();
    let outline = outline(item);
    let checks = fields.iter().enumerate().map(|(index, field)| expand_checks(item, index, field));
    let literals =
        fields.iter().enumerate().map(|(index, field)| expand_literal(item, index, field));
    let defaults = expand_defaults(private, fields);
    // Rows check what is unlikely to be wrong; of the others each is shown.
    let others = fields.iter().map(|field| &*field.unborrowed).filter(|ty| !is_simple(ty));
    let others = others.map(|ty| expand_type_check(private, ty));
    quote! {
        #(#literals)*
        #(const _: () = { #others };)*
        const __SLOTS: &[#private::Slot] = &#private::slots_of(#outline, #defaults);
        #(#checks)*
    }
}

/// The rows of the type's own table.
pub(super) fn expand_rows(item: &Item<'_>, fields: &[Field<'_>]) -> Vec<TokenStream> {
    fields.iter().enumerate().map(|(index, field)| expand_field(item, index, field)).collect()
}

/// What stands in for each field that a sender did not know.
fn expand_defaults(private: &Ident, fields: &[Field<'_>]) -> TokenStream {
    let count = fields.len();
    if fields.iter().all(|field| field.default.is_none()) {
        return quote!([#private::None; #count]);
    }
    let defaults = fields.iter().enumerate().map(|(index, field)| {
        let default = default_name(index);
        option(private, field.default.as_ref().map(|_| quote!(&#default)))
    });
    quote!([#(#defaults),*])
}

/// What the type says of itself, as a constant beside it sees it.
fn outline(item: &Item<'_>) -> TokenStream {
    let (private, ident) = (item.private(), item.ident());
    let lifetime = item.lifetime().map(|_| quote!(<'static>));
    quote!(<#ident #lifetime as #private::Wire>::OUTLINE)
}

fn literal_name(index: usize) -> Ident {
    format_ident!("__LITERAL_{index}")
}

fn default_name(index: usize) -> Ident {
    format_ident!("__DEFAULT_{index}")
}

/// A default as a literal, and as bytes.
fn expand_literal(item: &Item<'_>, index: usize, field: &Field<'_>) -> Option<TokenStream> {
    let private = &item.private();
    let literal = field.default.as_ref()?.value.expand(private);
    let (name, default, ty) = (literal_name(index), default_name(index), &*field.unborrowed);
    let ty = quote!(<#ty as #private::FieldType>::FIELD_TYPE);
    Some(quote! {
        const #name: #private::Literal<'static> = #literal;
        const #default: #private::Default = {
            const __BYTES: [u8; #private::default_len(#ty, &#name)] =
                #private::default_bytes(#ty, &#name);
            #private::Default::new(#ty, &__BYTES)
        };
    })
}

fn expand_field(item: &Item<'_>, index: usize, field: &Field<'_>) -> TokenStream {
    let private = &item.private();
    let (name, ty) = (&field.name, &*field.unborrowed);
    let literal = literal_name(index);
    let was = field.was.as_ref().map(|was| quote!(was: #private::Some(#was),));
    let default = field.default.as_ref().map(|_| quote!(default: #private::Some(#literal),));
    let key = field.key.map(|_| quote!(key: true,));
    let unit = field.unit.as_ref().map(|unit| &unit.text);
    let unit = unit.map(|unit| quote!(unit: #private::Some(#unit),));
    let constraint = field.constraint.as_ref().map(|constraint| {
        let constraint = constraint.value.expand(private);
        quote!(constraint: #private::Some(#constraint),)
    });
    let facts = quote!(#was #default #key #unit #constraint);
    let plain = expand_plain_row(private, name, ty);
    if facts.is_empty() {
        return plain;
    }
    quote!(#private::Field { #facts ..#plain })
}

/// A row that says no more than name and type.
fn expand_plain_row(private: &Ident, name: &str, ty: &Type) -> TokenStream {
    let placed = placed(private, ty);
    if !is_simple(ty) {
        return quote_spanned!(ty.span()=> #placed::Field::new(#name, <#ty as #private::FieldType>::FIELD_TYPE));
    }
    if let Some(place) = number_place(ty) {
        let place = Literal::usize_unsuffixed(place);
        return quote_spanned!(ty.span()=> #placed::number::<#ty>(#name, #place));
    }
    if is_known(ty) {
        return quote_spanned!(ty.span()=> #placed::row::<#ty>(#name));
    }
    quote_spanned!(ty.span()=> #placed::field(#name, <#ty as #private::FieldType>::FIELD_TYPE))
}

/// What the language refuses and only const evaluation can see.
fn expand_checks(item: &Item<'_>, index: usize, field: &Field<'_>) -> TokenStream {
    let private = &item.private();
    let field_ty = &*field.unborrowed;
    let ty = &quote!(<#field_ty as #private::FieldType>::FIELD_TYPE);
    let default =
        field.default.as_ref().map(|default| expand_default_checks(item, ty, index, default));
    let key = field.key.map(|key| {
        quote_spanned! {key.span()=>
            const _: () = ::core::assert!(
                #private::is_key(#ty),
                "a key is an integer, bool, enum, flags, decimal, time, UUID, string or bytes: \
                 floats, optionals and composite types are not compared"
            );
        }
    });
    let unit = field.unit.as_ref().map(|unit| {
        quote_spanned! {unit.place=>
            const _: () = ::core::assert!(
                #private::is_measured(#ty),
                "a unit is one of numbers: of integers, floats and decimals, or of lists, maps and \
                 optionals of them; times have one already"
            );
        }
    });
    let constraint =
        field.constraint.as_ref().map(|held| expand_constraint_check(private, ty, held));
    quote!(#default #key #unit #constraint)
}

fn expand_default_checks(
    item: &Item<'_>,
    ty: &TokenStream,
    index: usize,
    default: &Default,
) -> TokenStream {
    let (private, outline) = (&item.private(), outline(item));
    let literal = literal_name(index);
    let names = default.value.names().map(|names| {
        quote_spanned! {default.place=>
            const _: () = ::core::assert!(
                !#private::is_default(#ty, &#literal)
                    || #private::has_names(#ty, &#literal, &[#(&[#(#names),*]),*]),
                "the fields of a struct stand in a default as they do in the struct, by their names \
                 in the schema; where these are not the Rust ones, write `Level(1, 2)`"
            );
        }
    });
    quote_spanned! {default.place=>
        const _: () = ::core::assert!(
            #private::is_default(#ty, &#literal),
            "this default does not fit the type of the field: optionals, messages and unions have \
             none; bytes and rows of `u8` are a byte string or hex in a string; one flag alone \
             stands in brackets, several and keys of maps ascend; a member is named as the digest \
             knows it"
        );
        const _: () = ::core::assert!(
            #private::is_kept(#ty, &#literal, &#private::fields(#outline)[#index].constraint),
            "this default does not keep what the field, or a field of a struct in it, is held to"
        );
        #names
    }
}

fn expand_constraint_check(
    private: &Ident,
    ty: &TokenStream,
    constraint: &Constraint,
) -> TokenStream {
    let value = constraint.value.expand(private);
    quote_spanned! {constraint.place=>
        const _: () = ::core::assert!(
            #private::is_constraint(#ty, &#value),
            "the field cannot be held to this: `range` is for numbers and times and goes from a \
             lesser value of the type to a greater, `len` and `nonempty` are for text, bytes, lists \
             and maps and stay within the bound"
        );
    }
}

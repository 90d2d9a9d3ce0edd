//! Views: a type read in place. The type stands beside the user's; its impls stand with the others.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::{Attribute, Ident};

use super::number::is_number_type;
use super::union::{arms_module, slots, tags};
use crate::item::{Field, Item, Kind, Union};

/// View type of a message or struct.
pub(super) fn expand_record(item: &Item<'_>) -> TokenStream {
    let runtime = &item.runtime();
    let (ident, view, vis) = (item.ident(), &item.view, &item.original.vis);
    let docs = format!("A [`{ident}`] read in place: each getter loads one field.");
    quote! {
        #[doc = #docs]
        #[allow(dead_code)]
        #vis struct #view<'a> {
            parts: #runtime::Parts<'a>,
        }
    }
}

/// Getters of a message's or struct's view.
pub(super) fn expand_getters(item: &Item<'_>, fields: &[Field<'_>]) -> TokenStream {
    let (private, view) = (&item.private(), &item.view);
    let getters = fields.iter().enumerate().map(|(index, field)| expand_getter(item, index, field));
    let handles = fields.iter().enumerate().map(|(index, field)| expand_handle(item, index, field));
    let debug = expand_debug(item);
    // Derived, it would say of each part that it can be copied.
    quote! {
        #[automatically_derived]
        #[allow(dead_code)]
        impl<'a> #view<'a> {
            #(#handles)*
            #(#getters)*
        }

        #[automatically_derived]
        impl #private::Clone for #view<'_> {
            #[inline]
            fn clone(&self) -> Self {
                *self
            }
        }

        #[automatically_derived]
        impl #private::Copy for #view<'_> {}

        #debug
    }
}

fn expand_getter(item: &Item<'_>, index: usize, field: &Field<'_>) -> TokenStream {
    let private = &item.private();
    let (ident, ty, vis) = (field.ident, &*field.unborrowed, &field.original.vis);
    let attrs = member_attrs(&field.original.attrs, &field.name);
    let index = Literal::usize_unsuffixed(index);
    let field_type = quote!(<#ty as #private::FieldType>);
    let view = match is_number_type(ty) {
        true => quote!(#ty),
        false => quote!(#field_type::FieldView<'a>),
    };
    quote! {
        #attrs
        #[inline]
        #vis fn #ident(&self) -> #view {
            #field_type::view_field(self.parts, __SLOTS, #index)
        }
    }
}

/// What names a field of a message that is changed in place. Values that borrow are not stored by it.
fn expand_handle(item: &Item<'_>, index: usize, field: &Field<'_>) -> Option<TokenStream> {
    let is_message = matches!(item.kind, Kind::Message { .. });
    if !is_message || item.lifetime().is_some() {
        return None;
    }
    let private = &item.private();
    let (ident, ty, vis) = (item.ident(), field.ty, &field.original.vis);
    let name = Ident::new(&field.name.to_ascii_uppercase(), field.ident.span());
    let docs = format!("Names `{}` where a frame is changed in place.", field.name);
    let deprecated = field.original.attrs.iter().filter(|attr| attr.path().is_ident("deprecated"));
    let index = Literal::usize_unsuffixed(index);
    Some(quote! {
        #[doc = #docs]
        #(#deprecated)*
        #vis const #name: #private::FieldOf<#ident, #ty> =
            #private::FieldOf::new(__SLOTS, #index);
    })
}

/// View type of a union: its arms' views.
pub(super) fn expand_union(item: &Item<'_>, def: &Union<'_>) -> TokenStream {
    let runtime = &item.runtime();
    let (ident, view, vis) = (item.ident(), &item.view, &item.original.vis);
    let docs = format!("A [`{ident}`] read in place.");
    let arms = def.arms.iter().map(|arm| {
        let (ident, ty) = (arm.ident, arm.ty);
        let attrs = member_attrs(&arm.original.attrs, &arm.name);
        quote! {
            #attrs
            #ident(<#ty as #runtime::Wire>::View<'a>)
        }
    });
    let unknown = def.unknown.map(|unknown| {
        quote! {
            /// An arm that this version of the schema does not know.
            #unknown {
                /// Its tag.
                tag: u32,
                /// Its value as an embedded payload.
                payload: &'a [u8],
            }
        }
    });
    quote! {
        #[doc = #docs]
        #[allow(dead_code, deprecated)]
        #vis enum #view<'a> {
            #(#arms,)*
            #unknown
        }
    }
}

/// Body of the function that views a union. Of unchecked bytes, any arm will do.
pub(super) fn expand_view_of_union(item: &Item<'_>, def: &Union<'_>) -> TokenStream {
    let private = &item.private();
    let (arms_module, view) = (arms_module(item, def), &item.view);
    let idents: Vec<_> = def.arms.iter().map(|arm| arm.ident).collect();
    let types: Vec<_> = def.arms.iter().map(|arm| arm.ty).collect();
    let (tags, slots) = (tags(def), slots(def));
    let other = match def.unknown {
        Some(unknown) => quote! {
            tag => {
                let payload = #arms_module::view_unknown(inline, tail);
                #view::#unknown { tag, payload }
            }
        },
        None => {
            let (ident, ty) = (idents.first(), types.first());
            quote! {
                _ => #view::#ident(
                    #arms_module::view::<#ty>(inline, &__SLOTS[0], tail)
                ),
            }
        }
    };
    quote! {
        match #private::read_tag(inline, __SLOTS) {
            #(#tags => #view::#idents(#arms_module::view::<#types>(inline, #slots, tail)),)*
            #other
        }
    }
}

/// `Debug` that shows the name alone: the types of fields need not implement it.
pub(super) fn expand_debug(item: &Item<'_>) -> TokenStream {
    let private = &item.private();
    let view = &item.view;
    let name = view.to_string();
    quote! {
        #[automatically_derived]
        impl #private::Debug for #view<'_> {
            #[inline]
            fn fmt(&self, f: &mut #private::Formatter<'_>) -> #private::FmtResult {
                #private::fmt_view(f, #name)
            }
        }
    }
}

/// Docs of the member, or a line in their place, and whether it is deprecated.
fn member_attrs(attrs: &[Attribute], name: &str) -> TokenStream {
    let docs: Vec<_> = attrs.iter().filter(|attr| attr.path().is_ident("doc")).collect();
    let deprecated = attrs.iter().filter(|attr| attr.path().is_ident("deprecated"));
    let line = format!("`{name}`.");
    let line = docs.is_empty().then(|| quote!(#[doc = #line]));
    quote! {
        #line
        #(#docs)*
        #(#deprecated)*
    }
}

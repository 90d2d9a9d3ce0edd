//! Views: a type's fields read in place.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use syn::Attribute;

use crate::item::{Field, Item, Union};

/// View of a message or struct: a getter a field.
pub(super) fn expand_record(item: &Item<'_>, fields: &[Field<'_>]) -> TokenStream {
    let private = &item.private();
    let (ident, view, vis) = (item.ident(), &item.view, &item.original.vis);
    let docs = format!("A [`{ident}`] read in place: each getter loads one field.");
    let name = view.to_string();
    let getters = fields.iter().enumerate().map(|(index, field)| expand_getter(item, index, field));
    quote! {
        #[doc = #docs]
        #[derive(Clone, Copy)]
        #[allow(dead_code)]
        #vis struct #view<'a> {
            block: &'a [u8],
            tail: #private::Tail<'a>,
        }

        #[allow(dead_code, deprecated, clippy::all)]
        #[automatically_derived]
        impl<'a> #view<'a> {
            #(#getters)*
        }

        #[automatically_derived]
        impl #private::Debug for #view<'_> {
            fn fmt(&self, f: &mut #private::Formatter<'_>) -> #private::FmtResult {
                f.debug_struct(#name).finish_non_exhaustive()
            }
        }
    }
}

fn expand_getter(item: &Item<'_>, index: usize, field: &Field<'_>) -> TokenStream {
    let private = &item.private();
    let (owner, ident, ty, vis) = (item.ident(), field.ident, field.ty, &field.original.vis);
    let attrs = getter_attrs(&field.original.attrs, &field.name);
    let index = Literal::usize_unsuffixed(index);
    quote! {
        #attrs
        #[inline]
        #vis fn #ident(&self) -> <#ty as #private::Wire>::View<'a> {
            #private::view_field::<#ty>(
                self.block,
                const { &<#owner as #private::Slots>::SLOTS[#index] },
                self.tail,
            )
        }
    }
}

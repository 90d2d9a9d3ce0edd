//! Enums: conversions from and to the number, and the codec by it.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

use super::expand_member;
use crate::item::{Enum, Item};

pub(super) fn expand(item: &Item<'_>, def: &Enum<'_>) -> TokenStream {
    let private = &item.private();
    let tables = expand_tables(item, def);
    let conversions = expand_conversions(item, def);
    let (ident, repr) = (item.ident(), repr(def));
    let (decode, view) = match def.unknown {
        Some(_) => (quote!(#private::Ok(Self::from_value(value))), quote!(Self::from_value(value))),
        None => expand_closed(item, def),
    };
    quote! {
        #tables
        #conversions

        #[automatically_derived]
        impl #private::Key for #ident {
            fn to_view(&self) -> Self {
                let value = self.value();
                #view
            }

            #[inline]
            fn compare(a: &Self, b: &Self) -> #private::Ordering {
                ::core::cmp::Ord::cmp(&a.value(), &b.value())
            }
        }

        #[automatically_derived]
        impl #private::Wire for #ident {
            const TYPE: &'static #private::Type<'static> = &#private::Type::Named(__DEF);
            type View<'a> = Self;

            #[inline]
            fn encode(&self, inline: &mut [u8], tail: &mut #private::TailWriter<'_>) {
                #private::Wire::encode(&self.value(), inline, tail);
            }

            #[inline]
            fn decode(
                inline: &[u8],
                tail: &mut #private::TailReader<'_>,
            ) -> #private::Result<Self, #private::DecodeError> {
                let value = <#repr as #private::Wire>::decode(inline, tail)?;
                #decode
            }

            #[inline]
            fn check(
                inline: &[u8],
                tail: &mut #private::TailReader<'_>,
            ) -> #private::Result<(), #private::DecodeError> {
                <Self as #private::Wire>::decode(inline, tail).map(|_| ())
            }

            #[inline]
            fn view_inline<'a>(inline: &'a [u8], tail: #private::Tail<'a>) -> Self {
                let value = <#repr as #private::Wire>::view_inline(inline, tail);
                #view
            }
        }
    }
}

fn expand_tables(item: &Item<'_>, def: &Enum<'_>) -> TokenStream {
    let private = item.private();
    let open = def.unknown.is_some();
    let repr = Ident::new(&def.repr.name().to_uppercase(), Span::call_site());
    let members = def.members.iter().map(|member| {
        let value = Literal::i128_unsuffixed(member.value);
        expand_member(&private, &member.name, member.was.as_ref(), &value)
    });
    quote! {
        const __KIND: #private::Kind<'static> = #private::Kind::Enum {
            open: #open,
            repr: #private::Repr::#repr,
            members: &[#(#members),*],
        };
    }
}

/// `value` and `from_value`.
fn expand_conversions(item: &Item<'_>, def: &Enum<'_>) -> TokenStream {
    let private = &item.private();
    let (ident, vis, repr) = (item.ident(), &item.original.vis, repr(def));
    let members: Vec<_> = def.members.iter().map(|member| member.ident).collect();
    let values: Vec<_> =
        def.members.iter().map(|member| Literal::i128_unsuffixed(member.value)).collect();
    let unknown = def.unknown.map(|unknown| quote!(Self::#unknown(value) => *value,));
    let from_value = match def.unknown {
        Some(unknown) => quote! {
            /// The member with this number, or the unknown one.
            #vis const fn from_value(value: #repr) -> Self {
                match value {
                    #(#values => Self::#members,)*
                    value => Self::#unknown(value),
                }
            }
        },
        None => quote! {
            /// The member with this number.
            #vis const fn from_value(value: #repr) -> #private::Option<Self> {
                match value {
                    #(#values => #private::Some(Self::#members),)*
                    _ => #private::None,
                }
            }
        },
    };
    quote! {
        #[automatically_derived]
        #[allow(dead_code)]
        impl #ident {
            /// The number that travels.
            #vis const fn value(&self) -> #repr {
                match self {
                    #(Self::#members => #values,)*
                    #unknown
                }
            }

            #from_value
        }
    }
}

/// How a closed enum decodes a number, and how it views one: of unchecked bytes, any member will do.
fn expand_closed(item: &Item<'_>, def: &Enum<'_>) -> (TokenStream, TokenStream) {
    let private = item.private();
    let first = def.members.first().map(|member| member.ident);
    let decode = quote! {
        match Self::from_value(value) {
            #private::Some(member) => #private::Ok(member),
            #private::None => {
                let value = value as i128;
                #private::Err(tail.error(inline, #private::ErrorKind::Enum { value }))
            }
        }
    };
    let view = quote! {
        match Self::from_value(value) {
            #private::Some(member) => member,
            #private::None => Self::#first,
        }
    };
    (decode, view)
}

fn repr(def: &Enum<'_>) -> Ident {
    Ident::new(def.repr.name(), Span::call_site())
}

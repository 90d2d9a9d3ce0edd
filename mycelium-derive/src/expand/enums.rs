//! Enums: conversions from and to the number, and the codec by it.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;
use syn::Attribute;

use super::{Parts, expand_member, expand_outline};
use crate::item::{Enum, Item};

pub(super) fn expand(item: &Item<'_>, facts: [u8; 32], def: &Enum<'_>) -> Parts {
    let private = &item.private();
    let conversions = expand_conversions(item, def);
    let (ident, repr) = (item.ident(), repr(item, def));
    let Codec { memory, check, decode, view } = expand_codec(item, def, &repr);
    let outline = expand_outline(item, &expand_kind(item, def), facts);
    let inside = quote! {
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
            #outline
            #memory
            type View<'a> = Self;

            #[inline]
            fn encode(&self, inline: &mut [u8], tail: &mut #private::TailWriter<'_>) {
                #private::Wire::encode(&self.value(), inline, tail);
            }

            #[inline]
            fn check(
                inline: &[u8],
                tail: &mut #private::TailReader<'_>,
            ) -> #private::Result<(), #private::Failed> {
                #check
            }

            #[inline]
            fn view_inline<'a>(inline: &'a [u8], tail: #private::Tail<'a>) -> Self {
                let value = <#repr as #private::Wire>::view_inline(inline, tail);
                #view
            }
        }

        #[automatically_derived]
        impl<'de> #private::Decode<'de> for #ident {
            #[inline]
            fn decode(
                inline: &'de [u8],
                tail: &mut #private::TailReader<'de>,
            ) -> #private::Result<Self, #private::Failed> {
                let value = <#repr as #private::Wire>::view_inline(inline, tail.whole());
                #decode
            }
        }
    };
    Parts { outside: TokenStream::new(), inside }
}

fn expand_kind(item: &Item<'_>, def: &Enum<'_>) -> TokenStream {
    let private = item.private();
    let open = def.unknown.is_some();
    let repr = Ident::new(&def.repr.name().to_uppercase(), Span::call_site());
    let members = def.members.iter().map(|member| {
        let value = Literal::i128_unsuffixed(member.value);
        expand_member(&private, &member.name, member.was.as_ref(), &value)
    });
    quote! {
        #private::Kind::Enum {
            open: #open,
            repr: #private::Repr::#repr,
            members: &[#(#members),*],
        }
    }
}

/// `value` and `from_value`.
fn expand_conversions(item: &Item<'_>, def: &Enum<'_>) -> TokenStream {
    let private = &item.private();
    let (ident, vis, repr) = (item.ident(), &item.original.vis, repr(item, def));
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

/// The proof that a closed enum is its number in memory: with a `repr`, and the numbers that travel.
fn expand_plain(item: &Item<'_>, def: &Enum<'_>, repr: &TokenStream) -> Option<TokenStream> {
    let is_its_repr = |attr: &&Attribute| {
        attr.path().is_ident("repr")
            && attr.parse_args::<Ident>().is_ok_and(|it| it == def.repr.name())
    };
    item.original.attrs.iter().find(is_its_repr)?;
    let private = item.private();
    let members = def.members.iter().map(|member| member.ident);
    let values = def.members.iter().map(|member| Literal::i128_unsuffixed(member.value));
    Some(quote! {
        const PLAIN: #private::Option<#private::Plain<Self>> =
            // SAFETY: the variants have no fields, and `check` passes their numbers.
            unsafe { #private::Plain::members(true #(&& Self::#members as #repr == #values)*) };
    })
}

/// What open and closed enums do with a `value` differently.
struct Codec {
    /// Any number is a value of an open one; a closed one may be its number in memory.
    memory: Option<TokenStream>,
    check: TokenStream,
    decode: TokenStream,
    view: TokenStream,
}

/// Of unchecked bytes, a view of a closed enum may be any member.
fn expand_codec(item: &Item<'_>, def: &Enum<'_>, repr: &TokenStream) -> Codec {
    let private = item.private();
    if def.unknown.is_some() {
        return Codec {
            memory: Some(quote!(
                const IS_ANY: bool = true;
            )),
            check: quote!(#private::Ok(())),
            decode: quote!(#private::Ok(Self::from_value(value))),
            view: quote!(Self::from_value(value)),
        };
    }
    let first = def.members.first().map(|member| member.ident);
    let refuse = quote!(#private::Err(#private::no_member(inline, value as i128, tail)));
    Codec {
        memory: expand_plain(item, def, repr),
        check: quote! {
            let value = <#repr as #private::Wire>::view_inline(inline, tail.whole());
            match Self::from_value(value) {
                #private::Some(_) => #private::Ok(()),
                #private::None => #refuse,
            }
        },
        decode: quote! {
            match Self::from_value(value) {
                #private::Some(member) => #private::Ok(member),
                #private::None => #refuse,
            }
        },
        view: quote! {
            match Self::from_value(value) {
                #private::Some(member) => member,
                #private::None => Self::#first,
            }
        },
    }
}

fn repr(item: &Item<'_>, def: &Enum<'_>) -> TokenStream {
    super::primitive(&item.private(), def.repr)
}

//! Flags: a constant a bit, set operations, and the codec of the integer.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

use super::{Parts, expand_member, expand_outline};
use crate::item::{Flags, Item};

pub(super) fn expand(item: &Item<'_>, facts: [u8; 32], def: &Flags<'_>) -> Parts {
    let private = &item.private();
    let ident = item.ident();
    let repr = super::primitive(private, def.repr);
    let inherent = expand_inherent(item, def, &repr);
    let operators = expand_operators(item);
    let debug = expand_debug(item, def);
    let outline = expand_outline(item, &expand_kind(item, def), facts);
    let inside = quote! {
        #inherent
        #operators
        #debug

        #[automatically_derived]
        impl #private::Key for #ident {
            fn to_view(&self) -> Self {
                Self(self.0)
            }

            #[inline]
            fn compare(a: &Self, b: &Self) -> #private::Ordering {
                ::core::cmp::Ord::cmp(&a.0, &b.0)
            }
        }

        #[automatically_derived]
        impl #private::Wire for #ident {
            #outline
            const IS_ANY: bool = true;
            const PLAIN: #private::Option<#private::Plain<Self>> =
                // SAFETY: this is the field, and all there is.
                unsafe {
                    #private::Plain::wrapper(
                        <#repr as #private::Wire>::PLAIN,
                        #private::offset_of!(Self, 0),
                    )
                };
            type View<'a> = Self;

            #[inline]
            fn encode(&self, inline: &mut [u8], tail: &mut #private::TailWriter<'_>) {
                #private::Wire::encode(&self.0, inline, tail);
            }

            #[inline]
            fn check(
                _: &[u8],
                _: &mut #private::TailReader<'_>,
            ) -> #private::Result<(), #private::Failed> {
                #private::Ok(())
            }

            #[inline]
            fn view_inline<'a>(inline: &'a [u8], tail: #private::Tail<'a>) -> Self {
                Self(<#repr as #private::Wire>::view_inline(inline, tail))
            }
        }

        #[automatically_derived]
        impl<'de> #private::Decode<'de> for #ident {
            #[inline]
            fn decode(
                inline: &'de [u8],
                tail: &mut #private::TailReader<'de>,
            ) -> #private::Result<Self, #private::Failed> {
                <#repr as #private::Decode<'de>>::decode(inline, tail).map(Self)
            }
        }
    };
    Parts { outside: TokenStream::new(), inside }
}

fn expand_kind(item: &Item<'_>, def: &Flags<'_>) -> TokenStream {
    let private = item.private();
    let repr = Ident::new(&def.repr.name().to_uppercase(), Span::call_site());
    let members = def.bits.iter().map(|bit| {
        let number = Literal::u32_unsuffixed(bit.number);
        expand_member(&private, &bit.name, bit.was.as_ref(), &number)
    });
    quote! {
        #private::Kind::Flags { repr: #private::Repr::#repr, members: &[#(#members),*] }
    }
}

/// The constants, and conversions and tests.
fn expand_inherent(item: &Item<'_>, def: &Flags<'_>, repr: &TokenStream) -> TokenStream {
    let (ident, vis) = (item.ident(), &item.original.vis);
    let constants = def.bits.iter().map(|bit| {
        let (attrs, constant, number) =
            (&bit.attrs, &bit.constant, Literal::u32_unsuffixed(bit.number));
        let docs = format!("Bit {number}.");
        let docs = attrs.is_empty().then(|| quote!(#[doc = #docs]));
        quote! {
            #docs
            #(#attrs)*
            #vis const #constant: Self = Self(1 << #number);
        }
    });
    quote! {
        #[automatically_derived]
        #[allow(dead_code)]
        impl #ident {
            #(#constants)*

            /// No flag.
            #vis const fn empty() -> Self {
                Self(0)
            }

            /// The flags whose bits are set, also bits that have no name.
            #vis const fn from_bits(bits: #repr) -> Self {
                Self(bits)
            }

            /// The integer that travels.
            #vis const fn bits(&self) -> #repr {
                self.0
            }

            /// Whether there is no flag.
            #vis const fn is_empty(&self) -> bool {
                self.0 == 0
            }

            /// Whether all flags of `other` are here.
            #vis const fn contains(&self, other: Self) -> bool {
                self.0 & other.0 == other.0
            }
        }
    }
}

/// `|`, `|=`, `&`, and `-`, which takes flags away.
fn expand_operators(item: &Item<'_>) -> TokenStream {
    let private = &item.private();
    let ident = item.ident();
    quote! {
        #[automatically_derived]
        impl #private::ops::BitOr for #ident {
            type Output = Self;

            fn bitor(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }
        }

        #[automatically_derived]
        impl #private::ops::BitOrAssign for #ident {
            fn bitor_assign(&mut self, other: Self) {
                self.0 |= other.0;
            }
        }

        #[automatically_derived]
        impl #private::ops::BitAnd for #ident {
            type Output = Self;

            fn bitand(self, other: Self) -> Self {
                Self(self.0 & other.0)
            }
        }

        #[automatically_derived]
        impl #private::ops::Sub for #ident {
            type Output = Self;

            fn sub(self, other: Self) -> Self {
                Self(self.0 & !other.0)
            }
        }
    }
}

/// `TradeFlags(AUCTION | BLOCK | 0x8000)`
fn expand_debug(item: &Item<'_>, def: &Flags<'_>) -> TokenStream {
    let private = &item.private();
    let ident = item.ident();
    let name = ident.to_string();
    let rows = def.bits.iter().map(|bit| {
        let (constant, number) = (bit.constant.to_string(), Literal::u32_unsuffixed(bit.number));
        quote!((#number, #constant))
    });
    quote! {
        #[automatically_derived]
        impl #private::Debug for #ident {
            fn fmt(&self, f: &mut #private::Formatter<'_>) -> #private::FmtResult {
                #private::fmt_flags(f, #name, self.0 as u64, &[#(#rows),*])
            }
        }
    }
}

//! Fields of a message or struct that stand side by side, and what is done with them by one call of the runtime:
//! each call of an expansion has its price, and so has each way out of a function.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned;

use super::known::is_known;
use super::number::is_number;
use crate::item::{Field, Item};

/// The most fields that the runtime takes at once.
const MOST: usize = 12;

/// Fields of which an expansion says the same.
struct Run<'f, 'a> {
    /// Index of the first.
    first: usize,
    fields: &'f [Field<'a>],
    sort: Sort,
}

/// What is said of a field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// That it is there.
    Free,
    /// That it is a number, with nothing to check.
    Number,
    /// That it has a constraint.
    Held,
}

fn sort(field: &Field<'_>) -> Sort {
    match field.constraint {
        _ if is_number(field) => Sort::Number,
        Some(_) => Sort::Held,
        None => Sort::Free,
    }
}

fn runs<'f, 'a>(fields: &'f [Field<'a>], sort: fn(&Field<'_>) -> Sort) -> Vec<Run<'f, 'a>> {
    let mut first = 0;
    let mut runs = Vec::new();
    for fields in fields.chunk_by(|a, b| sort(a) == sort(b)) {
        let sort = sort(&fields[0]);
        let most = match sort {
            Sort::Free => MOST,
            Sort::Number => fields.len(),
            Sort::Held => 1,
        };
        for fields in fields.chunks(most) {
            runs.push(Run { first, fields, sort });
            first += fields.len();
        }
    }
    runs
}

impl Run<'_, '_> {
    fn first(&self) -> Literal {
        Literal::usize_unsuffixed(self.first)
    }

    /// The runtime's function for so many fields.
    fn function(&self, private: &Ident, name: &str) -> TokenStream {
        let function = Ident::new(&format!("{name}_{}", self.fields.len()), Span::call_site());
        quote!(#private::#function)
    }
}

/// Shows each field to whatever is done with all of them.
pub(super) fn expand_each(item: &Item<'_>, fields: &[Field<'_>]) -> TokenStream {
    let private = &item.private();
    let calls = runs(fields, |_| Sort::Free).into_iter().map(|run| {
        let (function, first) = (run.function(private, "each"), run.first());
        let idents = run.fields.iter().map(|field| field.ident);
        let types = run.fields.iter().map(|field| inferred(private, field.ty));
        quote!(#function::<#(#types),*>(each, __SLOTS, #first, #(&self.#idents),*);)
    });
    calls.collect()
}

/// Makes the value of its fields.
pub(super) fn expand_decode(item: &Item<'_>, fields: &[Field<'_>]) -> TokenStream {
    let private = &item.private();
    let sort = |field: &Field<'_>| match field.constraint {
        Some(_) => Sort::Held,
        None => Sort::Free,
    };
    let reads = runs(fields, sort).into_iter().map(|run| expand_read(private, &run));
    let idents = fields.iter().map(|field| field.ident);
    let values = (0..fields.len()).map(value_name);
    quote! {
        #(#reads)*
        #private::Ok(Self { #(#idents: #values),* })
    }
}

fn value_name(index: usize) -> Ident {
    format_ident!("__{index}")
}

/// Reads the fields of a run, or returns: what `?` does. That goes through traits, which costs the compiler three times
/// as much.
fn expand_read(private: &Ident, run: &Run<'_, '_>) -> TokenStream {
    let first = run.first();
    let names = (run.first..).take(run.fields.len()).map(value_name);
    let (names, function) = if run.sort == Sort::Held {
        let types = run.fields.iter().map(|field| field.ty);
        (quote!(#(#names)*), quote!(#(<#types as #private::FieldType>)*::decode_held_field))
    } else {
        let function = run.function(private, "decode");
        let types = run.fields.iter().map(|field| inferred(private, field.ty));
        (quote!((#(#names,)*)), quote!(#function::<#(#types),*>))
    };
    quote! {
        let #names = match #function(block, __SLOTS, #first, tail) {
            #private::Ok(value) => value,
            #private::Err(error) => return #private::Err(error),
        };
    }
}

/// Checks all fields of a struct, which are always there: of numbers there is nothing to check.
pub(super) fn expand_check_struct(item: &Item<'_>, fields: &[Field<'_>]) -> TokenStream {
    let runs = runs(fields, sort).into_iter().filter(|run| run.sort != Sort::Number);
    runs.map(|run| expand_check(item, &run)).collect()
}

/// Checks the fields of a message, in which an older writer's block may end before a number.
pub(super) fn expand_check_message(item: &Item<'_>, fields: &[Field<'_>]) -> TokenStream {
    runs(fields, sort).iter().map(|run| expand_check(item, run)).collect()
}

fn expand_check(item: &Item<'_>, run: &Run<'_, '_>) -> TokenStream {
    let private = &item.private();
    let first = run.first();
    let mut types = run.fields.iter().map(|field| &*field.unborrowed);
    let stops = match run.sort {
        Sort::Free => {
            let function = run.function(private, "check");
            let types = types.map(|ty| named(private, ty));
            quote!(#function::<#(#types),*>(check, __SLOTS, #first))
        }
        Sort::Number => {
            let last = Literal::usize_unsuffixed(run.first + run.fields.len() - 1);
            quote!(check.numbers(__SLOTS, #first, #last))
        }
        Sort::Held => {
            let ty = types.next();
            quote!(<#ty as #private::FieldType>::check_next_held(check, __SLOTS, #first))
        }
    };
    quote!(if #stops { return; })
}

/// The type of a field, where the value says it too.
fn inferred(private: &Ident, ty: &Type) -> TokenStream {
    if is_known(ty) { quote!(_) } else { named(private, ty) }
}

/// The type of a field. One that nobody knows is asked for as a field's, which says of one that is no field what is
/// wrong, and of whatever else is done with it nothing.
fn named(private: &Ident, ty: &Type) -> TokenStream {
    if is_known(ty) {
        return quote!(#ty);
    }
    quote_spanned!(ty.span()=> <#ty as #private::FieldType>::This)
}

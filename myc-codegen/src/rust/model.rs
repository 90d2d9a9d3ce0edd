//! A package in Rust's terms: what the printer prints, one node an item.
//!
//! Names and types are final and values are tokens, so that printing decides nothing but lines.

use proc_macro2::{Ident, Literal, TokenStream};

use super::rust_type::RustType;

/// A file.
pub(super) struct Module {
    /// Schema files that it was made from, for the first line.
    pub(super) sources: Vec<String>,
    /// `//!` lines.
    pub(super) docs: Vec<String>,
    /// With these, each type has more.
    pub(super) features: Vec<&'static str>,
    pub(super) items: Vec<Item>,
}

/// An item, in the order of the schema.
pub(super) enum Item {
    Const(Const),
    Alias(Alias),
    Type(Box<Type>),
}

/// Docs and deprecation, which any item or member may have.
pub(super) struct Head {
    pub(super) docs: Vec<String>,
    pub(super) deprecated: Option<String>,
}

pub(super) struct Const {
    pub(super) head: Head,
    pub(super) name: Ident,
    pub(super) ty: RustType,
    pub(super) value: TokenStream,
}

pub(super) struct Alias {
    pub(super) head: Head,
    pub(super) name: Ident,
    pub(super) ty: RustType,
}

/// A named type.
pub(super) struct Type {
    pub(super) head: Head,
    /// Paths in `#[derive(…)]`.
    pub(super) derives: Vec<TokenStream>,
    /// Contents of each `#[myc(…)]`.
    pub(super) myc: Vec<Vec<TokenStream>>,
    pub(super) name: Ident,
    pub(super) body: Body,
    /// What no derive would give.
    pub(super) default: Option<Default>,
}

/// An `impl Default`.
pub(super) struct Default {
    /// Whether a value has parts, and so more than one line.
    pub(super) has_parts: bool,
    /// Path of the trait, as the package sees it.
    pub(super) path: TokenStream,
    /// A value for each field.
    pub(super) values: Vec<(Ident, TokenStream)>,
}

pub(super) enum Body {
    Struct {
        /// Whether `#[repr(C)]` makes it lie in memory as on the wire.
        is_plain: bool,
        fields: Vec<Field>,
    },
    Flags {
        /// The integer that carries them.
        repr: Ident,
        bits: Vec<Bit>,
    },
    Enum {
        /// `#[repr(…)]` of a closed enum, whose variants have discriminants.
        repr: Option<Ident>,
        variants: Vec<Variant>,
    },
}

/// A flag, as `#[myc(bits(…))]` lists it.
pub(super) struct Bit {
    /// For its constant.
    pub(super) head: Head,
    pub(super) was: Option<String>,
    pub(super) name: Ident,
    pub(super) number: Literal,
}

pub(super) struct Field {
    pub(super) head: Head,
    /// Contents of `#[myc(…)]`, or nothing.
    pub(super) myc: Vec<TokenStream>,
    pub(super) name: Ident,
    pub(super) ty: RustType,
}

pub(super) struct Variant {
    pub(super) head: Head,
    /// Contents of `#[myc(…)]`, or nothing.
    pub(super) myc: Vec<TokenStream>,
    pub(super) name: Ident,
    /// Value that it holds.
    pub(super) ty: Option<RustType>,
    pub(super) discriminant: Option<TokenStream>,
}

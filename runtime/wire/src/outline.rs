//! What a derive says of its type: all but the digest.
//!
//! A digest takes the compiler longer than the rest of an expansion, as it has to be hashed in const
//! evaluation. So it is made of the outline only where somebody asks for it, or for what contains it: the
//! type's definition. What the codec asks for, sizes and kinds, is taken from here.

use crate::digest::{Digest, is_spelled};
use crate::layout;
use crate::reflect::{Def, Field, Kind, Type};
use crate::rules;
use crate::wire::Wire;

/// A named type whose digest is not known yet.
#[derive(Debug, Clone, Copy)]
pub struct Outline<'a> {
    /// [`Def::package`].
    pub package: &'a str,
    /// [`Def::name`].
    pub name: &'a str,
    /// The name with the package.
    pub full_name: &'a str,
    /// [`Def::was`].
    pub was: Option<&'a str>,
    /// [`Def::kind`].
    pub kind: Kind<'a>,
    /// What the digest is made of.
    pub seal: Seal,
}

/// What gives a type's digest.
#[derive(Debug, Clone, Copy)]
pub enum Seal {
    /// The hash of the facts text; that of the types is still to be made.
    Facts([u8; 32]),
    /// All of it.
    Digest(Digest),
    /// All of it, if the types are spelled as here; and the hash of the facts text, if they are not.
    Guess {
        /// Each type with a semicolon behind it.
        types: &'static str,
        /// What it then is.
        digest: Digest,
        /// The hash of the facts text.
        facts: [u8; 32],
    },
}

/// The definition, for which the digest is made.
///
/// # Panics
///
/// Where there is no outline: of a type that is not derived and does not say what it is.
pub(crate) const fn define(outline: Option<Outline<'_>>) -> Def<'_> {
    let Outline { package, name, was, kind, seal, .. } = expect(outline);
    let digest = match seal {
        Seal::Facts(facts) => Digest::of(facts, &kind),
        Seal::Digest(digest) => digest,
        Seal::Guess { types, digest, .. } if is_spelled(&kind, types) => digest,
        Seal::Guess { facts, .. } => Digest::of(facts, &kind),
    };
    Def { package, name, was, kind, digest }
}

/// The name with the package.
///
/// # Panics
///
/// As [`define`].
pub(crate) const fn full_name<'a>(outline: Option<Outline<'a>>) -> &'a str {
    expect(outline).full_name
}

/// Fields of a message or struct, which is derived.
///
/// # Panics
///
/// As [`define`].
pub const fn fields<'a>(outline: Option<Outline<'a>>) -> &'a [Field<'a>] {
    expect(outline).kind.fields()
}

const fn expect(outline: Option<Outline<'_>>) -> Outline<'_> {
    match outline {
        Some(outline) => outline,
        None => panic!(
            "a type that is not derived says its `TYPE`, and a message also `NAME` and `DEF`"
        ),
    }
}

// What is asked of a type is asked of its outline's kind where it has one. To ask the type itself is a function of its
// own in each: whatever a constant or a function names is evaluated, also where it is not come to, and the type has
// a digest.

/// What kind of named type it is, where it is one.
pub(crate) const fn kind<T: Wire>() -> Option<Kind<'static>> {
    match T::OUTLINE {
        Some(outline) => Some(outline.kind),
        None => type_kind::<T>(),
    }
}

const fn type_kind<T: Wire>() -> Option<Kind<'static>> {
    match T::TYPE {
        Type::Named(def) => Some(def.kind),
        _ => None,
    }
}

/// [`layout::size`].
pub(crate) const fn size<T: Wire>() -> usize {
    match T::OUTLINE {
        Some(outline) => layout::kind_size(&outline.kind),
        None => type_size::<T>(),
    }
}

const fn type_size<T: Wire>() -> usize {
    layout::size(T::TYPE)
}

/// [`layout::align`].
pub(crate) const fn align<T: Wire>() -> usize {
    match T::OUTLINE {
        Some(outline) => layout::kind_align(&outline.kind),
        None => type_align::<T>(),
    }
}

const fn type_align<T: Wire>() -> usize {
    layout::align(T::TYPE)
}

/// [`rules::is_constrained`].
pub(crate) const fn is_constrained<T: Wire>() -> bool {
    match T::OUTLINE {
        Some(outline) => rules::is_kind_constrained(&outline.kind),
        None => is_type_constrained::<T>(),
    }
}

const fn is_type_constrained<T: Wire>() -> bool {
    rules::is_constrained(T::TYPE)
}

/// Where the fields of a message or struct end; of what has none, behind everything.
pub(crate) const fn fields_end<T: Wire>() -> usize {
    match T::OUTLINE {
        Some(Outline { kind: Kind::Message { fields, .. } | Kind::Struct { fields }, .. }) => {
            layout::block_size(fields)
        }
        _ => usize::MAX,
    }
}

/// Asserts that it is derived from a struct, and so has what is done with fields.
///
/// # Panics
///
/// Where it is not: what is written by hand does all by itself.
pub(crate) const fn assert_struct<T: Wire>() {
    assert!(
        fields_end::<T>() != usize::MAX,
        "only derived messages and structs have this by their fields: write it"
    );
}

/// Whether it is a message, whose payload of its own is told from its inline form.
pub(crate) const fn is_message<T: Wire>() -> bool {
    matches!(T::KIND, Some(Kind::Message { .. }))
}

/// Id and topic of a message.
///
/// # Panics
///
/// Where it is none.
pub(crate) const fn id_and_topic(kind: Option<Kind<'_>>) -> (u16, &str) {
    match kind {
        Some(Kind::Message { id, topic, .. }) => (id, topic),
        _ => panic!("not the definition of a message"),
    }
}

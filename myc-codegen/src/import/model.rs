//! What importers make: the items of `.myc` files, before they are text.
//!
//! Names are settled and in style, types are resolved, and nothing here says where it came from but
//! the places that errors name.

use std::path::PathBuf;

use super::report::Place;

/// A `.myc` file.
#[derive(Debug)]
pub(super) struct Module {
    /// Where it goes, relative to the output folder.
    pub(super) path: PathBuf,
    /// What it was made of, as the comment at its top names it.
    pub(super) origin: String,
    pub(super) package: String,
    pub(super) docs: Vec<String>,
    /// Comments at the top: what of the whole file was not carried over.
    pub(super) comments: Vec<String>,
    pub(super) items: Vec<Item>,
}

/// A declaration.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) place: Place,
    pub(super) name: String,
    pub(super) docs: Vec<String>,
    /// Comments in front of it.
    pub(super) comments: Vec<String>,
    pub(super) deprecated: Option<String>,
    pub(super) kind: Kind,
}

/// What is declared.
#[derive(Debug)]
pub(super) enum Kind {
    /// A constant; its value is written as it stands here.
    Const {
        ty: Type,
        value: String,
    },
    Alias(Type),
    /// An open enum.
    Enum {
        repr: &'static str,
        members: Vec<Member>,
    },
    Flags {
        repr: &'static str,
        members: Vec<Member>,
    },
    Struct(Vec<Field>),
    Message {
        id: u16,
        topic: Option<String>,
        fields: Vec<Field>,
    },
    /// An open union.
    Union(Vec<Field>),
}

/// A member of an enum or of flags.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) docs: Vec<String>,
    pub(super) since: Option<u32>,
    pub(super) deprecated: Option<String>,
    pub(super) value: i128,
}

/// A field, or an arm of a union, whose default is its tag.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) ty: Type,
    pub(super) docs: Vec<String>,
    /// Comments in front of it.
    pub(super) comments: Vec<String>,
    pub(super) since: Option<u32>,
    pub(super) deprecated: Option<String>,
    pub(super) unit: Option<String>,
    /// Least and most, as they are written.
    pub(super) range: Option<(String, String)>,
    /// The default as it is written.
    pub(super) default: Option<String>,
}

impl Field {
    /// A field with a name and a type only.
    pub(super) fn new(name: String, ty: Type) -> Field {
        Field {
            name,
            ty,
            docs: Vec::new(),
            comments: Vec::new(),
            since: None,
            deprecated: None,
            unit: None,
            range: None,
            default: None,
        }
    }
}

/// A type as it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Type {
    /// A built-in type without arguments: `u8`, `string`.
    Plain(&'static str),
    /// `decimal<8>`, `string<16>`, `bytes<16>`.
    Sized(&'static str, u32),
    Array(Box<Type>, u32),
    Bounded(Box<Type>, u32),
    List(Box<Type>),
    Map(Box<Type>, Box<Type>),
    Optional(Box<Type>),
    Item(ItemName),
}

/// A declared type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct ItemName {
    /// Which of the modules declares it.
    pub(super) module: usize,
    pub(super) name: String,
}

impl Type {
    pub(super) fn array(self, len: u32) -> Type {
        Type::Array(Box::new(self), len)
    }

    pub(super) fn bounded(self, most: u32) -> Type {
        Type::Bounded(Box::new(self), most)
    }

    pub(super) fn list(self) -> Type {
        Type::List(Box::new(self))
    }

    /// The type or nothing; optional types stay as they are.
    pub(super) fn optional(self) -> Type {
        match self {
            Type::Optional(_) => self,
            other => Type::Optional(Box::new(other)),
        }
    }

    /// Declared types that it uses.
    pub(super) fn items(&self) -> Vec<&ItemName> {
        match self {
            Type::Plain(_) | Type::Sized(..) => Vec::new(),
            Type::Array(inner, _) | Type::Bounded(inner, _) => inner.items(),
            Type::List(inner) | Type::Optional(inner) => inner.items(),
            Type::Map(key, value) => [key.items(), value.items()].concat(),
            Type::Item(name) => vec![name],
        }
    }
}

impl Kind {
    /// All types that a declaration uses.
    pub(super) fn types(&self) -> Vec<&Type> {
        match self {
            Kind::Const { ty, .. } | Kind::Alias(ty) => vec![ty],
            Kind::Enum { .. } | Kind::Flags { .. } => Vec::new(),
            Kind::Struct(fields) | Kind::Union(fields) | Kind::Message { fields, .. } => {
                fields.iter().map(|field| &field.ty).collect()
            }
        }
    }
}

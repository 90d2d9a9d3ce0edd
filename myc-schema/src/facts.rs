//! What the checks establish: every name resolved and every value computed, but no layout and no
//! digest yet.

use std::rc::Rc;

use crate::schema::{
    Alias, Constraint, Enum, Flags, Package, PackageId, Reserved, Ty, Union, Value,
};

/// A checked program; indices are those of the schema that is made from it.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    pub(crate) packages: Vec<Package>,
    pub(crate) aliases: Vec<Alias>,
    pub(crate) types: Vec<TypeFacts>,
}

#[derive(Debug)]
pub(crate) struct TypeFacts {
    pub(crate) package: PackageId,
    pub(crate) name: String,
    pub(crate) was: Option<String>,
    pub(crate) docs: Vec<String>,
    pub(crate) deprecated: Option<String>,
    /// What no member of it may use.
    pub(crate) reserved: Reserved,
    pub(crate) kind: KindFacts,
}

#[derive(Debug)]
pub(crate) enum KindFacts {
    Message {
        id: u16,
        topic: String,
        fields: Vec<FieldFacts>,
    },
    /// Kept while values of the type are made.
    Struct(Rc<Vec<FieldFacts>>),
    Enum(Enum),
    /// The same.
    Flags(Rc<Flags>),
    Union(Union),
}

#[derive(Debug, Clone)]
pub(crate) struct FieldFacts {
    pub(crate) name: String,
    pub(crate) was: Option<String>,
    pub(crate) docs: Vec<String>,
    pub(crate) deprecated: Option<String>,
    pub(crate) since: Option<u32>,
    pub(crate) key: bool,
    pub(crate) ty: Ty,
    pub(crate) default: Option<Value>,
    pub(crate) unit: Option<String>,
    pub(crate) constraint: Option<Constraint>,
}

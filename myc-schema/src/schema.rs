//! The checked schema: the one value that back ends see.
//!
//! Every name is resolved, every constant evaluated, every rule checked, every offset and digest
//! known. It owns its data and refers to named types, aliases and packages by index, so that a back
//! end can hold it as long as it likes. Facts alone (no docs, no aliases) are lowered to
//! [`mycelium_wire::reflect`] by [`Schema::reflect`], from which layout and digest come.

use std::ops::RangeInclusive;
use std::path::PathBuf;

pub use mycelium_wire::reflect::Repr;
use mycelium_wire::{Digest, U256, Uuid};

/// Index into [`Schema::types`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(pub usize);

/// Index into [`Schema::aliases`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AliasId(pub usize);

/// Index into [`Schema::packages`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PackageId(pub usize);

/// All packages of one run of the compiler, imports included.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Schema {
    /// Packages, sorted by name.
    pub packages: Vec<Package>,
    /// Named types; a type stands behind every type that it uses.
    pub types: Vec<TypeDef>,
    /// Type aliases; an alias stands behind every alias that it uses.
    pub aliases: Vec<Alias>,
    /// Digest over the digests of all messages.
    pub digest: Option<Digest>,
}

/// One package: one or more source files that begin with the same `package`.
#[derive(Debug, Clone, PartialEq)]
pub struct Package {
    /// Name, `market` or `a.b`.
    pub name: String,
    /// Lines of the `//!` comment, without the marker and one space.
    pub docs: Vec<String>,
    /// Source files, as they were given.
    pub sources: Vec<PathBuf>,
    /// Whether it was named on the command line, as opposed to imported.
    pub is_root: bool,
    /// What it declares, in source order.
    pub items: Vec<Item>,
    /// What no message of it may use.
    pub reserved: Reserved,
}

/// Numbers and names that messages, members or arms once had, or shall never have:
/// `reserved message 19..=21, "OldTrade";`, and in an enum, flags or a union `reserved 3, "gemini";`
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reserved {
    /// Ids, values, bits or tags, in source order.
    pub ids: Vec<RangeInclusive<i128>>,
    /// Names, in source order.
    pub names: Vec<String>,
}

/// A declaration, in source order.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A constant.
    Const(Const),
    /// A type alias.
    Alias(AliasId),
    /// A named type.
    Type(TypeId),
}

/// A constant, evaluated.
#[derive(Debug, Clone, PartialEq)]
pub struct Const {
    /// Name, SCREAMING_SNAKE_CASE.
    pub name: String,
    /// Doc lines.
    pub docs: Vec<String>,
    /// Type: an integer, float, bool, string, decimal, timestamp or duration.
    pub ty: Ty,
    /// Value.
    pub value: Value,
}

/// A distinct name for the same wire type.
#[derive(Debug, Clone, PartialEq)]
pub struct Alias {
    /// Package that declares it.
    pub package: PackageId,
    /// Name, PascalCase.
    pub name: String,
    /// Doc lines.
    pub docs: Vec<String>,
    /// What it stands for.
    pub ty: Ty,
}

/// A named type.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeDef {
    /// Package that declares it.
    pub package: PackageId,
    /// Name, PascalCase.
    pub name: String,
    /// `@was("…")`: the name that the digest keeps.
    pub was: Option<String>,
    /// Doc lines.
    pub docs: Vec<String>,
    /// `@deprecated("…")`, where it was given.
    pub deprecated: Option<String>,
    /// What no member or arm of it may use; of enums, flags and unions.
    pub reserved: Reserved,
    /// What it is.
    pub kind: TypeKind,
    /// Digest of all facts that it reaches.
    pub digest: Digest,
    /// Bytes of the inline form (8 for a message, which is held by reference).
    pub size: usize,
    /// Alignment of the inline form.
    pub align: usize,
    /// Whether no value puts anything in the tail of its own payload.
    pub is_fixed: bool,
}

/// The five kinds of named type.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeKind {
    /// What is published.
    Message(Message),
    /// Inline and frozen.
    Struct(Vec<Field>),
    /// Named numbers.
    Enum(Enum),
    /// Named bits.
    Flags(Flags),
    /// One of several values.
    Union(Union),
}

/// A message.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Type id in the frame header.
    pub id: u16,
    /// Topic of its own.
    pub topic: String,
    /// Fields in wire order.
    pub fields: Vec<Field>,
    /// Bytes of the block: where the last field ends.
    pub block_size: usize,
    /// Digests of released versions that it still talks with, oldest first; see
    /// [`Schema::with_ancestors`].
    pub ancestors: Vec<Digest>,
}

/// A field of a message or struct.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Name, snake_case.
    pub name: String,
    /// `@was("…")`: the name that the digest keeps.
    pub was: Option<String>,
    /// Doc lines.
    pub docs: Vec<String>,
    /// `@deprecated("…")`, where it was given.
    pub deprecated: Option<String>,
    /// `@since(n)`, where it was given.
    pub since: Option<u32>,
    /// Whether it is part of the instance key.
    pub key: bool,
    /// Type.
    pub ty: Ty,
    /// Default, checked against the type.
    pub default: Option<Value>,
    /// `@unit("…")`, where it was given.
    pub unit: Option<String>,
    /// `@range(…)`, `@len(…)` or `@nonempty`, where one was given.
    pub constraint: Option<Constraint>,
    /// Offset in the block or struct, in bytes.
    pub offset: usize,
}

/// What a value is held to beyond its type; of an optional field, the value that is there.
#[derive(Debug, Clone, PartialEq)]
pub enum Constraint {
    /// Least and greatest number, both included; at least one is given. Values of the field's type.
    Range {
        /// Least value.
        min: Option<Value>,
        /// Greatest value.
        max: Option<Value>,
    },
    /// Least and greatest number of bytes, items or pairs, both included.
    Len {
        /// Least count.
        min: u32,
        /// Greatest count, where there is one.
        max: Option<u32>,
    },
}

/// An enum.
#[derive(Debug, Clone, PartialEq)]
pub struct Enum {
    /// Whether values without a name are kept.
    pub open: bool,
    /// Integer that carries it.
    pub repr: Repr,
    /// Members in source order.
    pub members: Vec<Member>,
}

/// A set of named bits.
#[derive(Debug, Clone, PartialEq)]
pub struct Flags {
    /// Unsigned integer that carries it.
    pub repr: Repr,
    /// Members in source order; `value` is the bit's number.
    pub members: Vec<Member>,
}

/// A member of an enum or of flags.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Name, snake_case.
    pub name: String,
    /// `@was("…")`: the name that the digest keeps.
    pub was: Option<String>,
    /// Doc lines.
    pub docs: Vec<String>,
    /// `@deprecated("…")`, where it was given.
    pub deprecated: Option<String>,
    /// `@since(n)`, where it was given.
    pub since: Option<u32>,
    /// Value, or number of the bit.
    pub value: i128,
}

/// A union.
#[derive(Debug, Clone, PartialEq)]
pub struct Union {
    /// Whether arms that are not known are kept.
    pub open: bool,
    /// Arms in source order.
    pub arms: Vec<Arm>,
}

/// An arm of a union.
#[derive(Debug, Clone, PartialEq)]
pub struct Arm {
    /// Name, snake_case.
    pub name: String,
    /// `@was("…")`: the name that the digest keeps.
    pub was: Option<String>,
    /// Doc lines.
    pub docs: Vec<String>,
    /// `@deprecated("…")`, where it was given.
    pub deprecated: Option<String>,
    /// `@since(n)`, where it was given.
    pub since: Option<u32>,
    /// Tag, 1 to 65535.
    pub tag: u16,
    /// Type of the value.
    pub ty: Ty,
}

/// A type as it is used.
#[derive(Debug, Clone, PartialEq)]
pub enum Ty {
    /// `bool`.
    Bool,
    /// `i8` … `u64`.
    Int(Repr),
    /// `i128`.
    I128,
    /// `u128`.
    U128,
    /// `u256`.
    U256,
    /// `uuid`.
    Uuid,
    /// `f32`.
    F32,
    /// `f64`.
    F64,
    /// `timestamp`.
    Timestamp,
    /// `duration`.
    Duration,
    /// `decimal<S>`.
    Decimal(u8),
    /// `string` or, with a bound, `string<N>`.
    String(Option<u32>),
    /// `bytes` or, with a bound, `bytes<N>`.
    Bytes(Option<u32>),
    /// `[T; N]`.
    Array(Box<Ty>, u32),
    /// `[T]` or, with a bound, `[T; ..N]`.
    List(Box<Ty>, Option<u32>),
    /// `map<K, V>`.
    Map(Box<Ty>, Box<Ty>),
    /// `(A, B, …)`.
    Tuple(Vec<Ty>),
    /// `T?`.
    Optional(Box<Ty>),
    /// A named type.
    Named(TypeId),
    /// An alias; [`Schema::resolve`] sees through it.
    Alias(AliasId),
}

/// A constant value, checked against its type.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `true` or `false`.
    Bool(bool),
    /// An integer.
    Int(i128),
    /// A `u128` above what an `i128` holds.
    Wide(u128),
    /// A float: its canonical spelling (see `reflect::Literal::Number`).
    Float(String),
    /// A decimal: mantissa for the scale of its type.
    Decimal(i64),
    /// Nanoseconds: timestamp since the Unix epoch, or duration.
    Nanos(i64),
    /// Text.
    Text(String),
    /// A `u256` above what a `u128` holds; a smaller one is an [`Int`](Value::Int) or
    /// [`Wide`](Value::Wide).
    Wider(U256),
    /// A UUID.
    Uuid(Uuid),
    /// Bytes, and any array or list of `u8`.
    Bytes(Vec<u8>),
    /// Member of the enum that the type names, by its index there.
    Member(usize),
    /// Flags: the bits that are set.
    Flags(u64),
    /// Items of an array, list or tuple.
    Items(Vec<Value>),
    /// All fields of a struct, in order.
    Fields(Vec<Value>),
    /// Pairs of a map, ascending by key.
    Map(Vec<(Value, Value)>),
    /// Nothing, for an optional inside something larger.
    Absent,
}

impl Schema {
    /// The type behind any aliases.
    pub fn resolve<'s>(&'s self, ty: &'s Ty) -> &'s Ty {
        match ty {
            Ty::Alias(id) => self.resolve(&self.aliases[id.0].ty),
            other => other,
        }
    }

    /// The package that declares a type.
    pub fn package_of(&self, id: TypeId) -> &Package {
        &self.packages[self.types[id.0].package.0]
    }

    /// What each package and each type reserves, by its name, a type's being the one that its digest
    /// keeps; those that reserve nothing are left out.
    pub fn reserved(&self) -> Vec<(String, Reserved)> {
        let packages = self.packages.iter().map(|p| (p.name.clone(), p.reserved.clone()));
        let types = self.types.iter().map(|def| {
            let name = def.was.as_ref().unwrap_or(&def.name);
            let package = &self.packages[def.package.0].name;
            (format!("{package}.{name}"), def.reserved.clone())
        });
        packages.chain(types).filter(|(_, reserved)| *reserved != Reserved::default()).collect()
    }

    /// Name with the package, `market.Trade`.
    pub fn qualified_name(&self, id: TypeId) -> String {
        format!("{}.{}", self.package_of(id).name, self.types[id.0].name)
    }
}

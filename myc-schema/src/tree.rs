//! The syntax tree: a source as it was written, names unresolved and nothing checked.
//!
//! Documentation belongs to what it documents; all other comments are kept beside the tree in the
//! order of the source, for a formatter to weave in again by their places.

use crate::source::Span;

/// A file.
#[derive(Debug, Default)]
pub(crate) struct File {
    pub(crate) docs: Vec<String>,
    pub(crate) package: Option<Path>,
    pub(crate) imports: Vec<Import>,
    pub(crate) reserved: Vec<Reserved>,
    pub(crate) items: Vec<Item>,
    /// Names of what is declared by items that could not be read.
    pub(crate) unread: Vec<String>,
    /// Plain comments, in the order of the source.
    pub(crate) comments: Vec<Span>,
}

/// `import "common.myc";` or `import "common.myc" as common;`
#[derive(Debug)]
pub(crate) struct Import {
    pub(crate) path: String,
    pub(crate) span: Span,
    pub(crate) alias: Option<Name>,
}

/// One entry of `reserved message 19..=21, "OldTrade";` or, in an enum, flags or a union, of
/// `reserved 3, "gemini";`
#[derive(Debug)]
pub(crate) enum Reserved {
    /// The name of a message, member or arm.
    Name(Name),
    /// One number, or all of a range.
    Numbers(Argument),
}

impl Reserved {
    pub(crate) fn span(&self) -> Span {
        match self {
            Reserved::Name(name) => name.span,
            Reserved::Numbers(argument) => argument.span(),
        }
    }
}

/// A name where it is declared.
#[derive(Debug, Clone)]
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// A name where it is used, `Price` or `common.Price`.
#[derive(Debug, Clone)]
pub(crate) struct Path {
    /// Text without white space.
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// A declaration.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) docs: Vec<String>,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) name: Name,
    /// All of it but documentation and attributes.
    #[cfg_attr(not(feature = "analysis"), expect(dead_code, reason = "only editors ask for it"))]
    pub(crate) span: Span,
    pub(crate) kind: ItemKind,
    /// What no member of it may use.
    pub(crate) reserved: Vec<Reserved>,
    /// False where members were left out because they could not be read.
    pub(crate) is_complete: bool,
}

/// What is declared.
#[derive(Debug)]
pub(crate) enum ItemKind {
    Const { ty: Type, value: Expr },
    Alias { ty: Type },
    Enum { openness: Option<Openness>, repr: Option<Type>, members: Vec<Member> },
    Flags { repr: Option<Type>, members: Vec<Member> },
    Struct { fields: Vec<Field> },
    Message { id: Option<Expr>, fields: Vec<Field> },
    Union { openness: Option<Openness>, arms: Vec<Field> },
}

impl ItemKind {
    /// Names of the fields, members or arms.
    pub(crate) fn names(&self) -> Box<dyn Iterator<Item = &Name> + '_> {
        match self {
            ItemKind::Const { .. } | ItemKind::Alias { .. } => Box::new(std::iter::empty()),
            ItemKind::Enum { members, .. } | ItemKind::Flags { members, .. } => {
                Box::new(members.iter().map(|member| &member.name))
            }
            ItemKind::Struct { fields } | ItemKind::Message { fields, .. } => {
                Box::new(fields.iter().map(|field| &field.name))
            }
            ItemKind::Union { arms, .. } => Box::new(arms.iter().map(|arm| &arm.name)),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Openness {
    Open,
    Closed,
}

/// `@name(arguments)`
#[derive(Debug)]
pub(crate) struct Attribute {
    pub(crate) name: Name,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) span: Span,
}

/// What an attribute is given.
#[derive(Debug)]
pub(crate) enum Argument {
    Value(Expr),
    Range(Range),
}

/// `0..=100`, `1..`, `..=9`
#[derive(Debug)]
pub(crate) struct Range {
    pub(crate) min: Option<Expr>,
    /// `..` or `..=`.
    pub(crate) mark: Span,
    pub(crate) is_inclusive: bool,
    pub(crate) max: Option<Expr>,
    pub(crate) span: Span,
}

impl Argument {
    pub(crate) fn span(&self) -> Span {
        match self {
            Argument::Value(value) => value.span,
            Argument::Range(range) => range.span,
        }
    }
}

/// A member of an enum or of flags.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) docs: Vec<String>,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) name: Name,
    pub(crate) value: Option<Expr>,
}

/// A field of a struct or message, or an arm of a union, whose `value` is its tag.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) docs: Vec<String>,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) name: Name,
    pub(crate) ty: Type,
    pub(crate) value: Option<Expr>,
}

/// A type as it is used.
#[derive(Debug)]
pub(crate) struct Type {
    pub(crate) span: Span,
    pub(crate) kind: TypeKind,
}

#[derive(Debug)]
pub(crate) enum TypeKind {
    /// `u64`, `Price`, `decimal<8>`.
    Named {
        path: Path,
        arguments: Vec<TypeArgument>,
    },
    Tuple(Vec<Type>),
    /// `[T]`, `[T; N]`, `[T; ..N]`.
    List {
        item: Box<Type>,
        bound: Option<Bound>,
    },
    Optional(Box<Type>),
}

/// What stands behind the semicolon of `[T; N]` or `[T; ..N]`.
#[derive(Debug)]
pub(crate) struct Bound {
    pub(crate) at_most: bool,
    pub(crate) value: Expr,
}

/// What stands between `<` and `>`.
#[derive(Debug)]
pub(crate) enum TypeArgument {
    Value(Expr),
    Type(Type),
}

impl TypeArgument {
    pub(crate) fn span(&self) -> Span {
        match self {
            TypeArgument::Value(value) => value.span,
            TypeArgument::Type(ty) => ty.span,
        }
    }
}

/// A value as it was written.
#[derive(Debug, Clone)]
pub(crate) struct Expr {
    pub(crate) span: Span,
    pub(crate) kind: ExprKind,
}

#[derive(Debug, Clone)]
pub(crate) enum ExprKind {
    /// Digits and what belongs to them, unchecked.
    Number(String),
    /// A string, its escapes resolved.
    Text(String),
    Bool(bool),
    /// A constant or a member.
    Name(Path),
    Negative(Box<Expr>),
    /// Operators of one precedence, applied from left to right.
    Chain(Box<Expr>, Vec<(Operator, Expr)>),
    /// `[1, 2]`
    List(Vec<Expr>),
    /// `(1, 2)`
    Tuple(Vec<Expr>),
    /// `{ price: 1, quantity: 2 }`
    Braces(Vec<(Expr, Expr)>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
}

//! What a `.proto` file says, as far as it has a meaning here.

/// A file.
#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) package: String,
    /// Comments at the top, in front of `syntax`.
    pub(super) head: Vec<String>,
    pub(super) docs: Vec<String>,
    /// Names and services that were not carried over.
    pub(super) left_out: Vec<String>,
    pub(super) imports: Vec<Import>,
    pub(super) messages: Vec<Message>,
    pub(super) enums: Vec<Enum>,
}

#[derive(Debug)]
pub(super) struct Import {
    pub(super) path: String,
    pub(super) line: usize,
}

/// What stands around a declaration.
#[derive(Debug, Default, Clone)]
pub(super) struct Around {
    pub(super) line: usize,
    pub(super) docs: Vec<String>,
    pub(super) comments: Vec<String>,
    pub(super) is_deprecated: bool,
}

#[derive(Debug)]
pub(super) struct Message {
    pub(super) around: Around,
    pub(super) name: String,
    pub(super) fields: Vec<Field>,
    pub(super) oneofs: Vec<Oneof>,
    pub(super) messages: Vec<Message>,
    pub(super) enums: Vec<Enum>,
}

#[derive(Debug)]
pub(super) struct Oneof {
    pub(super) around: Around,
    pub(super) name: String,
    pub(super) fields: Vec<Field>,
}

#[derive(Debug)]
pub(super) struct Field {
    pub(super) around: Around,
    pub(super) name: String,
    pub(super) number: i64,
    pub(super) label: Label,
    pub(super) ty: FieldType,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    None,
    Optional,
    Repeated,
}

#[derive(Debug)]
pub(super) enum FieldType {
    /// A scalar or a declared type.
    Named(String),
    Map(String, String),
}

#[derive(Debug)]
pub(super) struct Enum {
    pub(super) around: Around,
    pub(super) name: String,
    pub(super) members: Vec<Member>,
}

#[derive(Debug)]
pub(super) struct Member {
    pub(super) around: Around,
    pub(super) name: String,
    pub(super) value: i64,
}

//! What a file declares, and what that consists of.

use super::Analysis;
use crate::source::{FileId, Span};
use crate::tree::{Item, ItemKind};

/// A declaration, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: OutlineKind,
    /// All of it.
    pub span: Span,
    /// Its name.
    pub name_span: Span,
    /// Fields, members or arms.
    pub parts: Vec<Outline>,
}

/// What is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the language's own words")]
pub enum OutlineKind {
    Const,
    Alias,
    Enum,
    Flags,
    Struct,
    Message,
    Union,
    Member,
    Field,
    Arm,
}

impl Analysis {
    /// What a file declares, in the order of the source.
    pub fn outline(&self, file: FileId) -> Vec<Outline> {
        self.program.modules[file.0].tree.items.iter().map(outline_of).collect()
    }
}

fn outline_of(item: &Item) -> Outline {
    let (kind, part) = kinds(&item.kind);
    let parts = item.kind.names().map(|name| Outline {
        name: name.text.clone(),
        kind: part,
        span: name.span,
        name_span: name.span,
        parts: Vec::new(),
    });
    Outline {
        name: item.name.text.clone(),
        kind,
        span: item.span,
        name_span: item.name.span,
        parts: parts.collect(),
    }
}

/// What a declaration is, and what its parts are.
pub(super) fn kinds(kind: &ItemKind) -> (OutlineKind, OutlineKind) {
    match kind {
        ItemKind::Const { .. } => (OutlineKind::Const, OutlineKind::Field),
        ItemKind::Alias { .. } => (OutlineKind::Alias, OutlineKind::Field),
        ItemKind::Enum { .. } => (OutlineKind::Enum, OutlineKind::Member),
        ItemKind::Flags { .. } => (OutlineKind::Flags, OutlineKind::Member),
        ItemKind::Struct { .. } => (OutlineKind::Struct, OutlineKind::Field),
        ItemKind::Message { .. } => (OutlineKind::Message, OutlineKind::Field),
        ItemKind::Union { .. } => (OutlineKind::Union, OutlineKind::Arm),
    }
}

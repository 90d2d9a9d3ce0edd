//! Completion.

use std::io::Write;

use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionParams, CompletionResponse, CompletionTextEdit,
    InsertTextFormat, TextEdit,
};
use myc_schema::analysis::{Completion, CompletionKind, OutlineKind};

use super::position::Lines;
use super::server::Server;

impl<W: Write> Server<W> {
    pub(super) fn completions(&self, params: &CompletionParams) -> Option<CompletionResponse> {
        let place = &params.text_document_position;
        let known = self.known(&place.text_document.uri)?;
        let lines = known.lines();
        let offset = lines.offset(place.position);
        let found = known.analysis.completions(known.file, offset);
        let items = found.into_iter().map(|found| item_of(&lines, found, self.client.snippets));
        Some(CompletionResponse::Array(items.collect()))
    }
}

fn item_of(lines: &Lines<'_>, completion: Completion, snippets: bool) -> CompletionItem {
    let Completion { label, kind, detail, snippet, span, import } = completion;
    let snippet = snippet.filter(|_| snippets);
    let insert_text_format = snippet.as_ref().map(|_| InsertTextFormat::SNIPPET);
    let new_text = snippet.unwrap_or_else(|| label.clone());
    let edit = TextEdit { range: lines.range(span.range()), new_text };
    // What needs an import comes behind what does not.
    let sort_text = import.as_ref().map(|_| format!("~{label}"));
    let imports = import.map(|fix| {
        let range = lines.range(fix.span.range());
        vec![TextEdit { range, new_text: fix.replacement }]
    });
    CompletionItem {
        label,
        kind: Some(kind_of(kind)),
        detail: (!detail.is_empty()).then_some(detail),
        insert_text_format,
        text_edit: Some(CompletionTextEdit::Edit(edit)),
        additional_text_edits: imports,
        sort_text,
        ..CompletionItem::default()
    }
}

fn kind_of(kind: CompletionKind) -> CompletionItemKind {
    match kind {
        CompletionKind::Keyword => CompletionItemKind::KEYWORD,
        CompletionKind::BuiltIn => CompletionItemKind::TYPE_PARAMETER,
        CompletionKind::Attribute => CompletionItemKind::PROPERTY,
        CompletionKind::Member => CompletionItemKind::ENUM_MEMBER,
        CompletionKind::Namespace => CompletionItemKind::MODULE,
        CompletionKind::Declared(kind) => match kind {
            OutlineKind::Const => CompletionItemKind::CONSTANT,
            OutlineKind::Enum | OutlineKind::Flags | OutlineKind::Union => CompletionItemKind::ENUM,
            OutlineKind::Message => CompletionItemKind::CLASS,
            _ => CompletionItemKind::STRUCT,
        },
    }
}

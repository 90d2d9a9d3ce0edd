//! Changes of documents, and formatting as such.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use lsp_types::{
    AnnotatedTextEdit, DocumentFormattingParams, OneOf, OptionalVersionedTextDocumentIdentifier,
    TextDocumentEdit, TextEdit, WorkspaceEdit,
};

use super::documents::Documents;
use super::server::Server;

/// Changes for editors that know no versions.
pub(super) fn plain(
    documents: &Documents,
    by_file: BTreeMap<PathBuf, Vec<TextEdit>>,
) -> WorkspaceEdit {
    let changes =
        by_file.into_iter().filter_map(|(path, edits)| Some((documents.uri(&path)?, edits)));
    WorkspaceEdit { changes: Some(changes.collect()), ..WorkspaceEdit::default() }
}

/// Changes of documents of certain versions.
pub(super) fn versioned(
    documents: &Documents,
    by_file: BTreeMap<PathBuf, Vec<TextEdit>>,
    edit: impl Fn(TextEdit) -> OneOf<TextEdit, AnnotatedTextEdit>,
) -> Vec<TextDocumentEdit> {
    let document = |(path, edits): (PathBuf, Vec<TextEdit>)| {
        let uri = documents.uri(&path)?;
        let version = documents.get(&path).map(|document| document.version);
        let text_document = OptionalVersionedTextDocumentIdentifier { uri, version };
        Some(TextDocumentEdit { text_document, edits: edits.into_iter().map(&edit).collect() })
    };
    by_file.into_iter().filter_map(document).collect()
}

impl<W: Write> Server<W> {
    /// What brings a text into the one style; nothing where it has errors.
    pub(super) fn formatting(&self, params: &DocumentFormattingParams) -> Option<Vec<TextEdit>> {
        let known = self.known(&params.text_document.uri)?;
        let before = known.text();
        let (after, diagnostics) = myc_schema::format(&known.path, before.as_bytes().to_vec());
        // They have been published.
        let _ = diagnostics.is_empty();
        let after = after?;
        if after == before {
            return Some(Vec::new());
        }
        // Whole lines that stay are left out, so that the editor keeps its place.
        let same = |lines: &mut dyn Iterator<Item = (&str, &str)>| -> usize {
            lines.take_while(|(a, b)| a == b).map(|(a, _)| a.len()).sum()
        };
        let lines = |text| str::split_inclusive(text, '\n');
        let head = same(&mut lines(before).zip(lines(&after)));
        let tail = same(&mut lines(&before[head..]).rev().zip(lines(&after[head..]).rev()));
        let range = known.lines().range(head..before.len() - tail);
        let new_text = after[head..after.len() - tail].to_owned();
        Some(vec![TextEdit { range, new_text }])
    }
}

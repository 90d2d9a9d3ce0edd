//! Code actions: a fix for each diagnostic that has one.

use std::collections::BTreeMap;
use std::io::Write;

use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse, TextEdit,
};
use myc_schema::Diagnostic;
use myc_schema::analysis::Fix;

use super::server::{Known, Server};
use super::{edits, publish};

impl<W: Write> Server<W> {
    pub(super) fn actions(&self, params: &CodeActionParams) -> Option<CodeActionResponse> {
        let is_asked = |kinds: &Vec<CodeActionKind>| {
            kinds.iter().any(|kind| ["", "quickfix"].contains(&kind.as_str()))
        };
        if !params.context.only.as_ref().is_none_or(is_asked) {
            return Some(Vec::new());
        }
        let known = self.known(&params.text_document.uri)?;
        let asked = known.lines().bytes(params.range);
        let mut actions = Vec::new();
        for diagnostic in known.analysis.diagnostics() {
            let Some(label) = &diagnostic.primary else { continue };
            let span = label.span;
            let touches = span.start <= asked.end && asked.start <= span.end;
            if span.file != known.file || !touches {
                continue;
            }
            let fixes = known.analysis.fixes(diagnostic);
            let is_only = fixes.len() == 1;
            actions
                .extend(fixes.into_iter().map(|fix| self.action(&known, diagnostic, fix, is_only)));
        }
        Some(actions.into_iter().map(CodeActionOrCommand::CodeAction).collect())
    }

    fn action(
        &self,
        known: &Known<'_>,
        diagnostic: &Diagnostic,
        fix: Fix,
        is_only: bool,
    ) -> CodeAction {
        let Fix { title, span, replacement } = fix;
        let range = known.lines().range(span.range());
        let edit = TextEdit { range, new_text: replacement };
        let by_file = BTreeMap::from([(known.path.clone(), vec![edit])]);
        let mended = publish::convert(known.analysis, &self.documents, diagnostic);
        CodeAction {
            title,
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: mended.map(|(_, diagnostic)| vec![diagnostic]),
            edit: Some(edits::plain(&self.documents, by_file)),
            is_preferred: is_only.then_some(true),
            ..CodeAction::default()
        }
    }
}

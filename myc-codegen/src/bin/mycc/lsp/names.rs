//! Renaming.

use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::path::PathBuf;

use lsp_server::ErrorCode;
use lsp_types::{
    AnnotatedTextEdit, ChangeAnnotation, DocumentChanges, OneOf, PrepareRenameResponse,
    RenameParams, TextDocumentPositionParams, TextEdit, WorkspaceEdit,
};
use myc_schema::Span;
use myc_schema::analysis::{Analysis, Refusal, Renaming};

use super::edits;
use super::look::symbol_in;
use super::position::Lines;
use super::server::{Refused, Server};

/// What the changes of a renaming that peers see are called.
const ANNOTATION: &str = "wire";

impl<W: Write> Server<W> {
    pub(super) fn prepare_rename(
        &self,
        params: &TextDocumentPositionParams,
    ) -> Result<Option<PrepareRenameResponse>, Refused> {
        let Some((known, found)) = self.use_at(params) else { return Ok(None) };
        known.analysis.can_rename(found.symbol).map_err(refused)?;
        let range = known.lines().range(found.span.range());
        let placeholder = known.text()[found.span.range()].to_owned();
        Ok(Some(PrepareRenameResponse::RangeWithPlaceholder { range, placeholder }))
    }

    /// The edit, and what peers see of it.
    pub(super) fn rename(
        &self,
        params: &RenameParams,
    ) -> Result<(Option<WorkspaceEdit>, Vec<String>), Refused> {
        let place = &params.text_document_position;
        let Some((known, found)) = self.use_at(place) else {
            let message = "there is no name here";
            return Err(Refused::new(ErrorCode::RequestFailed, message));
        };
        let wide = known.unit.with_importers(&self.documents, &known.path);
        let (analysis, symbol) = match &wide {
            Some(wide) => (wide, symbol_in(wide, &known, found).unwrap_or(found.symbol)),
            None => (known.analysis, found.symbol),
        };
        let renaming = analysis.rename(symbol, &params.new_name).map_err(refused)?;
        let Renaming { places, consequences } = renaming;
        let edit = self.edit_of(analysis, &places, &params.new_name, &consequences);
        Ok((Some(edit), consequences))
    }

    fn edit_of(
        &self,
        analysis: &Analysis,
        places: &[Span],
        name: &str,
        consequences: &[String],
    ) -> WorkspaceEdit {
        let mut by_file: BTreeMap<PathBuf, Vec<TextEdit>> = BTreeMap::new();
        for span in places {
            let files = analysis.files();
            let range = Lines::of(files.text(span.file)).range(span.range());
            let edit = TextEdit { range, new_text: name.to_owned() };
            by_file.entry(files.path(span.file).to_owned()).or_default().push(edit);
        }
        if !self.client.document_changes {
            return edits::plain(&self.documents, by_file);
        }
        let is_annotated = self.client.change_annotations && !consequences.is_empty();
        let annotate = |text_edit: TextEdit| match is_annotated {
            true => OneOf::Right(AnnotatedTextEdit { text_edit, annotation_id: ANNOTATION.into() }),
            false => OneOf::Left(text_edit),
        };
        let annotation = ChangeAnnotation {
            label: "Changes what peers see".to_owned(),
            needs_confirmation: Some(true),
            description: Some(consequences.join(" ")),
        };
        WorkspaceEdit {
            changes: None,
            document_changes: Some(DocumentChanges::Edits(edits::versioned(
                &self.documents,
                by_file,
                annotate,
            ))),
            change_annotations: is_annotated
                .then(|| HashMap::from([(ANNOTATION.to_owned(), annotation)])),
        }
    }
}

fn refused(refusal: Refusal) -> Refused {
    Refused::new(ErrorCode::RequestFailed, refusal.0)
}

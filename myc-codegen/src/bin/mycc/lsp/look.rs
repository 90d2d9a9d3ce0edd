//! Answers to what only looks: hover, definition, references, highlights, symbols.

use std::io::Write;

use lsp_types::{
    DocumentHighlight, DocumentHighlightParams, DocumentSymbol, DocumentSymbolParams,
    DocumentSymbolResponse, GotoDefinitionParams, GotoDefinitionResponse, Hover, HoverContents,
    HoverParams, Location, MarkupContent, MarkupKind, ReferenceParams, SymbolKind,
    TextDocumentPositionParams,
};
use myc_schema::Span;
use myc_schema::analysis::{Analysis, Outline, OutlineKind, Symbol, Use};

use super::position::Lines;
use super::server::{Known, Server};

impl<W: Write> Server<W> {
    pub(super) fn hover(&self, params: &HoverParams) -> Option<Hover> {
        let place = &params.text_document_position_params;
        let known = self.known(&place.text_document.uri)?;
        let found = known.analysis.hover(known.file, known.offset(place.position))?;
        let contents = MarkupContent { kind: MarkupKind::Markdown, value: found.text };
        Some(Hover {
            contents: HoverContents::Markup(contents),
            range: Some(known.lines().range(found.span.range())),
        })
    }

    pub(super) fn definition(
        &self,
        params: &GotoDefinitionParams,
    ) -> Option<GotoDefinitionResponse> {
        let (known, found) = self.use_at(&params.text_document_position_params)?;
        let span = known.analysis.definition(found.symbol)?;
        self.location(known.analysis, span).map(GotoDefinitionResponse::Scalar)
    }

    pub(super) fn references(&self, params: &ReferenceParams) -> Option<Vec<Location>> {
        let place = &params.text_document_position;
        let (known, found) = self.use_at(place)?;
        let wide = known.unit.with_importers(&self.documents, &known.path);
        let (analysis, symbol) = match &wide {
            Some(wide) => (wide, symbol_in(wide, &known, found)?),
            None => (known.analysis, found.symbol),
        };
        let with_declaration = params.context.include_declaration;
        let uses = analysis.uses_of(symbol);
        let uses = uses.filter(|found| with_declaration || !found.is_declaration);
        Some(uses.filter_map(|found| self.location(analysis, found.span)).collect())
    }

    pub(super) fn highlights(
        &self,
        params: &DocumentHighlightParams,
    ) -> Option<Vec<DocumentHighlight>> {
        let (known, found) = self.use_at(&params.text_document_position_params)?;
        let lines = known.lines();
        let uses = known.analysis.uses_of(found.symbol);
        let here = uses.filter(|found| found.span.file == known.file);
        let highlight =
            |found: &Use| DocumentHighlight { range: lines.range(found.span.range()), kind: None };
        Some(here.map(highlight).collect())
    }

    pub(super) fn symbols(&self, params: &DocumentSymbolParams) -> Option<DocumentSymbolResponse> {
        let known = self.known(&params.text_document.uri)?;
        let lines = known.lines();
        let outline = known.analysis.outline(known.file);
        let symbols = outline.into_iter().map(|part| symbol_of(&lines, part)).collect();
        Some(DocumentSymbolResponse::Nested(symbols))
    }

    /// The name at a place, and what is known of its file.
    pub(super) fn use_at(&self, place: &TextDocumentPositionParams) -> Option<(Known<'_>, Use)> {
        let known = self.known(&place.text_document.uri)?;
        let found = *known.analysis.use_at(known.file, known.offset(place.position))?;
        Some((known, found))
    }

    fn location(&self, analysis: &Analysis, span: Span) -> Option<Location> {
        let uri = self.documents.uri(analysis.files().path(span.file))?;
        let range = Lines::of(analysis.files().text(span.file)).range(span.range());
        Some(Location { uri, range })
    }
}

/// What a name means in another run over the same text.
pub(super) fn symbol_in(analysis: &Analysis, known: &Known<'_>, found: Use) -> Option<Symbol> {
    let file = analysis.file(&known.path)?;
    analysis.use_at(file, found.span.start).map(|found| found.symbol)
}

#[expect(deprecated, reason = "the field must be given")]
fn symbol_of(lines: &Lines<'_>, outline: Outline) -> DocumentSymbol {
    let Outline { name, kind, span, name_span, parts } = outline;
    let children: Vec<_> = parts.into_iter().map(|part| symbol_of(lines, part)).collect();
    DocumentSymbol {
        name,
        detail: Some(word_of(kind).to_owned()),
        kind: kind_of(kind),
        tags: None,
        deprecated: None,
        range: lines.range(span.range()),
        selection_range: lines.range(name_span.range()),
        children: (!children.is_empty()).then_some(children),
    }
}

fn kind_of(kind: OutlineKind) -> SymbolKind {
    match kind {
        OutlineKind::Const => SymbolKind::CONSTANT,
        OutlineKind::Alias => SymbolKind::TYPE_PARAMETER,
        OutlineKind::Enum | OutlineKind::Flags | OutlineKind::Union => SymbolKind::ENUM,
        OutlineKind::Struct => SymbolKind::STRUCT,
        OutlineKind::Message => SymbolKind::CLASS,
        OutlineKind::Member | OutlineKind::Arm => SymbolKind::ENUM_MEMBER,
        OutlineKind::Field => SymbolKind::FIELD,
    }
}

fn word_of(kind: OutlineKind) -> &'static str {
    match kind {
        OutlineKind::Const => "const",
        OutlineKind::Alias => "type",
        OutlineKind::Enum => "enum",
        OutlineKind::Flags => "flags",
        OutlineKind::Union => "union",
        OutlineKind::Struct => "struct",
        OutlineKind::Message => "message",
        OutlineKind::Member => "member",
        OutlineKind::Arm => "arm",
        OutlineKind::Field => "field",
    }
}

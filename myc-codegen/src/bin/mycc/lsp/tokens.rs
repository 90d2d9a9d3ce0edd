//! Semantic tokens.

use std::io::Write;

use lsp_types::{
    SemanticToken, SemanticTokenModifier, SemanticTokenType, SemanticTokens,
    SemanticTokensFullOptions, SemanticTokensLegend, SemanticTokensOptions, SemanticTokensParams,
    SemanticTokensResult,
};
use myc_schema::analysis::{Class, Token};

use super::server::Server;

/// Types of tokens, in the order of their numbers.
const TYPES: [SemanticTokenType; 10] = [
    SemanticTokenType::COMMENT,
    SemanticTokenType::KEYWORD,
    SemanticTokenType::DECORATOR,
    SemanticTokenType::NAMESPACE,
    SemanticTokenType::TYPE,
    SemanticTokenType::VARIABLE,
    SemanticTokenType::PROPERTY,
    SemanticTokenType::ENUM_MEMBER,
    SemanticTokenType::NUMBER,
    SemanticTokenType::STRING,
];

const DECLARATION: u32 = 1;
const READONLY: u32 = 1 << 1;
const DOCUMENTATION: u32 = 1 << 2;
const DEFAULT_LIBRARY: u32 = 1 << 3;

/// What tokens there are.
pub(super) fn options() -> SemanticTokensOptions {
    let legend = SemanticTokensLegend {
        token_types: TYPES.into(),
        token_modifiers: vec![
            SemanticTokenModifier::DECLARATION,
            SemanticTokenModifier::READONLY,
            SemanticTokenModifier::DOCUMENTATION,
            SemanticTokenModifier::DEFAULT_LIBRARY,
        ],
    };
    SemanticTokensOptions {
        legend,
        full: Some(SemanticTokensFullOptions::Bool(true)),
        ..SemanticTokensOptions::default()
    }
}

impl<W: Write> Server<W> {
    pub(super) fn semantic_tokens(
        &self,
        params: &SemanticTokensParams,
    ) -> Option<SemanticTokensResult> {
        let known = self.known(&params.text_document.uri)?;
        let lines = known.lines();
        let (mut line, mut start) = (0, 0);
        let mut data = Vec::new();
        for token in known.analysis.tokens(known.file) {
            let range = lines.range(token.span.range());
            let (token_type, token_modifiers_bitset) = numbers_of(token);
            let delta_line = range.start.line - line;
            let from = if delta_line == 0 { start } else { 0 };
            data.push(SemanticToken {
                delta_line,
                delta_start: range.start.character - from,
                length: range.end.character.saturating_sub(range.start.character),
                token_type,
                token_modifiers_bitset,
            });
            (line, start) = (range.start.line, range.start.character);
        }
        Some(SemanticTokensResult::Tokens(SemanticTokens { result_id: None, data }))
    }
}

/// Place in the list of types, and bits of the modifiers.
fn numbers_of(token: Token) -> (u32, u32) {
    let (number, modifiers) = match token.class {
        Class::Comment => (0, 0),
        Class::Documentation => (0, DOCUMENTATION),
        Class::Keyword | Class::Literal => (1, 0),
        Class::Attribute => (2, 0),
        Class::Namespace => (3, 0),
        Class::Type => (4, 0),
        Class::BuiltIn => (4, DEFAULT_LIBRARY),
        Class::Constant => (5, READONLY),
        Class::Field => (6, 0),
        Class::Member => (7, READONLY),
        Class::Number => (8, 0),
        Class::Text => (9, 0),
    };
    (number, modifiers | if token.is_declaration { DECLARATION } else { 0 })
}

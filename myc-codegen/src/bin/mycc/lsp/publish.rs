//! What is wrong, as the protocol says it: what the compiler reports, and what the project's lints find.

use std::collections::BTreeMap;
use std::path::PathBuf;

use lsp_types::{
    Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location,
    NumberOrString, Range,
};
use myc_schema::analysis::Analysis;
use myc_schema::lint::{Finding, Level, lint};
use myc_schema::{Code, Severity, Span};

use super::documents::Documents;
use super::position::Lines;
use super::units::Unit;

/// Who says it.
const SOURCE: &str = "mycc";

/// All that is to be said, by file; files of which nothing is to be said are there too.
pub(super) fn collect(units: &[Unit], documents: &Documents) -> BTreeMap<PathBuf, Vec<Diagnostic>> {
    let mut found: BTreeMap<PathBuf, Vec<Diagnostic>> = BTreeMap::new();
    for path in documents.paths() {
        found.entry(path.clone()).or_default();
    }
    for unit in units {
        for (path, diagnostic) in of_unit(unit, documents) {
            let list = found.entry(path).or_default();
            // Two units may both have a file.
            if !list.contains(&diagnostic) {
                list.push(diagnostic);
            }
        }
    }
    found
}

fn of_unit(unit: &Unit, documents: &Documents) -> Vec<(PathBuf, Diagnostic)> {
    let analysis = &unit.analysis;
    let reported = analysis.diagnostics().iter();
    let mut found: Vec<_> = reported.filter_map(|d| convert(analysis, documents, d)).collect();
    if let Some(schema) = analysis.schema() {
        let findings = lint(schema, analysis.diagnostics(), &unit.levels);
        found.extend(findings.into_iter().filter_map(|finding| of_lint(analysis, finding)));
    }
    found
}

/// A diagnostic and its file; one that is about no place stands at the beginning of the first file.
pub(super) fn convert(
    analysis: &Analysis,
    documents: &Documents,
    diagnostic: &myc_schema::Diagnostic,
) -> Option<(PathBuf, Diagnostic)> {
    let files = analysis.files();
    let (path, range) = match &diagnostic.primary {
        Some(label) => (files.path(label.span.file).to_owned(), range_of(analysis, label.span)),
        None => (files.paths().next()?.to_owned(), Range::default()),
    };
    let related = diagnostic.related.iter().filter_map(|label| {
        let uri = documents.uri(files.path(label.span.file))?;
        let location = Location { uri, range: range_of(analysis, label.span) };
        Some(DiagnosticRelatedInformation { location, message: label.text.clone() })
    });
    let related: Vec<_> = related.collect();
    let severity = match diagnostic.code.severity() {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
    };
    let is_unused = diagnostic.code == Code::UNUSED_IMPORT;
    let converted = Diagnostic {
        range,
        severity: Some(severity),
        code: Some(NumberOrString::String(diagnostic.code.to_string())),
        source: Some(SOURCE.to_owned()),
        message: message_of(diagnostic),
        related_information: (!related.is_empty()).then_some(related),
        tags: is_unused.then(|| vec![DiagnosticTag::UNNECESSARY]),
        ..Diagnostic::default()
    };
    Some((path, converted))
}

fn message_of(diagnostic: &myc_schema::Diagnostic) -> String {
    let suggestion = diagnostic.suggestion.as_ref().map(|suggestion| &suggestion.message);
    let help = suggestion.into_iter().chain(&diagnostic.help);
    help.fold(diagnostic.message.clone(), |message, help| format!("{message}\n{help}"))
}

fn range_of(analysis: &Analysis, span: Span) -> Range {
    Lines::of(analysis.files().text(span.file)).range(span.range())
}

fn of_lint(analysis: &Analysis, finding: Finding) -> Option<(PathBuf, Diagnostic)> {
    let Finding { rule, level, message, help, path, place } = finding;
    let text = analysis.files().text(analysis.file(&path)?);
    let line = text.split_inclusive('\n').nth(place.line - 1)?;
    let line_start = line.as_ptr() as usize - text.as_ptr() as usize;
    let column = line.char_indices().nth(place.column - 1).map_or(line.len(), |(at, _)| at);
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let length = line[column..].find(|c| !is_part(c)).unwrap_or(line.len() - column);
    let start = line_start + column;
    let severity = match level {
        Level::Deny => DiagnosticSeverity::ERROR,
        Level::Warn | Level::Allow => DiagnosticSeverity::WARNING,
    };
    let diagnostic = Diagnostic {
        range: Lines::of(text).range(start..start + length),
        severity: Some(severity),
        code: Some(NumberOrString::String(rule.to_owned())),
        source: Some(SOURCE.to_owned()),
        message: format!("{message}\n{help}"),
        ..Diagnostic::default()
    };
    Some((path, diagnostic))
}

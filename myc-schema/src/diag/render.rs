//! Shows diagnostics: to people as the Rust compiler does, to tools one a line.

use annotate_snippets::{
    Annotation, AnnotationKind, Group, Level, Patch, Renderer, Snippet, renderer::DecorStyle,
};

use super::{Diagnostic, Diagnostics, Label, Severity, Suggestion};
use crate::source::{FileId, Files, Span};

/// How diagnostics are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people: with the source and what to do.
    Text {
        /// Whether to colour it for a terminal.
        color: bool,
    },
    /// `path:line:column: error[E0001]: message`, one a line.
    Line,
    /// One JSON object a line.
    Json,
    /// Workflow commands of GitHub, which show up at the lines of a pull request.
    Github,
}

pub(super) fn render(diagnostics: &Diagnostics, format: Format) -> String {
    let files = &diagnostics.files;
    let each = diagnostics.list.iter();
    let mut text = match format {
        Format::Text { color } => {
            let renderer = if color { Renderer::styled() } else { Renderer::plain() };
            let renderer = renderer.decor_style(DecorStyle::Ascii);
            each.map(|d| render_snippet(files, d, &renderer)).collect()
        }
        Format::Line => each.map(|d| render_line(files, d)).collect::<String>(),
        Format::Json => each.map(|d| render_json(files, d)).collect(),
        Format::Github => each.map(|d| render_github(files, d)).collect(),
    };
    if diagnostics.left_out > 0 && format != Format::Json {
        text.push_str(&format!("… and {} more\n", diagnostics.left_out));
    }
    text
}

fn severity_name(diagnostic: &Diagnostic) -> &'static str {
    match diagnostic.code.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn render_snippet(files: &Files, diagnostic: &Diagnostic, renderer: &Renderer) -> String {
    let level = match diagnostic.code.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code.to_string());
    let mut group = Group::with_title(title).elements(snippets(files, diagnostic));
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let mut report = vec![group];
    report.extend(diagnostic.suggestion.as_ref().map(|s| suggestion_group(files, s)));
    format!("{}\n\n", renderer.render(&report))
}

/// One snippet a file, that of the primary place first.
fn snippets<'f>(files: &'f Files, diagnostic: &'f Diagnostic) -> Vec<Snippet<'f, Annotation<'f>>> {
    let mut annotations: Vec<(FileId, Vec<Annotation<'f>>)> = Vec::new();
    let primary = diagnostic.primary.iter().map(|label| (AnnotationKind::Primary, label));
    let related = diagnostic.related.iter().map(|label| (AnnotationKind::Context, label));
    for (kind, Label { span, text }) in primary.chain(related) {
        let mut annotation = kind.span(span.range());
        if !text.is_empty() {
            annotation = annotation.label(text.as_str());
        }
        match annotations.iter_mut().find(|(file, _)| *file == span.file) {
            Some((_, list)) => list.push(annotation),
            None => annotations.push((span.file, vec![annotation])),
        }
    }
    annotations
        .into_iter()
        .map(|(file, list)| {
            let path = files.path(file).display().to_string();
            Snippet::source(files.text(file)).path(path).annotations(list)
        })
        .collect()
}

fn suggestion_group<'f>(files: &'f Files, suggestion: &'f Suggestion) -> Group<'f> {
    let Suggestion { span, replacement, message } = suggestion;
    let patch = Patch::new(span.range(), replacement.as_str());
    let path = files.path(span.file).display().to_string();
    Level::HELP
        .secondary_title(message.as_str())
        .element(Snippet::source(files.text(span.file)).path(path).patch(patch))
}

/// What to do, in one line.
fn one_line_help(diagnostic: &Diagnostic) -> Option<&str> {
    let suggestion = diagnostic.suggestion.as_ref().map(|s| s.message.as_str());
    suggestion.or(diagnostic.help.as_deref())
}

fn render_line(files: &Files, diagnostic: &Diagnostic) -> String {
    let place = diagnostic.primary.as_ref().map_or(String::new(), |label| {
        let start = files.line_column(label.span.file, label.span.start);
        format!("{}:{}:{}: ", files.path(label.span.file).display(), start.line, start.column)
    });
    let help = one_line_help(diagnostic).map_or(String::new(), |help| format!(" ({help})"));
    let Diagnostic { code, message, .. } = diagnostic;
    format!("{place}{}[{code}]: {message}{help}\n", severity_name(diagnostic))
}

fn render_json(files: &Files, diagnostic: &Diagnostic) -> String {
    let label = |label: &Label| {
        let mut object = place(files, label.span);
        object["label"] = label.text.as_str().into();
        object
    };
    let suggestion = diagnostic.suggestion.as_ref().map(|s| {
        let mut object = place(files, s.span);
        object["replacement"] = s.replacement.as_str().into();
        object["message"] = s.message.as_str().into();
        object
    });
    let object = serde_json::json!({
        "code": diagnostic.code.to_string(),
        "severity": severity_name(diagnostic),
        "message": diagnostic.message,
        "place": diagnostic.primary.as_ref().map(label),
        "related": diagnostic.related.iter().map(label).collect::<Vec<_>>(),
        "help": diagnostic.help,
        "suggestion": suggestion,
    });
    format!("{object}\n")
}

fn place(files: &Files, span: Span) -> serde_json::Value {
    let start = files.line_column(span.file, span.start);
    let end = files.line_column(span.file, span.end);
    serde_json::json!({
        "path": files.path(span.file).display().to_string(),
        "line": start.line, "column": start.column,
        "end_line": end.line, "end_column": end.column,
        "start_byte": span.start, "end_byte": span.end,
    })
}

fn render_github(files: &Files, diagnostic: &Diagnostic) -> String {
    let place = diagnostic.primary.as_ref().map_or(String::new(), |label| {
        let start = files.line_column(label.span.file, label.span.start);
        let path = escape_property(&files.path(label.span.file).display().to_string());
        format!("file={path},line={},col={},", start.line, start.column)
    });
    let help = one_line_help(diagnostic).map_or(String::new(), |help| format!(" ({help})"));
    let message = escape_data(&format!("{}{help}", diagnostic.message));
    format!("::{} {place}title={}::{message}\n", severity_name(diagnostic), diagnostic.code)
}

/// The message of a workflow command of GitHub: one line, whatever it says.
pub fn escape_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of a workflow command, as a path: it ends neither there nor the command.
pub fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
}

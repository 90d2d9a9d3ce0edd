//! `@topic`, `@key`, `@since`, `@deprecated`, `@fixed`: what each takes and where it may stand.

use super::Checker;
use crate::diag::{Code, Diagnostic};
use crate::source::{FileId, Span};
use crate::tree::{Attribute, Expr};

/// What an attribute stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Const,
    Alias,
    Message,
    /// Struct, enum, flags or union.
    Type,
    MessageField,
    StructField,
    /// Member of an enum or flags, arm of a union.
    Member,
}

/// What the attributes of one thing say.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    pub(super) topic: Option<(String, Span)>,
    pub(super) key: Option<Span>,
    pub(super) since: Option<(u32, Span)>,
    pub(super) deprecated: Option<String>,
}

const KNOWN: [&str; 5] = ["topic", "key", "since", "deprecated", "fixed"];

impl Checker<'_, '_> {
    pub(super) fn attributes(
        &mut self,
        file: FileId,
        attributes: &[Attribute],
        target: Target,
    ) -> Attributes {
        let mut result = Attributes::default();
        for (index, attribute) in attributes.iter().enumerate() {
            let name = attribute.name.text.as_str();
            let first = attributes[..index].iter().find(|other| other.name.text == name);
            if !KNOWN.contains(&name) {
                self.report_unknown(attribute);
            } else if let Some(first) = first {
                let message = format!("`@{name}` is given twice");
                self.report(
                    Diagnostic::new(Code::ATTRIBUTE, message, attribute.span, "second one")
                        .related(first.span, "first one here")
                        .help("remove one of them"),
                );
            } else if self.check_target(attribute, target) {
                self.attribute(file, attribute, &mut result);
            }
        }
        result
    }

    fn report_unknown(&mut self, attribute: &Attribute) {
        let name = &attribute.name;
        let message = format!("unknown attribute `@{}`", name.text);
        let mut diagnostic =
            Diagnostic::new(Code::UNKNOWN_ATTRIBUTE, message, name.span, "not known")
                .did_you_mean(name.span, &name.text, KNOWN);
        if diagnostic.suggestion.is_none() {
            diagnostic =
                diagnostic.help("there are `@topic`, `@key`, `@since`, `@deprecated` and `@fixed`");
        }
        self.report(diagnostic);
    }

    fn check_target(&mut self, attribute: &Attribute, target: Target) -> bool {
        let name = attribute.name.text.as_str();
        let (fits, where_to) = match name {
            "topic" | "fixed" => (target == Target::Message, "messages"),
            "key" => (target == Target::MessageField, "fields of messages"),
            "since" => (
                matches!(target, Target::MessageField | Target::Member),
                "fields of messages, members and arms",
            ),
            _ => (
                !matches!(target, Target::Const | Target::Alias),
                "types, fields, members and arms",
            ),
        };
        if !fits {
            let message = format!("`@{name}` applies only to {where_to}");
            self.report(
                Diagnostic::new(Code::ATTRIBUTE, message, attribute.span, "not here")
                    .help("remove it"),
            );
        }
        fits
    }

    fn attribute(&mut self, file: FileId, attribute: &Attribute, result: &mut Attributes) {
        let span = attribute.span;
        let arguments = attribute.arguments.as_slice();
        match attribute.name.text.as_str() {
            "topic" => {
                let value = self.argument(attribute, arguments, "a string, `(\"market.trades\")`");
                let text = value.and_then(|value| self.text(file, value, "a topic"));
                result.topic = text.zip(value.map(|value| value.span));
            }
            "since" => {
                let value = self.argument(attribute, arguments, "a version, `(2)`");
                let number =
                    value.and_then(|value| self.number(file, value, "the version", 1, u32::MAX));
                result.since = number.map(|number| (number, span));
            }
            "deprecated" => {
                let value = self.argument(attribute, arguments, "a reason, `(\"use qty\")`");
                result.deprecated = value.and_then(|value| self.text(file, value, "the reason"));
            }
            "key" if arguments.is_empty() => result.key = Some(span),
            // A wish, not a fact: the lint `unbounded` sees whether it holds.
            "fixed" if arguments.is_empty() => {}
            name => {
                let message = format!("`@{name}` takes nothing");
                let extra = Span { start: attribute.name.span.end, ..span };
                self.report(
                    Diagnostic::new(Code::ATTRIBUTE, message, span, "with arguments").replace(
                        extra,
                        "",
                        "remove them",
                    ),
                );
            }
        }
    }

    fn argument<'e>(
        &mut self,
        attribute: &Attribute,
        arguments: &'e [Expr],
        takes: &str,
    ) -> Option<&'e Expr> {
        if let [argument] = arguments {
            return Some(argument);
        }
        let message = format!("`@{}` takes {takes}", attribute.name.text);
        let label = match arguments.len() {
            0 => "without it".to_owned(),
            count => format!("with {count} arguments"),
        };
        self.report(Diagnostic::new(Code::ATTRIBUTE, message, attribute.span, label));
        None
    }
}

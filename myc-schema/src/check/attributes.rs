//! Attributes: what each takes and where it may stand. What constraints ask for is in `constraint`.

use mycelium_wire::reflect::Field;

use super::Checker;
use crate::diag::{Code, Diagnostic};
use crate::limits;
use crate::source::{FileId, Span};
use crate::tree::{Argument, Attribute, Expr};

/// What an attribute stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
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
pub(super) struct Attributes<'t> {
    pub(super) topic: Option<(String, Span)>,
    pub(super) key: Option<Span>,
    pub(super) since: Option<(u32, Span)>,
    pub(super) deprecated: Option<String>,
    pub(super) was: Option<(String, Span)>,
    pub(super) unit: Option<(String, Span)>,
    /// `@range`, `@len` and `@nonempty`, in their order.
    pub(super) constraints: Vec<&'t Attribute>,
}

/// An attribute of the language.
pub(crate) struct Known {
    pub(crate) name: &'static str,
    pub(crate) targets: &'static [Target],
    /// The targets, in words.
    pub(crate) applies_to: &'static str,
    /// What stands in its parentheses, if anything does.
    pub(crate) takes: Option<&'static str>,
}

#[cfg(feature = "analysis")]
impl Known {
    /// All of them.
    pub(crate) fn all() -> &'static [Known] {
        KNOWN
    }

    /// The one of that name.
    pub(crate) fn named(name: &str) -> Option<&'static Known> {
        KNOWN.iter().find(|known| known.name == name)
    }
}

const FIELDS: &[Target] = &[Target::MessageField, Target::StructField];
const PARTS: &[Target] =
    &[Target::Message, Target::Type, Target::MessageField, Target::StructField, Target::Member];

macro_rules! known {
    ($($name:literal $targets:expr, $applies_to:literal, $takes:expr;)*) => {
        const KNOWN: &[Known] = &[$(Known {
            name: $name,
            targets: $targets,
            applies_to: $applies_to,
            takes: $takes,
        }),*];
    };
}

known! {
    "topic" &[Target::Message], "messages", Some("a string, `(\"market.trades\")`");
    "fixed" &[Target::Message], "messages", None;
    "key" &[Target::MessageField], "fields of messages", None;
    "since" &[Target::MessageField, Target::Member], "fields of messages, members and arms", Some("a version, `(2)`");
    "deprecated" PARTS, "types, fields, members and arms", Some("a reason, `(\"use qty\")`");
    "was" PARTS, "types, fields, members and arms", Some("the former name, `(\"qty\")`");
    "unit" FIELDS, "fields of messages and structs", Some("a unit, `(\"bps\")`");
    "range" FIELDS, "fields of messages and structs", Some("a range, `(0..=100)`");
    "len" FIELDS, "fields of messages and structs", Some("a range, `(1..=64)`");
    "nonempty" FIELDS, "fields of messages and structs", None;
}

impl Checker<'_, '_> {
    pub(super) fn attributes<'t>(
        &mut self,
        file: FileId,
        attributes: &'t [Attribute],
        target: Target,
    ) -> Attributes<'t> {
        let mut result = Attributes::default();
        if let Some(extra) = attributes.get(limits::ATTRIBUTES) {
            let message = format!("more than {} attributes on one thing", limits::ATTRIBUTES);
            let label = "one too many";
            self.report(Diagnostic::new(Code::LIMIT, message, extra.span, label));
        }
        for (index, attribute) in attributes.iter().take(limits::ATTRIBUTES).enumerate() {
            let name = attribute.name.text.as_str();
            let Some(known) = KNOWN.iter().find(|known| known.name == name) else {
                self.report_unknown(attribute);
                continue;
            };
            let first = attributes[..index].iter().find(|other| other.name.text == name);
            if let Some(first) = first {
                let message = format!("`@{name}` is given twice");
                self.report(
                    Diagnostic::new(Code::ATTRIBUTE, message, attribute.span, "second one")
                        .related(first.span, "first one here")
                        .help("remove one of them"),
                );
            } else if self.check_target(attribute, known, target)
                && self.check_arguments(attribute, known)
            {
                self.attribute(file, attribute, &mut result);
            }
        }
        result
    }

    fn report_unknown(&mut self, attribute: &Attribute) {
        let name = &attribute.name;
        let message = format!("unknown attribute `@{}`", name.text);
        let names = KNOWN.iter().map(|known| known.name);
        let mut diagnostic =
            Diagnostic::new(Code::UNKNOWN_ATTRIBUTE, message, name.span, "not known").did_you_mean(
                name.span,
                &name.text,
                names.clone(),
            );
        if diagnostic.suggestion.is_none() {
            let names: Vec<String> = names.map(|name| format!("`@{name}`")).collect();
            diagnostic = diagnostic.help(format!("there are {}", names.join(", ")));
        }
        self.report(diagnostic);
    }

    fn check_target(&mut self, attribute: &Attribute, known: &Known, target: Target) -> bool {
        let fits = known.targets.contains(&target);
        if !fits {
            let message = format!("`@{}` applies only to {}", known.name, known.applies_to);
            self.report(
                Diagnostic::new(Code::ATTRIBUTE, message, attribute.span, "not here")
                    .help("remove it"),
            );
        }
        fits
    }

    fn check_arguments(&mut self, attribute: &Attribute, known: &Known) -> bool {
        let (count, span) = (attribute.arguments.len(), attribute.span);
        let diagnostic = match known.takes {
            None if count == 0 => return true,
            None => {
                let message = format!("`@{}` takes nothing", known.name);
                let extra = Span { start: attribute.name.span.end, ..span };
                Diagnostic::new(Code::ATTRIBUTE, message, span, "with arguments").replace(
                    extra,
                    "",
                    "remove them",
                )
            }
            Some(_) if count == 1 => return true,
            Some(takes) => {
                let message = format!("`@{}` takes {takes}", known.name);
                let label = match count {
                    0 => "without it".to_owned(),
                    count => format!("with {count} arguments"),
                };
                Diagnostic::new(Code::ATTRIBUTE, message, span, label)
            }
        };
        self.report(diagnostic);
        false
    }

    fn attribute<'t>(
        &mut self,
        file: FileId,
        attribute: &'t Attribute,
        result: &mut Attributes<'t>,
    ) {
        let span = attribute.span;
        match attribute.name.text.as_str() {
            "topic" => result.topic = self.text_argument(file, attribute, "a topic"),
            "since" => {
                let value = self.value_argument(attribute);
                let number =
                    value.and_then(|value| self.number(file, value, "the version", 1, u32::MAX));
                result.since = number.map(|number| (number, span));
            }
            "deprecated" => {
                let reason = self.text_argument(file, attribute, "the reason");
                result.deprecated = reason.map(|(reason, _)| reason);
            }
            "was" => result.was = self.text_argument(file, attribute, "the former name"),
            "unit" => {
                let unit = self.text_argument(file, attribute, "the unit");
                result.unit = unit.filter(|(unit, span)| self.check_unit_text(unit, *span));
            }
            "key" => result.key = Some(span),
            // A wish, not a fact: the lint `unbounded` sees whether it holds.
            "fixed" => {}
            _ => result.constraints.push(attribute),
        }
    }

    fn check_unit_text(&mut self, unit: &str, span: Span) -> bool {
        let is_unit = Field::is_unit(unit);
        if !is_unit {
            let most = Field::MAX_UNIT_BYTES;
            let help = format!(
                "write what the number counts, on one line of at most {most} bytes: \"bps\""
            );
            self.report(
                Diagnostic::new(Code::UNIT, "this is not a unit", span, "malformed").help(help),
            );
        }
        is_unit
    }

    /// A string and its place.
    fn text_argument(
        &mut self,
        file: FileId,
        attribute: &Attribute,
        what: &str,
    ) -> Option<(String, Span)> {
        let value = self.value_argument(attribute)?;
        self.text(file, value, what).map(|text| (text, value.span))
    }

    /// The one argument, which is no range.
    fn value_argument<'t>(&mut self, attribute: &'t Attribute) -> Option<&'t Expr> {
        match attribute.arguments.first()? {
            Argument::Value(value) => Some(value),
            Argument::Range(range) => {
                let message = format!("`@{}` takes no range", attribute.name.text);
                let label = "expected one value";
                self.report(Diagnostic::new(Code::ATTRIBUTE, message, range.span, label));
                None
            }
        }
    }
}

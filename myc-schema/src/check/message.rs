//! Messages: ids and topics.

use std::collections::HashMap;

use heck::ToSnakeCase;

use super::attributes::Target;
use super::{Checked, Checker};
use crate::diag::{Code, Diagnostic};
use crate::facts::KindFacts;
use crate::names::DeclId;
use crate::schema::PackageId;
use crate::source::{FileId, Span};
use crate::tree::{Expr, Field, Item, ItemKind, Name};

/// The one package that may use id 0, that of a transport's own frames.
const CONTROL_PACKAGE: &str = "mycelium.control";

const MAX_TOPIC_BYTES: usize = 255;

impl Checker<'_, '_> {
    pub(super) fn message(
        &mut self,
        file: FileId,
        package: PackageId,
        item: &Item,
        id: Option<&Expr>,
        (topic, span): (String, Span),
        fields: &[Field],
    ) -> Option<KindFacts> {
        let package = self.names.packages[package.0].name;
        let id = self.message_id(file, package, &item.name, id);
        // A file without a package has been reported.
        if !package.is_empty() {
            self.check_topic(&topic, span);
        }
        let fields = self.fields(file, item, fields, Target::MessageField)?;
        Some(KindFacts::Message { id: id?, topic, fields })
    }

    /// The topic of a message and where it is given: that of its name where there is no attribute.
    pub(super) fn topic(
        &self,
        package: PackageId,
        name: &Name,
        was: Option<&str>,
        given: Option<(String, Span)>,
    ) -> (String, Span) {
        given.unwrap_or_else(|| {
            // A renamed message keeps its topic.
            let kept = was.unwrap_or(&name.text).to_snake_case();
            (format!("{}.{kept}", self.names.packages[package.0].name), name.span)
        })
    }

    fn message_id(
        &mut self,
        file: FileId,
        package: &str,
        name: &Name,
        id: Option<&Expr>,
    ) -> Option<u16> {
        let Some(id) = id else {
            let message = format!("message `{}` has no id", name.text);
            self.report(
                Diagnostic::new(Code::MISSING_VALUE, message, name.span, "without an id")
                    .help("give it a number that no other message of the package has: `= 17`"),
            );
            return None;
        };
        let least = if package == CONTROL_PACKAGE { 0 } else { 1 };
        let number = self.number(file, id, "a message's id", least, u16::MAX.into())?;
        u16::try_from(number).ok()
    }

    fn check_topic(&mut self, topic: &str, span: Span) {
        let is_part = |part: &str| {
            let allowed =
                |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c);
            !part.is_empty() && part.chars().all(allowed)
        };
        if topic.len() <= MAX_TOPIC_BYTES && topic.split('.').all(is_part) {
            return;
        }
        let message = "this is not a topic";
        let help = format!(
            "write lower-case letters, digits, `_` and `-`, in parts separated by points, \
             {MAX_TOPIC_BYTES} bytes at most: \"market.trades\""
        );
        self.report(Diagnostic::new(Code::TOPIC, message, span, "malformed").help(help));
    }

    /// Reports messages that share an id in their package, or a topic.
    pub(super) fn check_ids_and_topics(&mut self, order: &[DeclId]) {
        let mut order = order.to_vec();
        order.sort_unstable();
        let mut ids: HashMap<(PackageId, u16), Span> = HashMap::new();
        let mut topics: HashMap<String, Span> = HashMap::new();
        for decl in order {
            let Checked::Type(ty) = self.checked[decl.0] else { continue };
            let KindFacts::Message { id, topic, .. } = &self.types[ty.0].kind else { continue };
            let (id, topic) = (*id, topic.clone());
            let declared = &self.names.decls[decl.0];
            let name = &declared.item.name;
            if let Some(first) = ids.get(&(declared.package, id)) {
                let message = format!("two messages of this package have the id {id}");
                let span = id_span(declared.item).unwrap_or(name.span);
                self.report(
                    Diagnostic::new(Code::DUPLICATE_VALUE, message, span, "used again here")
                        .related(*first, "first used here")
                        .help("give one of them another id"),
                );
            } else {
                let span = id_span(declared.item).unwrap_or(name.span);
                ids.insert((declared.package, id), span);
            }
            if let Some(first) = topics.insert(topic.clone(), name.span) {
                let message = format!("two messages have the topic `{topic}`");
                self.report(
                    Diagnostic::new(Code::DUPLICATE_TOPIC, message, name.span, "this one")
                        .related(first, "and this one")
                        .help("give one of them another `@topic(\"…\")`"),
                );
            }
        }
    }
}

pub(super) fn id_span(item: &Item) -> Option<Span> {
    match &item.kind {
        ItemKind::Message { id, .. } => id.as_ref().map(|id| id.span),
        _ => None,
    }
}

//! `reserved message 19..=21, "OldTrade";`: ids and names that no message of the package may use.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use super::{Checked, Checker};
use crate::diag::{Code, Diagnostic};
use crate::facts::KindFacts;
use crate::ids::Ids;
use crate::load::Program;
use crate::names::DeclId;
use crate::schema::{PackageId, Reserved};
use crate::source::{FileId, Span};
use crate::tree::{self, Argument};

/// What one package reserves, with the places.
#[derive(Debug, Default)]
struct Entries {
    ids: Vec<(RangeInclusive<u16>, Span)>,
    names: Vec<(String, Span)>,
}

impl Checker<'_, '_> {
    /// What each package reserves; messages that use any of it are reported.
    pub(super) fn reserved(&mut self, program: &Program, order: &[DeclId]) -> Vec<Reserved> {
        let files: Vec<Vec<FileId>> =
            self.names.packages.iter().map(|package| package.files.clone()).collect();
        let mut all: Vec<Entries> = Vec::new();
        for files in files {
            let mut entries = Entries::default();
            for file in files {
                for entry in &program.modules[file.0].tree.reserved {
                    self.reserve(file, entry, &mut entries);
                }
            }
            all.push(entries);
        }
        self.check_unreserved(&all, order);
        let parts = all.into_iter().map(|entries| Reserved {
            ids: entries.ids.into_iter().map(|(ids, _)| ids).collect(),
            names: entries.names.into_iter().map(|(name, _)| name).collect(),
        });
        parts.collect()
    }

    fn reserve(&mut self, file: FileId, entry: &tree::Reserved, entries: &mut Entries) {
        match entry {
            tree::Reserved::Name(name) => {
                if !crate::style::is_pascal_case(&name.text) {
                    self.report_reserved("this is not the name of a message", name.span);
                }
                entries.names.push((name.text.clone(), name.span));
            }
            tree::Reserved::Ids(argument) => {
                let span = argument.span();
                let ids = self.reserved_ids(file, argument);
                entries.ids.extend(ids.map(|ids| (ids, span)));
            }
        }
    }

    fn reserved_ids(&mut self, file: FileId, argument: &Argument) -> Option<RangeInclusive<u16>> {
        let mut id = |expr| {
            let number = self.number(file, expr, "a message's id", 1, u16::MAX.into())?;
            u16::try_from(number).ok()
        };
        let (min, max) = match argument {
            Argument::Value(value) => {
                let id = id(value)?;
                (id, id)
            }
            Argument::Range(range) => {
                let (Some(min), Some(max)) = (&range.min, &range.max) else {
                    self.report_reserved("a range of ids has two ends", range.span);
                    return None;
                };
                let (min, max) = (id(min), id(max));
                self.check_range(range)?;
                (min?, max?)
            }
        };
        if min > max {
            self.report_reserved("no id is in this range", argument.span());
            return None;
        }
        Some(min..=max)
    }

    fn report_reserved(&mut self, message: &str, span: Span) {
        self.report(Diagnostic::new(Code::RESERVED, message, span, "reserves nothing").help(
            "reserve ids and names of messages: `reserved message 19..=21, 30, \"OldTrade\";`",
        ));
    }

    fn check_unreserved(&mut self, all: &[Entries], order: &[DeclId]) {
        let names: Vec<HashMap<&str, Span>> = all
            .iter()
            .map(|entries| entries.names.iter().map(|(name, at)| (name.as_str(), *at)).collect())
            .collect();
        let ids: Vec<Ids<Span>> =
            all.iter().map(|entries| Ids::new(entries.ids.iter().cloned())).collect();
        let mut order = order.to_vec();
        order.sort_unstable();
        for decl in order {
            let Checked::Type(ty) = self.checked[decl.0] else { continue };
            let KindFacts::Message { id, .. } = self.types[ty.0].kind else { continue };
            let declared = &self.names.decls[decl.0];
            let (PackageId(package), item) = (declared.package, declared.item);
            if let Some(at) = names[package].get(item.name.text.as_str()) {
                let message = format!("the name `{}` is reserved", item.name.text);
                self.report_taken(message, item.name.span, *at, "choose another name");
            }
            if let Some(at) = ids[package].get(id) {
                let span = super::message::id_span(item).unwrap_or(item.name.span);
                let message = format!("the id {id} is reserved");
                self.report_taken(message, span, at, "give the message another id");
            }
        }
    }

    fn report_taken(&mut self, message: String, span: Span, reserved: Span, help: &str) {
        self.report(
            Diagnostic::new(Code::RESERVED, message, span, "used here")
                .related(reserved, "reserved here")
                .help(help),
        );
    }
}

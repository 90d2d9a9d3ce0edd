//! `reserved message 19..=21, "OldTrade";` and, in an enum, flags or a union, `reserved 3, "gemini";`:
//! numbers and names that nothing may use any more.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use super::fit::repr_range;
use super::{Checked, Checker};
use crate::diag::{Code, Diagnostic};
use crate::facts::KindFacts;
use crate::ids::Ids;
use crate::load::Program;
use crate::names::DeclId;
use crate::schema::{PackageId, Reserved};
use crate::source::{FileId, Span};
use crate::style::{is_pascal_case, is_snake_case};
use crate::tree::{self, Argument, Item, ItemKind};

/// What bears the names and numbers.
struct Bearer {
    /// With an article.
    noun: &'static str,
    number: &'static str,
    numbers: RangeInclusive<i128>,
    is_name: fn(&str) -> bool,
    help: &'static str,
}

impl Bearer {
    const MESSAGE: Bearer = Bearer {
        noun: "a message",
        number: "id",
        numbers: 1..=u16::MAX as i128,
        is_name: is_pascal_case,
        help: "reserve ids and names of messages: `reserved message 19..=21, 30, \"OldTrade\";`",
    };

    /// That of an enum, flags or a union.
    fn of(kind: &KindFacts) -> Option<Bearer> {
        let (noun, number, (least, most)) = match kind {
            KindFacts::Enum(e) => ("a member", "value", repr_range(e.repr)),
            KindFacts::Flags(flags) => {
                let bits = repr_range(flags.repr).1.count_ones();
                ("a member", "bit", (0, i128::from(bits) - 1))
            }
            KindFacts::Union(_) => ("an arm", "tag", (1, i128::from(u16::MAX))),
            KindFacts::Message { .. } | KindFacts::Struct(_) => return None,
        };
        let help = "reserve numbers and names: `reserved 3, 10..=19, \"old_name\";`";
        Some(Bearer { noun, number, numbers: least..=most, is_name: is_snake_case, help })
    }
}

/// What is reserved, with the places.
#[derive(Debug, Default)]
struct Entries {
    numbers: Vec<(RangeInclusive<i128>, Span)>,
    names: Vec<(String, Span)>,
}

/// The same, where the place of a name or number is found.
struct Places<'e> {
    numbers: Ids<Span>,
    names: HashMap<&'e str, Span>,
}

impl Entries {
    fn places(&self) -> Places<'_> {
        Places {
            numbers: Ids::new(self.numbers.iter().cloned()),
            names: self.names.iter().map(|(name, at)| (name.as_str(), *at)).collect(),
        }
    }

    fn without_places(self) -> Reserved {
        Reserved {
            ids: self.numbers.into_iter().map(|(numbers, _)| numbers).collect(),
            names: self.names.into_iter().map(|(name, _)| name).collect(),
        }
    }
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
                let reserved = &program.modules[file.0].tree.reserved;
                self.reserve(file, reserved, &Bearer::MESSAGE, &mut entries);
            }
            all.push(entries);
        }
        self.check_messages(&all, order);
        all.into_iter().map(Entries::without_places).collect()
    }

    /// What a type reserves; members that use any of it are reported.
    pub(super) fn reserved_in(&mut self, file: FileId, item: &Item, kind: &KindFacts) -> Reserved {
        let Some(first) = item.reserved.first() else { return Reserved::default() };
        let Some(bearer) = Bearer::of(kind) else {
            let message = "fields have no numbers, and none is ever taken away";
            self.report(
                Diagnostic::new(Code::RESERVED, message, first.span(), "reserves nothing")
                    .help("keep a field that is no longer used, marked @deprecated"),
            );
            return Reserved::default();
        };
        let mut entries = Entries::default();
        self.reserve(file, &item.reserved, &bearer, &mut entries);
        let places = entries.places();
        let numbers: Vec<i128> = match kind {
            KindFacts::Enum(e) => e.members.iter().map(|member| member.value).collect(),
            KindFacts::Flags(flags) => flags.members.iter().map(|member| member.value).collect(),
            KindFacts::Union(union) => union.arms.iter().map(|arm| arm.tag.into()).collect(),
            KindFacts::Message { .. } | KindFacts::Struct(_) => Vec::new(),
        };
        for ((name, at), number) in numbered(&item.kind).zip(numbers) {
            self.check_name(&places, name);
            self.check_number(&places, number, at, &bearer);
        }
        entries.without_places()
    }

    fn reserve(
        &mut self,
        file: FileId,
        reserved: &[tree::Reserved],
        bearer: &Bearer,
        entries: &mut Entries,
    ) {
        for entry in reserved {
            match entry {
                tree::Reserved::Name(name) => {
                    if !(bearer.is_name)(&name.text) {
                        let message = format!("this is not the name of {}", bearer.noun);
                        self.report_reserved(message, name.span, bearer);
                    }
                    entries.names.push((name.text.clone(), name.span));
                }
                tree::Reserved::Numbers(argument) => {
                    let span = argument.span();
                    let numbers = self.reserved_numbers(file, argument, bearer);
                    entries.numbers.extend(numbers.map(|numbers| (numbers, span)));
                }
            }
        }
    }

    fn reserved_numbers(
        &mut self,
        file: FileId,
        argument: &Argument,
        bearer: &Bearer,
    ) -> Option<RangeInclusive<i128>> {
        let what = format!("{}'s {}", bearer.noun, bearer.number);
        let mut number = |expr| self.wide_number(file, expr, &what, &bearer.numbers);
        let (min, max) = match argument {
            Argument::Value(value) => {
                let number = number(value)?;
                (number, number)
            }
            Argument::Range(range) => {
                let (Some(min), Some(max)) = (&range.min, &range.max) else {
                    let message = format!("a range of {}s has two ends", bearer.number);
                    self.report_reserved(message, range.span, bearer);
                    return None;
                };
                let (min, max) = (number(min), number(max));
                self.check_range(range)?;
                (min?, max?)
            }
        };
        if min > max {
            let message = format!("no {} is in this range", bearer.number);
            self.report_reserved(message, argument.span(), bearer);
            return None;
        }
        Some(min..=max)
    }

    fn report_reserved(&mut self, message: String, span: Span, bearer: &Bearer) {
        self.report(
            Diagnostic::new(Code::RESERVED, message, span, "reserves nothing").help(bearer.help),
        );
    }

    fn check_messages(&mut self, all: &[Entries], order: &[DeclId]) {
        let all: Vec<Places<'_>> = all.iter().map(Entries::places).collect();
        let mut order = order.to_vec();
        order.sort_unstable();
        for decl in order {
            let Checked::Type(ty) = self.checked[decl.0] else { continue };
            let KindFacts::Message { id, .. } = self.types[ty.0].kind else { continue };
            let declared = &self.names.decls[decl.0];
            let (PackageId(package), item) = (declared.package, declared.item);
            self.check_name(&all[package], &item.name);
            let span = super::message::id_span(item).unwrap_or(item.name.span);
            self.check_number(&all[package], id.into(), span, &Bearer::MESSAGE);
        }
    }

    fn check_name(&mut self, reserved: &Places<'_>, name: &tree::Name) {
        if let Some(at) = reserved.names.get(name.text.as_str()) {
            let message = format!("the name `{}` is reserved", name.text);
            self.report_taken(message, name.span, *at, "choose another name".to_owned());
        }
    }

    fn check_number(&mut self, reserved: &Places<'_>, number: i128, span: Span, bearer: &Bearer) {
        if let Some(at) = reserved.numbers.get(number) {
            let message = format!("the {} {number} is reserved", bearer.number);
            let bearer_name = bearer.noun.rsplit(' ').next().unwrap_or_default();
            let help = format!("give the {bearer_name} another {}", bearer.number);
            self.report_taken(message, span, at, help);
        }
    }

    fn report_taken(&mut self, message: String, span: Span, reserved: Span, help: String) {
        self.report(
            Diagnostic::new(Code::RESERVED, message, span, "used here")
                .related(reserved, "reserved here")
                .help(help),
        );
    }
}

/// Each member or arm, and where its number is.
fn numbered(kind: &ItemKind) -> Box<dyn Iterator<Item = (&tree::Name, Span)> + '_> {
    let at = |name: &tree::Name, value: &Option<tree::Expr>| {
        value.as_ref().map_or(name.span, |value| value.span)
    };
    match kind {
        ItemKind::Enum { members, .. } | ItemKind::Flags { members, .. } => Box::new(
            members.iter().map(move |member| (&member.name, at(&member.name, &member.value))),
        ),
        ItemKind::Union { arms, .. } => {
            Box::new(arms.iter().map(move |arm| (&arm.name, at(&arm.name, &arm.value))))
        }
        _ => Box::new(std::iter::empty()),
    }
}

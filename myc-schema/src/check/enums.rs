//! Enums and flags.

use std::collections::HashMap;
use std::rc::Rc;

use super::Checker;
use super::attributes::Target;
use super::fit::repr_range;
use crate::diag::{Code, Diagnostic};
use crate::facts::KindFacts;
use crate::schema::{Enum, Flags, Member, Repr, Ty};
use crate::source::{FileId, Span};
use crate::style::is_snake_case;
use crate::tree::{self, Item, Openness};

impl Checker<'_, '_> {
    pub(super) fn enumeration(
        &mut self,
        file: FileId,
        item: &Item,
        openness: Option<Openness>,
        repr: Option<&tree::Type>,
        members: &[tree::Member],
    ) -> Option<KindFacts> {
        let open = self.openness(item, openness, "enum");
        let repr = self.repr(file, item, repr, "enum");
        if open == Some(true) {
            members.iter().for_each(|member| self.check_not_unknown(&member.name, "enum"));
        }
        let range = repr.map(repr_range);
        let members = self.members(file, item, members, "enum", "value", range)?;
        Some(KindFacts::Enum(Enum { open: open?, repr: repr?, members }))
    }

    pub(super) fn flags(
        &mut self,
        file: FileId,
        item: &Item,
        repr: Option<&tree::Type>,
        members: &[tree::Member],
    ) -> Option<KindFacts> {
        let span = repr.map_or(item.name.span, |repr| repr.span);
        let mut repr = self.repr(file, item, repr, "flags");
        if repr.is_some_and(|repr| repr_range(repr).0 < 0) {
            let message = "flags are carried by an unsigned integer";
            self.report(
                Diagnostic::new(Code::REPR, message, span, "this one has a sign")
                    .help("use `u8`, `u16`, `u32` or `u64`"),
            );
            repr = None;
        }
        let bits = repr.map(|repr| (0, i128::from(repr_range(repr).1.count_ones()) - 1));
        let members = self.members(file, item, members, "flags", "bit", bits)?;
        Some(KindFacts::Flags(Rc::new(Flags { repr: repr?, members })))
    }

    pub(super) fn openness(
        &mut self,
        item: &Item,
        openness: Option<Openness>,
        what: &str,
    ) -> Option<bool> {
        if openness.is_none() {
            let message = format!("{what} `{}` is neither open nor closed", item.name.text);
            let help = format!(
                "write `open {what}` to keep values that are added later, `closed {what}` to \
                 refuse them"
            );
            self.report(
                Diagnostic::new(Code::OPENNESS, message, item.name.span, "open or closed?")
                    .help(help),
            );
        }
        openness.map(|openness| openness == Openness::Open)
    }

    fn repr(
        &mut self,
        file: FileId,
        item: &Item,
        repr: Option<&tree::Type>,
        what: &str,
    ) -> Option<Repr> {
        let Some(repr) = repr else {
            let end = Span { start: item.name.span.end, ..item.name.span };
            let message = format!("{what} `{}` names no integer to carry it", item.name.text);
            self.report(
                Diagnostic::new(Code::REPR, message, item.name.span, "carried by what?")
                    .replace(end, ": u8", "name one"),
            );
            return None;
        };
        let ty = self.ty(file, repr)?;
        if let Ty::Int(repr) = self.resolve(&ty) {
            return Some(*repr);
        }
        let article = if what == "enum" { "an " } else { "" };
        let message = format!("{} cannot carry {article}{what}", self.describe(&ty));
        self.report(
            Diagnostic::new(Code::REPR, message, repr.span, "not an integer of 8 to 64 bits")
                .help("use one of `u8` to `u64`, or `i8` to `i64` for an enum"),
        );
        None
    }

    /// All members, or nothing if one is wrong.
    fn members(
        &mut self,
        file: FileId,
        item: &Item,
        members: &[tree::Member],
        whole: &str,
        number: &str,
        range: Option<(i128, i128)>,
    ) -> Option<Vec<Member>> {
        if members.is_empty() {
            self.report_empty(item, whole, "a member");
            return None;
        }
        self.check_distinct(members.iter().map(|member| &member.name), whole, true);
        let mut taken = HashMap::new();
        let mut checked = Vec::with_capacity(members.len());
        for member in members {
            let attributes = self.attributes(file, &member.attributes, Target::Member);
            self.check_member_name(&member.name, "a member");
            let value = self.member_value(file, member, number, range);
            if let Some(value) = value {
                let span = member.value.as_ref().map_or(member.name.span, |value| value.span);
                self.check_distinct_value(&mut taken, value, number, span);
            }
            let was = self.former_name(&member.name, attributes.was, is_snake_case);
            checked.push(value.map(|value| Member {
                name: member.name.text.clone(),
                was,
                docs: member.docs.clone(),
                deprecated: attributes.deprecated,
                since: attributes.since.map(|(since, _)| since),
                value,
            }));
        }
        let checked: Vec<Member> = checked.into_iter().collect::<Option<_>>()?;
        let parts = members.iter().zip(&checked);
        self.check_digest_names(parts.map(|(name, made)| (&name.name, made.was.as_deref())), whole);
        Some(checked)
    }

    fn member_value(
        &mut self,
        file: FileId,
        member: &tree::Member,
        number: &str,
        range: Option<(i128, i128)>,
    ) -> Option<i128> {
        let Some(expr) = &member.value else {
            let message = format!("`{}` has no {number}", member.name.text);
            let help = format!("the {number} is what is sent: write `{} = …`", member.name.text);
            let span = member.name.span;
            self.report(
                Diagnostic::new(Code::MISSING_VALUE, message, span, "without a number").help(help),
            );
            return None;
        };
        let integer = self.integer(file, expr, &format!("a {number}"))?;
        let (least, most) = range?;
        let value = integer.to_i128().filter(|value| (least..=most).contains(value));
        if value.is_none() {
            let message = format!("{number} {integer} is not within {least} to {most}");
            self.report(Diagnostic::new(Code::RANGE, message, expr.span, "out of range"));
        }
        value
    }

    pub(super) fn check_distinct_value(
        &mut self,
        taken: &mut HashMap<i128, Span>,
        value: i128,
        number: &str,
        span: Span,
    ) {
        if let Some(first) = taken.get(&value) {
            let message = format!("the {number} {value} is used twice");
            self.report(
                Diagnostic::new(Code::DUPLICATE_VALUE, message, span, "used again here")
                    .related(*first, "first used here")
                    .help(format!("give one of them another {number}")),
            );
            return;
        }
        taken.insert(value, span);
    }
}

//! Unions.

use std::collections::HashMap;

use super::Checker;
use super::attributes::Target;
use crate::diag::{Code, Diagnostic};
use crate::facts::KindFacts;
use crate::schema::{Arm, Union};
use crate::source::{FileId, Span};
use crate::tree::{Field, Item, Openness};

impl Checker<'_, '_> {
    pub(super) fn union(
        &mut self,
        file: FileId,
        item: &Item,
        openness: Option<Openness>,
        arms: &[Field],
    ) -> Option<KindFacts> {
        let open = self.openness(item, openness, "union");
        if arms.is_empty() {
            self.report_empty(item, "union", "an arm");
            return None;
        }
        if open == Some(true) {
            arms.iter().for_each(|arm| self.check_not_unknown(&arm.name, "union"));
        }
        self.check_count(item, arms)?;
        self.check_distinct(arms.iter().map(|arm| &arm.name), "union", true);
        let mut taken = HashMap::new();
        let checked: Vec<Option<Arm>> =
            arms.iter().map(|arm| self.arm(file, arm, &mut taken)).collect();
        let tree_arms = arms;
        let arms = checked.into_iter().collect::<Option<Vec<Arm>>>()?;
        let parts = tree_arms.iter().zip(&arms);
        self.check_digest_names(parts.map(|(arm, made)| (&arm.name, made.was.as_deref())), "union");
        Some(KindFacts::Union(Union { open: open?, arms }))
    }

    fn arm(&mut self, file: FileId, arm: &Field, taken: &mut HashMap<i128, Span>) -> Option<Arm> {
        self.check_member_name(&arm.name, "an arm");
        let attributes = self.attributes(file, &arm.attributes, Target::Member);
        let ty = self.ty(file, &arm.ty);
        let Some(value) = &arm.value else {
            let message = format!("`{}` has no tag", arm.name.text);
            self.report(
                Diagnostic::new(Code::MISSING_VALUE, message, arm.name.span, "without a tag")
                    .help("the tag is what is sent: write it behind the type, `= 1`"),
            );
            return None;
        };
        let tag = self.number(file, value, "a tag", 1, u16::MAX.into())?;
        self.check_distinct_value(taken, tag.into(), "tag", value.span);
        Some(Arm {
            name: arm.name.text.clone(),
            was: self.former_name(&arm.name, attributes.was, crate::style::is_snake_case),
            docs: arm.docs.clone(),
            deprecated: attributes.deprecated,
            since: attributes.since.map(|(since, _)| since),
            tag: u16::try_from(tag).ok()?,
            ty: ty?,
        })
    }
}

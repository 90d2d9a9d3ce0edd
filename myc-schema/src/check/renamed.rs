//! `@was("…")`: names that the digest keeps through a rename.

use std::collections::HashMap;

use super::{Checked, Checker};
use crate::diag::{Code, Diagnostic};
use crate::names::DeclId;
use crate::schema::PackageId;
use crate::source::Span;
use crate::tree::Name;

impl Checker<'_, '_> {
    /// The former name that an attribute gives; nothing if it is none, which has then been reported.
    pub(super) fn former_name(
        &mut self,
        name: &Name,
        was: Option<(String, Span)>,
        is_in_style: fn(&str) -> bool,
    ) -> Option<String> {
        let (was, span) = was?;
        let (message, label, help) = if was == name.text {
            ("this is the name that it has", "no former name", "remove the attribute")
        } else if !is_in_style(&was) {
            let help = "write the name as it stood there before";
            ("this was never a name", "not in the style of names", help)
        } else {
            return Some(was);
        };
        self.report(Diagnostic::new(Code::FORMER_NAME, message, span, label).help(help));
        None
    }

    /// Reports two parts of one whole that the digest would know by one name.
    pub(super) fn check_digest_names<'n>(
        &mut self,
        parts: impl Iterator<Item = (&'n Name, Option<&'n str>)> + Clone,
        whole: &str,
    ) {
        if parts.clone().all(|(_, was)| was.is_none()) {
            return;
        }
        let mut taken: HashMap<&str, Span> = HashMap::new();
        for (name, was) in parts {
            let kept = was.unwrap_or(&name.text);
            if let Some(first) = taken.insert(kept, name.span) {
                self.report_shared(kept, whole, name.span, first);
            }
        }
    }

    /// The same for the types of each package.
    pub(super) fn check_digest_names_of_types(&mut self, order: &[DeclId]) {
        let mut taken: HashMap<(PackageId, String), Span> = HashMap::new();
        let mut order = order.to_vec();
        order.sort_unstable();
        for decl in order {
            let Checked::Type(id) = self.checked[decl.0] else { continue };
            let facts = &self.types[id.0];
            let kept = facts.was.as_ref().unwrap_or(&facts.name).clone();
            let span = self.names.decls[decl.0].item.name.span;
            if let Some(first) = taken.insert((facts.package, kept.clone()), span) {
                self.report_shared(&kept, "package", span, first);
            }
        }
    }

    fn report_shared(&mut self, kept: &str, whole: &str, span: Span, first: Span) {
        let message = format!("the digest would know two parts of this {whole} as `{kept}`");
        self.report(
            Diagnostic::new(Code::FORMER_NAME, message, span, "this one")
                .related(first, "and this one")
                .help("a former name belongs to one of them only: rename the new one"),
        );
    }
}

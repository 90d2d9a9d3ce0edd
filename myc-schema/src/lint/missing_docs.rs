//! Items, fields, members and arms without documentation.

use super::{File, Level, Rule};
use crate::tree::{ItemKind, Name};

pub(super) static RULE: Rule = Rule {
    name: "missing_docs",
    finds: "items, fields, members and arms without documentation",
    default: Level::Allow,
    needs: None,
    find,
};

fn find(file: &mut File<'_>) {
    for item in &file.tree.items {
        check(file, "the item", &item.name, &item.docs);
        match &item.kind {
            ItemKind::Enum { members, .. } | ItemKind::Flags { members, .. } => {
                members.iter().for_each(|m| check(file, "the member", &m.name, &m.docs));
            }
            ItemKind::Struct { fields } | ItemKind::Message { fields, .. } => {
                fields.iter().for_each(|f| check(file, "the field", &f.name, &f.docs));
            }
            ItemKind::Union { arms, .. } => {
                arms.iter().for_each(|arm| check(file, "the arm", &arm.name, &arm.docs));
            }
            _ => {}
        }
    }
}

fn check(file: &mut File<'_>, what: &str, name: &Name, docs: &[String]) {
    if docs.is_empty() {
        let message = format!("{what} `{}` has no documentation", name.text);
        file.report(name.span, message, "say above it in a `///` line what it is for");
    }
}

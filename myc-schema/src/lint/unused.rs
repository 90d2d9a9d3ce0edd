//! Declarations that no other one mentions.
//!
//! Names are compared without their packages: where two packages declare one, a use of either counts
//! for both.

use super::{File, Level, Rule};
use crate::tree::ItemKind;

pub(super) static RULE: Rule = Rule {
    name: "unused",
    finds: "constants, aliases, structs, enums, flags and unions that no declaration uses",
    default: Level::Allow,
    needs: None,
    find,
};

fn find(file: &mut File<'_>) {
    for item in &file.tree.items {
        let what = match item.kind {
            ItemKind::Message { .. } => continue,
            ItemKind::Const { .. } => "constant",
            ItemKind::Alias { .. } => "alias",
            _ => "type",
        };
        let name = &item.name;
        if (file.mentions)(&name.text) <= 1 {
            let message = format!("the {what} `{}` is used nowhere in these schemas", name.text);
            let help = "remove it, or allow this place if programs use it";
            file.report(name.span, message, help);
        }
    }
}

//! Gaps between the ids of a package's messages in one file: most are ids that were mistyped.

use super::{File, Level, Rule};
use crate::schema::TypeKind;
use crate::source::Span;
use crate::tree::ItemKind;

pub(super) static RULE: Rule = Rule {
    name: "id_gaps",
    finds: "message ids that leave some out",
    default: Level::Allow,
    needs: None,
    find,
};

fn find(file: &mut File<'_>) {
    let mut ids: Vec<(u16, Span)> = Vec::new();
    for item in &file.tree.items {
        if !matches!(item.kind, ItemKind::Message { .. }) {
            continue;
        }
        let id = file.type_named(&item.name.text).map(|id| &file.schema.types[id.0].kind);
        if let Some(TypeKind::Message(message)) = id {
            ids.push((message.id, item.name.span));
        }
    }
    ids.sort_by_key(|(id, _)| *id);
    for pair in ids.windows(2) {
        let ((before, _), (id, span)) = (pair[0], pair[1]);
        if id > before + 1 {
            let message = format!("id {id} follows {before}: some are left out");
            file.report(span, message, "take the next id, or allow this place and say why");
        }
    }
}

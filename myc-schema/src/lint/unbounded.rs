//! Fields of a `@fixed` message that put something in the tail.

use super::{File, Level, Rule};
use crate::lower::Arena;
use crate::schema::{Schema, Ty, TypeKind};
use mycelium_wire::reflect::Kind;

pub(super) static RULE: Rule = Rule {
    name: "unbounded",
    finds: "fields of a `@fixed` message that put something in the tail",
    default: Level::Deny,
    needs: Some("fixed"),
    find,
};

fn find(file: &mut File<'_>) {
    let arena = Arena::new();
    for item in &file.tree.items {
        if !item.attributes.iter().any(|attribute| attribute.name.text == "fixed") {
            continue;
        }
        let Some(id) = file.type_named(&item.name.text) else { continue };
        let (Kind::Message { fields: tables, .. }, TypeKind::Message(message)) =
            (file.schema.reflect(&arena, id).kind, &file.schema.types[id.0].kind)
        else {
            continue;
        };
        let fields = tables.iter().zip(&message.fields);
        for (_, field) in fields.filter(|(table, _)| !table.ty.is_fixed()) {
            let span = file.member(item, &field.name);
            let message = format!(
                "the field `{}` puts something in the tail, and `{}` is to be fixed",
                field.name, item.name.text
            );
            let help = help(file.schema, &field.ty);
            file.report(span, message, help);
        }
    }
}

/// What makes a type inline.
fn help(schema: &Schema, ty: &Ty) -> String {
    match schema.resolve(ty) {
        Ty::String(None) => "give it a bound: string<32>".to_owned(),
        Ty::Bytes(None) => "give it a bound: bytes<32>".to_owned(),
        Ty::List(_, None) => "give it a bound: [T; ..32]".to_owned(),
        Ty::Optional(item) | Ty::Array(item, _) | Ty::List(item, _) => help(schema, item),
        Ty::Named(id) => match &schema.types[id.0].kind {
            TypeKind::Message(_) => "hold a struct in place of a message".to_owned(),
            TypeKind::Union(union) if union.open => "hold a closed union".to_owned(),
            _ => format!("give what is inside `{}` bounds", schema.qualified_name(*id)),
        },
        _ => "give what is inside it a bound".to_owned(),
    }
}

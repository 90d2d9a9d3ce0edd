//! Messages and structs that are long even when they hold little: a bound makes room for all that it
//! allows.

use mycelium_wire::layout;
use mycelium_wire::reflect::Kind;

use super::{File, Level, Rule};
use crate::lower::Arena;
use crate::schema::{Schema, TypeId, TypeKind};

/// A page, 64 cache lines.
const MOST: usize = 4096;

pub(super) static RULE: Rule = Rule {
    name: "large",
    finds: "messages and structs of which every value takes more than 4096 bytes",
    default: Level::Allow,
    needs: None,
    find,
};

fn find(file: &mut File<'_>) {
    for item in &file.tree.items {
        let Some(id) = file.type_named(&item.name.text) else { continue };
        let def = &file.schema.types[id.0];
        let size = match &def.kind {
            TypeKind::Message(message) => message.block_size,
            TypeKind::Struct(_) => def.size,
            _ => continue,
        };
        if size > MOST {
            let name = &item.name.text;
            let message = format!("every `{name}` takes {size} bytes, however little it holds");
            let help = widest(file.schema, id).map(|(field, takes)| {
                format!("`{field}` takes {takes} of them: without a bound it takes what it holds")
            });
            file.report(item.name.span, message, help.unwrap_or_default());
        }
    }
}

/// The field that takes the most bytes.
fn widest(schema: &Schema, id: TypeId) -> Option<(String, usize)> {
    let arena = Arena::new();
    let (Kind::Message { fields, .. } | Kind::Struct { fields }) = schema.reflect(&arena, id).kind
    else {
        return None;
    };
    let field = fields.iter().max_by_key(|field| layout::size(field.ty))?;
    Some((field.name.to_owned(), layout::size(field.ty)))
}

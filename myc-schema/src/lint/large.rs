//! Messages and structs that are long even when they hold little: a bound makes room for all that it
//! allows.

use mycelium_wire::layout;
use mycelium_wire::reflect::Kind;

use super::{File, Level, Rule};
use crate::lower::Arena;

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
    let arena = Arena::new();
    for item in &file.tree.items {
        let Some(id) = file.type_named(&item.name.text) else { continue };
        let (Kind::Message { fields, .. } | Kind::Struct { fields }) =
            file.schema.reflect(&arena, id).kind
        else {
            continue;
        };
        let size = layout::block_size(fields);
        let Some(widest) = fields.iter().max_by_key(|field| layout::size(field.ty)) else {
            continue;
        };
        if size > MOST {
            let name = &item.name.text;
            let message = format!("every `{name}` takes {size} bytes, however little it holds");
            let takes = layout::size(widest.ty);
            let help = format!(
                "`{}` takes {takes} of them: without a bound it takes what it holds",
                widest.name
            );
            file.report(item.name.span, message, help);
        }
    }
}

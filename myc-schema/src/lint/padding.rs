//! Structs and messages that another order of their fields would make smaller.

use std::cmp::Reverse;

use mycelium_wire::layout::{PAYLOAD_ALIGN, align, align_up, block_size};
use mycelium_wire::reflect::{self, Kind, Type};

use super::{File, Level, Rule};
use crate::lower::Arena;
use crate::schema::{Field, TypeKind};

pub(super) static RULE: Rule = Rule {
    name: "padding",
    finds: "structs and messages that another order of the fields would make smaller",
    default: Level::Allow,
    needs: None,
    find,
};

fn find(file: &mut File<'_>) {
    for item in &file.tree.items {
        let Some(id) = file.type_named(&item.name.text) else { continue };
        let fields: &[Field] = match &file.schema.types[id.0].kind {
            TypeKind::Message(message) => &message.fields,
            TypeKind::Struct(fields) => fields,
            _ => continue,
        };
        let arena = Arena::new();
        let def = file.schema.reflect(&arena, id);
        let (tables, unit) = match def.kind {
            Kind::Message { fields, .. } => (fields, PAYLOAD_ALIGN),
            Kind::Struct { fields } => (fields, align(&Type::Named(def))),
            _ => continue,
        };
        if let Some((order, saves)) = better_order(tables, fields, unit) {
            let names: Vec<&str> = order.iter().map(|at| fields[*at].name.as_str()).collect();
            let message = format!("another order of `{}` saves {saves} bytes", item.name.text);
            file.report(item.name.span, message, format!("the order {}", names.join(", ")));
        }
    }
}

/// An order of the fields that takes less room in multiples of `unit`, and how many bytes it saves.
///
/// Widest alignment first leaves no gap, since every size is a multiple of its alignment. Fields of
/// later versions stay behind those of earlier ones.
pub fn better_order(
    tables: &[reflect::Field<'_>],
    fields: &[Field],
    unit: usize,
) -> Option<(Vec<usize>, usize)> {
    let mut order: Vec<usize> = (0..tables.len()).collect();
    order.sort_by_key(|at| (fields[*at].since, Reverse(align(tables[*at].ty))));
    let better: Vec<reflect::Field<'_>> = order.iter().map(|at| tables[*at]).collect();
    let room = |fields: &[reflect::Field<'_>]| align_up(block_size(fields), unit);
    let saves = room(tables).checked_sub(room(&better)).filter(|saves| *saves > 0)?;
    Some((order, saves))
}

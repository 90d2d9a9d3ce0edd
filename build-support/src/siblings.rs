//! Which packages a package refers to.

use std::collections::BTreeSet;

use myc_schema::schema::{Item, PackageId, Schema, Ty, TypeKind};

/// Other packages that declare what this one uses.
pub(crate) fn of(schema: &Schema, id: PackageId) -> BTreeSet<PackageId> {
    let mut found = BTreeSet::new();
    for item in &schema.packages[id.0].items {
        types_of(schema, item).into_iter().for_each(|ty| visit(schema, ty, &mut found));
    }
    found.remove(&id);
    found
}

/// Types that stand in a declaration.
fn types_of<'s>(schema: &'s Schema, item: &'s Item) -> Vec<&'s Ty> {
    match item {
        Item::Const(item) => vec![&item.ty],
        Item::Alias(id) => vec![&schema.aliases[id.0].ty],
        Item::Type(id) => match &schema.types[id.0].kind {
            TypeKind::Message(message) => message.fields.iter().map(|field| &field.ty).collect(),
            TypeKind::Struct(fields) => fields.iter().map(|field| &field.ty).collect(),
            TypeKind::Union(union) => union.arms.iter().map(|arm| &arm.ty).collect(),
            TypeKind::Enum(_) | TypeKind::Flags(_) => Vec::new(),
        },
    }
}

fn visit(schema: &Schema, ty: &Ty, found: &mut BTreeSet<PackageId>) {
    match ty {
        Ty::Named(id) => {
            found.insert(schema.types[id.0].package);
        }
        Ty::Alias(id) => {
            found.insert(schema.aliases[id.0].package);
        }
        Ty::Array(item, _) | Ty::List(item, _) | Ty::Optional(item) => visit(schema, item, found),
        Ty::Map(key, value) => {
            visit(schema, key, found);
            visit(schema, value, found);
        }
        Ty::Tuple(items) => items.iter().for_each(|item| visit(schema, item, found)),
        _ => {}
    }
}

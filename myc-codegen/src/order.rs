//! The order in which declarations stand: each behind what it uses, otherwise as in the source.

use myc_schema::schema::{Item, PackageId, Schema, Ty, TypeKind};

/// Declarations of a package, each behind what it uses.
pub(crate) fn sorted(schema: &Schema, package: PackageId) -> Vec<&Item> {
    let items = &schema.packages[package.0].items;
    let mut sorter = Sorter { schema, items, placed: vec![false; items.len()], order: Vec::new() };
    for index in 0..items.len() {
        sorter.place(index);
    }
    sorter.order.into_iter().map(|index| &items[index]).collect()
}

struct Sorter<'s> {
    schema: &'s Schema,
    items: &'s [Item],
    placed: Vec<bool>,
    order: Vec<usize>,
}

impl Sorter<'_> {
    fn place(&mut self, index: usize) {
        if std::mem::replace(&mut self.placed[index], true) {
            return;
        }
        for ty in used(self.schema, &self.items[index]) {
            self.place_type(ty);
        }
        self.order.push(index);
    }

    fn place_type(&mut self, ty: &Ty) {
        let wanted = match ty {
            Ty::Array(item, _) | Ty::List(item, _) | Ty::Optional(item) => {
                return self.place_type(item);
            }
            Ty::Map(key, value) => {
                self.place_type(key);
                return self.place_type(value);
            }
            Ty::Tuple(items) => return items.iter().for_each(|item| self.place_type(item)),
            // Code uses what stands behind an alias as well as its name.
            Ty::Alias(id) => {
                self.place_type(&self.schema.aliases[id.0].ty);
                Item::Alias(*id)
            }
            Ty::Named(id) => Item::Type(*id),
            _ => return,
        };
        if let Some(index) = self.items.iter().position(|item| *item == wanted) {
            self.place(index);
        }
    }
}

fn used<'s>(schema: &'s Schema, item: &'s Item) -> Vec<&'s Ty> {
    match item {
        Item::Const(constant) => vec![&constant.ty],
        Item::Alias(id) => vec![&schema.aliases[id.0].ty],
        Item::Type(id) => match &schema.types[id.0].kind {
            TypeKind::Message(message) => message.fields.iter().map(|field| &field.ty).collect(),
            TypeKind::Struct(fields) => fields.iter().map(|field| &field.ty).collect(),
            TypeKind::Union(union) => union.arms.iter().map(|arm| &arm.ty).collect(),
            TypeKind::Enum(_) | TypeKind::Flags(_) => Vec::new(),
        },
    }
}

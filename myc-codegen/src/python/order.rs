//! The order of declarations: as in the schema, except that what is used stands first.
//!
//! Annotations are evaluated when the module is imported, so a name must be there before it is used.

use myc_schema::schema::{Field, Item, PackageId, Schema, Ty, TypeKind};

/// The items of a package, each behind those that it uses.
pub(super) fn ordered(schema: &Schema, package: PackageId) -> Vec<&Item> {
    let items = &schema.packages[package.0].items;
    let mut order = Order { schema, items, done: vec![false; items.len()], found: Vec::new() };
    for index in 0..items.len() {
        order.visit(index);
    }
    order.found
}

struct Order<'s> {
    schema: &'s Schema,
    items: &'s [Item],
    /// Whether an item is in `found`, or about to be.
    done: Vec<bool>,
    found: Vec<&'s Item>,
}

impl<'s> Order<'s> {
    fn visit(&mut self, index: usize) {
        if std::mem::replace(&mut self.done[index], true) {
            return;
        }
        let schema = self.schema;
        match &self.items[index] {
            Item::Const(_) => {}
            Item::Alias(id) => self.visit_ty(&schema.aliases[id.0].ty),
            Item::Type(id) => match &schema.types[id.0].kind {
                TypeKind::Message(message) => self.visit_fields(&message.fields),
                TypeKind::Struct(fields) => self.visit_fields(fields),
                TypeKind::Union(def) => def.arms.iter().for_each(|arm| self.visit_ty(&arm.ty)),
                TypeKind::Enum(_) | TypeKind::Flags(_) => {}
            },
        }
        self.found.push(&self.items[index]);
    }

    fn visit_fields(&mut self, fields: &'s [Field]) {
        fields.iter().for_each(|field| self.visit_ty(&field.ty));
    }

    fn visit_ty(&mut self, ty: &'s Ty) {
        match ty {
            Ty::Array(item, _) | Ty::List(item, _) | Ty::Optional(item) => self.visit_ty(item),
            Ty::Map(key, value) => [key, value].into_iter().for_each(|ty| self.visit_ty(ty)),
            Ty::Tuple(items) => items.iter().for_each(|item| self.visit_ty(item)),
            Ty::Named(used) => self.visit_item(|item| *item == Item::Type(*used)),
            Ty::Alias(used) => self.visit_item(|item| *item == Item::Alias(*used)),
            _ => {}
        }
    }

    /// Visits the item where it is this package's.
    fn visit_item(&mut self, is_it: impl Fn(&Item) -> bool) {
        if let Some(index) = self.items.iter().position(is_it) {
            self.visit(index);
        }
    }
}

//! Who uses each type and alias, and in which members.

use myc_schema::schema::{AliasId, Schema, Ty, TypeId, TypeKind};

use super::members::{member_anchor, member_names};
use super::model::{Link, UseLine};
use super::survey::{ALIAS, Survey};

/// Who uses what.
pub(super) struct Uses {
    types: Vec<Vec<Use>>,
    aliases: Vec<Vec<Use>>,
}

/// Something that names a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Use {
    /// Members of a type, by their place.
    Members(TypeId, Vec<usize>),
    /// An alias of it.
    Alias(AliasId),
}

impl Uses {
    pub(super) fn of(schema: &Schema) -> Uses {
        let mut uses = Uses {
            types: vec![Vec::new(); schema.types.len()],
            aliases: vec![Vec::new(); schema.aliases.len()],
        };
        for (index, alias) in schema.aliases.iter().enumerate() {
            uses.collect(&alias.ty, &Use::Alias(AliasId(index)));
        }
        for (index, def) in schema.types.iter().enumerate() {
            for (place, ty) in member_types(&def.kind).into_iter().enumerate() {
                uses.collect(ty, &Use::Members(TypeId(index), vec![place]));
            }
        }
        uses
    }

    pub(super) fn of_type(&self, id: TypeId) -> &[Use] {
        &self.types[id.0]
    }

    pub(super) fn of_alias(&self, id: AliasId) -> &[Use] {
        &self.aliases[id.0]
    }

    fn collect(&mut self, ty: &Ty, user: &Use) {
        match ty {
            Ty::Named(id) => add(&mut self.types[id.0], user),
            Ty::Alias(id) => add(&mut self.aliases[id.0], user),
            Ty::Array(item, _) | Ty::List(item, _) | Ty::Optional(item) => self.collect(item, user),
            Ty::Map(key, value) => {
                self.collect(key, user);
                self.collect(value, user);
            }
            Ty::Tuple(items) => items.iter().for_each(|item| self.collect(item, user)),
            _ => {}
        }
    }
}

impl Survey<'_> {
    /// Users, with links to them and to their members.
    pub(super) fn use_lines(&self, uses: &[Use]) -> Vec<UseLine> {
        uses.iter().map(|user| self.use_line(user)).collect()
    }

    fn use_line(&self, user: &Use) -> UseLine {
        match user {
            Use::Alias(id) => {
                let alias = &self.schema.aliases[id.0];
                let package = &self.schema.packages[alias.package.0].name;
                let text = format!("{package}.{}", alias.name);
                let user = Link { text, href: self.alias_path(*id) };
                UseLine { user, kind: ALIAS, members: Vec::new() }
            }
            Use::Members(id, places) => {
                let path = self.type_path(*id);
                let names = member_names(&self.schema.types[id.0].kind);
                let member = |place: &usize| {
                    let text = names.get(*place).copied().unwrap_or_default().to_owned();
                    Link { href: format!("{path}#{}", member_anchor(&text)), text }
                };
                let user = Link { text: self.schema.qualified_name(*id), href: path.to_owned() };
                let members = places.iter().map(member).collect();
                UseLine { user, kind: self.kind(*id), members }
            }
        }
    }
}

/// Adds a user; one that was the last to be added gets another member.
fn add(uses: &mut Vec<Use>, user: &Use) {
    match (uses.last_mut(), user) {
        (Some(Use::Members(last, places)), Use::Members(id, more)) if last == id => {
            places.extend(more);
            places.dedup();
        }
        (Some(last), user) if last == user => {}
        _ => uses.push(user.clone()),
    }
}

fn member_types(kind: &TypeKind) -> Vec<&Ty> {
    match kind {
        TypeKind::Message(message) => message.fields.iter().map(|field| &field.ty).collect(),
        TypeKind::Struct(fields) => fields.iter().map(|field| &field.ty).collect(),
        TypeKind::Union(union) => union.arms.iter().map(|arm| &arm.ty).collect(),
        TypeKind::Enum(_) | TypeKind::Flags(_) => Vec::new(),
    }
}

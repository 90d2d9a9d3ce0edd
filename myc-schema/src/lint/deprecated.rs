//! Uses of deprecated types by what is not deprecated itself.

use super::{File, Level, Rule};
use crate::schema::{Arm, Field, Ty, TypeKind};

pub(super) static RULE: Rule = Rule {
    name: "deprecated",
    finds: "fields and arms of a deprecated type that are not deprecated themselves",
    default: Level::Allow,
    needs: None,
    find,
};

fn find(file: &mut File<'_>) {
    let schema = file.schema;
    if schema.types.iter().all(|def| def.deprecated.is_none()) {
        return;
    }
    for item in &file.tree.items {
        let Some(id) = file.type_named(&item.name.text) else { continue };
        let def = &schema.types[id.0];
        let live: Vec<(&str, &Ty)> = match &def.kind {
            _ if def.deprecated.is_some() => continue,
            TypeKind::Message(message) => fields(&message.fields),
            TypeKind::Struct(all) => fields(all),
            TypeKind::Union(union) => arms(&union.arms),
            _ => continue,
        };
        for (name, ty) in live {
            let mut used = Vec::new();
            schema.named_in(ty, &mut used);
            for id in used {
                if let Some(reason) = &schema.types[id.0].deprecated {
                    let message = format!("`{}` is deprecated", schema.qualified_name(id));
                    file.report(file.member(item, name), message, reason.as_str());
                }
            }
        }
    }
}

fn fields(fields: &[Field]) -> Vec<(&str, &Ty)> {
    let live = fields.iter().filter(|field| field.deprecated.is_none());
    live.map(|field| (field.name.as_str(), &field.ty)).collect()
}

fn arms(arms: &[Arm]) -> Vec<(&str, &Ty)> {
    let live = arms.iter().filter(|arm| arm.deprecated.is_none());
    live.map(|arm| (arm.name.as_str(), &arm.ty)).collect()
}

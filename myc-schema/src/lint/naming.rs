//! Names that say what stands around them already, and truths that are told by a no.

use heck::{ToSnakeCase, ToUpperCamelCase};

use super::{File, Level, Rule};
use crate::schema::{Field, Ty, TypeKind};
use crate::tree::Item;

pub(super) static RULE: Rule = Rule {
    name: "naming",
    finds: "names that repeat the name of what they are in, and bools that begin with a no",
    default: Level::Allow,
    needs: None,
    find,
};

fn find(file: &mut File<'_>) {
    let schema = file.schema;
    let package = schema.packages[file.package.0].name.rsplit('.').next().unwrap_or_default();
    for item in &file.tree.items {
        let Some(id) = file.type_named(&item.name.text) else { continue };
        let own = item.name.text.to_snake_case();
        if let Some(rest) = repeats(&own, package) {
            let message = format!("`{}` repeats the name of its package", item.name.text);
            file.report(item.name.span, message, call(&rest.to_upper_camel_case()));
        }
        for name in item.kind.names() {
            if let Some(rest) = repeats(&name.text, &own) {
                let message = format!("`{}` repeats `{}`", name.text, item.name.text);
                file.report(name.span, message, call(rest));
            }
        }
        match &schema.types[id.0].kind {
            TypeKind::Message(message) => check_bools(file, item, &message.fields),
            TypeKind::Struct(fields) => check_bools(file, item, fields),
            _ => {}
        }
    }
}

/// What a name says beside the one around it; the id of a thing may carry its name.
fn repeats<'n>(name: &'n str, around: &str) -> Option<&'n str> {
    let rest = name.strip_prefix(around)?.strip_prefix('_')?;
    (rest != "id" && rest.starts_with(|c: char| c.is_ascii_lowercase())).then_some(rest)
}

fn call(name: &str) -> String {
    format!("call it `{name}`, unless it is released")
}

fn check_bools(file: &mut File<'_>, item: &Item, fields: &[Field]) {
    for field in fields {
        let mut ty = file.schema.resolve(&field.ty);
        while let Ty::Optional(item) = ty {
            ty = file.schema.resolve(item);
        }
        let bare = ["is_", "has_"].iter().find_map(|it| field.name.strip_prefix(it));
        let bare = bare.unwrap_or(&field.name);
        let says_no = ["not_", "no_"].iter().any(|no| bare.starts_with(no));
        if says_no && *ty == Ty::Bool {
            let message = format!("the bool `{}` begins with a no", field.name);
            let help = "name what is so, that `false` says no once; unless it is released";
            file.report(file.member(item, &field.name), message, help);
        }
    }
}

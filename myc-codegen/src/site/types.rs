//! Types as the language spells them, with links where they are names.

use myc_schema::schema::{PackageId, Ty};

use super::model::TypePart;
use super::survey::Survey;

impl Survey<'_> {
    /// A type as a package spells it: names of other packages are qualified.
    pub(super) fn type_parts(&self, ty: &Ty, from: PackageId) -> Vec<TypePart> {
        let mut writer = Writer { survey: self, from, parts: Vec::new() };
        writer.ty(ty);
        writer.parts
    }
}

struct Writer<'w, 's> {
    survey: &'w Survey<'s>,
    from: PackageId,
    parts: Vec<TypePart>,
}

impl Writer<'_, '_> {
    fn ty(&mut self, ty: &Ty) {
        match ty {
            Ty::Bool => self.text("bool"),
            Ty::Int(integer) => self.text(integer.name()),
            Ty::I128 => self.text("i128"),
            Ty::U128 => self.text("u128"),
            Ty::U256 => self.text("u256"),
            Ty::Uuid => self.text("uuid"),
            Ty::F32 => self.text("f32"),
            Ty::F64 => self.text("f64"),
            Ty::Timestamp => self.text("timestamp"),
            Ty::Duration => self.text("duration"),
            Ty::Decimal(scale) => self.text(&format!("decimal<{scale}>")),
            Ty::String(max) => self.text(&bounded("string", *max)),
            Ty::Bytes(max) => self.text(&bounded("bytes", *max)),
            Ty::Array(item, length) => self.list(item, &format!("; {length}")),
            Ty::List(item, None) => self.list(item, ""),
            Ty::List(item, Some(max)) => self.list(item, &format!("; ..{max}")),
            Ty::Map(key, value) => {
                self.text("map<");
                self.ty(key);
                self.text(", ");
                self.ty(value);
                self.text(">");
            }
            Ty::Tuple(items) => self.tuple(items),
            Ty::Optional(item) => {
                self.ty(item);
                self.text("?");
            }
            Ty::Named(id) => {
                let def = &self.survey.schema.types[id.0];
                self.name(def.package, &def.name, self.survey.type_path(*id).to_owned());
            }
            Ty::Alias(id) => {
                let alias = &self.survey.schema.aliases[id.0];
                self.name(alias.package, &alias.name, self.survey.alias_path(*id));
            }
        }
    }

    fn list(&mut self, item: &Ty, bound: &str) {
        self.text("[");
        self.ty(item);
        self.text(bound);
        self.text("]");
    }

    fn tuple(&mut self, items: &[Ty]) {
        self.text("(");
        for (index, item) in items.iter().enumerate() {
            self.text(if index > 0 { ", " } else { "" });
            self.ty(item);
        }
        // One type in parentheses would be that type itself.
        self.text(if items.len() == 1 { ",)" } else { ")" });
    }

    fn name(&mut self, package: PackageId, name: &str, href: String) {
        let text = match package == self.from {
            true => name.to_owned(),
            false => format!("{}.{name}", self.survey.schema.packages[package.0].name),
        };
        self.parts.push(TypePart { text, href: Some(href) });
    }

    /// Adds text, to the last part if that has no link.
    fn text(&mut self, text: &str) {
        match self.parts.last_mut() {
            Some(TypePart { text: last, href: None }) => last.push_str(text),
            _ => self.parts.push(TypePart { text: text.to_owned(), href: None }),
        }
    }
}

fn bounded(name: &str, max: Option<u32>) -> String {
    max.map_or_else(|| name.to_owned(), |max| format!("{name}<{max}>"))
}

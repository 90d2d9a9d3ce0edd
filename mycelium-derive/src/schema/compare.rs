//! Compares what names and numbers tell: id, topic, and the fields with their order, keys and defaults.

use myc_schema::nearest;
use mycelium_wire::canon;
use mycelium_wire::reflect::{self, Literal};
use proc_macro2::Span;

use crate::ast::Input;
use crate::errors::Errors;
use crate::item::Field;

/// A message beside its declaration.
pub(super) struct Comparison<'a> {
    pub(super) input: &'a Input<'a>,
    /// The schema, as it was written in the attribute.
    pub(super) file: String,
    /// Name of the message with its package.
    pub(super) name: &'a str,
    pub(super) errors: &'a Errors,
}

impl Comparison<'_> {
    pub(super) fn check_id(&self, ours: u16, declared: u16) {
        if ours != declared {
            let message = format!("`{}` has the id {declared} in {}", self.name, self.file);
            self.errors.at(&self.input.attrs.id, message);
        }
    }

    pub(super) fn check_topic(&self, ours: &str, declared: &str) {
        if ours == declared {
            return;
        }
        let message = format!(
            "`{}` has the topic `{declared}` in {}, here `{ours}`: #[myc(topic = \"{declared}\")]",
            self.name, self.file
        );
        match &self.input.attrs.topic {
            Some(topic) => self.errors.at(topic, message),
            None => self.errors.at(&self.input.original.ident, message),
        }
    }

    /// Whether the same fields stand in the same order; then their types can be compared in pairs.
    pub(super) fn check_fields(&self, ours: &[Field<'_>], declared: &[reflect::Field<'_>]) -> bool {
        let same_names = self.check_names(ours, declared);
        for field in ours {
            if let Some(declared) = declared.iter().find(|declared| declared.name == field.name) {
                self.check_key(field, declared);
                self.check_default(field, declared);
                self.check_rest(field, declared);
            }
        }
        same_names
    }

    fn check_names(&self, ours: &[Field<'_>], declared: &[reflect::Field<'_>]) -> bool {
        let (mut extra, mut missing) = (false, false);
        for field in ours {
            if !declared.iter().any(|declared| declared.name == field.name) {
                extra = true;
                self.errors.at(field.ident, self.not_declared(&field.name, ours, declared));
            }
        }
        for (index, field) in declared.iter().enumerate() {
            if !ours.iter().any(|ours| ours.name == field.name) {
                missing = true;
                let place = match index.checked_sub(1).and_then(|index| declared.get(index)) {
                    Some(before) => format!("behind `{}`", before.name),
                    None => "first".to_owned(),
                };
                let (name, ty) = (field.name, canon::type_text(field.ty));
                let message = format!(
                    "the field `{name}: {ty}` of `{}` in {} is missing here; it stands {place}",
                    self.name, self.file
                );
                self.errors.at(&self.input.original.ident, message);
            }
        }
        !extra && !missing && self.check_order(ours, declared)
    }

    fn not_declared(
        &self,
        name: &str,
        ours: &[Field<'_>],
        declared: &[reflect::Field<'_>],
    ) -> String {
        let text = format!("`{}` has no field `{name}` in {}", self.name, self.file);
        let free = declared.iter().map(|declared| declared.name);
        let free = free.filter(|name| !ours.iter().any(|ours| ours.name == *name));
        match nearest(name, free) {
            Some(near) => format!("{text}; did you mean `{near}`?"),
            None => text,
        }
    }

    /// Says only where the order first differs: all behind it is shifted.
    fn check_order(&self, ours: &[Field<'_>], declared: &[reflect::Field<'_>]) -> bool {
        let mut pairs = ours.iter().zip(declared);
        let Some((ours, declared)) = pairs.find(|(ours, declared)| ours.name != declared.name)
        else {
            return true;
        };
        let message = format!(
            "the order of fields differs: in {} `{}` stands here, and `{}` later",
            self.file, declared.name, ours.name
        );
        self.errors.at(ours.ident, message);
        false
    }

    fn check_key(&self, ours: &Field<'_>, declared: &reflect::Field<'_>) {
        let file = &self.file;
        match (ours.key, declared.key) {
            (Some(key), false) => {
                self.errors.at(key, format!("`{}` is no key in {file}", ours.name));
            }
            (None, true) => {
                let message = format!("`{}` is a key in {file}: #[myc(key)]", ours.name);
                self.errors.at(ours.ident, message);
            }
            _ => {}
        }
    }

    fn check_default(&self, ours: &Field<'_>, declared: &reflect::Field<'_>) {
        let default = ours.default.as_ref();
        if default.map(|default| default.value.spelled())
            == declared.default.as_ref().map(canon::literal_text)
        {
            return;
        }
        let place = default.map_or(ours.ident.span(), |default| default.place);
        let message = match &declared.default {
            Some(declared) => format!(
                "`{}` has the default {} in {}",
                ours.name,
                literal_text(declared),
                self.file
            ),
            None => format!("`{}` has no default in {}", ours.name, self.file),
        };
        self.errors.push(syn::Error::new(place, message));
    }
}

impl Comparison<'_> {
    /// Unit, constraint and former name.
    fn check_rest(&self, ours: &Field<'_>, declared: &reflect::Field<'_>) {
        let report = |place: Span, what: &str, declared: Option<String>| {
            let (name, file) = (&ours.name, &self.file);
            let message = match declared {
                Some(declared) => format!("`{name}` has the {what} {declared} in {file}"),
                None => format!("`{name}` has no {what} in {file}"),
            };
            self.errors.push(syn::Error::new(place, message));
        };
        let unit = ours.unit.as_ref();
        if unit.map(|unit| unit.text.as_str()) != declared.unit {
            let place = unit.map_or(ours.ident.span(), |unit| unit.place);
            report(place, "unit", declared.unit.map(|unit| format!("{unit:?}")));
        }
        let constraint = ours.constraint.as_ref();
        if constraint.map(|constraint| constraint.value.reflect()) != declared.constraint {
            let place = constraint.map_or(ours.ident.span(), |constraint| constraint.place);
            report(place, "constraint", declared.constraint.map(|it| it.to_string()));
        }
        if ours.was.as_deref() != declared.was {
            report(ours.ident.span(), "former name", declared.was.map(|was| format!("`{was}`")));
        }
    }
}

fn literal_text(literal: &Literal<'_>) -> String {
    match literal {
        Literal::Bool(value) => value.to_string(),
        Literal::Number(text) | Literal::Name(text) => (*text).to_owned(),
        Literal::Text(text) => format!("{text:?}"),
        Literal::Absent => "nothing".to_owned(),
        Literal::List(items) => {
            let items: Vec<String> = items.iter().map(literal_text).collect();
            format!("[{}]", items.join(", "))
        }
    }
}

//! Fields of structs and messages, one by one.

use std::rc::Rc;

use super::Checker;
use super::attributes::{Attributes, Target};
use crate::diag::{Code, Diagnostic};
use crate::facts::{FieldFacts, KindFacts};
use crate::limits;
use crate::schema::{Ty, Value};
use crate::source::{FileId, Span};
use crate::tree::{Expr, Field, Item};

/// What can be a key of a message, or of a map.
pub(super) const KEY_TYPES: &str =
    "a key is an integer, bool, enum, flags, decimal, time, uuid, string or bytes";

/// What to do where a type has no constant values.
const WITHOUT_LITERALS: &str = "messages and unions have no constant values: write `?` behind the type, and \
                                let the reader choose what an absent field stands for";

impl Checker<'_, '_> {
    pub(super) fn structure(
        &mut self,
        file: FileId,
        item: &Item,
        fields: &[Field],
    ) -> Option<KindFacts> {
        if fields.is_empty() {
            self.report_empty(item, "struct", "a field");
        }
        let fields = self.fields(file, item, fields, Target::StructField)?;
        (!fields.is_empty()).then(|| KindFacts::Struct(Rc::new(fields)))
    }

    /// All fields, or nothing if one is wrong.
    pub(super) fn fields(
        &mut self,
        file: FileId,
        item: &Item,
        fields: &[Field],
        target: Target,
    ) -> Option<Vec<FieldFacts>> {
        let whole = if target == Target::MessageField { "message" } else { "struct" };
        self.check_distinct(fields.iter().map(|field| &field.name), whole, false);
        self.check_count(item, fields)?;
        let mut newest: Option<(u32, Span)> = None;
        let checked: Vec<Option<FieldFacts>> =
            fields.iter().map(|field| self.field(file, field, target, &mut newest)).collect();
        let checked: Vec<FieldFacts> = checked.into_iter().collect::<Option<_>>()?;
        let parts = fields.iter().zip(&checked);
        self.check_digest_names(
            parts.map(|(field, facts)| (&field.name, facts.was.as_deref())),
            whole,
        );
        Some(checked)
    }

    pub(super) fn check_count(&mut self, item: &Item, fields: &[Field]) -> Option<()> {
        if fields.len() <= limits::FIELDS {
            return Some(());
        }
        let (count, most) = (fields.len(), limits::FIELDS);
        let message = format!("`{}` has {count} fields, more than {most}", item.name.text);
        self.report(
            Diagnostic::new(Code::LIMIT, message, item.name.span, "too many")
                .help("put some of them into structs of their own"),
        );
        None
    }

    pub(super) fn report_empty(&mut self, item: &Item, whole: &str, part: &str) {
        if !item.is_complete {
            return;
        }
        let name = &item.name;
        let message = format!("{whole} `{}` is empty", name.text);
        self.report(
            Diagnostic::new(Code::EMPTY, message, name.span, "holds nothing")
                .help(format!("give it {part}, or remove it")),
        );
    }

    /// `newest` is the latest `@since` of the fields before.
    fn field(
        &mut self,
        file: FileId,
        field: &Field,
        target: Target,
        newest: &mut Option<(u32, Span)>,
    ) -> Option<FieldFacts> {
        self.check_member_name(&field.name, "a field");
        let mut attributes = self.attributes(file, &field.attributes, target);
        let ty = self.ty(file, &field.ty);
        if let Some(value) = field.value.as_ref().filter(|_| target == Target::StructField) {
            self.report_struct_default(value);
            return None;
        }
        let ty = ty?;
        if let Some(key) = attributes.key {
            self.check_key(&ty, field, key);
        }
        let default = match &field.value {
            Some(value) => Some(self.default(file, value, &ty, field.ty.span)?),
            None => None,
        };
        self.check_since(field, &attributes, &ty, newest);
        let constraint = self.constraint(file, &attributes, &ty);
        if let (Some(default), Some(constraint), Some(value)) =
            (&default, &constraint, &field.value)
        {
            self.check_default_kept(default, constraint, value.span);
        }
        let unit = self.unit(&mut attributes, &ty, field.ty.span);
        Some(FieldFacts {
            name: field.name.text.clone(),
            docs: field.docs.clone(),
            deprecated: attributes.deprecated,
            since: attributes.since.map(|(since, _)| since),
            key: attributes.key.is_some(),
            was: self.former_name(&field.name, attributes.was, crate::style::is_snake_case),
            ty,
            default,
            unit,
            constraint,
        })
    }

    fn report_struct_default(&mut self, value: &Expr) {
        let message = "a field of a struct has no default";
        let help = "a struct never changes, so its fields are always sent; remove the default, or \
                    make the type a message";
        self.report(Diagnostic::new(Code::DEFAULT, message, value.span, "never used").help(help));
    }

    fn default(&mut self, file: FileId, value: &Expr, ty: &Ty, span: Span) -> Option<Value> {
        let (what, help) = match self.resolve(ty) {
            Ty::Optional(_) => (
                "an optional field".to_owned(),
                "a field that was not sent is absent: remove the `?` or the default",
            ),
            resolved if !self.has_literals(resolved) => {
                let what = format!("a field whose type is {}", self.describe(ty));
                (what, WITHOUT_LITERALS)
            }
            _ => return self.value(file, value, ty),
        };
        let message = format!("{what} has no default");
        self.report(
            Diagnostic::new(Code::DEFAULT, message, value.span, "not possible")
                .related(span, "for this type")
                .help(help),
        );
        None
    }

    /// The unit, where the type has numbers that it can be of.
    fn unit(&mut self, attributes: &mut Attributes<'_>, ty: &Ty, span: Span) -> Option<String> {
        let (unit, at) = attributes.unit.take()?;
        if self.is_measured(ty) {
            return Some(unit);
        }
        let message = format!("{} has no unit", self.describe(ty));
        self.report(
            Diagnostic::new(Code::UNIT, message, at, "not for this type")
                .related(span, "this type")
                .help("integers, floats and decimals have one, and lists of them"),
        );
        None
    }

    fn is_measured(&self, ty: &Ty) -> bool {
        match self.resolve(ty) {
            Ty::Int(_) | Ty::I128 | Ty::U128 | Ty::U256 => true,
            Ty::F32 | Ty::F64 | Ty::Decimal(_) => true,
            Ty::Array(item, _) | Ty::List(item, _) | Ty::Optional(item) => self.is_measured(item),
            Ty::Map(_, value) => self.is_measured(value),
            _ => false,
        }
    }

    /// Whether values of the type are compared as a whole and exactly.
    pub(super) fn is_key_type(&self, ty: &Ty) -> bool {
        match self.resolve(ty) {
            Ty::Bool | Ty::Int(_) | Ty::I128 | Ty::U128 | Ty::U256 | Ty::Uuid => true,
            Ty::Timestamp | Ty::Duration | Ty::Decimal(_) => true,
            Ty::String(_) | Ty::Bytes(_) => true,
            Ty::Named(id) => {
                matches!(self.types[id.0].kind, KindFacts::Enum(_) | KindFacts::Flags(_))
            }
            _ => false,
        }
    }

    fn check_key(&mut self, ty: &Ty, field: &Field, key: Span) {
        if !self.is_key_type(ty) {
            let message = format!("{} cannot be a key", self.describe(ty));
            self.report(
                Diagnostic::new(Code::KEY, message, field.ty.span, "cannot be a key")
                    .related(key, "marked as a key here")
                    .help(KEY_TYPES),
            );
        }
    }

    fn check_since(
        &mut self,
        field: &Field,
        attributes: &Attributes,
        ty: &Ty,
        newest: &mut Option<(u32, Span)>,
    ) {
        let name = &field.name;
        let since = attributes.since;
        if let Some((latest, span)) = *newest
            && since.is_none_or(|(version, _)| version < latest)
        {
            let message = format!("`{}` stands behind a field of version {latest}", name.text);
            self.report(
                Diagnostic::new(Code::SINCE, message, name.span, "older than what is before it")
                    .related(span, "this one came later")
                    .help("new fields are appended: move it up, or give it its `@since`"),
            );
        }
        let Some((version, span)) = since else { return };
        if newest.is_none_or(|(latest, _)| latest < version) {
            *newest = since;
        }
        if field.value.is_none() && !matches!(self.resolve(ty), Ty::Optional(_)) {
            let message = format!("`{}` was appended, but older senders do not send it", name.text);
            let end = Span { start: field.ty.span.end, ..field.ty.span };
            self.report(
                Diagnostic::new(Code::SINCE, message, name.span, "neither optional nor a default")
                    .related(span, "appended here")
                    .help("or give it a default, `= value`")
                    .replace(end, "?", "make it optional"),
            );
        }
    }
}

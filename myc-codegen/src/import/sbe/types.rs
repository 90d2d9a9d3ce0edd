//! Declared types, and what they are as the type of a field.

use roxmltree::Node;

use super::Schema;
use super::encoding::{integer_range, primitive};
use super::xml::{deprecated, docs, text};
use crate::import::model::{Item, ItemName, Kind, Type};
use crate::import::names::Style;
use crate::import::print::float_literal;
use crate::import::report::ImportError;

/// A type as that of a field.
#[derive(Debug, Clone)]
pub(super) struct Used {
    /// Nothing where nothing is sent, as with constants.
    pub(super) ty: Option<Type>,
    pub(super) is_optional: bool,
    pub(super) range: Option<(String, String)>,
}

impl Used {
    pub(super) fn sent(ty: Type) -> Used {
        Used { ty: Some(ty), is_optional: false, range: None }
    }

    pub(super) const NOTHING: Used = Used { ty: None, is_optional: false, range: None };
}

/// Composites on the way to a type, by reference or inside one another; the compiler takes no more than 64.
const REFERENCES: usize = 32;

impl<'x> Schema<'x, '_> {
    /// The type of that name; `user` is what names it.
    pub(super) fn resolve(
        &mut self,
        name: &'x str,
        user: Node<'x, 'x>,
    ) -> Result<Used, ImportError> {
        if let Some(used) = self.lowered.get(name) {
            return Ok(used.clone());
        }
        let Some(node) = self.nodes.get(name).copied() else {
            return match primitive(name) {
                Some(plain) => Ok(Used::sent(Type::Plain(plain))),
                None => self.error(user, format!("unknown type `{name}`")),
            };
        };
        if !self.begun.insert(name) {
            return self.error(node, format!("`{name}` contains itself"));
        }
        if self.depth > REFERENCES {
            let text = format!("types refer to one another more than {REFERENCES} deep");
            return self.error(user, text);
        }
        let used = self.declaration(node, name)?;
        self.lowered.insert(name, used.clone());
        Ok(used)
    }

    /// A declaration; `name` has those around it in front.
    pub(super) fn declaration(
        &mut self,
        node: Node<'x, 'x>,
        name: &str,
    ) -> Result<Used, ImportError> {
        self.count_versions(node);
        match node.tag_name().name() {
            "type" => self.named_type(node, name),
            "composite" => self.composite(node, name),
            "enum" => self.enumeration(node, name),
            "set" => self.set(node, name),
            other => self.error(node, format!("`{other}` is not a type of SBE")),
        }
    }

    fn count_versions(&mut self, node: Node<'x, 'x>) {
        if node.has_attribute("sinceVersion") {
            let text = "`sinceVersion` of a type is not carried over: fields and values have it";
            self.report.count(self.lines.at(node), text);
        }
    }

    /// An alias, unless it is a constant.
    fn named_type(&mut self, node: Node<'x, 'x>, name: &str) -> Result<Used, ImportError> {
        let used = self.simple(node, name)?;
        let Some(ty) = used.ty else { return Ok(used) };
        let item = self.add(node, name, Kind::Alias(ty));
        Ok(Used { ty: Some(item), ..used })
    }

    /// What a `<type>` is, without a name of its own.
    pub(super) fn simple(&mut self, node: Node<'x, 'x>, name: &str) -> Result<Used, ImportError> {
        if node.attribute("presence") == Some("constant") {
            self.constant(node, name)?;
            return Ok(Used::NOTHING);
        }
        let ty = self.encoded(node)?;
        self.count_left_out(node);
        let is_optional = node.attribute("presence") == Some("optional");
        let range = self.range(node, &ty)?;
        Ok(Used { ty: Some(ty), is_optional, range })
    }

    /// Counts attributes that say nothing here.
    pub(super) fn count_left_out(&mut self, node: Node<'x, 'x>) {
        let at = self.lines.at(node);
        for (name, why) in [
            ("semanticType", "there is no such attribute"),
            ("offset", "the layout follows from the types"),
            ("blockLength", "the layout follows from the types"),
            ("nullValue", "what is optional is absent by a bit of its own"),
            ("epoch", "there is no such attribute"),
        ] {
            if node.has_attribute(name) {
                self.report.count(at, format!("`{name}` is not carried over: {why}"));
            }
        }
    }

    fn range(
        &mut self,
        node: Node<'x, 'x>,
        ty: &Type,
    ) -> Result<Option<(String, String)>, ImportError> {
        let (least, most) = (node.attribute("minValue"), node.attribute("maxValue"));
        if least.is_none() && most.is_none() {
            return Ok(None);
        }
        let all = match ty {
            Type::Plain(name) => integer_range(name),
            _ => None,
        };
        let Some((first, last)) = all else {
            let text = "`minValue` and `maxValue` are not carried over: only integers have a range";
            self.report.count(self.lines.at(node), text);
            return Ok(None);
        };
        let least: i128 = self.number(node, "minValue")?.unwrap_or(first);
        let most: i128 = self.number(node, "maxValue")?.unwrap_or(last);
        if least < first || last < most || most < least {
            return self.error(node, format!("{least} to {most} is no range of this type"));
        }
        Ok(Some((least.to_string(), most.to_string())))
    }

    /// A constant of its own.
    pub(super) fn constant(&mut self, node: Node<'x, 'x>, name: &str) -> Result<(), ImportError> {
        if let Some(reference) = node.attribute("valueRef") {
            return self.referred_constant(node, name, reference);
        }
        let encoding = self.required(node, "primitiveType")?;
        let value = text(node);
        let (ty, literal) = match (encoding, primitive(encoding)) {
            ("char", _) => ("string", Some(crate::text::literal(value))),
            (_, Some(ty @ ("f32" | "f64"))) => (ty, float_literal(value, ty == "f64")),
            (_, Some(ty)) => (ty, integer_literal(ty, value)),
            _ => return self.error(node, format!("`{encoding}` is not a primitive type of SBE")),
        };
        let Some(literal) = literal else {
            return self.error(node, format!("`{value}` is not a constant of type {encoding}"));
        };
        self.add_constant(node, name, ty, literal);
        Ok(())
    }

    /// `valueRef="Side.Buy"`: the number behind it.
    pub(super) fn referred_constant(
        &mut self,
        node: Node<'x, 'x>,
        name: &str,
        reference: &'x str,
    ) -> Result<(), ImportError> {
        let (of, member) = reference.split_once('.').unwrap_or((reference, ""));
        let found = self.nodes.get(of).copied().filter(|node| node.has_tag_name("enum"));
        let value = match found {
            Some(found) => self.enum_value(found, member)?,
            None => None,
        };
        match value {
            Some((repr, value)) => {
                self.add_constant(node, name, repr, value.to_string());
                Ok(())
            }
            None => self.error(node, format!("`{reference}` is not a value of an enum")),
        }
    }

    fn add_constant(&mut self, node: Node<'x, 'x>, name: &str, ty: &'static str, value: String) {
        let at = self.lines.at(node);
        let kind = Kind::Const { ty: Type::Plain(ty), value };
        let constant = self.scope.claim(Style::Constant, name, at, self.report);
        let text = format!("`{name}` is the constant `{constant}`: nothing of it is sent");
        self.report.note(at, text);
        self.push(node, constant, kind);
    }

    /// Adds a type; gives it as that of a field.
    pub(super) fn add(&mut self, node: Node<'x, 'x>, name: &str, kind: Kind) -> Type {
        let at = self.lines.at(node);
        let name = self.scope.claim(Style::Type, name, at, self.report);
        self.push(node, name.clone(), kind);
        Type::Item(ItemName { module: self.module, name })
    }

    fn push(&mut self, node: Node<'x, 'x>, name: String, kind: Kind) {
        let takes_deprecated = !matches!(kind, Kind::Const { .. } | Kind::Alias(_));
        self.items.push(Item {
            place: self.report.place(self.lines.at(node)),
            name,
            docs: docs(node),
            comments: Vec::new(),
            deprecated: deprecated(node).filter(|_| takes_deprecated),
            kind,
        });
    }
}

fn integer_literal(ty: &str, text: &str) -> Option<String> {
    let (least, most) = integer_range(ty)?;
    let value: i128 = text.parse().ok()?;
    (least..=most).contains(&value).then(|| value.to_string())
}

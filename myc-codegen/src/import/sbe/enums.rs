//! Enums, which stay open, and sets, which are flags.

use std::collections::HashSet;

use roxmltree::Node;

use super::Schema;
use super::encoding::{integer_range, primitive};
use super::types::Used;
use super::xml::{deprecated, docs, elements, text};
use crate::import::model::{Kind, Member};
use crate::import::names::{Scope, Style};
use crate::import::report::ImportError;

impl<'x> Schema<'x, '_> {
    pub(super) fn enumeration(
        &mut self,
        node: Node<'x, 'x>,
        name: &str,
    ) -> Result<Used, ImportError> {
        let (encoding, repr) = self.repr(node)?;
        let members =
            self.members(node, Scope::of_open_members(), "validValue", |schema, value| {
                schema.value(value, encoding, repr)
            })?;
        Ok(Used::sent(self.add(node, name, Kind::Enum { repr, members })))
    }

    pub(super) fn set(&mut self, node: Node<'x, 'x>, name: &str) -> Result<Used, ImportError> {
        let (_, repr) = self.repr(node)?;
        let Some((0, most)) = integer_range(repr) else {
            return self
                .error(node, format!("a set is carried by an unsigned integer, not {repr}"));
        };
        let bits = i128::from(most.count_ones());
        let members =
            self.members(node, Scope::of_flags(), "choice", |schema, choice| {
                match text(choice).parse::<i128>() {
                    Ok(bit) if (0..bits).contains(&bit) => Ok(bit),
                    _ => schema.error(choice, format!("`{}` is not a bit of {repr}", text(choice))),
                }
            })?;
        Ok(Used::sent(self.add(node, name, Kind::Flags { repr, members })))
    }

    /// Value of a member, and the integer that carries it.
    pub(super) fn enum_value(
        &self,
        node: Node<'x, 'x>,
        member: &str,
    ) -> Result<Option<(&'static str, i128)>, ImportError> {
        let (encoding, repr) = self.repr(node)?;
        let found = elements(node).find(|value| value.attribute("name") == Some(member));
        found.map(|value| Ok((repr, self.value(value, encoding, repr)?))).transpose()
    }

    /// What carries an enum or set: the primitive of SBE, and the type.
    fn repr(&self, node: Node<'x, 'x>) -> Result<(&'x str, &'static str), ImportError> {
        let named = self.required(node, "encodingType")?;
        let behind = self.nodes.get(named).and_then(|node| node.attribute("primitiveType"));
        let encoding = behind.unwrap_or(named);
        match primitive(encoding).filter(|ty| integer_range(ty).is_some()) {
            Some(repr) => Ok((encoding, repr)),
            None => self.error(node, format!("`{named}` does not carry an enum or a set")),
        }
    }

    fn value(&self, node: Node<'x, 'x>, encoding: &str, repr: &str) -> Result<i128, ImportError> {
        let text = text(node);
        let value = match (encoding, text.as_bytes()) {
            ("char", [code]) => Some(i128::from(*code)),
            ("char", _) => None,
            _ => text.parse().ok(),
        };
        let fits = |value: &i128| {
            integer_range(repr).is_some_and(|(least, most)| (least..=most).contains(value))
        };
        match value.filter(fits) {
            Some(value) => Ok(value),
            None => self.error(node, format!("`{text}` is not a value of type {encoding}")),
        }
    }

    fn members(
        &mut self,
        node: Node<'x, 'x>,
        mut names: Scope,
        tag: &str,
        value_of: impl Fn(&Self, Node<'x, 'x>) -> Result<i128, ImportError>,
    ) -> Result<Vec<Member>, ImportError> {
        let (mut members, mut taken) = (Vec::new(), HashSet::new());
        for child in elements(node) {
            let at = self.lines.at(child);
            if child.tag_name().name() != tag {
                let text = format!("element `{}` is not carried over", child.tag_name().name());
                self.report.note(at, text);
                continue;
            }
            let original = self.name(child)?;
            let value = value_of(self, child)?;
            if !taken.insert(value) {
                let text = format!("`{original}` is left out: {value} has a name already");
                self.report.note(at, text);
                continue;
            }
            members.push(Member {
                name: names.claim(Style::Member, original, at, self.report),
                docs: docs(child),
                since: self.number::<u32>(child, "sinceVersion")?.filter(|since| *since > 0),
                deprecated: deprecated(child),
                value,
            });
        }
        if members.is_empty() {
            return self.error(node, format!("this {} is empty", node.tag_name().name()));
        }
        Ok(members)
    }
}

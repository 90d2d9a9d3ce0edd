//! Composites: structs, or decimals where one part is a constant exponent.

use roxmltree::Node;

use super::Schema;
use super::types::Used;
use super::xml::{deprecated, docs, elements, text};
use crate::import::model::{Field, Kind, Type};
use crate::import::names::{Scope, Style};
use crate::import::report::ImportError;

/// Composites inside composites.
const NESTING: usize = 16;

/// Decimal places that a decimal may have.
const MOST_PLACES: i32 = 18;

impl<'x> Schema<'x, '_> {
    pub(super) fn composite(
        &mut self,
        node: Node<'x, 'x>,
        name: &str,
    ) -> Result<Used, ImportError> {
        let inside = node.ancestors().filter(|outer| outer.has_tag_name("composite")).count();
        if inside > NESTING {
            return self.error(node, format!("composites are nested more than {NESTING} deep"));
        }
        if let Some(used) = self.decimal(node, name)? {
            return Ok(used);
        }
        self.depth += 1;
        let fields = self.parts(node, name)?;
        self.depth -= 1;
        if fields.is_empty() {
            let text = format!("composite `{name}` is left out: nothing of it is sent");
            self.report.note(self.lines.at(node), text);
            return Ok(Used::NOTHING);
        }
        Ok(Used::sent(self.add(node, name, Kind::Struct(fields))))
    }

    fn parts(&mut self, node: Node<'x, 'x>, name: &str) -> Result<Vec<Field>, ImportError> {
        let (mut names, mut fields) = (Scope::new(), Vec::new());
        for part in elements(node) {
            let original = self.name(part)?;
            let used = self.part(part, &format!("{name}_{original}"))?;
            if part.has_tag_name("ref") && part.has_attribute("sinceVersion") {
                let text =
                    "`sinceVersion` inside a composite is not carried over: structs never change";
                self.report.count(self.lines.at(part), text);
            }
            let Some(ty) = used.ty else { continue };
            let at = self.lines.at(part);
            let claimed = names.claim(Style::Member, original, at, self.report);
            fields.push(Field {
                docs: docs(part),
                deprecated: deprecated(part),
                range: used.range,
                ..Field::new(claimed, if used.is_optional { ty.optional() } else { ty })
            });
        }
        Ok(fields)
    }

    fn part(&mut self, part: Node<'x, 'x>, name: &str) -> Result<Used, ImportError> {
        match part.tag_name().name() {
            "type" => self.simple(part, name),
            "ref" => {
                let target = self.required(part, "type")?;
                let used = self.resolve(target, part)?;
                let is_optional =
                    used.is_optional || part.attribute("presence") == Some("optional");
                Ok(Used { is_optional, ..used })
            }
            _ => self.declaration(part, name),
        }
    }

    /// `mantissa` and a constant `exponent`: an exact decimal.
    fn decimal(&mut self, node: Node<'x, 'x>, name: &str) -> Result<Option<Used>, ImportError> {
        let parts: Vec<Node<'_, '_>> = elements(node).collect();
        let [mantissa, exponent] = parts[..] else { return Ok(None) };
        let is = |part: Node<'_, '_>, name| part.attribute("name") == Some(name);
        let is_number = matches!(mantissa.attribute("primitiveType"), Some("int64" | "int32"));
        let is_constant = exponent.attribute("presence") == Some("constant");
        let places = text(exponent).parse::<i32>().ok().and_then(i32::checked_neg);
        let Some(places) = places.filter(|places| (0..=MOST_PLACES).contains(places)) else {
            return Ok(None);
        };
        if !is(mantissa, "mantissa")
            || !is(exponent, "exponent")
            || !is_number
            || !is_constant
            || mantissa.has_attribute("length")
        {
            return Ok(None);
        }
        if mantissa.attribute("primitiveType") == Some("int32") {
            let text = format!("`{name}` is a decimal of 64 bits, its mantissa had 32");
            self.report.note(self.lines.at(mantissa), text);
        }
        self.count_left_out(mantissa);
        if mantissa.has_attribute("minValue") || mantissa.has_attribute("maxValue") {
            let text = "`minValue` and `maxValue` are not carried over: only integers have a range";
            self.report.count(self.lines.at(mantissa), text);
        }
        let is_optional = mantissa.attribute("presence") == Some("optional");
        let decimal = Type::Sized("decimal", places.unsigned_abs());
        let item = self.add(node, name, Kind::Alias(decimal));
        Ok(Some(Used { is_optional, ..Used::sent(item) }))
    }
}

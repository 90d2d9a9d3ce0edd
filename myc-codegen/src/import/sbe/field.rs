//! Fields of a message's block.

use roxmltree::Node;

use super::Schema;
use super::xml::{deprecated, docs};
use crate::import::model::Field;
use crate::import::report::ImportError;

impl<'x> Schema<'x, '_> {
    /// The field, still without its name; nothing where nothing is sent. `constant` is what a constant
    /// would be called.
    pub(super) fn field(
        &mut self,
        node: Node<'x, 'x>,
        constant: &str,
    ) -> Result<Option<Field>, ImportError> {
        self.count_left_out(node);
        let presence = node.attribute("presence").unwrap_or("required");
        if presence == "constant"
            && let Some(reference) = node.attribute("valueRef")
        {
            self.referred_constant(node, constant, reference)?;
            return Ok(None);
        }
        let ty = self.required(node, "type")?;
        let used = self.resolve(ty, node)?;
        let Some(ty) = used.ty else {
            let text = format!(
                "field `{}` is not carried over: its type is a constant, so nothing of it is sent",
                self.name(node)?
            );
            self.report.note(self.lines.at(node), text);
            return Ok(None);
        };
        if presence == "constant" {
            return self.error(node, "a constant field without a value");
        }
        let is_optional = used.is_optional || presence == "optional";
        Ok(Some(Field {
            docs: docs(node),
            deprecated: deprecated(node),
            unit: node.attribute("timeUnit").map(|unit| unit_of(unit).to_owned()),
            range: used.range,
            ..Field::new(String::new(), if is_optional { ty.optional() } else { ty })
        }))
    }
}

/// Units of time as other fields have them.
fn unit_of(name: &str) -> &str {
    match name {
        "second" => "s",
        "millisecond" => "ms",
        "microsecond" => "us",
        "nanosecond" => "ns",
        other => other,
    }
}

//! Messages and their groups.

use roxmltree::Node;

use super::Schema;
use super::xml::elements;
use crate::import::model::{Field, Kind, Type};
use crate::import::names::{Scope, Style};
use crate::import::report::ImportError;

/// Groups inside groups.
const NESTING: usize = 16;

impl<'x> Schema<'x, '_> {
    pub(super) fn message(&mut self, node: Node<'x, 'x>) -> Result<(), ImportError> {
        let name = self.name(node)?;
        let id = match self.number::<u16>(node, "id")? {
            Some(0) => return self.error(node, "the id 0 is none that a .myc message may have"),
            Some(id) => id,
            None => return self.error(node, format!("message `{name}` has no `id`")),
        };
        self.count_left_out(node);
        if node.has_attribute("sinceVersion") {
            let text = "`sinceVersion` of a message is not carried over: fields have it";
            self.report.count(self.lines.at(node), text);
        }
        let mut fields = self.fields(node, name, 0)?;
        let is_ordered = fields.is_sorted_by_key(|field| field.since);
        if !is_ordered {
            let text = format!("in `{name}` the fields of later versions are moved to the end");
            self.report.note(self.lines.at(node), text);
            fields.sort_by_key(|field| field.since);
        }
        self.add(node, name, Kind::Message { id, topic: None, fields });
        Ok(())
    }

    /// Fields of a message or, at a depth, of a group.
    fn fields(
        &mut self,
        node: Node<'x, 'x>,
        whole: &str,
        depth: usize,
    ) -> Result<Vec<Field>, ImportError> {
        let (mut names, mut fields) = (Scope::new(), Vec::new());
        for child in elements(node) {
            let tag = child.tag_name().name();
            let at = self.lines.at(child);
            if !matches!(tag, "field" | "group" | "data") {
                self.report.note(at, format!("element `{tag}` is not carried over"));
                continue;
            }
            let original = self.name(child)?;
            let inner = format!("{whole}_{original}");
            let field = match tag {
                "field" => self.field(child, &inner)?,
                "group" => self.group(child, &inner, depth + 1)?,
                _ => Some(self.data(child)?),
            };
            let Some(mut field) = field else { continue };
            field.since = self.since(child, depth > 0)?;
            if field.since.is_some() {
                field.ty = field.ty.optional();
            }
            field.name = names.claim(Style::Member, original, at, self.report);
            fields.push(field);
        }
        Ok(fields)
    }

    fn since(&mut self, node: Node<'x, 'x>, is_inside: bool) -> Result<Option<u32>, ImportError> {
        let since = self.number::<u32>(node, "sinceVersion")?.filter(|since| *since > 0);
        if since.is_some() && is_inside {
            let text = "`sinceVersion` inside a group is not carried over: structs never change";
            self.report.count(self.lines.at(node), text);
            return Ok(None);
        }
        Ok(since)
    }

    /// A list of structs.
    fn group(
        &mut self,
        node: Node<'x, 'x>,
        name: &str,
        depth: usize,
    ) -> Result<Option<Field>, ImportError> {
        if depth > NESTING {
            return self.error(node, format!("groups are nested more than {NESTING} deep"));
        }
        self.count_left_out(node);
        let fields = self.fields(node, name, depth)?;
        if fields.is_empty() {
            let text = format!("group `{name}` is left out: nothing of it is sent");
            self.report.note(self.lines.at(node), text);
            return Ok(None);
        }
        let item = self.add(node, name, Kind::Struct(fields));
        Ok(Some(Field::new(String::new(), item.list())))
    }

    /// Text or bytes of any length.
    fn data(&mut self, node: Node<'x, 'x>) -> Result<Field, ImportError> {
        self.count_left_out(node);
        let name = self.required(node, "type")?;
        let Some(composite) = self.nodes.get(name).copied() else {
            return self.error(node, format!("unknown type `{name}`"));
        };
        let data = elements(composite).find(|part| part.attribute("name") == Some("varData"));
        let Some(data) = data else {
            return self.error(composite, format!("`{name}` has no `varData`"));
        };
        let encoding = data.attribute("characterEncoding").filter(|encoding| !encoding.is_empty());
        let ty = match encoding {
            Some(encoding) if super::encoding::is_text(encoding) => "string",
            Some(encoding) => {
                let text = format!("text in {encoding} becomes bytes: strings are UTF-8");
                self.report.count(self.lines.at(data), text);
                "bytes"
            }
            None => "bytes",
        };
        let ty = Type::Plain(ty);
        Ok(Field {
            docs: super::xml::docs(node),
            deprecated: super::xml::deprecated(node),
            ..Field::new(String::new(), ty)
        })
    }
}

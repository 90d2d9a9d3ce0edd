//! Contracts in YAML: `messages: NAME: {tlv_type, domain, description, fields}`.

mod types;
mod yaml;

use std::collections::HashMap;

use super::model::{Field, Item, ItemName, Kind, Module};
use super::names::{self, Scope, Style};
use super::report::{At, ImportError, Report};
use super::{Lowered, Source, output_paths};
use yaml::{Node, Value};

pub(super) fn lower(sources: &[Source]) -> Result<Lowered, ImportError> {
    let (mut modules, mut reports) = (Vec::new(), Vec::new());
    for (module, path) in output_paths(sources).into_iter().enumerate() {
        let source = &sources[module];
        let mut report = Report::new(&source.path);
        let root = yaml::parse(source.text()?, &report)?;
        let contracts = Contracts::collect(&root, module, &mut report)?;
        let docs = root.get("description").and_then(Node::text);
        let docs = docs.map(|text| text.trim_end().to_owned()).into_iter().collect();
        modules.push(Module {
            path,
            origin: source.name(),
            package: names::package(&source.stem()),
            docs,
            comments: Vec::new(),
            items: contracts.items()?,
        });
        reports.push(report);
    }
    Ok((modules, reports))
}

/// What a file holds.
struct Contracts<'y, 'r> {
    report: &'r mut Report,
    /// Names of the messages, as written, and what they are.
    messages: Vec<(&'y Node, &'y str, &'y Node)>,
    types: HashMap<&'y str, ItemName>,
}

impl<'y, 'r> Contracts<'y, 'r> {
    fn collect(
        root: &'y Node,
        module: usize,
        report: &'r mut Report,
    ) -> Result<Contracts<'y, 'r>, ImportError> {
        let at = At::Line(root.line);
        let Some(top) = root.map() else {
            return Err(report.error(at, "this is not a map with `messages`"));
        };
        for (key, _) in top {
            let text = key.text().filter(|text| !matches!(*text, "messages" | "description"));
            if let Some(text) = text {
                report.note(At::Line(key.line), format!("`{text}` is not carried over"));
            }
        }
        let Some(messages) = root.get("messages") else {
            return Err(report.error(at, "there are no `messages`"));
        };
        let Some(pairs) = messages.map() else {
            let message = "`messages` is not a map of names";
            return Err(report.error(At::Line(messages.line), message));
        };
        let (mut scope, mut types, mut found) = (Scope::new(), HashMap::new(), Vec::new());
        for (key, value) in pairs {
            let at = At::Line(key.line);
            let Some(name) = key.text() else {
                return Err(report.error(at, "the name of a message is text"));
            };
            let claimed = scope.claim(Style::Type, name, at, report);
            types.insert(name, ItemName { module, name: claimed });
            found.push((key, name, value));
        }
        Ok(Contracts { report, messages: found, types })
    }

    fn items(mut self) -> Result<Vec<Item>, ImportError> {
        let (mut items, mut ids) = (Vec::new(), HashMap::new());
        for (key, name, contract) in std::mem::take(&mut self.messages) {
            let at = At::Line(key.line);
            if contract.map().is_none() {
                return Err(self.report.error(at, format!("message `{name}` is not a map")));
            }
            self.note_unknown(contract, name);
            let id = self.id(contract, name, at)?;
            if let Some((first, line)) = ids.insert(id, (name, key.line)) {
                let text = format!("`{name}` has the tlv_type {id} of `{first}` on line {line}");
                return Err(self.report.error(at, text));
            }
            let fields = match contract.get("fields") {
                Some(fields) => self.fields(fields, name)?,
                None => Vec::new(),
            };
            let named = &self.types[name].name;
            let domain = contract.get("domain").and_then(Node::text).map(topic_of);
            let topic = domain.map(|domain| format!("{domain}.{}", names::topic_part(named)));
            items.push(Item {
                place: self.report.place(at),
                name: named.clone(),
                docs: description(contract),
                comments: Vec::new(),
                deprecated: None,
                kind: Kind::Message { id, topic, fields },
            });
        }
        Ok(items)
    }

    fn note_unknown(&mut self, contract: &Node, name: &str) {
        let known = ["tlv_type", "domain", "description", "fields"];
        for (key, _) in contract.map().unwrap_or_default() {
            if let Some(text) = key.text().filter(|text| !known.contains(text)) {
                let text = format!("`{text}` of `{name}` is not carried over");
                self.report.note(At::Line(key.line), text);
            }
        }
    }

    fn id(&self, contract: &Node, name: &str, at: At) -> Result<u16, ImportError> {
        let Some(node) = contract.get("tlv_type") else {
            return Err(self.report.error(at, format!("message `{name}` has no `tlv_type`")));
        };
        let text = node.text().unwrap_or_default();
        let number = match text.strip_prefix("0x") {
            Some(digits) => u16::from_str_radix(digits, 16),
            None => text.parse(),
        };
        number.ok().filter(|id| *id > 0).ok_or_else(|| {
            let message = format!("the tlv_type `{text}` of `{name}` is not within 1 to 65535");
            self.report.error(At::Line(node.line), message)
        })
    }

    /// A map of names to types, or a list of such maps.
    fn fields(&mut self, fields: &Node, whole: &str) -> Result<Vec<Field>, ImportError> {
        let (mut scope, mut lowered) = (Scope::new(), Vec::new());
        for (name, node) in self.entries(fields, whole)? {
            let at = At::Line(node.line);
            let mut field = self.field(name, node)?;
            field.name = scope.claim(Style::Member, name, at, self.report);
            lowered.push(field);
        }
        Ok(lowered)
    }

    fn entries<'n>(
        &self,
        fields: &'n Node,
        whole: &str,
    ) -> Result<Vec<(&'n str, &'n Node)>, ImportError> {
        let wrong = |node: &Node| {
            let text = format!("`{whole}` has a field that is not a name with a type");
            self.report.error(At::Line(node.line), text)
        };
        match &fields.value {
            Value::Map(pairs) => pairs
                .iter()
                .map(|(key, value)| Ok((key.text().ok_or_else(|| wrong(key))?, value)))
                .collect(),
            Value::List(items) => items
                .iter()
                .map(|item| match (item.map(), item.get("name").and_then(Node::text)) {
                    // A field may be called `name` itself.
                    (Some([(key, value)]), _) => Ok((key.text().ok_or_else(|| wrong(key))?, value)),
                    (_, Some(name)) => Ok((name, item)),
                    _ => Err(wrong(item)),
                })
                .collect(),
            Value::Text { .. } => Err(wrong(fields)),
        }
    }

    /// A field, still without its name: a type, or a map with a type and more.
    fn field(&mut self, name: &str, node: &Node) -> Result<Field, ImportError> {
        let Some(written) = written_type(node.get("type").unwrap_or(node)) else {
            let message = format!("field `{name}` has no type");
            return Err(self.report.error(At::Line(node.line), message));
        };
        let types = &self.types;
        let ty = types::parse(&written, &|name| types.get(name).cloned()).map_err(|message| {
            self.report.error(At::Line(node.line), format!("field `{name}`: {message}"))
        })?;
        let mut field = Field { docs: description(node), ..Field::new(String::new(), ty) };
        let pairs = node.map().unwrap_or_default();
        for (key, value) in pairs.iter().filter(|(_, value)| !value.is_null()) {
            match (key.text().unwrap_or_default(), value.text()) {
                ("type", _) | ("name" | "description", Some(_)) | ("optional", Some("false")) => {}
                ("optional", Some("true")) => field.ty = field.ty.optional(),
                ("unit", Some(unit)) => field.unit = Some(unit.to_owned()),
                (other, _) => {
                    let text = format!("`{other}` of field `{name}` is not carried over");
                    self.report.note(At::Line(key.line), text);
                }
            }
        }
        Ok(field)
    }
}

/// A type as text; to YAML `[u64]` without quotes is a list.
fn written_type(node: &Node) -> Option<String> {
    match &node.value {
        Value::List(items) => match items.as_slice() {
            [item] => Some(format!("[{}]", item.text()?)),
            _ => None,
        },
        _ => node.text().filter(|_| !node.is_null()).map(str::to_owned),
    }
}

fn description(node: &Node) -> Vec<String> {
    let text = node.get("description").and_then(Node::text).map(str::trim);
    text.filter(|text| !text.is_empty()).map(str::to_owned).into_iter().collect()
}

/// The front of a topic: parts in snake_case with points between them.
fn topic_of(domain: &str) -> String {
    names::package(domain)
}

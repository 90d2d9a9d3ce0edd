//! Simple Binary Encoding: message schemas in XML.

mod composite;
mod encoding;
mod enums;
mod field;
mod message;
mod types;
mod xml;

use std::collections::{HashMap, HashSet};

use roxmltree::{Document, Node, ParsingOptions};

use super::model::{Item, Module};
use super::names::{self, Scope};
use super::report::{At, ImportError, Report};
use super::{Lowered, Source, output_paths};
use types::Used;
use xml::Lines;

/// Elements and texts of one schema.
const NODES: u32 = 1 << 20;

pub(super) fn lower(sources: &[Source]) -> Result<Lowered, ImportError> {
    let (mut modules, mut reports) = (Vec::new(), Vec::new());
    for (index, path) in output_paths(sources).into_iter().enumerate() {
        let source = &sources[index];
        let mut report = Report::new(&source.path);
        let text = source.text()?;
        let options = ParsingOptions { nodes_limit: NODES, ..ParsingOptions::default() };
        let document = Document::parse_with_options(text, options).map_err(|error| {
            let line = usize::try_from(error.pos().row).unwrap_or_default();
            report.error(At::Line(line), format!("this is not XML: {error}"))
        })?;
        let root = document.root_element();
        let mut schema = Schema::new(text, root, index, &mut report)?;
        schema.lower()?;
        let (items, mut docs) = (std::mem::take(&mut schema.items), Vec::new());
        docs.extend(root.attribute("description").map(str::to_owned));
        modules.push(Module {
            path,
            origin: source.name(),
            package: package(root, source),
            docs,
            comments: head(root),
            items,
        });
        reports.push(report);
    }
    Ok((modules, reports))
}

fn package(root: Node<'_, '_>, source: &Source) -> String {
    match root.attribute("package") {
        Some(package) if !package.is_empty() => names::package(package),
        _ => names::package(&source.stem()),
    }
}

fn head(root: Node<'_, '_>) -> Vec<String> {
    let part = |name: &str, label: &str| Some(format!("{label} {}", root.attribute(name)?));
    let known = [
        part("id", "SBE schema"),
        part("version", "version"),
        part("semanticVersion", "semantic version"),
    ];
    let known: Vec<String> = known.into_iter().flatten().collect();
    if known.is_empty() { Vec::new() } else { vec![format!("{}.", known.join(", "))] }
}

/// A schema on its way to items.
struct Schema<'x, 'r> {
    root: Node<'x, 'x>,
    lines: Lines,
    /// Which of the modules it becomes.
    module: usize,
    report: &'r mut Report,
    /// Types, composites, enums and sets by name.
    nodes: HashMap<&'x str, Node<'x, 'x>>,
    /// Those that are lowered, and what they are as fields.
    lowered: HashMap<&'x str, Used>,
    /// Those whose lowering has begun.
    begun: HashSet<&'x str>,
    /// Composites whose lowering has begun and not ended.
    depth: usize,
    scope: Scope,
    items: Vec<Item>,
}

impl<'x, 'r> Schema<'x, 'r> {
    fn new(
        text: &str,
        root: Node<'x, 'x>,
        module: usize,
        report: &'r mut Report,
    ) -> Result<Schema<'x, 'r>, ImportError> {
        let lines = Lines::new(text);
        if root.tag_name().name() != "messageSchema" {
            let message = format!("`{}` is not an SBE message schema", root.tag_name().name());
            return Err(report.error(lines.at(root), message));
        }
        Ok(Schema {
            root,
            lines,
            module,
            report,
            nodes: HashMap::new(),
            lowered: HashMap::new(),
            begun: HashSet::new(),
            depth: 0,
            scope: Scope::new(),
            items: Vec::new(),
        })
    }

    fn lower(&mut self) -> Result<(), ImportError> {
        if self.root.attribute("byteOrder") == Some("bigEndian") {
            let text = "the schema is big-endian; .myc messages are always little-endian";
            self.report.note(self.lines.at(self.root), text);
        }
        let mut messages = Vec::new();
        for child in xml::elements(self.root) {
            match child.tag_name().name() {
                "types" => self.collect(child)?,
                "message" => messages.push(child),
                "include" => {
                    let href = child.attribute("href").unwrap_or_default();
                    let message = format!("`{href}` is included, and includes are not followed");
                    let error = self.report.error(self.lines.at(child), message);
                    return Err(error.help("put what it holds in its place"));
                }
                other => {
                    let text = format!("element `{other}` is not carried over");
                    self.report.note(self.lines.at(child), text);
                }
            }
        }
        let framing = self.framing(&messages);
        for types in xml::elements(self.root).filter(|child| child.has_tag_name("types")) {
            for node in xml::elements(types) {
                match self.name(node)? {
                    name if framing.contains(name) => self.note_framing(node, name),
                    name => drop(self.resolve(name, node)?),
                }
            }
        }
        for message in &messages {
            self.message(*message)?;
        }
        Ok(())
    }

    fn collect(&mut self, types: Node<'x, 'x>) -> Result<(), ImportError> {
        for node in xml::elements(types) {
            let name = self.name(node)?;
            if let Some(first) = self.nodes.insert(name, node) {
                let line = self.lines.line(first);
                let message = format!("type `{name}` is declared twice, on line {line} too");
                return Err(self.report.error(self.lines.at(node), message));
            }
        }
        Ok(())
    }

    /// Types that hold lengths and counts around the fields, not values.
    fn framing(&self, messages: &[Node<'x, 'x>]) -> HashSet<&'x str> {
        let mut framing: HashSet<&str> =
            HashSet::from([self.root.attribute("headerType").unwrap_or("messageHeader")]);
        for node in messages.iter().flat_map(Node::descendants) {
            match node.tag_name().name() {
                "group" => {
                    framing.insert(node.attribute("dimensionType").unwrap_or("groupSizeEncoding"));
                }
                "data" => framing.extend(node.attribute("type")),
                _ => {}
            }
        }
        framing
    }

    fn note_framing(&mut self, node: Node<'x, 'x>, name: &str) {
        let text = format!("`{name}` is not carried over: it frames messages, groups or data");
        self.report.note(self.lines.at(node), text);
    }

    fn error<T>(&self, node: Node<'x, 'x>, message: impl Into<String>) -> Result<T, ImportError> {
        Err(self.report.error(self.lines.at(node), message))
    }

    /// An attribute that must be there.
    fn required(&self, node: Node<'x, 'x>, name: &str) -> Result<&'x str, ImportError> {
        match node.attribute(name) {
            Some(value) => Ok(value),
            None => self.error(node, format!("`{}` has no `{name}`", node.tag_name().name())),
        }
    }

    fn name(&self, node: Node<'x, 'x>) -> Result<&'x str, ImportError> {
        self.required(node, "name")
    }

    /// A number in an attribute.
    fn number<T: std::str::FromStr>(
        &self,
        node: Node<'x, 'x>,
        name: &str,
    ) -> Result<Option<T>, ImportError> {
        let Some(value) = node.attribute(name) else { return Ok(None) };
        match value.trim().parse() {
            Ok(number) => Ok(Some(number)),
            Err(_) => self.error(node, format!("`{name}` is `{value}`, which is no such number")),
        }
    }
}

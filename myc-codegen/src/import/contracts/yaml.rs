//! YAML as values with lines. Anchors and aliases are refused: a contract needs none, and values that
//! stand for many others would make a small file a large one.

use saphyr_parser::{Event, Parser, ScalarStyle};

use crate::import::report::{At, ImportError, Report};

/// Values inside values.
const NESTING: usize = 32;

/// A value.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) line: usize,
    pub(super) value: Value,
}

#[derive(Debug)]
pub(super) enum Value {
    Text { text: String, is_quoted: bool },
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
}

impl Node {
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text { text, .. } => Some(text),
            _ => None,
        }
    }

    pub(super) fn map(&self) -> Option<&[(Node, Node)]> {
        match &self.value {
            Value::Map(pairs) => Some(pairs),
            _ => None,
        }
    }

    /// The value of a key, unless there is none or it is null.
    pub(super) fn get(&self, name: &str) -> Option<&Node> {
        let (_, value) = self.map()?.iter().find(|(key, _)| key.text() == Some(name))?;
        Some(value).filter(|value| !value.is_null())
    }

    /// Whether nothing is written where a value could be.
    pub(super) fn is_null(&self) -> bool {
        let Value::Text { text, is_quoted: false } = &self.value else { return false };
        matches!(text.as_str(), "" | "~" | "null")
    }
}

/// The one document of a text.
pub(super) fn parse(text: &str, report: &Report) -> Result<Node, ImportError> {
    let mut builder = Builder { report, open: Vec::new(), root: None };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let at = At::Line(error.marker().line());
            report.error(at, format!("this is not YAML: {}", error.info()))
        })?;
        builder.event(event, span.start.line())?;
    }
    builder.root.ok_or_else(|| report.error(At::Whole, "the file is empty"))
}

/// A list or map whose end is still to come.
struct Open {
    line: usize,
    is_map: bool,
    items: Vec<Node>,
}

struct Builder<'r> {
    report: &'r Report,
    open: Vec<Open>,
    root: Option<Node>,
}

impl Builder<'_> {
    fn error<T>(&self, line: usize, message: &str) -> Result<T, ImportError> {
        Err(self.report.error(At::Line(line), message))
    }

    fn event(&mut self, event: Event<'_>, line: usize) -> Result<(), ImportError> {
        match event {
            Event::Alias(_) => self.error(line, "aliases are not read: write the value itself"),
            Event::Scalar(_, _, anchor, _)
            | Event::SequenceStart(anchor, _)
            | Event::MappingStart(anchor, _)
                if anchor != 0 =>
            {
                self.error(line, "anchors are not read: write the value where it is used")
            }
            Event::Scalar(text, style, ..) => {
                let is_quoted = style != ScalarStyle::Plain;
                self.add(Node { line, value: Value::Text { text: text.into_owned(), is_quoted } })
            }
            Event::SequenceStart(..) => self.begin(line, false),
            Event::MappingStart(..) => self.begin(line, true),
            Event::SequenceEnd | Event::MappingEnd => self.end(line),
            Event::DocumentStart(_) if self.root.is_some() => {
                self.error(line, "a second document: one file has one")
            }
            _ => Ok(()),
        }
    }

    fn begin(&mut self, line: usize, is_map: bool) -> Result<(), ImportError> {
        if self.open.len() >= NESTING {
            return self.error(line, "values are nested too deep here");
        }
        self.open.push(Open { line, is_map, items: Vec::new() });
        Ok(())
    }

    fn end(&mut self, line: usize) -> Result<(), ImportError> {
        let Some(Open { line: start, is_map, items }) = self.open.pop() else {
            return self.error(line, "an end without a beginning");
        };
        if !is_map {
            return self.add(Node { line: start, value: Value::List(items) });
        }
        let mut pairs: Vec<(Node, Node)> = Vec::new();
        let mut taken = std::collections::HashSet::new();
        let mut items = items.into_iter();
        while let (Some(key), Some(value)) = (items.next(), items.next()) {
            if let Some(text) = key.text()
                && !taken.insert(text.to_owned())
            {
                return self.error(key.line, &format!("`{text}` is given twice"));
            }
            pairs.push((key, value));
        }
        self.add(Node { line: start, value: Value::Map(pairs) })
    }

    fn add(&mut self, node: Node) -> Result<(), ImportError> {
        match self.open.last_mut() {
            Some(open) => open.items.push(node),
            None => self.root = Some(node),
        }
        Ok(())
    }
}

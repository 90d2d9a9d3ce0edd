//! A package in Python's terms: what the templates print.
//!
//! All texts are final. A text of several lines is indented from its own first column; the templates
//! indent it further where it stands in a class.

use askama::Template;

/// A module.
#[derive(Template)]
#[template(path = "python/templates/module.py", escape = "none")]
pub(super) struct Module {
    /// The docstring and what separates it from the rest; empty where there is none.
    pub(super) doc: String,
    /// The schema files that it was made from.
    pub(super) sources: String,
    /// Blocks of import lines: the standard library, then the rest.
    pub(super) imports: Vec<String>,
    pub(super) items: Vec<Item>,
}

/// An item, in the order of the schema.
pub(super) struct Item {
    /// The empty lines before it, less one.
    pub(super) gap: &'static str,
    pub(super) text: String,
}

/// A class: an enum, flags, struct, message, union or arm.
#[derive(Template)]
#[template(path = "python/templates/class.py", escape = "none")]
pub(super) struct Class {
    /// Up to the colon.
    pub(super) head: String,
    /// What stands in it, apart by an empty line: the docstring, then groups of statements.
    pub(super) groups: Vec<String>,
}

/// The text of a node, without the line end.
pub(super) fn printed(node: &impl Template) -> String {
    match node.render() {
        Ok(text) => text.trim_end().to_owned(),
        // Writing to a string does not fail, and the templates call nothing that does.
        Err(error) => unreachable!("a template that cannot be printed: {error}"),
    }
}

//! Elements and the lines they stand on.

use roxmltree::Node;

use crate::import::report::At;

/// Where the lines of a text begin.
pub(super) struct Lines(Vec<usize>);

impl Lines {
    pub(super) fn new(text: &str) -> Lines {
        Lines(text.match_indices('\n').map(|(at, _)| at).collect())
    }

    pub(super) fn line(&self, node: Node<'_, '_>) -> usize {
        let start = node.range().start;
        self.0.partition_point(|end| *end < start) + 1
    }

    pub(super) fn at(&self, node: Node<'_, '_>) -> At {
        At::Line(self.line(node))
    }
}

/// Elements inside an element, without texts and comments.
pub(super) fn elements<'x>(node: Node<'x, 'x>) -> impl Iterator<Item = Node<'x, 'x>> {
    node.children().filter(Node::is_element)
}

/// The text inside an element.
pub(super) fn text<'x>(node: Node<'x, 'x>) -> &'x str {
    node.text().unwrap_or_default().trim()
}

/// The `description`, as documentation.
pub(super) fn docs(node: Node<'_, '_>) -> Vec<String> {
    node.attribute("description")
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
        .into_iter()
        .collect()
}

/// The reason not to use it any more.
pub(super) fn deprecated(node: Node<'_, '_>) -> Option<String> {
    node.attribute("deprecated").map(|version| format!("since version {version} of the SBE schema"))
}

//! The site in HTML's terms: what the templates print.
//!
//! All texts, addresses and classes are final; a template prints and loops, and decides nothing. Plain
//! texts are escaped by the templates, [`Html`] is not.

use std::fmt;

use askama::Template;

/// HTML that is right as it stands: of the Markdown renderer and of the layout pictures, nothing else.
#[derive(Debug, Clone, Default)]
pub(super) struct Html(pub(super) String);

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Html {}

/// What all pages have.
pub(super) struct Frame {
    /// Of the page.
    pub(super) title: String,
    /// Last name of the path.
    pub(super) here: String,
    /// Of the site.
    pub(super) site: String,
    /// From the page's folder to the site's: nothing, or `../`.
    pub(super) root: &'static str,
    /// The pages above this one.
    pub(super) crumbs: Vec<Link>,
    /// Packages beside the text; types of this one.
    pub(super) nav: Vec<NavPackage>,
    /// To the packages that are left out there.
    pub(super) nav_more: Option<Link>,
}

/// A link; its address counts from the site's folder.
#[derive(Debug, Clone)]
pub(super) struct Link {
    pub(super) text: String,
    pub(super) href: String,
}

/// A package beside the text.
pub(super) struct NavPackage {
    pub(super) link: Link,
    /// `page` where it is the page, otherwise `false`: its `aria-current`.
    pub(super) current: &'static str,
    pub(super) types: Vec<NavType>,
    /// To the types that are left out.
    pub(super) more: Option<Link>,
}

/// A type beside the text.
pub(super) struct NavType {
    pub(super) link: Link,
    pub(super) kind: KindMark,
    /// `page` where it is the page, otherwise `false`: its `aria-current`.
    pub(super) current: &'static str,
}

/// A kind of declaration, as a word and as a letter in a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KindMark {
    /// CSS class, which is also what the search calls it.
    pub(super) class: &'static str,
    pub(super) letter: &'static str,
    pub(super) word: &'static str,
}

/// A name with what it is, and its documentation in a line.
pub(super) struct Entry {
    pub(super) link: Link,
    pub(super) kind: KindMark,
    /// Package, or nothing where that is clear.
    pub(super) package: String,
    pub(super) summary: Html,
}

/// A fact of a type or package.
pub(super) struct Fact {
    pub(super) term: &'static str,
    pub(super) value: String,
    /// CSS class of the value.
    pub(super) class: &'static str,
}

/// A table under a heading.
pub(super) struct Table {
    /// Anchor.
    pub(super) id: String,
    pub(super) heading: &'static str,
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Row>,
}

/// A column's heading, and the CSS class of its cells.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    pub(super) class: &'static str,
    pub(super) label: &'static str,
}

/// A row with a cell a column.
pub(super) struct Row {
    /// Anchor, where the row is all that there is of a thing.
    pub(super) anchor: Option<String>,
    pub(super) cells: Vec<(Column, Cell)>,
}

/// A cell.
pub(super) enum Cell {
    /// What the row is about, with a link to itself.
    Name { name: String, anchor: String, chips: Vec<Chip> },
    /// What the row is about, with a page of its own.
    Link { link: Link, chips: Vec<Chip> },
    /// A type, and a default or value; the third is a constraint.
    Type { ty: Vec<TypePart>, value: Option<String> },
    /// Documentation, and a reason not to use it.
    Docs { docs: Html, deprecated: Option<Html> },
    /// Documentation, and who uses what the row is about.
    Used { docs: Html, heading: String, uses: Vec<UseLine> },
    /// A number or a short text in code.
    Code(String),
}

/// A fact of a member in a word.
pub(super) struct Chip {
    pub(super) class: &'static str,
    pub(super) text: String,
    /// What it means, in a sentence.
    pub(super) title: &'static str,
}

/// Part of a type, with a link where it is a name.
pub(super) struct TypePart {
    pub(super) text: String,
    pub(super) href: Option<String>,
}

/// The first page.
#[derive(Template)]
#[template(path = "site/templates/index.html", whitespace = "minimize")]
pub(super) struct IndexPage {
    pub(super) frame: Frame,
    pub(super) facts: Vec<Fact>,
    pub(super) packages: Vec<PackageCard>,
}

/// A package on the first page.
pub(super) struct PackageCard {
    pub(super) link: Link,
    /// `3 messages, 2 structs`
    pub(super) contents: String,
    pub(super) chips: Vec<Chip>,
    pub(super) docs: Html,
    /// One table, or none where there are no messages.
    pub(super) messages: Vec<Table>,
    pub(super) others: Vec<Entry>,
}

/// A package.
#[derive(Template)]
#[template(path = "site/templates/package.html", whitespace = "minimize")]
pub(super) struct PackagePage {
    pub(super) frame: Frame,
    pub(super) chips: Vec<Chip>,
    pub(super) docs: Html,
    pub(super) tables: Vec<Table>,
}

/// A named type.
#[derive(Template)]
#[template(path = "site/templates/type.html", whitespace = "minimize")]
pub(super) struct TypePage {
    pub(super) frame: Frame,
    pub(super) name: String,
    pub(super) kind: KindMark,
    /// `closed enum`
    pub(super) kind_words: String,
    pub(super) deprecated: Option<Html>,
    pub(super) docs: Html,
    pub(super) facts: Vec<Fact>,
    pub(super) members: Table,
    pub(super) layout: LayoutFigure,
    /// What uses it, and in which members.
    pub(super) uses: Vec<UseLine>,
    /// Said in place of uses.
    pub(super) unused: &'static str,
    pub(super) canonical: String,
}

/// Where the bytes of a type lie.
pub(super) struct LayoutFigure {
    pub(super) picture: Html,
    /// Sizes in a sentence.
    pub(super) caption: String,
    /// A better order of the fields, in a sentence.
    pub(super) better: Option<String>,
}

/// Something that uses a type.
pub(super) struct UseLine {
    pub(super) user: Link,
    pub(super) kind: KindMark,
    pub(super) members: Vec<Link>,
}

/// All names from A to Z.
#[derive(Template)]
#[template(path = "site/templates/names.html", whitespace = "minimize")]
pub(super) struct NamesPage {
    pub(super) frame: Frame,
    pub(super) letters: Vec<Letter>,
}

/// The names that begin with a letter.
pub(super) struct Letter {
    pub(super) letter: char,
    pub(super) entries: Vec<Entry>,
}

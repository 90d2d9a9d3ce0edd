//! Tables of declarations: messages, types, aliases and constants of a package.

use myc_schema::schema::{AliasId, Const, PackageId, TypeId, TypeKind};

use super::markdown;
use super::members::{deprecated_chip, former_chip};
use super::model::{Cell, Chip, Column, Entry, KindMark, Link, Row, Table};
use super::survey::{ALIAS, CONSTANT, MESSAGE, Survey, alias_anchor, constant_anchor};
use super::values::value_text;

const ID: Column = Column { class: "number", label: "Id" };
const NAME: Column = Column { class: "name", label: "Name" };
const TOPIC: Column = Column { class: "topic", label: "Topic" };
const STANDS_FOR: Column = Column { class: "type", label: "Stands for" };
const TYPE: Column = Column { class: "type", label: "Type and value" };
const SUMMARY: Column = Column { class: "docs", label: "Description" };

impl Survey<'_> {
    /// The types of a kind in a package; none where it has none.
    pub(super) fn types_table(
        &self,
        package: PackageId,
        kind: KindMark,
        (id, heading): (String, &'static str),
    ) -> Option<Table> {
        let types = self.contents[package.0].types.iter().filter(|id| self.kind(**id) == kind);
        let rows: Vec<Row> = types.map(|id| self.type_row(*id)).collect();
        let columns = match kind {
            MESSAGE => vec![ID, NAME, TOPIC, SUMMARY],
            _ => vec![NAME, SUMMARY],
        };
        (!rows.is_empty()).then_some(Table { id, heading, columns, rows })
    }

    fn type_row(&self, id: TypeId) -> Row {
        let def = &self.schema.types[id.0];
        let link = Link { text: def.name.clone(), href: self.type_path(id).to_owned() };
        let deprecated = def.deprecated.iter().map(|_| deprecated_chip());
        let chips: Vec<Chip> =
            former_chip(def.was.as_deref()).into_iter().chain(deprecated).collect();
        let name = (NAME, Cell::Link { link, chips });
        let docs = Cell::Docs { docs: markdown::summary(&def.docs), deprecated: None };
        let cells = match &def.kind {
            TypeKind::Message(message) => vec![
                (ID, Cell::Code(message.id.to_string())),
                name,
                (TOPIC, Cell::Code(markdown::plain(&message.topic))),
                (SUMMARY, docs),
            ],
            _ => vec![name, (SUMMARY, docs)],
        };
        Row { anchor: None, cells }
    }

    /// The aliases of a package; none where it has none.
    pub(super) fn aliases_table(&self, package: PackageId) -> Option<Table> {
        let aliases = &self.contents[package.0].aliases;
        let rows: Vec<Row> = aliases.iter().map(|id| self.alias_row(package, *id)).collect();
        let columns = vec![NAME, STANDS_FOR, SUMMARY];
        (!rows.is_empty()).then_some(Table {
            id: "aliases".to_owned(),
            heading: "Aliases",
            columns,
            rows,
        })
    }

    fn alias_row(&self, package: PackageId, id: AliasId) -> Row {
        let alias = &self.schema.aliases[id.0];
        let anchor = alias_anchor(&alias.name);
        let uses = self.use_lines(self.uses.of_alias(id));
        let docs = self.docs(&alias.docs, package);
        let docs = match uses.len() {
            0 => Cell::Docs { docs, deprecated: None },
            count => Cell::Used { docs, heading: format!("Used by {count}"), uses },
        };
        let name =
            Cell::Name { name: alias.name.clone(), anchor: anchor.clone(), chips: Vec::new() };
        let ty = Cell::Type { ty: self.type_parts(&alias.ty, package), value: None };
        Row { anchor: Some(anchor), cells: vec![(NAME, name), (STANDS_FOR, ty), (SUMMARY, docs)] }
    }

    /// The constants of a package; none where it has none.
    pub(super) fn constants_table(&self, package: PackageId) -> Option<Table> {
        let constants = &self.contents[package.0].constants;
        let rows: Vec<Row> = constants.iter().map(|c| self.constant_row(package, c)).collect();
        let (id, columns) = ("constants".to_owned(), vec![NAME, TYPE, SUMMARY]);
        (!rows.is_empty()).then_some(Table { id, heading: "Constants", columns, rows })
    }

    fn constant_row(&self, package: PackageId, constant: &Const) -> Row {
        let anchor = constant_anchor(&constant.name);
        let name =
            Cell::Name { name: constant.name.clone(), anchor: anchor.clone(), chips: Vec::new() };
        let value = Some(value_text(self.schema, &constant.ty, &constant.value));
        let ty = Cell::Type { ty: self.type_parts(&constant.ty, package), value };
        let cells =
            vec![(NAME, name), (TYPE, ty), (SUMMARY, self.docs_cell(&constant.docs, package))];
        Row { anchor: Some(anchor), cells }
    }

    /// Documentation as it stands in a package.
    pub(super) fn docs_cell(&self, docs: &[String], package: PackageId) -> Cell {
        Cell::Docs { docs: self.docs(docs, package), deprecated: None }
    }

    /// A type in a list; `package` where the list has types of several.
    pub(super) fn entry(&self, id: TypeId, package: String) -> Entry {
        Entry {
            link: self.type_link(id),
            kind: self.kind(id),
            package,
            summary: markdown::summary(&self.schema.types[id.0].docs),
        }
    }

    /// An alias in a list.
    pub(super) fn alias_entry(&self, id: AliasId, package: String) -> Entry {
        let alias = &self.schema.aliases[id.0];
        Entry {
            link: Link { text: alias.name.clone(), href: self.alias_path(id) },
            kind: ALIAS,
            package,
            summary: markdown::summary(&alias.docs),
        }
    }

    /// A constant in a list.
    pub(super) fn constant_entry(&self, of: PackageId, constant: &Const, package: String) -> Entry {
        let href = self.constant_path(of, &constant.name);
        Entry {
            link: Link { text: constant.name.clone(), href },
            kind: CONSTANT,
            package,
            summary: markdown::summary(&constant.docs),
        }
    }
}

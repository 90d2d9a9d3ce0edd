//! What the pages know of one another: addresses, what stands in each package, who uses what.

use std::collections::{HashMap, HashSet};

use myc_schema::schema::{AliasId, Const, Item, PackageId, Schema, TypeId, TypeKind};
use mycelium_wire::reflect::Def;

use super::model::{KindMark, Link};
use super::uses::Uses;

/// Kinds of declaration, in the order in which pages list them.
pub(super) const MESSAGE: KindMark = KindMark { class: "message", letter: "M", word: "message" };
pub(super) const STRUCT: KindMark = KindMark { class: "struct", letter: "S", word: "struct" };
pub(super) const UNION: KindMark = KindMark { class: "union", letter: "U", word: "union" };
pub(super) const ENUM: KindMark = KindMark { class: "enum", letter: "E", word: "enum" };
pub(super) const FLAGS: KindMark = KindMark { class: "flags", letter: "F", word: "flags" };
pub(super) const ALIAS: KindMark = KindMark { class: "alias", letter: "A", word: "alias" };
pub(super) const CONSTANT: KindMark = KindMark { class: "constant", letter: "C", word: "constant" };

/// The kinds that have pages.
pub(super) const TYPE_KINDS: [KindMark; 5] = [MESSAGE, STRUCT, UNION, ENUM, FLAGS];

/// A schema as the pages need it.
pub(super) struct Survey<'s> {
    pub(super) schema: &'s Schema,
    /// Tables of each type.
    pub(super) defs: Vec<&'s Def<'s>>,
    /// Who uses each type and alias.
    pub(super) uses: Uses,
    /// What stands in each package.
    pub(super) contents: Vec<Contents<'s>>,
    /// Address of each type's page.
    paths: Vec<String>,
    /// Types and aliases by their qualified names.
    names: HashMap<String, Declared>,
}

/// What stands in a package.
#[derive(Default)]
pub(super) struct Contents<'s> {
    /// By kind, then by id or name.
    pub(super) types: Vec<TypeId>,
    pub(super) aliases: Vec<AliasId>,
    pub(super) constants: Vec<&'s Const>,
}

#[derive(Clone, Copy)]
enum Declared {
    Type(TypeId),
    Alias(AliasId),
}

impl<'s> Survey<'s> {
    pub(super) fn of(schema: &'s Schema, defs: Vec<&'s Def<'s>>) -> Survey<'s> {
        let mut names = HashMap::new();
        for index in 0..schema.types.len() {
            let id = TypeId(index);
            names.insert(schema.qualified_name(id), Declared::Type(id));
        }
        for (index, alias) in schema.aliases.iter().enumerate() {
            let package = &schema.packages[alias.package.0].name;
            names.insert(format!("{package}.{}", alias.name), Declared::Alias(AliasId(index)));
        }
        Survey {
            schema,
            defs,
            uses: Uses::of(schema),
            contents: schema.packages.iter().map(|p| contents(schema, &p.items)).collect(),
            paths: paths(schema),
            names,
        }
    }

    /// Address of a type's page.
    pub(super) fn type_path(&self, id: TypeId) -> &str {
        &self.paths[id.0]
    }

    /// Address of a package's page.
    pub(super) fn package_path(&self, id: PackageId) -> String {
        format!("packages/{}.html", self.schema.packages[id.0].name)
    }

    /// Address of an alias: it stands on its package's page.
    pub(super) fn alias_path(&self, id: AliasId) -> String {
        let alias = &self.schema.aliases[id.0];
        format!("{}#{}", self.package_path(alias.package), alias_anchor(&alias.name))
    }

    /// Address of a constant.
    pub(super) fn constant_path(&self, package: PackageId, name: &str) -> String {
        format!("{}#{}", self.package_path(package), constant_anchor(name))
    }

    /// A type's page under its own name.
    pub(super) fn type_link(&self, id: TypeId) -> Link {
        let text = self.schema.types[id.0].name.clone();
        Link { text, href: self.type_path(id).to_owned() }
    }

    /// A package's page.
    pub(super) fn package_link(&self, id: PackageId) -> Link {
        Link { text: self.schema.packages[id.0].name.clone(), href: self.package_path(id) }
    }

    pub(super) fn kind(&self, id: TypeId) -> KindMark {
        kind_of(self.schema, id)
    }

    /// Address of the type or alias that documentation in a package names.
    pub(super) fn named_in_docs(&self, package: PackageId, name: &str) -> Option<String> {
        let own = || format!("{}.{name}", self.schema.packages[package.0].name);
        let found = match name.contains('.') {
            true => self.names.get(name),
            false => self.names.get(&own()),
        };
        found.map(|declared| match declared {
            Declared::Type(id) => self.type_path(*id).to_owned(),
            Declared::Alias(id) => self.alias_path(*id),
        })
    }
}

/// Anchor of an alias on its package's page.
pub(super) fn alias_anchor(name: &str) -> String {
    format!("alias.{name}")
}

/// Anchor of a constant on its package's page.
pub(super) fn constant_anchor(name: &str) -> String {
    format!("constant.{name}")
}

fn kind_of(schema: &Schema, id: TypeId) -> KindMark {
    match schema.types[id.0].kind {
        TypeKind::Message(_) => MESSAGE,
        TypeKind::Struct(_) => STRUCT,
        TypeKind::Union(_) => UNION,
        TypeKind::Enum(_) => ENUM,
        TypeKind::Flags(_) => FLAGS,
    }
}

fn contents<'s>(schema: &'s Schema, items: &'s [Item]) -> Contents<'s> {
    let mut contents = Contents::default();
    for item in items {
        match item {
            Item::Const(constant) => contents.constants.push(constant),
            Item::Alias(id) => contents.aliases.push(*id),
            Item::Type(id) => contents.types.push(*id),
        }
    }
    let rank = |kind| TYPE_KINDS.iter().position(|other| *other == kind);
    contents.types.sort_by_key(|id| {
        let def = &schema.types[id.0];
        let number = if let TypeKind::Message(message) = &def.kind { message.id } else { 0 };
        (rank(kind_of(schema, *id)), number, &def.name)
    });
    contents.aliases.sort_by_key(|id| &schema.aliases[id.0].name);
    contents.constants.sort_by_key(|constant| &constant.name);
    contents
}

/// Addresses that differ also where the file system sees no difference between `Ab` and `AB`.
fn paths(schema: &Schema) -> Vec<String> {
    let mut order: Vec<TypeId> = (0..schema.types.len()).map(TypeId).collect();
    order.sort_by_cached_key(|id| schema.qualified_name(*id));
    let mut taken = HashSet::new();
    let mut paths = vec![String::new(); order.len()];
    for id in order {
        let name = schema.qualified_name(id);
        let mut stem = name.clone();
        let mut number = 2;
        while !taken.insert(stem.to_ascii_lowercase()) {
            stem = format!("{name}-{number}");
            number += 1;
        }
        paths[id.0] = format!("types/{stem}.html");
    }
    paths
}

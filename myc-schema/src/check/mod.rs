//! Tree and names to facts: every rule of the language that the grammar does not enforce.
//!
//! Declarations come in an order in which each stands behind what it uses. One that is wrong leaves
//! no facts; what uses it is checked as far as that goes, without reporting the same fault again.

mod attributes;
mod clash;
mod composite;
mod constraint;
mod enums;
mod extent;
mod fields;
mod fit;
mod message;
mod renamed;
mod reserved;
mod style;
mod ty;
mod union;
mod value;

use std::rc::Rc;

use crate::diag::{Diagnostic, Sink};
use crate::facts::{Facts, TypeFacts};
use crate::load::Program;
use crate::names::{DeclId, Names};
use crate::schema::{Alias, AliasId, Const, Item, Package, PackageId, Reserved, Ty, TypeId};
use crate::source::{FileId, Files};
use crate::tree;
use attributes::Target;
use extent::Extent;

#[cfg(feature = "analysis")]
pub(crate) use {
    attributes::{Known, Target as AttributeTarget},
    ty::{built_in, is_built_in},
};

/// Checks all declarations in their order.
pub(crate) fn check(
    program: &Program,
    files: &Files,
    names: &Names<'_>,
    order: &[DeclId],
    sink: &mut Sink,
) -> Facts {
    let mut checker = Checker {
        names,
        sink,
        checked: names.decls.iter().map(|_| Checked::Wrong).collect(),
        aliases: Vec::new(),
        types: Vec::new(),
        type_extents: Vec::new(),
        alias_extents: Vec::new(),
        alias_types: Vec::new(),
        uses: 0,
        unwritten: 0,
    };
    for decl in order {
        checker.checked[decl.0] = checker.decl(*decl).unwrap_or(Checked::Wrong);
    }
    checker.check_ids_and_topics(order);
    checker.check_digest_names_of_types(order);
    checker.check_packages();
    let reserved = checker.reserved(program, order);
    let Checker { checked, aliases, types, .. } = checker;
    if !sink.has_errors() {
        let is_wrong = |checked: &Checked| matches!(checked, Checked::Wrong);
        debug_assert!(!checked.iter().any(is_wrong), "what is left out was reported");
        names.report_unused(sink);
    }
    Facts { packages: packages(program, files, names, checked, reserved), aliases, types }
}

/// What is known of a declaration.
enum Checked {
    /// Nothing: it is wrong, which has been reported, or its turn has not come.
    Wrong,
    Const(Const),
    Alias(AliasId),
    Type(TypeId),
}

struct Checker<'c, 't> {
    names: &'c Names<'t>,
    sink: &'c mut Sink,
    /// By [`DeclId`].
    checked: Vec<Checked>,
    aliases: Vec<Alias>,
    types: Vec<TypeFacts>,
    /// By [`TypeId`].
    type_extents: Vec<Extent>,
    /// By [`AliasId`].
    alias_extents: Vec<Extent>,
    /// What each alias stands for, which is no alias; by [`AliasId`].
    alias_types: Vec<Rc<Ty>>,
    /// Uses of types so far, each counted through all that it reaches.
    uses: u64,
    /// Fields left out of values so far, and bytes of texts that constants stood for.
    unwritten: usize,
}

impl Checker<'_, '_> {
    fn report(&mut self, diagnostic: Diagnostic) {
        self.sink.report(diagnostic);
    }

    fn decl(&mut self, decl: DeclId) -> Option<Checked> {
        let names = self.names;
        let declared = &names.decls[decl.0];
        let (file, package, item) = (declared.file, declared.package, declared.item);
        match &item.kind {
            tree::ItemKind::Const { ty, value } => self.constant(file, item, ty, value),
            tree::ItemKind::Alias { ty } => self.alias(file, package, item, ty),
            _ => self.named_type(file, package, item),
        }
    }

    fn constant(
        &mut self,
        file: FileId,
        item: &tree::Item,
        ty: &tree::Type,
        value: &tree::Expr,
    ) -> Option<Checked> {
        self.check_constant_name(&item.name);
        self.attributes(file, &item.attributes, Target::Const);
        let span = ty.span;
        let ty = self.ty(file, ty)?;
        self.check_constant_type(&ty, span)?;
        let value = self.value(file, value, &ty)?;
        let name = item.name.text.clone();
        Some(Checked::Const(Const { name, docs: item.docs.clone(), ty, value }))
    }

    fn alias(
        &mut self,
        file: FileId,
        package: PackageId,
        item: &tree::Item,
        ty: &tree::Type,
    ) -> Option<Checked> {
        self.check_type_name(&item.name);
        self.attributes(file, &item.attributes, Target::Alias);
        let ty = self.ty(file, ty)?;
        let extent = self.extent(&ty).inside();
        self.check_extent(extent, item.name.span)?;
        let name = item.name.text.clone();
        self.alias_types.push(match &ty {
            Ty::Alias(id) => Rc::clone(&self.alias_types[id.0]),
            plain => Rc::new(plain.clone()),
        });
        self.aliases.push(Alias { package, name, docs: item.docs.clone(), ty });
        self.alias_extents.push(extent);
        Some(Checked::Alias(AliasId(self.aliases.len() - 1)))
    }

    fn named_type(
        &mut self,
        file: FileId,
        package: PackageId,
        item: &tree::Item,
    ) -> Option<Checked> {
        self.check_type_name(&item.name);
        let target = match &item.kind {
            tree::ItemKind::Message { .. } => Target::Message,
            _ => Target::Type,
        };
        let mut attributes = self.attributes(file, &item.attributes, target);
        let was = self.former_name(&item.name, attributes.was.take(), crate::style::is_pascal_case);
        let kind = match &item.kind {
            tree::ItemKind::Struct { fields } => self.structure(file, item, fields)?,
            tree::ItemKind::Message { id, fields } => {
                let topic = self.topic(package, &item.name, was.as_deref(), attributes.topic);
                self.message(file, package, item, id.as_ref(), topic, fields)?
            }
            tree::ItemKind::Enum { openness, repr, members } => {
                self.enumeration(file, item, *openness, repr.as_ref(), members)?
            }
            tree::ItemKind::Flags { repr, members } => {
                self.flags(file, item, repr.as_ref(), members)?
            }
            tree::ItemKind::Union { openness, arms } => self.union(file, item, *openness, arms)?,
            tree::ItemKind::Const { .. } | tree::ItemKind::Alias { .. } => return None,
        };
        let reserved = self.reserved_in(file, item, &kind);
        let (name, docs) = (item.name.text.clone(), item.docs.clone());
        let deprecated = attributes.deprecated;
        let facts = TypeFacts { package, name, was, docs, deprecated, reserved, kind };
        self.add_type(item, facts)
    }

    fn add_type(&mut self, item: &tree::Item, facts: TypeFacts) -> Option<Checked> {
        let extent = self.kind_extent(&facts.kind);
        self.check_extent(extent, item.name.span)?;
        self.count_uses(extent, item.name.span)?;
        self.types.push(facts);
        self.type_extents.push(extent);
        Some(Checked::Type(TypeId(self.types.len() - 1)))
    }
}

fn packages(
    program: &Program,
    files: &Files,
    names: &Names<'_>,
    checked: Vec<Checked>,
    reserved: Vec<Reserved>,
) -> Vec<Package> {
    let package = |(name, reserved): (&crate::names::PackageName<'_>, Reserved)| {
        let modules = || name.files.iter().map(|file| &program.modules[file.0]);
        Package {
            name: name.name.to_owned(),
            docs: modules().flat_map(|module| module.tree.docs.iter().cloned()).collect(),
            sources: name.files.iter().map(|file| files.path(*file).to_owned()).collect(),
            is_root: modules().any(|module| module.is_root),
            items: Vec::new(),
            reserved,
        }
    };
    let mut packages: Vec<Package> = names.packages.iter().zip(reserved).map(package).collect();
    for (decl, checked) in names.decls.iter().zip(checked) {
        packages[decl.package.0].items.extend(match checked {
            Checked::Wrong => None,
            Checked::Const(constant) => Some(Item::Const(constant)),
            Checked::Alias(alias) => Some(Item::Alias(alias)),
            Checked::Type(ty) => Some(Item::Type(ty)),
        });
    }
    packages
}

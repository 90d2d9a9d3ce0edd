//! What each name in the sources means.

use crate::check::{Known, is_built_in};
use crate::load::Program;
use crate::names::{DeclId, Meaning, Names};
use crate::schema::PackageId;
use crate::source::{FileId, Span};
use crate::tree::{
    Argument, Attribute, Expr, ExprKind, Field, Item, ItemKind, Path, Reserved, Type, TypeArgument,
    TypeKind,
};

/// What a name means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Symbol {
    /// A constant or type.
    Declaration(usize),
    /// A field, member or arm, by its place in the declaration.
    Member(usize, usize),
    /// The name that an import was given, by its place among the file's imports.
    Alias(FileId, usize),
    /// A file that is imported.
    File(FileId),
    /// A package.
    Package(usize),
    /// A type of the language.
    BuiltIn(&'static str),
    /// An attribute of the language.
    Attribute(&'static str),
}

/// A name in the sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Use {
    /// Place of the name, without what qualifies it.
    pub span: Span,
    /// What it means.
    pub symbol: Symbol,
    /// Whether it is declared here.
    pub is_declaration: bool,
}

/// All names of all declarations.
pub(super) fn collect(names: &Names<'_>) -> Vec<Use> {
    let mut walk = Walk { names, uses: Vec::new() };
    for (index, package) in names.packages.iter().enumerate() {
        for path in &package.paths {
            walk.add(path.span, Symbol::Package(index), true);
        }
    }
    for (index, decl) in names.decls.iter().enumerate() {
        walk.item(DeclId(index), decl.file, decl.item);
    }
    walk.uses
}

/// Paths and names of imports.
pub(super) fn of_imports(program: &Program) -> Vec<Use> {
    let mut uses = Vec::new();
    for module in &program.modules {
        for (index, import) in module.imports.iter().enumerate() {
            let symbol = Symbol::File(import.file);
            uses.push(Use { span: import.span, symbol, is_declaration: false });
            if let Some(alias) = &import.alias {
                let symbol = Symbol::Alias(module.file, index);
                uses.push(Use { span: alias.span, symbol, is_declaration: true });
            }
        }
    }
    uses
}

struct Walk<'w, 't> {
    names: &'w Names<'t>,
    uses: Vec<Use>,
}

/// A type and the file whose names it is written in.
type Expected<'t> = Option<(FileId, &'t Type)>;

/// What a type is, as far as its values have names in them.
enum Shape<'t> {
    Named(DeclId, FileId, &'t Item),
    Items(FileId, &'t Type),
    Tuple(FileId, &'t [Type]),
    Map(FileId, &'t Type, &'t Type),
}

/// Aliases of aliases that are followed; more are a circle.
const MOST_ALIASES: usize = 64;

impl<'t> Walk<'_, 't> {
    fn add(&mut self, span: Span, symbol: Symbol, is_declaration: bool) {
        self.uses.push(Use { span, symbol, is_declaration });
    }

    fn item(&mut self, decl: DeclId, file: FileId, item: &'t Item) {
        self.add(item.name.span, Symbol::Declaration(decl.0), true);
        for (index, name) in item.kind.names().enumerate() {
            self.add(name.span, Symbol::Member(decl.0, index), true);
        }
        self.attributes(file, &item.attributes);
        for reserved in &item.reserved {
            if let Reserved::Numbers(argument) = reserved {
                self.argument(file, argument);
            }
        }
        match &item.kind {
            ItemKind::Const { ty, value } => {
                self.ty(file, ty);
                self.value(file, value, Some((file, ty)));
            }
            ItemKind::Alias { ty } => self.ty(file, ty),
            ItemKind::Enum { repr, members, .. } | ItemKind::Flags { repr, members } => {
                repr.iter().for_each(|repr| self.ty(file, repr));
                for member in members {
                    self.attributes(file, &member.attributes);
                    member.value.iter().for_each(|value| self.value(file, value, None));
                }
            }
            ItemKind::Struct { fields } => self.fields(file, fields, true),
            ItemKind::Message { id, fields } => {
                id.iter().for_each(|id| self.value(file, id, None));
                self.fields(file, fields, true);
            }
            ItemKind::Union { arms, .. } => self.fields(file, arms, false),
        }
    }

    /// The value of a field is of its type, that of an arm is a number.
    fn fields(&mut self, file: FileId, fields: &'t [Field], is_typed: bool) {
        for field in fields {
            self.attributes(file, &field.attributes);
            self.ty(file, &field.ty);
            let expected = is_typed.then_some((file, &field.ty));
            field.value.iter().for_each(|value| self.value(file, value, expected));
        }
    }

    fn attributes(&mut self, file: FileId, attributes: &'t [Attribute]) {
        for attribute in attributes {
            if let Some(known) = Known::named(&attribute.name.text) {
                self.add(attribute.name.span, Symbol::Attribute(known.name), false);
            }
            attribute.arguments.iter().for_each(|argument| self.argument(file, argument));
        }
    }

    fn argument(&mut self, file: FileId, argument: &'t Argument) {
        match argument {
            Argument::Value(value) => self.value(file, value, None),
            Argument::Range(range) => {
                let ends = range.min.iter().chain(&range.max);
                ends.for_each(|end| self.value(file, end, None));
            }
        }
    }

    fn ty(&mut self, file: FileId, ty: &'t Type) {
        match &ty.kind {
            TypeKind::Named { path, arguments } => {
                match is_built_in(&path.text) {
                    Some(name) => self.add(path.span, Symbol::BuiltIn(name), false),
                    None => self.path(file, path),
                }
                for argument in arguments {
                    match argument {
                        TypeArgument::Value(value) => self.value(file, value, None),
                        TypeArgument::Type(ty) => self.ty(file, ty),
                    }
                }
            }
            TypeKind::Tuple(items) => items.iter().for_each(|item| self.ty(file, item)),
            TypeKind::List { item, bound } => {
                self.ty(file, item);
                bound.iter().for_each(|bound| self.value(file, &bound.value, None));
            }
            TypeKind::Optional(inner) => self.ty(file, inner),
        }
    }

    /// A name that a declaration has.
    fn path(&mut self, file: FileId, path: &Path) {
        let Meaning::Decl(decl) = self.names.look_up(file, path) else { return };
        let Some((qualifier, name)) = path.text.rsplit_once('.') else {
            return self.add(path.span, Symbol::Declaration(decl.0), false);
        };
        let start = path.span.end - name.len();
        let span = Span { end: path.span.start + qualifier.len(), ..path.span };
        match self.names.alias_at(file, qualifier) {
            Some(index) => self.add(span, Symbol::Alias(file, index), false),
            None => {
                let PackageId(package) = self.names.decls[decl.0].package;
                self.add(span, Symbol::Package(package), false);
            }
        }
        self.add(Span { start, ..path.span }, Symbol::Declaration(decl.0), false);
    }

    fn value(&mut self, file: FileId, value: &'t Expr, expected: Expected<'t>) {
        let shape = expected.and_then(|(file, ty)| self.shape(file, ty));
        match &value.kind {
            ExprKind::Name(path) => match &shape {
                Some(Shape::Named(decl, _, item)) if matches!(item.kind, ItemKind::Enum { .. }) => {
                    self.member(*decl, item, path);
                }
                _ => self.path(file, path),
            },
            ExprKind::List(items) => self.items(file, items, shape.as_ref()),
            ExprKind::Tuple(items) => {
                let (home, types): (FileId, &[Type]) = match shape {
                    Some(Shape::Tuple(home, types)) => (home, types),
                    _ => (file, &[]),
                };
                for (index, item) in items.iter().enumerate() {
                    self.value(file, item, types.get(index).map(|ty| (home, ty)));
                }
            }
            ExprKind::Braces(pairs) => self.pairs(file, pairs, shape.as_ref()),
            ExprKind::Negative(inner) => self.value(file, inner, None),
            ExprKind::Chain(first, rest) => {
                self.value(file, first, None);
                rest.iter().for_each(|(_, operand)| self.value(file, operand, None));
            }
            ExprKind::Number(_) | ExprKind::Text(_) | ExprKind::Bool(_) => {}
        }
    }

    fn items(&mut self, file: FileId, items: &'t [Expr], shape: Option<&Shape<'t>>) {
        for item in items {
            match (shape, &item.kind) {
                (Some(Shape::Named(decl, _, flags)), ExprKind::Name(path)) => {
                    self.member(*decl, flags, path);
                }
                (Some(Shape::Items(home, ty)), _) => self.value(file, item, Some((*home, ty))),
                _ => self.value(file, item, None),
            }
        }
    }

    fn pairs(&mut self, file: FileId, pairs: &'t [(Expr, Expr)], shape: Option<&Shape<'t>>) {
        for (key, value) in pairs {
            match (shape, &key.kind) {
                (Some(Shape::Named(decl, home, item)), ExprKind::Name(path)) => {
                    self.member(*decl, item, path);
                    let ty = field_type(item, &path.text);
                    self.value(file, value, ty.map(|ty| (*home, ty)));
                }
                (Some(Shape::Map(home, key_type, of)), _) => {
                    self.value(file, key, Some((*home, key_type)));
                    self.value(file, value, Some((*home, of)));
                }
                _ => {
                    self.value(file, key, None);
                    self.value(file, value, None);
                }
            }
        }
    }

    fn member(&mut self, decl: DeclId, item: &Item, path: &Path) {
        if let Some(index) = item.kind.names().position(|name| name.text == path.text) {
            self.add(path.span, Symbol::Member(decl.0, index), false);
        }
    }

    /// Through aliases and `?`.
    fn shape(&self, mut file: FileId, mut ty: &'t Type) -> Option<Shape<'t>> {
        for _ in 0..MOST_ALIASES {
            let (path, arguments) = match &ty.kind {
                TypeKind::Optional(inner) => {
                    ty = inner;
                    continue;
                }
                TypeKind::List { item, .. } => return Some(Shape::Items(file, item)),
                TypeKind::Tuple(items) => return Some(Shape::Tuple(file, items)),
                TypeKind::Named { path, arguments } => (path, arguments),
            };
            if let ("map", [TypeArgument::Type(key), TypeArgument::Type(value)]) =
                (path.text.as_str(), arguments.as_slice())
            {
                return Some(Shape::Map(file, key, value));
            }
            if is_built_in(&path.text).is_some() {
                return None;
            }
            let Meaning::Decl(decl) = self.names.look_up(file, path) else { return None };
            let declared = &self.names.decls[decl.0];
            match &declared.item.kind {
                ItemKind::Alias { ty: target } => (file, ty) = (declared.file, target),
                _ => return Some(Shape::Named(decl, declared.file, declared.item)),
            }
        }
        None
    }
}

fn field_type<'t>(item: &'t Item, name: &str) -> Option<&'t Type> {
    match &item.kind {
        ItemKind::Struct { fields } => {
            fields.iter().find(|field| field.name.text == name).map(|field| &field.ty)
        }
        _ => None,
    }
}

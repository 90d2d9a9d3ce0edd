//! From the schema to a module in Python's terms.

use std::path::Path;

use heck::ToUpperCamelCase;
use myc_schema::schema::{
    Alias, Arm, Const, Enum, Field, Flags, Item as Declared, Member, Message, PackageId, Schema,
    Ty, TypeDef, TypeId, TypeKind, Union, Value,
};
use mycelium_wire::Digest;

use super::doc::docstring;
use super::expr::{Expr, WIDTH};
use super::imports::{Imports, type_name};
use super::model::{Class, Item, Module, printed};
use super::order::ordered;
use super::types::Scope;
use super::values::quoted;
use crate::names;

/// The module of a package.
pub(super) fn lower(schema: &Schema, id: PackageId) -> Module {
    let package = &schema.packages[id.0];
    let scope = Scope { schema, package: id, imports: Imports::default().into() };
    let mut items: Vec<Item> = Vec::new();
    let mut is_behind_class = false;
    for declared in ordered(schema, id) {
        let (text, is_class) = match declared {
            Declared::Const(def) => (scope.constant(def), false),
            Declared::Alias(alias) => (scope.alias(&schema.aliases[alias.0]), false),
            Declared::Type(ty) => (scope.class(*ty), true),
        };
        items.push(Item { gap: if is_class || is_behind_class { "\n" } else { "" }, text });
        is_behind_class = is_class;
    }
    let doc = docstring(&package.docs, None);
    let sources: Vec<String> = package.sources.iter().map(|path| shown(path)).collect();
    Module {
        doc: if doc.is_empty() { doc } else { format!("{doc}\n\n") },
        sources: sources.join(", "),
        imports: scope.imports.into_inner().blocks(),
        items,
    }
}

/// A path with the separators of every machine alike.
fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

impl Scope<'_> {
    fn constant(&self, def: &Const) -> String {
        self.imports.borrow_mut().typing.insert("Final");
        let name = names::python_name(&def.name);
        let text = format!("{name}: Final = {}", self.value(&def.value, &def.ty).flat());
        documented(text, &docstring(&def.docs, None))
    }

    fn alias(&self, alias: &Alias) -> String {
        let head = format!("{} = ", type_name(&alias.name));
        let text = self.ty(&alias.ty).fitted(WIDTH, head.len(), 0);
        documented(format!("{head}{text}"), &docstring(&alias.docs, None))
    }

    fn class(&self, id: TypeId) -> String {
        let def = &self.schema.types[id.0];
        let (base, facts, groups) = match &def.kind {
            TypeKind::Message(message) => {
                ("Message", self.message_facts(message), self.fields(&message.fields))
            }
            TypeKind::Struct(fields) => ("Struct", self.keyword_only(fields), self.fields(fields)),
            TypeKind::Enum(def) => {
                (enum_base(def), vec![repr_fact(def.repr.name())], enum_members(def))
            }
            TypeKind::Flags(def) => ("Flags", vec![repr_fact(def.repr.name())], flag_members(def)),
            TypeKind::Union(def) => (union_base(def), Vec::new(), self.arms(def)),
        };
        self.print_class(id, def, base, facts, groups)
    }

    fn print_class(
        &self,
        id: TypeId,
        def: &TypeDef,
        base: &str,
        facts: Vec<Expr>,
        groups: Vec<String>,
    ) -> String {
        let mut arguments = vec![self.wire(base), fact("name", &self.schema.qualified_name(id))];
        arguments.extend(facts);
        arguments.push(fact("digest", &def.digest.to_string()));
        if let TypeKind::Message(message) = &def.kind {
            arguments.extend(ancestors(message));
        }
        let doc = docstring(&def.docs, def.deprecated.as_deref());
        class(&type_name(&def.name), arguments, doc, groups, 0)
    }

    fn message_facts(&self, message: &Message) -> Vec<Expr> {
        let id = Expr::word(format!("id={}", message.id));
        let mut facts = vec![id, fact("topic", &message.topic)];
        facts.extend(self.keyword_only(&message.fields));
        facts
    }

    /// Where a field without a default follows one with, arguments cannot go by position.
    fn keyword_only(&self, fields: &[Field]) -> Vec<Expr> {
        let is_given = |field: &Field| {
            field.default.is_some() || matches!(self.schema.resolve(&field.ty), Ty::Optional(_))
        };
        let first = fields.iter().position(is_given).unwrap_or(fields.len());
        if fields[first..].iter().all(is_given) {
            Vec::new()
        } else {
            vec![Expr::word("kw_only=True")]
        }
    }

    /// Fields, then the mantissas of decimals.
    fn fields(&self, fields: &[Field]) -> Vec<String> {
        let printed = fields.iter().map(|field| self.field_statement(field)).collect();
        let mut groups = grouped(printed);
        let raws: Vec<String> = fields.iter().filter_map(|field| self.raw(field, fields)).collect();
        if !raws.is_empty() {
            groups.push(raws.join("\n"));
        }
        groups
    }

    fn field_statement(&self, field: &Field) -> (String, String) {
        let name = names::python_name(&field.name);
        let default = match (&field.default, self.schema.resolve(&field.ty)) {
            (Some(value), _) => Some(self.default(value, &field.ty)),
            (None, Ty::Optional(_)) => Some(Expr::word("None")),
            (None, _) => None,
        };
        let statement = assignment(&name, &self.field(field), default.as_ref());
        (statement, docstring(&described(field), field.deprecated.as_deref()))
    }

    /// A default; a linter would take a bare list or dict for one that all values share.
    fn default(&self, value: &Value, ty: &Ty) -> Expr {
        match self.value(value, ty) {
            value @ (Expr::List(_) | Expr::Dict(_)) => {
                self.imports.borrow_mut().wire = true;
                Expr::Call("wire.fresh".to_owned(), vec![value])
            }
            value => value,
        }
    }

    /// The mantissa of a decimal field, unless another field has the name.
    fn raw(&self, field: &Field, fields: &[Field]) -> Option<String> {
        let Ty::Decimal(_) = self.schema.resolve(&field.ty) else { return None };
        let name = names::python_name(&field.name);
        let raw = format!("{name}_raw");
        let is_free = fields.iter().all(|other| names::python_name(&other.name) != raw);
        is_free.then(|| format!("{raw} = wire.raw(\"{name}\")"))
    }

    fn arms(&self, def: &Union) -> Vec<String> {
        let mut groups: Vec<String> = def.arms.iter().map(|arm| self.arm(arm)).collect();
        let mut names: Vec<Expr> = def.arms.iter().map(|arm| Expr::word(arm_name(arm))).collect();
        self.imports.borrow_mut().typing.insert("TypeAlias");
        let mut aliases = String::new();
        if def.open {
            aliases.push_str("Unknown: TypeAlias = wire.UnknownArm\n");
            names.push(Expr::word("Unknown"));
        }
        let all = match names.as_slice() {
            [only] => only.flat(),
            _ => Expr::Either(names).fitted(WIDTH - 4, "Arm: TypeAlias = ".len(), 0),
        };
        aliases.push_str(&format!("Arm: TypeAlias = {all}"));
        groups.push(aliases);
        groups
    }

    fn arm(&self, arm: &Arm) -> String {
        let arguments =
            vec![self.wire("Arm"), fact("arm", &arm.name), Expr::word(format!("tag={}", arm.tag))];
        let doc = docstring(&arm.docs, arm.deprecated.as_deref());
        let value = self.ty(&arm.ty).fitted(WIDTH - 8, "value: ".len(), 0);
        class(&arm_name(arm), arguments, doc, vec![format!("value: {value}")], 4)
    }
}

/// A field's line or lines: where one does not hold it, the value is broken rather than the type.
fn assignment(name: &str, ty: &Expr, default: Option<&Expr>) -> String {
    let width = WIDTH - 4;
    let column = name.chars().count() + 2;
    let Some(default) = default else {
        return format!("{name}: {}", ty.fitted(width, column, 0));
    };
    let head = format!("{name}: {} = ", ty.flat());
    let used = head.chars().count();
    let first_line = used + default.opening();
    if default.is_breakable() && first_line <= width {
        return format!("{head}{}", default.fitted(width, used, 0));
    }
    if default.is_breakable() && used < width {
        return format!("{head}(\n    {}\n)", default.indented(width, 4));
    }
    let after = default.flat().chars().count() + 3;
    let ty = ty.fitted(width, column, after);
    // It stands behind the bracket that closes the type.
    format!("{name}: {ty} = {}", default.fitted(width, "] = ".len(), 0))
}

/// The docs of a field, and what its number counts.
fn described(field: &Field) -> Vec<String> {
    let mut lines = field.docs.clone();
    if let Some(unit) = &field.unit {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.push(format!("In {unit}."));
    }
    lines
}

/// A class, to stand at column `indent`.
fn class(
    name: &str,
    arguments: Vec<Expr>,
    doc: String,
    groups: Vec<String>,
    indent: usize,
) -> String {
    let head = Expr::Call(format!("class {name}"), arguments);
    let mut all = vec![doc];
    all.extend(groups);
    all.retain(|group| !group.is_empty());
    if all.is_empty() {
        all.push("pass".to_owned());
    }
    printed(&Class { head: format!("{}:", head.fitted(WIDTH - indent, 0, 1)), groups: all })
}

/// An argument of a class that is a text.
fn fact(name: &str, value: &str) -> Expr {
    Expr::word(format!("{name}={}", quoted(value)))
}

/// Digests of released versions, where there are some.
fn ancestors(message: &Message) -> Option<Expr> {
    let digest = |digest: &Digest| Expr::word(quoted(&digest.to_string()));
    let digests: Vec<Expr> = message.ancestors.iter().map(digest).collect();
    (!digests.is_empty())
        .then(|| Expr::Headed("ancestors=".to_owned(), Box::new(Expr::Tuple(digests))))
}

fn repr_fact(repr: &str) -> Expr {
    fact("repr", repr)
}

fn enum_base(def: &Enum) -> &'static str {
    if def.open { "OpenEnum" } else { "ClosedEnum" }
}

fn union_base(def: &Union) -> &'static str {
    if def.open { "OpenUnion" } else { "ClosedUnion" }
}

fn enum_members(def: &Enum) -> Vec<String> {
    members(&def.members, |value| value.to_string())
}

fn flag_members(def: &Flags) -> Vec<String> {
    members(&def.members, |bit| format!("1 << {bit}"))
}

fn members(members: &[Member], value: impl Fn(i128) -> String) -> Vec<String> {
    let printed = members.iter().map(|member| {
        let name = names::python_member(&member.name);
        let doc = docstring(&member.docs, member.deprecated.as_deref());
        (format!("{name} = {}", value(member.value)), doc)
    });
    grouped(printed.collect())
}

/// Statements stand apart where any of them has docs, else together.
fn grouped(statements: Vec<(String, String)>) -> Vec<String> {
    if statements.iter().all(|(_, doc)| doc.is_empty()) {
        let lines: Vec<String> = statements.into_iter().map(|(text, _)| text).collect();
        return vec![lines.join("\n")];
    }
    statements.into_iter().map(|(text, doc)| documented(text, &doc)).collect()
}

fn documented(text: String, doc: &str) -> String {
    if doc.is_empty() { text } else { format!("{text}\n{doc}") }
}

/// An arm's class; `Arm` and `Unknown` are taken.
fn arm_name(arm: &Arm) -> String {
    let name = names::python_name(&arm.name.to_upper_camel_case());
    if matches!(name.as_str(), "Arm" | "Unknown") { format!("{name}_") } else { name }
}

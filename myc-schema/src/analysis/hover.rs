//! What is to be known of a name: how it is declared, its documentation, its place on the wire.

use mycelium_wire::{FrameHeader, layout, reflect};

use super::{Analysis, Symbol, words};
use crate::check::Known;
use crate::lower::Arena;
use crate::names::DeclId;
use crate::schema::{
    Arm as SchemaArm, Constraint, Field as SchemaField, Item as SchemaItem, Member as SchemaMember,
    TypeId, TypeKind, Value,
};
use crate::source::{FileId, Span};
use crate::tree::{Field, Item, ItemKind, Member};

/// What is shown at a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    /// The name.
    pub span: Span,
    /// Markdown.
    pub text: String,
}

impl Analysis {
    /// What is to be known of the name at a place.
    pub fn hover(&self, file: FileId, offset: usize) -> Option<Hover> {
        let found = self.use_at(file, offset)?;
        let text = match found.symbol {
            Symbol::Declaration(decl) => self.of_declaration(DeclId(decl))?,
            Symbol::Member(decl, index) => self.of_member(DeclId(decl), index)?,
            Symbol::File(file) => format!("`{}`", self.files().path(file).display()),
            Symbol::Alias(file, index) => {
                let target = self.program.modules[file.0].imports.get(index)?.file;
                format!("what `{}` declares", self.files().path(target).display())
            }
            Symbol::Package(index) => {
                let package = self.schema.packages.get(index)?;
                page(&format!("package {};", package.name), &package.docs, &[])
            }
            Symbol::BuiltIn(name) => page(name, &[], &[words::of_type(name).to_owned()]),
            Symbol::Attribute(name) => {
                let known = Known::named(name)?;
                let facts = [format!("{}; on {}", words::of_attribute(name), known.applies_to)];
                page(&format!("@{name}"), &[], &facts)
            }
        };
        Some(Hover { span: found.span, text })
    }

    fn of_declaration(&self, decl: DeclId) -> Option<String> {
        let (item, qualified) = self.item(decl)?;
        let mut facts = Vec::new();
        match &item.kind {
            ItemKind::Alias { .. } => facts.extend(self.alias_facts(&qualified)),
            ItemKind::Const { .. } => facts.extend(self.constant_value(&qualified)),
            _ => {
                if let Some(id) = self.type_of(decl) {
                    facts.extend(self.type_facts(id));
                }
            }
        }
        facts.insert(0, format!("`{qualified}`"));
        Some(page(self.head(item), &item.docs, &facts))
    }

    /// How a declaration begins: all that stands before its body.
    fn head(&self, item: &Item) -> &str {
        let text = &self.files().text(item.span.file)[item.span.range()];
        match item.kind {
            ItemKind::Const { .. } | ItemKind::Alias { .. } => text,
            _ => text.split('{').next().unwrap_or(text).trim_end(),
        }
    }

    fn alias_facts(&self, qualified: &str) -> Option<String> {
        let is_meant = |alias: &&crate::schema::Alias| {
            let package = &self.schema.packages[alias.package.0].name;
            qualified.strip_prefix(package.as_str()).and_then(|rest| rest.strip_prefix('.'))
                == Some(alias.name.as_str())
        };
        let alias = self.schema.aliases.iter().find(is_meant)?;
        let arena = Arena::new();
        let ty = self.schema.reflect_use(&arena, &alias.ty);
        Some(format!("{} inline", bytes(layout::size(ty))))
    }

    fn type_facts(&self, id: TypeId) -> Vec<String> {
        let ty = &self.schema.types[id.0];
        let mut facts = Vec::new();
        if let TypeKind::Message(message) = &ty.kind {
            facts.push(format!("id {}, topic `{}`", message.id, message.topic));
            let block = bytes(message.block_size);
            facts.push(match ty.is_fixed {
                true => {
                    let payload = layout::align_up(message.block_size, layout::PAYLOAD_ALIGN);
                    let frame = FrameHeader::SIZE + payload;
                    format!("fixed: a block of {block}, every frame has {}", bytes(frame))
                }
                false => format!("not fixed: a block of {block}, and a tail"),
            });
        } else {
            facts.push(format!("{} inline, aligned to {}", bytes(ty.size), ty.align));
        }
        facts.extend(ty.was.as_ref().map(|was| format!("was `{was}`")));
        facts.extend(deprecation(ty.deprecated.as_ref()));
        if !self.has_errors {
            facts.push(format!("digest `{}`", ty.digest));
        }
        facts
    }

    fn of_member(&self, decl: DeclId, index: usize) -> Option<String> {
        let (item, qualified) = self.item(decl)?;
        let name = item.kind.names().nth(index)?;
        let facts = match self.type_of(decl) {
            Some(id) => self.member_facts(id, index),
            None => Vec::new(),
        };
        let (docs, end) = match &item.kind {
            ItemKind::Enum { members, .. } | ItemKind::Flags { members, .. } => {
                members.get(index).map(|member| (&member.docs, member_end(member)))?
            }
            ItemKind::Struct { fields }
            | ItemKind::Message { fields, .. }
            | ItemKind::Union { arms: fields, .. } => {
                fields.get(index).map(|field| (&field.docs, field_end(field)))?
            }
            ItemKind::Const { .. } | ItemKind::Alias { .. } => return None,
        };
        let text = self.files().text(name.span.file);
        let code = text.get(name.span.start..end).unwrap_or(&name.text);
        let of = format!("of `{qualified}`");
        Some(page(code, docs, &[vec![of], facts].concat()))
    }

    fn member_facts(&self, id: TypeId, index: usize) -> Vec<String> {
        let arena = Arena::new();
        let def = self.schema.reflect(&arena, id);
        match (&self.schema.types[id.0].kind, def.kind) {
            (TypeKind::Message(message), reflect::Kind::Message { fields, .. }) => {
                field_facts(&message.fields, fields, index)
            }
            (TypeKind::Struct(sources), reflect::Kind::Struct { fields }) => {
                field_facts(sources, fields, index)
            }
            (TypeKind::Union(union), reflect::Kind::Union { arms, .. }) => {
                arm_facts(&union.arms, arms, index)
            }
            (TypeKind::Enum(e), _) => e.members.get(index).map(|m| numbered("value", m)),
            (TypeKind::Flags(flags), _) => flags.members.get(index).map(|m| numbered("bit", m)),
            _ => None,
        }
        .unwrap_or_default()
    }

    /// What a constant that is an integer comes to.
    fn constant_value(&self, qualified: &str) -> Option<String> {
        let (package, name) = qualified.rsplit_once('.')?;
        let package = self.schema.packages.iter().find(|known| known.name == package)?;
        package.items.iter().find_map(|item| match item {
            SchemaItem::Const(constant) if constant.name == name => match constant.value {
                Value::Int(value) => Some(format!("= {value}")),
                _ => None,
            },
            _ => None,
        })
    }
}

/// Code, documentation below it, and facts below that.
fn page(code: &str, docs: &[String], facts: &[String]) -> String {
    let mut page = format!("```myc\n{code}\n```\n");
    if !docs.is_empty() {
        page.push_str(&format!("\n{}\n", docs.join("\n")));
    }
    if !facts.is_empty() {
        page.push_str(&format!("\n{}\n", facts.join("  \n")));
    }
    page
}

fn field_facts(
    sources: &[SchemaField],
    fields: &[reflect::Field<'_>],
    index: usize,
) -> Option<Vec<String>> {
    let (source, field) = (sources.get(index)?, fields.get(index)?);
    let size = bytes(layout::size(field.ty));
    let mut facts = vec![format!("offset {}, {size} inline", source.offset)];
    facts.extend(source.unit.as_ref().map(|unit| format!("unit `{unit}`")));
    facts.extend(source.key.then(|| "part of the key".to_owned()));
    if let Some(Constraint::Len { min, max }) = &source.constraint {
        let max = max.map(|max| format!("={max}")).unwrap_or_default();
        facts.push(format!("length {min}..{max}"));
    }
    facts.extend(came_with(source.since));
    facts.extend(source.was.as_ref().map(|was| format!("was `{was}`")));
    facts.extend(deprecation(source.deprecated.as_ref()));
    Some(facts)
}

fn arm_facts(
    sources: &[SchemaArm],
    arms: &[reflect::Arm<'_>],
    index: usize,
) -> Option<Vec<String>> {
    let (source, arm) = (sources.get(index)?, arms.get(index)?);
    let size = bytes(layout::size(arm.ty));
    let mut facts = vec![format!("tag {}, {size} inline", source.tag)];
    facts.extend(came_with(source.since));
    facts.extend(deprecation(source.deprecated.as_ref()));
    Some(facts)
}

fn numbered(what: &str, member: &SchemaMember) -> Vec<String> {
    let mut facts = vec![format!("{what} {}", member.value)];
    facts.extend(came_with(member.since));
    facts.extend(deprecation(member.deprecated.as_ref()));
    facts
}

fn came_with(since: Option<u32>) -> Option<String> {
    since.map(|since| format!("since version {since}"))
}

fn deprecation(reason: Option<&String>) -> Option<String> {
    reason.map(|reason| format!("deprecated: {reason}"))
}

fn bytes(number: usize) -> String {
    format!("{number} byte{}", if number == 1 { "" } else { "s" })
}

fn member_end(member: &Member) -> usize {
    member.value.as_ref().map_or(member.name.span.end, |value| value.span.end)
}

fn field_end(field: &Field) -> usize {
    field.value.as_ref().map_or(field.ty.span.end, |value| value.span.end)
}

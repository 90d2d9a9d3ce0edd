//! Tables of members: fields, arms, and members of enums and flags.

use myc_schema::schema::{Arm, Constraint, Field, Member, PackageId, Ty, TypeId, TypeKind, Value};
use mycelium_wire::layout;
use mycelium_wire::reflect::{Kind, Type};

use super::markdown;
use super::model::{Cell, Chip, Column, Html, Row, Table};
use super::survey::Survey;
use super::values::value_text;

const FIELD: Column = Column { class: "name", label: "Field" };
const ARM: Column = Column { class: "name", label: "Arm" };
const MEMBER: Column = Column { class: "name", label: "Member" };
const BIT_NAME: Column = Column { class: "name", label: "Flag" };
const TYPE: Column = Column { class: "type", label: "Type" };
const DOCS: Column = Column { class: "docs", label: "Description" };
const OFFSET: Column = Column { class: "number", label: "Offset" };
const SIZE: Column = Column { class: "number", label: "Bytes" };
const TAG: Column = Column { class: "number", label: "Tag" };
const VALUE: Column = Column { class: "number", label: "Value" };
const BIT: Column = Column { class: "number", label: "Bit" };
const MASK: Column = Column { class: "number", label: "Mask" };

impl Survey<'_> {
    /// The members of a type.
    pub(super) fn members(&self, id: TypeId) -> Table {
        let def = &self.schema.types[id.0];
        let types = self.defs[id.0].kind.types();
        let from = def.package;
        match &def.kind {
            TypeKind::Message(message) => self.fields(&message.fields, &types, from),
            TypeKind::Struct(fields) => self.fields(fields, &types, from),
            TypeKind::Enum(e) => Table {
                id: "members".to_owned(),
                heading: "Members",
                columns: vec![VALUE, MEMBER, DOCS],
                rows: e.members.iter().map(|member| self.member(member, from)).collect(),
            },
            TypeKind::Flags(flags) => Table {
                id: "members".to_owned(),
                heading: "Flags",
                columns: vec![BIT, MASK, BIT_NAME, DOCS],
                rows: flags.members.iter().map(|member| self.bit(member, from)).collect(),
            },
            TypeKind::Union(union) => {
                let sizes = arm_sizes(&self.defs[id.0].kind);
                let arms = union.arms.iter().map(|arm| {
                    let size = sizes.iter().find(|(tag, _)| *tag == arm.tag).map(|(_, size)| *size);
                    self.arm(arm, size, from)
                });
                Table {
                    id: "members".to_owned(),
                    heading: "Arms",
                    columns: vec![TAG, ARM, TYPE, DOCS, SIZE],
                    rows: arms.collect(),
                }
            }
        }
    }

    /// Documentation as it stands in a package, with links to what it names.
    pub(super) fn docs(&self, docs: &[String], package: PackageId) -> Html {
        let find = |name: &str| self.named_in_docs(package, name).map(|path| format!("../{path}"));
        markdown::to_html(docs, find)
    }

    /// The reason of a deprecation.
    pub(super) fn reason(&self, deprecated: Option<&String>, package: PackageId) -> Option<Html> {
        deprecated.map(|reason| self.docs(std::slice::from_ref(reason), package))
    }

    fn fields(&self, fields: &[Field], types: &[&Type<'_>], from: PackageId) -> Table {
        let rows = fields.iter().zip(types).map(|(field, ty)| self.field(field, ty, from));
        Table {
            id: "members".to_owned(),
            heading: "Fields",
            columns: vec![FIELD, TYPE, DOCS, OFFSET, SIZE],
            rows: rows.collect(),
        }
    }

    fn field(&self, field: &Field, ty: &Type<'_>, from: PackageId) -> Row {
        let anchor = member_anchor(&field.name);
        let name = Cell::Name {
            name: field.name.clone(),
            anchor: anchor.clone(),
            chips: self.chips(field),
        };
        let value = field.default.as_ref().map(|value| value_text(self.schema, &field.ty, value));
        let cells = vec![
            (FIELD, name),
            (TYPE, Cell::Type { ty: self.type_parts(&field.ty, from), value }),
            (DOCS, self.described(&field.docs, field.deprecated.as_ref(), from)),
            (OFFSET, Cell::Code(field.offset.to_string())),
            (SIZE, Cell::Code(layout::size(ty).to_string())),
        ];
        Row { anchor: Some(anchor), cells }
    }

    /// Facts of a field that its type does not say.
    fn chips(&self, field: &Field) -> Vec<Chip> {
        let mut chips = Vec::new();
        if field.key {
            let title = "Part of the instance key, by which the last value is kept";
            chips.push(Chip { class: "key", text: "key".to_owned(), title });
        }
        if let Some(unit) = &field.unit {
            let title = "What the number counts";
            chips.push(Chip { class: "unit", text: format!("in {unit}"), title });
        }
        if let Some(constraint) = &field.constraint {
            let title = "What the value is held to when data enters";
            let text = self.constraint_text(constraint, &field.ty);
            chips.push(Chip { class: "constraint", text, title });
        }
        chips.extend(since_chip(field.since));
        chips.extend(former_chip(field.was.as_deref()));
        chips.extend(field.deprecated.iter().map(|_| deprecated_chip()));
        chips
    }

    /// A constraint as the language spells it, without the marker.
    fn constraint_text(&self, constraint: &Constraint, ty: &Ty) -> String {
        let ty = match self.schema.resolve(ty) {
            Ty::Optional(item) => item,
            ty => ty,
        };
        let end = |value: &Option<Value>| {
            value.as_ref().map(|value| value_text(self.schema, ty, value)).unwrap_or_default()
        };
        match constraint {
            Constraint::Range { min, max: None } => format!("range {}..", end(min)),
            Constraint::Range { min, max } => format!("range {}..={}", end(min), end(max)),
            Constraint::Len { min: 1, max: None } => "nonempty".to_owned(),
            Constraint::Len { min, max: None } => format!("len {min}.."),
            Constraint::Len { min, max: Some(max) } => format!("len {min}..={max}"),
        }
    }

    fn member(&self, member: &Member, from: PackageId) -> Row {
        let (anchor, name) =
            named(&member.name, member.since, member.was.as_deref(), member.deprecated.as_ref());
        let docs = self.described(&member.docs, member.deprecated.as_ref(), from);
        let value = Cell::Code(member.value.to_string());
        Row { anchor: Some(anchor), cells: vec![(VALUE, value), (MEMBER, name), (DOCS, docs)] }
    }

    fn bit(&self, member: &Member, from: PackageId) -> Row {
        let (anchor, name) =
            named(&member.name, member.since, member.was.as_deref(), member.deprecated.as_ref());
        let mask = u32::try_from(member.value).ok().and_then(|bit| 1_u64.checked_shl(bit));
        let cells = vec![
            (BIT, Cell::Code(member.value.to_string())),
            (MASK, Cell::Code(mask.map_or_else(String::new, |mask| format!("{mask:#x}")))),
            (BIT_NAME, name),
            (DOCS, self.described(&member.docs, member.deprecated.as_ref(), from)),
        ];
        Row { anchor: Some(anchor), cells }
    }

    fn arm(&self, arm: &Arm, size: Option<usize>, from: PackageId) -> Row {
        let (anchor, name) =
            named(&arm.name, arm.since, arm.was.as_deref(), arm.deprecated.as_ref());
        let cells = vec![
            (TAG, Cell::Code(arm.tag.to_string())),
            (ARM, name),
            (TYPE, Cell::Type { ty: self.type_parts(&arm.ty, from), value: None }),
            (DOCS, self.described(&arm.docs, arm.deprecated.as_ref(), from)),
            (SIZE, Cell::Code(size.map_or_else(String::new, |size| size.to_string()))),
        ];
        Row { anchor: Some(anchor), cells }
    }

    fn described(&self, docs: &[String], deprecated: Option<&String>, from: PackageId) -> Cell {
        Cell::Docs { docs: self.docs(docs, from), deprecated: self.reason(deprecated, from) }
    }
}

/// Anchor of a member on its type's page.
pub(super) fn member_anchor(name: &str) -> String {
    format!("member.{name}")
}

/// Names of the members, in their order.
pub(super) fn member_names(kind: &TypeKind) -> Vec<&str> {
    match kind {
        TypeKind::Message(message) => message.fields.iter().map(|f| f.name.as_str()).collect(),
        TypeKind::Struct(fields) => fields.iter().map(|field| field.name.as_str()).collect(),
        TypeKind::Enum(e) => e.members.iter().map(|member| member.name.as_str()).collect(),
        TypeKind::Flags(flags) => flags.members.iter().map(|m| m.name.as_str()).collect(),
        TypeKind::Union(union) => union.arms.iter().map(|arm| arm.name.as_str()).collect(),
    }
}

pub(super) fn deprecated_chip() -> Chip {
    Chip { class: "warn", text: "deprecated".to_owned(), title: "Not to be used any more" }
}

pub(super) fn former_chip(was: Option<&str>) -> Option<Chip> {
    let title = "Former name, which the digest keeps";
    was.map(|was| Chip { class: "was", text: format!("was {was}"), title })
}

fn since_chip(version: Option<u32>) -> Option<Chip> {
    let title = "Version that it was added in";
    version.map(|version| Chip { class: "since", text: format!("since {version}"), title })
}

/// The anchor and the name of a member or arm, with what its attributes say.
fn named(
    name: &str,
    since: Option<u32>,
    was: Option<&str>,
    deprecated: Option<&String>,
) -> (String, Cell) {
    let anchor = member_anchor(name);
    let chips = since_chip(since).into_iter().chain(former_chip(was));
    let chips = chips.chain(deprecated.map(|_| deprecated_chip())).collect();
    (anchor.clone(), Cell::Name { name: name.to_owned(), anchor, chips })
}

/// Tag of each arm, and the bytes of its value.
fn arm_sizes(kind: &Kind<'_>) -> Vec<(u16, usize)> {
    match kind {
        Kind::Union { arms, .. } => {
            arms.iter().map(|arm| (arm.tag, layout::size(arm.ty))).collect()
        }
        _ => Vec::new(),
    }
}

//! Where each byte of a type lies: a row of cells, each a member or padding, as a table or a picture.

mod svg;
mod table;

use myc_schema::lint::better_order;
use myc_schema::schema::{Field as SchemaField, Schema, TypeId, TypeKind};
use mycelium_wire::layout::{
    PAYLOAD_ALIGN, align, align_up, arm_offset, block_size, field_offset, size, tag_size,
};
use mycelium_wire::reflect::{Arm, Def, Field, Kind, Type};
use mycelium_wire::{FrameHeader, canon};

/// Bytes of a cache line.
pub const CACHE_LINE: usize = 64;

/// Where everything of a type lies.
#[derive(Debug, Clone)]
pub struct Layout {
    /// `market.Trade`
    pub name: String,
    /// `message`, `open union`
    pub kind: &'static str,
    /// Bytes of the block of a message, or of the inline form.
    pub size: usize,
    /// Alignment of the block or inline form.
    pub align: usize,
    /// Bytes of each frame, where all have the same.
    pub frame_size: Option<usize>,
    /// Ascending by offset; the arms of a closed union all lie at one.
    pub cells: Vec<Cell>,
    /// An order of the fields that takes less room.
    pub better: Option<Better>,
}

/// Bytes of a member, or of padding.
#[derive(Debug, Clone)]
pub struct Cell {
    /// First byte.
    pub offset: usize,
    /// Bytes.
    pub size: usize,
    /// What lies there; none for padding.
    pub label: Option<Label>,
}

/// What lies in a cell.
#[derive(Debug, Clone)]
pub struct Label {
    /// Name of the member.
    pub name: String,
    /// Its type, in canonical text.
    pub ty: String,
    /// Its alignment.
    pub align: usize,
}

/// An order of the fields that takes less room.
#[derive(Debug, Clone)]
pub struct Better {
    /// Names in that order.
    pub fields: Vec<String>,
    /// Bytes that it saves.
    pub saves: usize,
}

impl Cell {
    /// Where the next cell begins.
    pub fn end(&self) -> usize {
        self.offset + self.size
    }
}

impl Layout {
    /// That of a type; `def` are its tables.
    pub fn of(schema: &Schema, id: TypeId, def: &Def<'_>) -> Layout {
        let ty = &schema.types[id.0];
        let named = Type::Named(def);
        let mut layout = Layout {
            name: schema.qualified_name(id),
            kind: kind_of(&def.kind),
            size: size(&named),
            align: align(&named),
            frame_size: None,
            cells: cells_of(&def.kind, size(&named)),
            better: None,
        };
        if let Kind::Message { fields, .. } = def.kind {
            layout.size = block_size(fields);
            layout.align = PAYLOAD_ALIGN;
            let payload = align_up(layout.size, PAYLOAD_ALIGN);
            layout.frame_size = ty.is_fixed.then_some(FrameHeader::SIZE + payload);
        }
        if let (Kind::Message { fields, .. } | Kind::Struct { fields }, Some(sources)) =
            (def.kind, fields_of(&ty.kind))
        {
            layout.better =
                better_order(fields, sources, layout.align).map(|(order, saves)| Better {
                    fields: order.iter().map(|at| fields[*at].name.to_owned()).collect(),
                    saves,
                });
        }
        layout
    }

    /// A table for people, one line a cell.
    pub fn table(&self) -> String {
        table::print(self)
    }

    /// A picture: an SVG file of its own.
    pub fn svg(&self) -> String {
        svg::file(self)
    }

    /// The same picture for a page, which gives it its colours.
    pub fn figure(&self) -> String {
        svg::figure(self)
    }

    /// Bytes of padding.
    pub fn padding(&self) -> usize {
        self.cells.iter().filter(|cell| cell.label.is_none()).map(|cell| cell.size).sum()
    }

    /// Cache lines that the bytes take, if they begin with one.
    pub fn cache_lines(&self) -> usize {
        self.size.div_ceil(CACHE_LINE)
    }
}

fn kind_of(kind: &Kind<'_>) -> &'static str {
    match kind {
        Kind::Message { .. } => "message",
        Kind::Struct { .. } => "struct",
        Kind::Enum { .. } => "enum",
        Kind::Flags { .. } => "flags",
        Kind::Union { open: true, .. } => "open union",
        Kind::Union { open: false, .. } => "closed union",
    }
}

fn fields_of(kind: &TypeKind) -> Option<&[SchemaField]> {
    match kind {
        TypeKind::Message(message) => Some(&message.fields),
        TypeKind::Struct(fields) => Some(fields),
        _ => None,
    }
}

fn cells_of(kind: &Kind<'_>, whole: usize) -> Vec<Cell> {
    match *kind {
        Kind::Message { fields, .. } => {
            field_cells(fields, align_up(block_size(fields), PAYLOAD_ALIGN))
        }
        Kind::Struct { fields } => field_cells(fields, whole),
        Kind::Enum { repr, .. } => vec![cell(0, "value", repr.ty())],
        Kind::Flags { repr, .. } => vec![cell(0, "bits", repr.ty())],
        Kind::Union { open: true, .. } => [(0, "tag"), (4, "offset"), (8, "count")]
            .map(|(offset, name)| cell(offset, name, &Type::U32))
            .into(),
        Kind::Union { open: false, arms } => arm_cells(arms, whole),
    }
}

fn field_cells(fields: &[Field<'_>], whole: usize) -> Vec<Cell> {
    let mut cells = Vec::new();
    let mut end = 0;
    for (index, field) in fields.iter().enumerate() {
        let offset = field_offset(fields, index);
        push_padding(&mut cells, end, offset);
        cells.push(cell(offset, field.name, field.ty));
        end = offset + size(field.ty);
    }
    push_padding(&mut cells, end, whole);
    cells
}

fn arm_cells(arms: &[Arm<'_>], whole: usize) -> Vec<Cell> {
    let (tag, offset) = (tag_size(arms), arm_offset(arms));
    let tag_type = if tag == 1 { &Type::U8 } else { &Type::U16 };
    let mut cells = vec![cell(0, "tag", tag_type)];
    push_padding(&mut cells, tag, offset);
    cells.extend(arms.iter().map(|arm| cell(offset, arm.name, arm.ty)));
    let end = arms.iter().map(|arm| offset + size(arm.ty)).max().unwrap_or(offset);
    push_padding(&mut cells, end, whole);
    cells
}

fn cell(offset: usize, name: &str, ty: &Type<'_>) -> Cell {
    let label = Label { name: name.to_owned(), ty: canon::type_text(ty), align: align(ty) };
    Cell { offset, size: size(ty), label: Some(label) }
}

fn push_padding(cells: &mut Vec<Cell>, from: usize, to: usize) {
    if from < to {
        cells.push(Cell { offset: from, size: to - from, label: None });
    }
}

//! Messages with lists, written where they go: their frame is measured by the lengths of the lists, laid out, and
//! filled in place.
//!
//! It is there for messages whose other fields are inline, or may be empty; what refers to more than a row of
//! inline items is left so.

use myc_schema::schema::{Field, Message, Ty};

use super::types::Types;
use crate::names;

/// A field whose items lie side by side in the tail.
struct Row {
    /// Name of the member that stands for it.
    label: String,
    /// Where its reference lies.
    at: usize,
    /// Type of an item, its bytes and its alignment.
    item: String,
    size: usize,
    align: usize,
}

impl Types<'_> {
    /// What a message with lists is written by, if it can be.
    pub(super) fn room(&mut self, name: &str, message: &Message) {
        let fields = &message.fields;
        let rows: Vec<Row> = fields.iter().filter_map(|field| self.row(name, field)).collect();
        let is_left = |field: &Field| self.is_fixed(&field.ty) || self.may_be_empty(&field.ty);
        if rows.is_empty() || !fields.iter().all(is_left) {
            return;
        }
        let print = |line: &dyn Fn(&Row) -> String| rows.iter().map(line).collect::<String>();
        let counts = print(&|row| format!("    size_t {};\n", row.label));
        let items = print(&|row| format!("    {} *{};\n", row.item, row.label));
        let measured = print(&|row| {
            let Row { label, size, align, .. } = row;
            format!("    end = myc_row_end(end, counts->{label}, {size}, {align});\n")
        });
        let laid = print(&|row| {
            let Row { label, at, item, size, align } = row;
            format!(
                "    room->{label} = ({item} *)myc_lay_row(&laid, {at}, counts->{label}, {size}, {align});\n"
            )
        });
        self.declare(&format!(
            "/* What a frame is measured by: how many items each list has, of text and bytes how many bytes. */\n\
             typedef struct {{\n{counts}}} {name}_Counts;\n\
             /* Bytes of the frame; SIZE_MAX where no frame holds so much. */\n\
             static inline size_t {name}_Counts_size(const {name}_Counts *counts) {{\n    \
                 uint64_t end = 0;\n{measured}    \
                 return myc_frame_size({name}_BLOCK, end);\n}}\n\
             /* The lists of a frame where they lie, NULL where one is empty. */\n\
             typedef struct {{\n{items}}} {name}_Room;\n\
             /* Lays the frame out in so many bytes. The block is zero, but for the lists; the lists hold whatever lay\n \
             * there: set the fields of the one, and all items of the others. */\n\
             static inline {name} *{name}_Room_init({name}_Room *room, void *frame, const {name}_Counts *counts) {{\n    \
                 myc_Laid laid = myc_lay_block(frame, {name}_Counts_size(counts), {name}_TYPE_ID, {name}_BLOCK);\n\
             {laid}    return ({name} *)myc_lay_end(&laid);\n}}"
        ));
    }

    /// How the field lies in the tail, if its length alone says so.
    fn row(&mut self, name: &str, field: &Field) -> Option<Row> {
        let label = names::c_name(&field.name);
        let shape = **self;
        let (item, size, align) = match shape.resolve(&field.ty) {
            Ty::String(None) => ("char".to_owned(), 1, 1),
            Ty::Bytes(None) => ("uint8_t".to_owned(), 1, 1),
            Ty::List(item, None) if shape.is_byte(item) => ("uint8_t".to_owned(), 1, 1),
            Ty::List(item, None) if shape.is_fixed(item) => {
                // The name under which the field's view has it.
                let ty = self.inline(item, &format!("{name}_{label}_Item"));
                (ty, shape.size(item), shape.align(item))
            }
            _ => return None,
        };
        Some(Row { label, at: field.offset, item, size, align })
    }

    /// Whether a reference of zeros is a value of the type.
    fn may_be_empty(&self, ty: &Ty) -> bool {
        matches!(
            self.resolve(ty),
            Ty::String(None) | Ty::Bytes(None) | Ty::List(_, None) | Ty::Map(..) | Ty::Optional(_)
        )
    }
}

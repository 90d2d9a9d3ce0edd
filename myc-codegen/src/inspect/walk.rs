//! Goes over a frame by its type, and notes what each byte is.
//!
//! It stops where it cannot go on, and says nothing about why: the decoder does. Bytes that no note
//! covers then are padding, or could not be read. It takes items of the tail only where they must be,
//! so that notes never overlap.

use mycelium_wire::FrameHeader;
use mycelium_wire::layout::{
    PAYLOAD_ALIGN, align, align_up, arm_offset, block_size, count_size, field_offset, items_offset,
    pair_align, pair_size, pair_value_offset, size, tag_size, tuple_offset, value_offset,
};
use mycelium_wire::reflect::{Arm, Def, Field, Kind, Type};

use super::leaf;

/// Items of a list that are told one by one, where all take the same room.
const ITEMS: usize = 64;

/// What a stretch of bytes is.
#[derive(Debug)]
#[non_exhaustive]
pub struct Note {
    /// First byte.
    pub start: usize,
    /// Behind the last byte.
    pub end: usize,
    /// Place in the value, `bids[3].price`.
    pub path: String,
    /// What is there.
    pub what: String,
}

/// Notes on all bytes of a frame, of a type if that is known. `fault` is where it is wrong.
pub(super) fn walk(bytes: &[u8], def: Option<&Def<'_>>, fault: Option<usize>) -> Vec<Note> {
    let mut walk = Walk { bytes, notes: Vec::new() };
    // Where it stops does not matter: what is left is found by the gaps.
    let _ = walk.frame(def);
    walk.fill_gaps(fault);
    walk.notes
}

struct Walk<'b> {
    bytes: &'b [u8],
    notes: Vec<Note>,
}

/// Where the next item of a tail lies.
struct Tail {
    start: usize,
    end: usize,
    /// Where the last item ended.
    position: usize,
}

impl Walk<'_> {
    fn note(&mut self, start: usize, end: usize, path: &str, what: impl Into<String>) {
        self.notes.push(Note { start, end, path: path.to_owned(), what: what.into() });
    }

    fn number(&self, start: usize, length: usize) -> Option<usize> {
        self.bytes.get(start..start + length).map(|bytes| leaf::unsigned(bytes) as usize)
    }

    fn frame(&mut self, def: Option<&Def<'_>>) -> Option<()> {
        let header = [
            (0, 4, "length", "bytes of payload"),
            (4, 2, "type_id", "type of the message"),
            (6, 2, "channel", "topic channel of the sender"),
            (8, 4, "block", "bytes of the block"),
            (12, 4, "sequence", "number on the channel"),
        ];
        for (start, length, name, what) in header {
            let value = self.number(start, length)?;
            self.note(start, start + length, &format!("header.{name}"), format!("{value}, {what}"));
        }
        let header = FrameHeader::parse(self.bytes).ok()?;
        let end = header.frame_len();
        let block = header.block as usize;
        if end > self.bytes.len() {
            return None;
        }
        let Some(def) = def else {
            let tail = FrameHeader::SIZE + align_up(block, PAYLOAD_ALIGN);
            self.note(FrameHeader::SIZE, FrameHeader::SIZE + block, "", "the block");
            self.note(tail, end, "", "the tail");
            return Some(());
        };
        match def.kind {
            Kind::Message { id, .. } if id == header.type_id => {
                self.payload(&Type::Named(def), FrameHeader::SIZE, end, block, "")
            }
            _ => None,
        }
    }

    /// A payload from `start` to `end`.
    fn payload(
        &mut self,
        ty: &Type<'_>,
        start: usize,
        end: usize,
        block: usize,
        path: &str,
    ) -> Option<()> {
        let tail = start + align_up(block, PAYLOAD_ALIGN);
        if tail > end {
            return None;
        }
        let mut tail = Tail { start: tail, end, position: tail };
        let known = match ty {
            Type::Named(Def { kind: Kind::Message { fields, .. }, .. }) => {
                self.fields(fields, start, block, path, &mut tail)?;
                block_size(fields)
            }
            ty if size(ty) > block => return None,
            ty => {
                self.value(ty, start, path, &mut tail)?;
                size(ty)
            }
        };
        if block > known {
            self.note(start + known, start + block, path, "fields of a newer schema");
            self.note(tail.position, end, path, "what the newer fields refer to, or padding");
        }
        Some(())
    }

    /// Fields as far as the block goes.
    fn fields(
        &mut self,
        fields: &[Field<'_>],
        start: usize,
        block: usize,
        path: &str,
        tail: &mut Tail,
    ) -> Option<()> {
        for (index, field) in fields.iter().enumerate() {
            let offset = field_offset(fields, index);
            let path = join(path, field.name);
            if offset + size(field.ty) > block {
                let end = start + block;
                self.note(end, end, &path, "not sent: the sender's block ends before it");
                continue;
            }
            self.value(field.ty, start + offset, &path, tail)?;
        }
        Some(())
    }

    /// A value whose inline form lies at `at`.
    fn value(&mut self, ty: &Type<'_>, at: usize, path: &str, tail: &mut Tail) -> Option<()> {
        match *ty {
            Type::String | Type::Bytes => {
                let (start, end) = self.reference(at, 1, 1, path, tail)?;
                self.content(ty, start, end, path);
            }
            Type::List(item) => {
                let (start, end) = self.reference(at, size(item), align(item), path, tail)?;
                self.items(item, start, (end - start) / size(item), path, tail)?;
            }
            Type::Map(key, value) => {
                let (stride, align) = (pair_size(key, value), pair_align(key, value));
                let (start, end) = self.reference(at, stride, align, path, tail)?;
                self.pairs([key, value], start, (end - start) / stride, path, tail)?;
            }
            Type::BoundedString(max) | Type::BoundedBytes(max) => {
                let start = at + count_size(max);
                let count = self.count(at, max, path)?;
                self.content(ty, start, start + count, path);
                self.room(start + count, at + size(ty), path);
            }
            Type::BoundedList(item, max) => {
                let start = at + items_offset(item, max);
                let count = self.count(at, max, path)?;
                self.items(item, start, count, path, tail)?;
                self.room(start + count * size(item), at + size(ty), path);
            }
            Type::Array(item, count) => self.items(item, at, count as usize, path, tail)?,
            Type::Tuple(types) => {
                for (index, ty) in types.iter().enumerate() {
                    let offset = tuple_offset(types, index);
                    self.value(ty, at + offset, &format!("{path}.{index}"), tail)?;
                }
            }
            Type::Optional(item) => self.optional(item, at, path, tail)?,
            Type::Named(def) => self.named(def, at, path, tail)?,
            _ => self.leaf(ty, at, path),
        }
        Some(())
    }

    fn leaf(&mut self, ty: &Type<'_>, at: usize, path: &str) {
        let bytes = self.bytes;
        if let Some(bytes) = bytes.get(at..at + size(ty)) {
            let text = mycelium_wire::canon::type_text(ty);
            self.note(at, at + size(ty), path, format!("{text}: {}", leaf::describe(ty, bytes)));
        }
    }

    fn named(&mut self, def: &Def<'_>, at: usize, path: &str, tail: &mut Tail) -> Option<()> {
        match def.kind {
            Kind::Message { .. } => self.embedded(&Type::Named(def), at, path, tail),
            Kind::Struct { fields } => self.fields(fields, at, size(&Type::Named(def)), path, tail),
            Kind::Enum { .. } | Kind::Flags { .. } => {
                self.leaf(&Type::Named(def), at, path);
                Some(())
            }
            Kind::Union { open: true, arms } => self.open_union(arms, at, path, tail),
            Kind::Union { open: false, arms } => {
                self.closed_union(arms, at, size(&Type::Named(def)), path, tail)
            }
        }
    }

    fn optional(&mut self, item: &Type<'_>, at: usize, path: &str, tail: &mut Tail) -> Option<()> {
        let whole = self.bytes.get(at..at + size(&Type::Optional(item)))?;
        if item.is_reference() {
            if whole.iter().all(|byte| *byte == 0) {
                self.note(at, at + whole.len(), path, "absent");
                return Some(());
            }
            if *whole == [1, 0, 0, 0, 0, 0, 0, 0] {
                self.note(at, at + whole.len(), path, "present, and empty");
                return Some(());
            }
            return self.value(item, at, path, tail);
        }
        let (present, value) = (whole[0], at + value_offset(item));
        match present {
            0 => {
                self.note(at, at + 1, path, "0: absent");
                self.room(value, value + size(item), path);
            }
            1 => {
                self.note(at, at + 1, path, "1: present");
                self.value(item, value, path, tail)?;
            }
            other => {
                self.note(at, at + 1, path, format!("{other}: neither 0 nor 1"));
                return None;
            }
        }
        Some(())
    }

    fn open_union(
        &mut self,
        arms: &[Arm<'_>],
        at: usize,
        path: &str,
        tail: &mut Tail,
    ) -> Option<()> {
        let tag = self.number(at, 4)?;
        let arm = arms.iter().find(|arm| usize::from(arm.tag) == tag);
        let name = arm.map_or("an arm that is not known", |arm| arm.name);
        self.note(at, at + 4, path, format!("tag {tag}: {name}"));
        match arm {
            _ if tag == 0 => None,
            Some(arm) => self.embedded(arm.ty, at + 4, &join(path, arm.name), tail),
            None => {
                let (start, end) = self.reference(at + 4, 1, PAYLOAD_ALIGN, path, tail)?;
                self.note(start, end, path, "kept as it is");
                Some(())
            }
        }
    }

    fn closed_union(
        &mut self,
        arms: &[Arm<'_>],
        at: usize,
        whole: usize,
        path: &str,
        tail: &mut Tail,
    ) -> Option<()> {
        let tag = self.number(at, tag_size(arms))?;
        let arm = arms.iter().find(|arm| usize::from(arm.tag) == tag);
        let name = arm.map_or("no arm", |arm| arm.name);
        self.note(at, at + tag_size(arms), path, format!("tag {tag}: {name}"));
        let (arm, start) = (arm?, at + arm_offset(arms));
        self.value(arm.ty, start, &join(path, arm.name), tail)?;
        self.room(start + size(arm.ty), at + whole, path);
        Some(())
    }

    /// A payload inside the payload.
    fn embedded(&mut self, ty: &Type<'_>, at: usize, path: &str, tail: &mut Tail) -> Option<()> {
        let (start, end) = self.reference(at, 1, PAYLOAD_ALIGN, path, tail)?;
        if end - start < 8 {
            return None;
        }
        let block = self.number(start, 4)?;
        self.note(start, start + 4, path, format!("{block}, bytes of its block"));
        self.note(start + 4, start + 8, path, "always zero");
        self.payload(ty, start + 8, end, block, path)
    }

    /// A reference, and where what it refers to lies.
    fn reference(
        &mut self,
        at: usize,
        unit: usize,
        align: usize,
        path: &str,
        tail: &mut Tail,
    ) -> Option<(usize, usize)> {
        let (offset, count) = (self.number(at, 4)?, self.number(at + 4, 4)?);
        let start = tail.start.checked_add(offset)?;
        let what = match count {
            0 => "a reference to nothing".to_owned(),
            _ if unit == 1 => format!("a reference to {count} bytes, from byte {start}"),
            _ => format!("a reference to {count} items, from byte {start}"),
        };
        self.note(at, at + 8, path, what);
        if count == 0 {
            return (offset == 0).then_some((start, start));
        }
        let next = tail.start + align_up(tail.position - tail.start, align);
        let end = start.checked_add(count.checked_mul(unit)?)?;
        if start != next || end > tail.end {
            return None;
        }
        tail.position = end;
        Some((start, end))
    }

    fn count(&mut self, at: usize, max: u32, path: &str) -> Option<usize> {
        let count = self.number(at, count_size(max))?;
        self.note(at, at + count_size(max), path, format!("count {count} of at most {max}"));
        (count <= max as usize).then_some(count)
    }

    fn content(&mut self, ty: &Type<'_>, start: usize, end: usize, path: &str) {
        let bytes = self.bytes;
        let what = match (ty, bytes.get(start..end)) {
            (Type::String | Type::BoundedString(_), Some(bytes)) => leaf::text(bytes),
            _ => format!("{} bytes", end - start),
        };
        if start < end {
            self.note(start, end, path, what);
        }
    }

    fn items(
        &mut self,
        item: &Type<'_>,
        start: usize,
        count: usize,
        path: &str,
        tail: &mut Tail,
    ) -> Option<()> {
        if matches!(item, Type::U8) {
            self.content(&Type::Bytes, start, start + count, path);
            return Some(());
        }
        let told = if item.is_fixed() { count.min(ITEMS) } else { count };
        for index in 0..told {
            self.value(item, start + index * size(item), &format!("{path}[{index}]"), tail)?;
        }
        if told < count {
            let (from, to) = (start + told * size(item), start + count * size(item));
            let path = format!("{path}[{told}..{count}]");
            self.note(from, to, &path, format!("{} more items", count - told));
        }
        Some(())
    }

    /// Pairs of a map.
    fn pairs(
        &mut self,
        [key, value]: [&Type<'_>; 2],
        start: usize,
        count: usize,
        path: &str,
        tail: &mut Tail,
    ) -> Option<()> {
        let stride = pair_size(key, value);
        let told = if key.is_fixed() && value.is_fixed() { count.min(ITEMS) } else { count };
        for index in 0..told {
            let at = start + index * stride;
            self.value(key, at, &format!("{path}[{index}].key"), tail)?;
            let at = at + pair_value_offset(key, value);
            self.value(value, at, &format!("{path}[{index}].value"), tail)?;
        }
        if told < count {
            let (from, to) = (start + told * stride, start + count * stride);
            let path = format!("{path}[{told}..{count}]");
            self.note(from, to, &path, format!("{} more pairs", count - told));
        }
        Some(())
    }

    /// Bytes that the value leaves free.
    fn room(&mut self, start: usize, end: usize, path: &str) {
        if start < end {
            self.note(start, end, path, "unused room");
        }
    }

    /// Sorts the notes and puts one wherever there is none.
    fn fill_gaps(&mut self, fault: Option<usize>) {
        self.notes.retain(|note| note.end > note.start || note.what.starts_with("not sent"));
        self.notes.sort_by_key(|note| (note.start, note.end));
        let mut filled: Vec<Note> = Vec::with_capacity(self.notes.len());
        let mut end = 0;
        for note in std::mem::take(&mut self.notes) {
            push_gap(&mut filled, self.bytes, end, note.start, fault);
            end = end.max(note.end);
            filled.push(note);
        }
        push_gap(&mut filled, self.bytes, end, self.bytes.len(), fault);
        self.notes = filled;
    }
}

fn push_gap(notes: &mut Vec<Note>, bytes: &[u8], start: usize, end: usize, fault: Option<usize>) {
    if start >= end {
        return;
    }
    let is_zero = bytes[start..end].iter().all(|byte| *byte == 0);
    let what = match (fault, is_zero) {
        (Some(_), true) if end - start < PAYLOAD_ALIGN => "padding",
        (Some(_), _) => "not read, because of what is wrong",
        (None, true) => "padding",
        (None, false) => "padding, which should be zero",
    };
    notes.push(Note { start, end, path: String::new(), what: what.to_owned() });
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

//! Expressions that write a value as bytes, and that say where its tail ends.
//!
//! In scope are `dst`, the bytes that are written; `at`, where the block or struct starts; and `w`, what
//! is known of the tail behind it.

use myc_schema::schema::{Field, Repr, Ty, TypeId, TypeKind};
use mycelium_wire::layout::align_up;

use super::expr::{Expr, atom, bind, call, field_label, fun, label, number, sequence};
use super::types::{Place, Types};
use crate::shape::pair;

impl Types<'_> {
    /// Writes the fields of a message or struct, and the gaps between them.
    pub(super) fn write_fields(
        &self,
        fields: &[Field],
        size: usize,
        name_of: impl Fn(&Field) -> (String, String),
    ) -> Expr {
        let mut steps = Vec::new();
        let mut end = 0;
        for field in fields {
            let (value, place_name) = name_of(field);
            steps.extend(self.gap(end, field.offset));
            steps.extend(super::rule::check(self, field, &value, None, &place_name));
            steps.push(self.write(&field.ty, Place(field.offset), &value, &place_name));
            end = self.field_end(field);
        }
        steps.extend(self.gap(end, size));
        sequence(steps)
    }

    /// Zeros from `start` to `end`, in aligned stores.
    pub(super) fn gap(&self, mut start: usize, end: usize) -> Vec<Expr> {
        let mut steps = Vec::new();
        while start < end {
            let width = [4, 2, 1]
                .into_iter()
                .find(|width| start.is_multiple_of(*width) && start + width <= end)
                .unwrap_or(1);
            let zero = if width == 4 { "0l" } else { "0" };
            let place = Place(start).text();
            steps.push(call(
                self.wire(&format!("Writer.pad{width}")),
                [atom("dst"), atom(place), atom(zero)],
            ));
            start += width;
        }
        steps
    }

    /// Writes `value` at `place`; `field` is what errors name, `market.Trade.side`.
    pub(super) fn write(&self, ty: &Ty, place: Place, value: &str, field: &str) -> Expr {
        let writer = |name: &str| self.wire_in("Writer", name);
        let (dst, at, v) = (atom("dst"), atom(place.text()), atom(value.to_owned()));
        let label = || field_label(field);
        match self.resolve(ty) {
            Ty::Int(repr @ (Repr::I64 | Repr::U64)) => call(writer(repr.name()), [dst, at, v]),
            Ty::Int(repr) => call(writer(repr.name()), [dst, at, v, label()]),
            Ty::Bool => call(writer("bool"), [dst, at, v]),
            Ty::I128 => call(writer("i128"), [dst, at, v]),
            Ty::U128 => call(writer("u128"), [dst, at, v]),
            Ty::U256 => call(writer("u256"), [dst, at, v]),
            Ty::Uuid => call(writer("uuid"), [dst, at, v]),
            Ty::F32 => call(writer("f32"), [dst, at, v]),
            Ty::F64 => call(writer("f64"), [dst, at, v]),
            Ty::Timestamp => call(writer("timestamp"), [dst, at, v]),
            Ty::Duration => call(writer("duration"), [dst, at, v]),
            Ty::Decimal(scale) => {
                let mantissa = self.wire(&format!("Decimal.S{scale}.mantissa"));
                call(writer("i64"), [dst, at, call(mantissa, [v])])
            }
            Ty::String(None) => call(writer("string"), [atom("w"), dst, at, label(), v]),
            Ty::Bytes(None) => call(writer("bytes"), [atom("w"), dst, at, label(), v]),
            Ty::String(Some(max)) => {
                call(writer("bounded_string"), [dst, at, number("max", *max as usize), label(), v])
            }
            Ty::Bytes(Some(max)) => {
                call(writer("bounded_bytes"), [dst, at, number("max", *max as usize), label(), v])
            }
            Ty::Array(item, len) => self.write_array(item, *len, place, value, field),
            Ty::List(item, max) => self.write_list(ty, item, *max, place, value, field),
            Ty::Map(key, of) => self.write_map(key, of, place, value, field),
            Ty::Tuple(items) => self.write_tuple(ty, items, place, value, field),
            Ty::Optional(item) => self.write_optional(ty, item, place, value, field),
            Ty::Named(id) => self.write_named(*id, place, value, field),
            Ty::Alias(_) => unreachable!("`resolve` sees through aliases"),
        }
    }

    fn write_array(&self, item: &Ty, len: u32, place: Place, value: &str, field: &str) -> Expr {
        let (at, len, v) =
            (atom(place.text()), number("len", len as usize), atom(value.to_owned()));
        let label = field_label(field);
        if self.is_byte(item) {
            return call(self.wire("Writer.fixed_bytes"), [atom("dst"), at, len, label, v]);
        }
        if self.is_float(item) {
            return call(self.wire("Writer.float_array"), [atom("dst"), at, len, label, v]);
        }
        let size = number("size", self.size(item));
        let item = self.item_writer(item, field);
        call(self.wire("Writer.array"), [atom("w"), atom("dst"), at, len, size, label, item, v])
    }

    fn write_list(
        &self,
        ty: &Ty,
        item: &Ty,
        max: Option<u32>,
        place: Place,
        value: &str,
        field: &str,
    ) -> Expr {
        let (at, v, label) = (atom(place.text()), atom(value.to_owned()), field_label(field));
        if self.is_byte(item) {
            let bytes = max.map_or(Ty::Bytes(None), |max| Ty::Bytes(Some(max)));
            return self.write(&bytes, place, value, field);
        }
        if self.is_float(item) {
            return self.write_floats(ty, item, max, place, value, field);
        }
        let size = number("size", self.size(item));
        let writer = self.item_writer(item, field);
        let (w, dst) = (atom("w"), atom("dst"));
        match max {
            None => {
                let align = number("align", self.align(item));
                call(self.wire("Writer.list"), [w, dst, at, align, size, label, writer, v])
            }
            Some(max) => {
                let first = number("first", self.items_offset(item, max));
                let room = number("room", self.size(ty));
                let max = number("max", max as usize);
                call(
                    self.wire("Writer.bounded_list"),
                    [w, dst, at, max, first, size, room, label, writer, v],
                )
            }
        }
    }

    fn write_floats(
        &self,
        ty: &Ty,
        item: &Ty,
        max: Option<u32>,
        place: Place,
        value: &str,
        field: &str,
    ) -> Expr {
        let (at, v, label) = (atom(place.text()), atom(value.to_owned()), field_label(field));
        let Some(max) = max else {
            return call(self.wire("Writer.floats"), [atom("w"), atom("dst"), at, label, v]);
        };
        let first = number("first", self.items_offset(item, max));
        let (max, room) = (number("max", max as usize), number("room", self.size(ty)));
        call(self.wire("Writer.bounded_floats"), [atom("dst"), at, max, first, room, label, v])
    }

    fn write_map(&self, key: &Ty, of: &Ty, place: Place, value: &str, field: &str) -> Expr {
        let pair = pair(key, of);
        let mut arguments = vec![atom("w"), atom("dst"), atom(place.text())];
        arguments.extend(self.pair_facts(key, &pair));
        let writer = self.item_writer(&pair, field);
        arguments.extend([field_label(field), writer, atom(value.to_owned())]);
        call(self.wire("Writer.map"), arguments)
    }

    fn write_tuple(&self, ty: &Ty, items: &[Ty], place: Place, value: &str, field: &str) -> Expr {
        let mut steps = Vec::new();
        let mut end = 0;
        for (index, item) in items.iter().enumerate() {
            let offset = self.tuple_offset(items, index);
            steps.extend(self.gap(place.0 + end, place.0 + offset));
            steps.push(self.write(item, place.plus(offset), &format!("v{index}"), field));
            end = offset + self.size(item);
        }
        steps.extend(self.gap(place.0 + end, place.0 + self.size(ty)));
        bind(tuple_pattern("v", items.len()), atom(value.to_owned()), sequence(steps))
    }

    fn write_optional(&self, ty: &Ty, item: &Ty, place: Place, value: &str, field: &str) -> Expr {
        let (dst, at) = (atom("dst"), atom(place.text()));
        let zero = call(
            self.wire("Writer.zero"),
            [dst.clone(), at.clone(), atom(self.size(ty).to_string())],
        );
        let mut steps = Vec::new();
        if self.is_reference(item) {
            steps.push(self.write(item, place, "v", field));
            if !matches!(self.resolve(item), Ty::Named(_)) {
                steps.push(call(self.wire("Writer.present_empty"), [dst, at]));
            }
        } else {
            let width = self.value_offset(item);
            steps.push(call(self.wire("Writer.some"), [dst, at, atom(width.to_string())]));
            steps.push(self.write(item, place.plus(width), "v", field));
        }
        let cases =
            vec![(self.option("None"), zero), (self.option("Some") + " v", sequence(steps))];
        Expr::Match(value.to_owned(), cases)
    }

    fn write_named(&self, id: TypeId, place: Place, value: &str, field: &str) -> Expr {
        let (module, at, v) = (self.module(id), atom(place.text()), atom(value.to_owned()));
        match &self.def(id).kind {
            TypeKind::Message(_) => call(
                self.wire("Writer.embedded"),
                [
                    atom("w"),
                    atom("dst"),
                    at,
                    atom(format!("~block:{module}.block")),
                    label(
                        "size",
                        call([module.as_str(), ".payload_size"].concat(), [atom(value.to_owned())]),
                    ),
                    atom([module.as_str(), ".encode_block"].concat()),
                    v,
                ],
            ),
            TypeKind::Struct(_) => call(module + ".encode", [atom("w"), atom("dst"), at, v]),
            TypeKind::Union(_) => {
                call(module + ".encode", [atom("w"), atom("dst"), at, v, field_label(field)])
            }
            TypeKind::Flags(_) => call(module + ".store", [atom("dst"), at, v]),
            TypeKind::Enum(_) => call(module + ".store", [atom("dst"), at, v, field_label(field)]),
        }
    }

    /// A function that writes one item, given the tail, the bytes, the place and the item.
    pub(super) fn item_writer(&self, ty: &Ty, field: &str) -> Expr {
        if let Ty::Named(id) = self.resolve(ty) {
            let encode = self.module(*id) + ".encode";
            match &self.def(*id).kind {
                TypeKind::Struct(_) => return atom(encode),
                TypeKind::Union(_) => return call(encode, [field_label(field)]),
                TypeKind::Enum(_) | TypeKind::Flags(_) | TypeKind::Message(_) => {}
            }
        }
        let body = self.write(ty, Place(0), "v", field);
        fun(format!("{} dst at v", body.parameter("w")), body)
    }

    /// Where the tail ends behind `value`, given that it ended at `at`; the type is not fixed.
    pub(super) fn tail_end(&self, ty: &Ty, value: &str, at: &'static str) -> Expr {
        let size = |name: &str| self.wire_in("Size", name);
        let (v, at_) = (atom(value.to_owned()), atom(at));
        match self.resolve(ty) {
            Ty::Array(item, _) | Ty::List(item, Some(_)) => {
                call(size("each"), [self.item_tail_end(item), v, at_])
            }
            Ty::List(item, None) if self.is_float(item) => call(size("floats"), [v, at_]),
            Ty::List(item, None) if !self.is_byte(item) => {
                let align = number("align", self.align(item));
                let stride = number("size", self.size(item));
                if self.is_fixed(item) {
                    return call(size("list"), [align, stride, v, at_]);
                }
                call(size("list_of"), [align, stride, self.item_tail_end(item), v, at_])
            }
            Ty::Map(key, of) => {
                let pair = pair(key, of);
                let [align, stride, compare] = self.pair_facts(key, &pair);
                if self.is_fixed(&pair) {
                    return call(size("map"), [align, stride, v, at_]);
                }
                let item = self.item_tail_end(&pair);
                call(size("map_of"), [align, stride, compare, item, v, at_])
            }
            Ty::Optional(item) => call(size("option"), [self.item_tail_end(item), v, at_]),
            Ty::Tuple(items) => self.tuple_tail_end(items, value, at),
            Ty::Named(id) => match &self.def(*id).kind {
                TypeKind::Message(_) => {
                    let payload = call(self.module(*id) + ".payload_size", [v]);
                    call(size("embedded"), [payload, at_])
                }
                _ => call(self.module(*id) + ".tail_end", [v, at_]),
            },
            _ => call(size("string"), [v, at_]),
        }
    }

    /// `tail_end` of each field in order; `at` itself where all are fixed.
    pub(super) fn fields_tail_end<'f>(
        &self,
        fields: impl Iterator<Item = (&'f Ty, String)>,
        at: &'static str,
    ) -> Expr {
        let moving: Vec<(&Ty, String)> = fields.filter(|(ty, _)| !self.is_fixed(ty)).collect();
        let steps = moving.iter().enumerate().map(|(index, (ty, value))| {
            self.tail_end(ty, value, if index == 0 { at } else { "at" })
        });
        let mut steps: Vec<Expr> = steps.collect();
        let Some(last) = steps.pop() else { return atom(at) };
        steps.into_iter().rev().fold(last, |body, step| bind("at", step, body))
    }

    fn tuple_tail_end(&self, items: &[Ty], value: &str, at: &'static str) -> Expr {
        let names: Vec<String> = items
            .iter()
            .enumerate()
            .map(|(index, item)| match self.is_fixed(item) {
                true => "_".to_owned(),
                false => format!("v{index}"),
            })
            .collect();
        let body = self.fields_tail_end(items.iter().zip(names.iter().cloned()), at);
        bind(names.join(", "), atom(value.to_owned()), body)
    }

    fn item_tail_end(&self, ty: &Ty) -> Expr {
        match self.resolve(ty) {
            Ty::Named(id) if !matches!(self.def(*id).kind, TypeKind::Message(_)) => {
                atom(self.module(*id) + ".tail_end")
            }
            Ty::String(None) | Ty::Bytes(None) => atom(self.wire("Size.string")),
            _ => fun("v at", self.tail_end(ty, "v", "at")),
        }
    }

    /// Bytes of the payload whose block is one value of an arm's type.
    pub(super) fn value_payload_size(&self, ty: &Ty, value: &str) -> Expr {
        if self.is_fixed(ty) {
            return atom(align_up(self.size(ty), 8).to_string());
        }
        let block = number("block", self.size(ty));
        call(self.wire("Size.payload"), [block, self.tail_end(ty, value, "0")])
    }
}

/// `v0, v1, v2`.
pub(super) fn tuple_pattern(prefix: &str, count: usize) -> String {
    let names: Vec<String> = (0..count).map(|index| format!("{prefix}{index}")).collect();
    names.join(", ")
}

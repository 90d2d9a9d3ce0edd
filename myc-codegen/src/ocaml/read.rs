//! Expressions that read a value from its bytes.
//!
//! In scope are `r`, the reader; `at`, where the block or struct starts; and the string that is
//! read, by the name that the caller gives (`src`).

use myc_schema::schema::{Repr, Ty, TypeKind};

use super::compare::Comparison;
use super::expr::{Expr, Text, atom, bind_all, call, choose, field_label, fun, label, number};
use super::types::{Place, Types};
use crate::shape::pair;

/// The string of reader `r`.
pub(super) const SOURCE_OF_READER: &str = "r.Wire.Reader.src";

/// The same where it is bound, for a whole block or struct.
pub(super) const SRC: &Text = &Text::Borrowed("src");

/// What reading needs to know beside the type.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    /// Expression for the string.
    pub(super) src: &'a Text,
    /// What errors name, `market.Trade.side`.
    pub(super) field: &'a str,
}

impl Types<'_> {
    /// Reads a value at `place`.
    pub(super) fn read(&self, ty: &Ty, place: Place, from: Source<'_>) -> Expr {
        let reader = |name: &str| self.wire_in("Reader", name);
        let (src, at) = (atom(from.src.clone()), atom(place.text()));
        let field = || field_label(from.field);
        match self.resolve(ty) {
            Ty::Bool => call(reader("bool"), [src, at, field()]),
            Ty::Int(repr) => call(reader(repr.name()), [src, at]),
            Ty::I128 => call(reader("i128"), [src, at]),
            Ty::U128 => call(reader("u128"), [src, at]),
            Ty::U256 => call(reader("u256"), [src, at]),
            Ty::Uuid => call(reader("uuid"), [src, at]),
            Ty::F32 => call(reader("f32"), [src, at]),
            Ty::F64 => call(reader("f64"), [src, at]),
            Ty::Timestamp => call(reader("timestamp"), [src, at]),
            Ty::Duration => call(reader("duration"), [src, at]),
            Ty::Decimal(scale) => call(
                self.wire(&format!("Decimal.S{scale}.of_mantissa")),
                [call(reader("i64"), [src, at])],
            ),
            Ty::String(None) => call(reader("string"), [atom("r"), at, field()]),
            Ty::Bytes(None) => call(reader("bytes"), [atom("r"), at, field()]),
            Ty::String(Some(max)) => {
                call(reader("bounded_string"), [src, at, number("max", *max as usize), field()])
            }
            Ty::Bytes(Some(max)) => {
                call(reader("bounded_bytes"), [src, at, number("max", *max as usize), field()])
            }
            Ty::Array(item, len) => self.read_array(item, *len, place, from),
            Ty::List(item, max) => self.read_list(item, *max, place, from),
            Ty::Map(key, value) => self.read_map(key, value, place, from),
            Ty::Tuple(items) => self.read_tuple(items, place, from),
            Ty::Optional(item) => self.read_optional(item, place, from),
            Ty::Named(id) => self.read_named(*id, place, from),
            Ty::Alias(_) => unreachable!("`resolve` sees through aliases"),
        }
    }

    fn read_array(&self, item: &Ty, len: u32, place: Place, from: Source<'_>) -> Expr {
        let (at, len) = (atom(place.text()), number("len", len as usize));
        if self.is_byte(item) {
            return call(self.wire("Reader.fixed_bytes"), [atom(from.src.clone()), at, len]);
        }
        if self.is_float(item) {
            return call(self.wire("Reader.float_array"), [atom(from.src.clone()), at, len]);
        }
        let size = number("size", self.size(item));
        let item = self.item_reader(item, from.field);
        call(self.wire("Reader.array"), [atom("r"), at, len, size, item])
    }

    fn read_list(&self, item: &Ty, max: Option<u32>, place: Place, from: Source<'_>) -> Expr {
        let (at, field) = (atom(place.text()), field_label(from.field));
        if self.is_byte(item) {
            return match max {
                None => call(self.wire("Reader.bytes"), [atom("r"), at, field]),
                Some(max) => {
                    let max = number("max", max as usize);
                    call(
                        self.wire("Reader.bounded_bytes"),
                        [atom(from.src.clone()), at, max, field],
                    )
                }
            };
        }
        if self.is_float(item) {
            return self.read_floats(item, max, place, from);
        }
        let size = number("size", self.size(item));
        let reader = self.item_reader(item, from.field);
        match max {
            None => {
                let align = number("align", self.align(item));
                call(self.wire("Reader.list"), [atom("r"), at, align, size, field, reader])
            }
            Some(max) => {
                let first = number("first", self.items_offset(item, max));
                let max = number("max", max as usize);
                call(
                    self.wire("Reader.bounded_list"),
                    [atom("r"), at, max, first, size, field, reader],
                )
            }
        }
    }

    fn read_floats(&self, item: &Ty, max: Option<u32>, place: Place, from: Source<'_>) -> Expr {
        let (at, field) = (atom(place.text()), field_label(from.field));
        let Some(max) = max else {
            return call(self.wire("Reader.floats"), [atom("r"), at, field]);
        };
        let first = number("first", self.items_offset(item, max));
        let (src, max) = (atom(from.src.clone()), number("max", max as usize));
        call(self.wire("Reader.bounded_floats"), [src, at, max, first, field])
    }

    fn read_map(&self, key: &Ty, value: &Ty, place: Place, from: Source<'_>) -> Expr {
        let pair = pair(key, value);
        let mut arguments = vec![atom("r"), atom(place.text())];
        arguments.extend(self.pair_facts(key, &pair));
        arguments.extend([field_label(from.field), self.item_reader(&pair, from.field)]);
        call(self.wire("Reader.map"), arguments)
    }

    /// `~align ~size ~compare`, for the pairs of a map.
    pub(super) fn pair_facts(&self, key: &Ty, pair: &Ty) -> [Expr; 3] {
        [
            number("align", self.align(pair)),
            number("size", self.size(pair)),
            label("compare", self.comparison(key, Comparison::Compare)),
        ]
    }

    /// Items are bound in order, because each may take its own from the tail.
    fn read_tuple(&self, items: &[Ty], place: Place, from: Source<'_>) -> Expr {
        let name = |index: usize| format!("v{index}");
        let bindings = items.iter().enumerate().map(|(index, item)| {
            (name(index), self.read(item, place.plus(self.tuple_offset(items, index)), from))
        });
        let tuple = (0..items.len()).map(|index| atom(name(index))).collect();
        bind_all(bindings.collect(), Expr::Tuple(tuple))
    }

    fn read_optional(&self, item: &Ty, place: Place, from: Source<'_>) -> Expr {
        let test = |name: &str, rest: &str| {
            format!("{} {} {}{rest}", self.wire_in("Reader", name), from.src, place.text())
        };
        let some = |value: Expr| call(self.option("Some"), [value]);
        let none = || atom(self.option("None"));
        if !self.is_reference(item) {
            let present = test("presence", &format!(" ~field:{}", super::expr::string(from.field)));
            let value = self.read(item, place.plus(self.value_offset(item)), from);
            return choose(present, some(value), none());
        }
        let value = some(self.read(item, place, from));
        let empty = match self.resolve(item) {
            Ty::Named(_) => None,
            Ty::Map(..) => Some("[]".to_owned()),
            item => Some(match self.text(item).as_str() {
                "string" => "\"\"".to_owned(),
                "floatarray" => self.wire("Floats.empty"),
                _ => "[||]".to_owned(),
            }),
        };
        match empty {
            None if self.size(item) == 12 => choose(test("is_absent_union", ""), none(), value),
            None => choose(test("is_absent", ""), none(), value),
            Some(empty) => {
                let present = choose(test("is_present_empty", ""), some(atom(empty)), value);
                choose(test("is_absent", ""), none(), present)
            }
        }
    }

    fn read_named(&self, id: myc_schema::schema::TypeId, place: Place, from: Source<'_>) -> Expr {
        let (module, at, field) = (self.module(id), atom(place.text()), field_label(from.field));
        match &self.def(id).kind {
            TypeKind::Message(_) => call(
                self.wire("Reader.embedded"),
                [
                    atom("r"),
                    at,
                    atom(format!("~block:{module}.block")),
                    field,
                    atom([module.as_str(), ".decode_block"].concat()),
                ],
            ),
            TypeKind::Struct(_) => call(module + ".decode", [atom("r"), at]),
            TypeKind::Union(_) => call(module + ".decode", [atom("r"), at, field]),
            TypeKind::Flags(_) => call(module + ".load", [atom(from.src.clone()), at]),
            TypeKind::Enum(_) => call(module + ".load", [atom(from.src.clone()), at, field]),
        }
    }

    /// A function that reads one item, given the reader and the place.
    pub(super) fn item_reader(&self, ty: &Ty, field: &str) -> Expr {
        if let Ty::Named(id) = self.resolve(ty) {
            let decode = self.module(*id) + ".decode";
            match &self.def(*id).kind {
                TypeKind::Struct(_) => return atom(decode),
                TypeKind::Union(_) => return call(decode, [field_label(field)]),
                TypeKind::Enum(_) | TypeKind::Flags(_) | TypeKind::Message(_) => {}
            }
        }
        let src = SOURCE_OF_READER.replacen("Wire", self.wire, 1).into();
        let body = self.read(ty, Place(0), Source { src: &src, field });
        fun(format!("{} at", body.parameter("r")), body)
    }
}

/// Reads the integer that carries an enum or flags.
pub(super) fn carrier(types: &Types<'_>, repr: Repr) -> Expr {
    call(types.wire_in("Reader", repr.name()), [atom("src"), atom("at")])
}

//! Functions that print values as JSON, and that read them from it.

use myc_schema::schema::{Repr, Ty};

use super::compare::{Comparison, apply};
use super::expr::{Expr, Text, atom, bind_all, call, fun, number, sequence, string};
use super::print::definition;
use super::types::Types;
use super::write::tuple_pattern;

impl Types<'_> {
    /// A function that prints a value as JSON, given the sink and the value.
    pub(super) fn json_printer(&self, ty: &Ty) -> Expr {
        let json = |name: &str| self.wire_in("Json", name);
        match self.resolve(ty) {
            Ty::Bool => atom(json("bool")),
            Ty::Int(repr @ (Repr::I64 | Repr::U64)) => atom(json(repr.name())),
            Ty::Int(_) => atom(json("int")),
            Ty::I128 => atom(json("i128")),
            Ty::U128 => atom(json("u128")),
            Ty::U256 => atom(json("u256")),
            Ty::Uuid => atom(json("uuid")),
            Ty::F32 => atom(json("f32")),
            Ty::F64 => atom(json("f64")),
            Ty::Timestamp => atom(json("timestamp")),
            Ty::Duration => atom(json("duration")),
            Ty::Decimal(scale) => {
                call(json("text"), [atom(self.wire(&format!("Decimal.S{scale}.to_string")))])
            }
            Ty::String(_) => atom(json("string")),
            Ty::Bytes(_) => atom(json("bytes")),
            Ty::Array(item, _) | Ty::List(item, _) if self.is_byte(item) => atom(json("bytes")),
            Ty::Array(item, _) | Ty::List(item, _) if self.is_float(item) => atom(json("floats")),
            Ty::Array(item, _) | Ty::List(item, _) => {
                call(json("array"), [self.json_printer(item)])
            }
            Ty::Optional(item) => call(json("option"), [self.json_printer(item)]),
            Ty::Tuple(items) => self.json_tuple(items),
            Ty::Named(id) => atom(self.module(*id) + ".write_json"),
            Ty::Alias(_) => unreachable!("`resolve` sees through aliases"),
            Ty::Map(key, value) if self.is_text(key) => {
                call(json("string_map"), [self.json_printer(value)])
            }
            Ty::Map(key, value) => {
                let compare = self.comparison(key, Comparison::Compare);
                call(json("map"), [compare, self.json_printer(key), self.json_printer(value)])
            }
        }
    }

    fn json_tuple(&self, items: &[Ty]) -> Expr {
        let mut steps = Vec::new();
        for (index, item) in items.iter().enumerate() {
            steps.push(self.json_raw(if index == 0 { "[" } else { "," }));
            steps.push(self.json_value(item, format!("v{index}")));
        }
        steps.push(self.json_raw("]"));
        fun(format!("out ({})", tuple_pattern("v", items.len())), sequence(steps))
    }

    /// Prints `value` to `out`.
    pub(super) fn json_value(&self, ty: &Ty, value: impl Into<Text>) -> Expr {
        apply(self.json_printer(ty), [atom("out"), atom(value)])
    }

    /// Prints text as it is to `out`.
    pub(super) fn json_raw(&self, text: &str) -> Expr {
        call(self.wire("Json.raw"), [atom("out"), atom(quoted(text))])
    }

    /// A reader of values from JSON.
    pub(super) fn json_reader(&self, ty: &Ty) -> Expr {
        let named = |name: &str| self.wire_in("Json_reader", name);
        let max = |max: u32| number("max", max as usize);
        match self.resolve(ty) {
            Ty::Bool => atom(named("bool")),
            Ty::Int(repr) => atom(named(repr.name())),
            Ty::I128 => atom(named("i128")),
            Ty::U128 => atom(named("u128")),
            Ty::U256 => atom(named("u256")),
            Ty::Uuid => atom(named("uuid")),
            Ty::F32 => atom(named("f32")),
            Ty::F64 => atom(named("f64")),
            Ty::Timestamp => atom(named("timestamp")),
            Ty::Duration => atom(named("duration")),
            Ty::Decimal(scale) => {
                let of_string = self.wire(&format!("Decimal.S{scale}.of_string"));
                call(named("decimal"), [number("scale", usize::from(*scale)), atom(of_string)])
            }
            Ty::String(None) => atom(named("string")),
            Ty::String(Some(bound)) => call(named("bounded_string"), [max(*bound)]),
            Ty::Bytes(None) => atom(named("bytes")),
            Ty::Bytes(Some(bound)) => call(named("bounded_bytes"), [max(*bound)]),
            Ty::Array(item, len) => self.json_array(item, *len),
            Ty::List(item, bound) => self.json_list(item, *bound),
            Ty::Map(key, value) => self.json_map(key, value),
            Ty::Tuple(items) => self.json_items(items),
            Ty::Optional(item) => call(named("option"), [self.json_reader(item)]),
            Ty::Named(id) => atom(self.module(*id) + ".json_reader"),
            Ty::Alias(_) => unreachable!("`resolve` sees through aliases"),
        }
    }

    fn json_array(&self, item: &Ty, len: u32) -> Expr {
        let len = number("len", len as usize);
        if self.is_byte(item) {
            return call(self.wire("Json_reader.fixed_bytes"), [len]);
        }
        let items = call(self.wire("Json_reader.array"), [len, self.json_reader(item)]);
        self.json_floats(item, items)
    }

    fn json_list(&self, item: &Ty, bound: Option<u32>) -> Expr {
        let named = |name: &str| self.wire_in("Json_reader", name);
        if self.is_byte(item) {
            return self.json_reader(&Ty::Bytes(bound));
        }
        let items = match bound {
            None => call(named("list"), [self.json_reader(item)]),
            Some(max) => {
                let max = number("max", max as usize);
                call(named("bounded_list"), [max, self.json_reader(item)])
            }
        };
        self.json_floats(item, items)
    }

    /// A reader of items as one of a float array, where they are doubles.
    fn json_floats(&self, item: &Ty, items: Expr) -> Expr {
        match self.is_float(item) {
            true => call(self.wire("Json_reader.floats"), [items]),
            false => items,
        }
    }

    fn json_map(&self, key: &Ty, value: &Ty) -> Expr {
        let readers = [self.json_reader(key), self.json_reader(value)];
        if self.is_text(key) {
            return call(self.wire("Json_reader.string_map"), readers);
        }
        let [key_reader, value_reader] = readers;
        let compare = self.comparison(key, Comparison::Compare);
        call(self.wire("Json_reader.map"), [compare, key_reader, value_reader])
    }

    fn json_items(&self, items: &[Ty]) -> Expr {
        let item = self.wire("Json_reader.item");
        let name = |index: usize| format!("v{index}");
        let bindings = items.iter().enumerate().map(|(index, ty)| {
            let arguments = [atom("items"), atom(index.to_string()), self.json_reader(ty)];
            (name(index), call(item.clone(), arguments))
        });
        let tuple = (0..items.len()).map(|index| atom(name(index))).collect();
        let body = bind_all(bindings.collect(), Expr::Tuple(tuple));
        let len = atom(items.len().to_string());
        call(self.wire("Json_reader.tuple"), [len, fun("items", body)])
    }

    /// Whether maps with such keys are objects.
    fn is_text(&self, ty: &Ty) -> bool {
        matches!(self.resolve(ty), Ty::String(_))
    }
}

/// A string literal that keeps quotation marks readable.
fn quoted(text: &str) -> String {
    if text.contains('"') { ["{|", text, "|}"].concat() } else { string(text) }
}

/// The value that reads a type from JSON, `json_reader`, made by a function of the library.
pub(super) fn reader_definition(function: String, arguments: Vec<Expr>) -> String {
    definition("json_reader", &call(function, arguments), 2)
}

/// `[| "a"; "b" |]`.
pub(super) fn name_array<'n>(names: impl Iterator<Item = &'n str>) -> Expr {
    Expr::Items(["[|", "|]"], names.map(string).collect())
}

/// `~name:"market.Trade"`.
pub(super) fn name_label(name: &str) -> Expr {
    atom(format!("~name:{}", string(name)))
}

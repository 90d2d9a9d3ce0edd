//! Views: functions that read a field where it lies.
//!
//! In scope of an accessor are the parts of its place that it uses: `src`, the string; `at`, where the
//! block or struct starts; `tail`, from which references count; and `there`, the bytes of the block.

use myc_schema::schema::{Field, Ty, TypeId, TypeKind};

use super::compare::Comparison;
use super::expr::{Expr, atom, call, choose, field_label, fun, label, number};
use super::model::join;
use super::print::definition;
use super::read::{SRC, Source};
use super::record::{label_of, place_of};
use super::types::{Place, Types};
use crate::shape::pair;

/// What modules of views have beside a function a field.
const TAKEN: &[&str] = &["of_frame", "of_frame_exn", "owned", "read"];

/// What the function of a field is called.
fn accessor_of(field: &Field) -> String {
    let label = label_of(field);
    if TAKEN.contains(&label.as_str()) { label + "_" } else { label }
}

/// What the bytes of a field's default are called: no name of a schema has a prime.
fn default_of(field: &Field) -> String {
    label_of(field) + "'default"
}

impl Types<'_> {
    /// The type of a view, `Level.View.t Mycelium_wire.View.Items.t`.
    pub(super) fn view_text(&self, ty: &Ty) -> String {
        match self.resolve(ty) {
            Ty::Array(item, _) | Ty::List(item, _) if self.is_byte(item) => self.text(ty),
            Ty::Array(item, _) | Ty::List(item, _) if self.is_float(item) => self.wire("Floats.t"),
            Ty::Array(item, _) | Ty::List(item, _) => {
                format!("{} {}", self.view_text(item), self.wire("View.Items.t"))
            }
            Ty::Map(key, value) => {
                let (key, value) = (self.view_text(key), self.view_text(value));
                format!("({key}, {value}) {}", self.wire("View.Map.t"))
            }
            Ty::Tuple(items) => {
                let items: Vec<String> = items.iter().map(|item| self.view_text(item)).collect();
                format!("({})", items.join(" * "))
            }
            Ty::Optional(item) => self.view_text(item) + " option",
            Ty::Named(id) if self.has_view(*id) => self.module(*id) + ".View.t",
            _ => self.text(ty),
        }
    }

    fn has_view(&self, id: TypeId) -> bool {
        !matches!(self.def(id).kind, TypeKind::Enum(_) | TypeKind::Flags(_))
    }

    /// Reads what a view shows of the value at `place`.
    pub(super) fn view(&self, ty: &Ty, place: Place, from: Source<'_>) -> Expr {
        let view = |name: &str| self.wire_in("View", name);
        let here = || [atom("src"), atom("tail"), atom(place.text())];
        match self.resolve(ty) {
            Ty::String(None) | Ty::Bytes(None) => call(view("bytes"), here()),
            Ty::String(Some(max)) => self.view(&Ty::Bytes(Some(*max)), place, from),
            Ty::Array(item, len) if !self.is_byte(item) => self.view_array(item, *len, place, from),
            Ty::List(item, max) if self.is_byte(item) => self.view(&Ty::Bytes(*max), place, from),
            Ty::List(item, None) if self.is_float(item) => call(view("floats"), here()),
            Ty::List(item, None) => {
                let mut arguments = here().to_vec();
                arguments
                    .extend([number("size", self.size(item)), self.item_view(item, from.field)]);
                call(view("list"), arguments)
            }
            Ty::List(item, Some(max)) => self.view_bounded(item, *max, place, from),
            Ty::Map(key, value) => self.view_map(key, value, place, from),
            Ty::Tuple(items) => {
                let part = |(index, item): (usize, &Ty)| {
                    self.view(item, place.plus(self.tuple_offset(items, index)), from)
                };
                Expr::Tuple(items.iter().enumerate().map(part).collect())
            }
            Ty::Optional(item) => self.view_optional(item, place, from),
            Ty::Named(id) => self.view_named(*id, place, from),
            _ => self.read(ty, place, from),
        }
    }

    fn view_array(&self, item: &Ty, len: u32, place: Place, from: Source<'_>) -> Expr {
        let (src, at, len) = (atom("src"), atom(place.text()), number("len", len as usize));
        if self.is_float(item) {
            return call(self.wire("Floats.view"), [src, at, len]);
        }
        let (size, item) = (number("size", self.size(item)), self.item_view(item, from.field));
        call(self.wire("View.array"), [src, atom("tail"), at, len, size, item])
    }

    fn view_bounded(&self, item: &Ty, max: u32, place: Place, from: Source<'_>) -> Expr {
        let (src, at) = (atom("src"), atom(place.text()));
        let first = number("first", self.items_offset(item, max));
        let max = number("max", max as usize);
        if self.is_float(item) {
            return call(self.wire("View.bounded_floats"), [src, at, max, first]);
        }
        let (size, item) = (number("size", self.size(item)), self.item_view(item, from.field));
        call(self.wire("View.bounded_list"), [src, atom("tail"), at, max, first, size, item])
    }

    fn view_map(&self, key: &Ty, value: &Ty, place: Place, from: Source<'_>) -> Expr {
        let pair = pair(key, value);
        let Ty::Tuple(items) = &pair else { unreachable!("a pair is a tuple") };
        let arguments = vec![
            atom("src"),
            atom("tail"),
            atom(place.text()),
            number("size", self.size(&pair)),
            number("value", self.tuple_offset(items, 1)),
            label("compare", self.comparison(key, Comparison::Compare)),
            self.item_view(key, from.field),
            self.item_view(value, from.field),
        ];
        call(self.wire("View.map"), arguments)
    }

    fn view_optional(&self, item: &Ty, place: Place, from: Source<'_>) -> Expr {
        let test = |name: &str, rest: &str| {
            format!("{} src {}{rest}", self.wire_in("Reader", name), place.text())
        };
        let some = |value: Expr| call(self.option("Some"), [value]);
        let none = atom(self.option("None"));
        if !self.is_reference(item) {
            let present = test("presence", &format!(" ~field:{}", super::expr::string(from.field)));
            let value = self.view(item, place.plus(self.value_offset(item)), from);
            return choose(present, some(value), none);
        }
        let absent = match self.resolve(item) {
            Ty::Named(_) if self.size(item) == 12 => "is_absent_union",
            _ => "is_absent",
        };
        choose(test(absent, ""), none, some(self.view(item, place, from)))
    }

    fn view_named(&self, id: TypeId, place: Place, from: Source<'_>) -> Expr {
        let (module, src, at) = (self.module(id), atom("src"), atom(place.text()));
        match &self.def(id).kind {
            TypeKind::Enum(_) => call(module + ".load", [src, at, field_label(from.field)]),
            TypeKind::Flags(_) => call(module + ".load", [src, at]),
            _ => call(module + ".View.read", [src, atom("tail"), at]),
        }
    }

    /// A function that reads an item, given the string, its tail and the place.
    pub(super) fn item_view(&self, ty: &Ty, field: &str) -> Expr {
        if let Ty::Named(id) = self.resolve(ty)
            && self.has_view(*id)
        {
            return atom(self.module(*id) + ".View.read");
        }
        let body = self.view(ty, Place(0), Source { src: SRC, field });
        fun(parameters(&body), body)
    }

    /// The functions of the fields of a message or struct; `guard` says what there is where a field is
    /// not.
    pub(super) fn accessors(
        &self,
        fields: &[Field],
        name: &str,
        guard: impl Fn(&Field, Expr) -> Expr,
    ) -> Vec<String> {
        let accessor = |field: &Field| {
            let place_name = place_of(name, field);
            let from = Source { src: SRC, field: &place_name };
            let body = guard(field, self.view(&field.ty, Place(field.offset), from));
            definition(&format!("{} {}", accessor_of(field), self.place_pattern(&body)), &body, 4)
        };
        fields.iter().map(accessor).collect()
    }

    /// `{ Wire.View.src; at; _ }`: the parts of a place that the body uses.
    fn place_pattern(&self, body: &Expr) -> String {
        let used: Vec<&str> =
            ["src", "at", "there", "tail"].into_iter().filter(|part| body.mentions(part)).collect();
        match used.len() {
            0 => "_".to_owned(),
            4 => format!("{{ {}; }}", self.wire_in("View", &used.join("; "))),
            _ => format!("{{ {}; _ }}", self.wire_in("View", &used.join("; "))),
        }
    }

    /// The default of a field as bytes, where a view of it is not the value itself.
    pub(super) fn encoded_default(&self, field: &Field, name: &str) -> Option<String> {
        let default = field.default.as_ref()?;
        if self.view_text(&field.ty) == self.text(&field.ty) {
            return None;
        }
        let literal = self.literal(&field.ty, default);
        let size = label("size", self.value_payload_size(&field.ty, &literal));
        let arguments = [
            number("block", self.size(&field.ty)),
            size,
            self.item_writer(&field.ty, &place_of(name, field)),
            atom(literal),
        ];
        let body = call(self.wire("View.encoded"), arguments);
        Some(definition(&default_of(field), &body, 4))
    }

    /// What a view shows of a field that is not there.
    pub(super) fn view_of_default(&self, field: &Field) -> Expr {
        let Some(default) = &field.default else { return atom(self.option("None")) };
        if self.view_text(&field.ty) == self.text(&field.ty) {
            return atom(self.literal(&field.ty, default));
        }
        let read = self.item_view(&field.ty, &field.name);
        let arguments = [read, atom(default_of(field)), number("block", self.size(&field.ty))];
        call(self.wire("View.of_encoded"), arguments)
    }

    /// Declarations of the same.
    pub(super) fn accessor_declarations(&self, fields: &[Field]) -> Vec<String> {
        let declaration = |field: &Field| {
            format!("val {} : t -> {}", accessor_of(field), self.view_text(&field.ty))
        };
        fields.iter().map(declaration).collect()
    }
}

/// `src tail at`, with `_` before those that the body does not use.
pub(super) fn parameters(body: &Expr) -> String {
    ["src", "tail", "at"].map(|name| body.parameter(name)).join(" ")
}

/// `module View = struct … end`, where definitions stand at 4.
pub(super) fn module(definitions: &[String]) -> String {
    format!("module View = struct\n    {}\n  end", join(definitions, 4))
}

/// `module View : sig … end`.
pub(super) fn signature(docs: &str, declarations: &[String]) -> String {
    let body = join(declarations, 4);
    format!("(** {docs} *)\n  module View : sig\n    {body}\n  end")
}

//! Expressions that check a value's bytes without making the value: what views do once.
//!
//! They refuse what [reading](super::read) refuses, in the same order, since each item of the tail must
//! lie behind the one before. In scope are `r`, the reader; `at`; and `src`, as in reading.

use myc_schema::schema::{Enum, Field, Ty, TypeId, TypeKind};

use super::expr::{Expr, atom, call, field_label, fun, number, sequence};
use super::read::{SOURCE_OF_READER, SRC, Source};
use super::record::place_of;
use super::rule;
use super::types::{Place, Types};

impl Types<'_> {
    /// Whether some bytes are no value of the type.
    fn needs_check(&self, ty: &Ty) -> bool {
        match self.resolve(ty) {
            Ty::Bool | Ty::String(_) | Ty::Bytes(_) | Ty::List(..) | Ty::Map(..) => true,
            Ty::Optional(_) => true,
            Ty::Array(item, _) => self.needs_check(item),
            Ty::Tuple(items) => items.iter().any(|item| self.needs_check(item)),
            Ty::Named(id) => match &self.def(*id).kind {
                TypeKind::Enum(Enum { open, .. }) => !open,
                TypeKind::Flags(_) => false,
                TypeKind::Struct(fields) => fields
                    .iter()
                    .any(|field| field.constraint.is_some() || self.needs_check(&field.ty)),
                TypeKind::Union(_) | TypeKind::Message(_) => true,
            },
            _ => false,
        }
    }

    /// Checks the fields of a message or struct; `guard` says when each is there.
    pub(super) fn check_fields(
        &self,
        fields: &[Field],
        name: &str,
        guard: impl Fn(&Field, Expr) -> Expr,
    ) -> Expr {
        let steps = fields.iter().filter_map(|field| {
            let place = place_of(name, field);
            let from = Source { src: SRC, field: &place };
            Some(guard(field, self.check_field(field, from)?))
        });
        sequence(steps.collect())
    }

    /// A field with a rule is read, so that the rule has its value.
    fn check_field(&self, field: &Field, from: Source<'_>) -> Option<Expr> {
        let at = Place(field.offset);
        match rule::check(self, field, "v", Some(at), from.field) {
            Some(check) => Some(super::expr::bind("v", self.read(&field.ty, at, from), check)),
            None => self.check(&field.ty, at, from),
        }
    }

    /// Checks the bytes at `place`, unless any will do.
    pub(super) fn check(&self, ty: &Ty, place: Place, from: Source<'_>) -> Option<Expr> {
        if !self.needs_check(ty) {
            return None;
        }
        let reader = |name: &str| self.wire_in("Reader", name);
        let (src, at) = (|| atom(from.src.clone()), || atom(place.text()));
        let field = || field_label(from.field);
        let max = |max: u32| number("max", max as usize);
        Some(match self.resolve(ty) {
            Ty::String(None) => call(reader("check_string"), [atom("r"), at(), field()]),
            Ty::String(Some(bound)) => {
                call(reader("check_bounded_string"), [src(), at(), max(*bound), field()])
            }
            Ty::Bytes(None) => self.skip(1, 1, place, from),
            Ty::Bytes(Some(bound)) => {
                call(reader("check_count"), [src(), at(), max(*bound), field()])
            }
            Ty::Array(item, len) => {
                let (len, size) = (number("len", *len as usize), number("size", self.size(item)));
                let item = self.item_check(item, from.field);
                call(reader("check_array"), [atom("r"), at(), len, size, item])
            }
            Ty::List(item, None) if !self.needs_check(item) => {
                self.skip(self.align(item), self.size(item), place, from)
            }
            Ty::List(_, Some(bound)) if !self.list_needs_check(ty) => {
                call(reader("check_count"), [src(), at(), max(*bound), field()])
            }
            Ty::List(item, bound) => self.check_list(item, *bound, place, from),
            Ty::Tuple(items) => {
                let parts = items.iter().enumerate().filter_map(|(index, item)| {
                    self.check(item, place.plus(self.tuple_offset(items, index)), from)
                });
                sequence(parts.collect())
            }
            Ty::Optional(item) => self.check_optional(item, place, from),
            Ty::Named(id) => self.check_named(*id, place, from),
            // What is left is checked by reading it: bools, and maps, whose keys are compared.
            _ => call(reader("discard"), [self.read(ty, place, from)]),
        })
    }

    fn list_needs_check(&self, ty: &Ty) -> bool {
        matches!(self.resolve(ty), Ty::List(item, _) if self.needs_check(item))
    }

    fn skip(&self, align: usize, size: usize, place: Place, from: Source<'_>) -> Expr {
        let (align, size) = (number("align", align), number("size", size));
        let field = field_label(from.field);
        call(self.wire("Reader.skip"), [atom("r"), atom(place.text()), align, size, field])
    }

    fn check_list(&self, item: &Ty, max: Option<u32>, place: Place, from: Source<'_>) -> Expr {
        let (r, at, field) = (atom("r"), atom(place.text()), field_label(from.field));
        let size = number("size", self.size(item));
        let check = self.item_check(item, from.field);
        match max {
            None => {
                let align = number("align", self.align(item));
                call(self.wire("Reader.check_list"), [r, at, align, size, field, check])
            }
            Some(max) => {
                let first = number("first", self.items_offset(item, max));
                let max = number("max", max as usize);
                call(
                    self.wire("Reader.check_bounded_list"),
                    [r, at, max, first, size, field, check],
                )
            }
        }
    }

    fn check_optional(&self, item: &Ty, place: Place, from: Source<'_>) -> Expr {
        let test = |name: &str, rest: &str| {
            format!("{} {} {}{rest}", self.wire_in("Reader", name), from.src, place.text())
        };
        if !self.is_reference(item) {
            let presence =
                test("presence", &format!(" ~field:{}", super::expr::string(from.field)));
            return match self.check(item, place.plus(self.value_offset(item)), from) {
                Some(check) => Expr::When(presence, Box::new(check)),
                None => call(self.wire("Reader.discard"), [atom(format!("({presence})"))]),
            };
        }
        let absent = match self.resolve(item) {
            Ty::Named(_) if self.size(item) == 12 => test("is_absent_union", ""),
            Ty::Named(_) => test("is_absent", ""),
            _ => test("is_nothing", ""),
        };
        let check = self.check(item, place, from).unwrap_or_else(|| atom("()"));
        Expr::When(format!("not ({absent})"), Box::new(check))
    }

    fn check_named(&self, id: TypeId, place: Place, from: Source<'_>) -> Expr {
        let (module, at, field) = (self.module(id), atom(place.text()), field_label(from.field));
        match &self.def(id).kind {
            TypeKind::Message(_) => call(
                self.wire("Reader.embedded"),
                [
                    atom("r"),
                    at,
                    atom(format!("~block:{module}.block")),
                    field,
                    atom(module + ".check_block"),
                ],
            ),
            TypeKind::Union(_) => call(module + ".check", [atom("r"), at, field]),
            TypeKind::Struct(_) => call(module + ".check", [atom("r"), at]),
            TypeKind::Enum(_) | TypeKind::Flags(_) => {
                let load = call(module + ".load", [atom(from.src.clone()), at, field]);
                call(self.wire("Reader.discard"), [load])
            }
        }
    }

    /// A function that checks one item, given the reader and the place.
    pub(super) fn item_check(&self, ty: &Ty, field: &str) -> Expr {
        if let Ty::Named(id) = self.resolve(ty) {
            match &self.def(*id).kind {
                TypeKind::Struct(_) => return atom(self.module(*id) + ".check"),
                TypeKind::Union(_) => {
                    return call(self.module(*id) + ".check", [field_label(field)]);
                }
                _ => {}
            }
        }
        let src = SOURCE_OF_READER.replacen("Wire", self.wire, 1).into();
        let check = self.check(ty, Place(0), Source { src: &src, field });
        let body = check.unwrap_or_else(|| atom("()"));
        fun(format!("{} {}", body.parameter("r"), body.parameter("at")), body)
    }
}

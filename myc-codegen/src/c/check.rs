//! What the bytes of a value must be: expressions over `r`, the reader, and places in the frame.
//!
//! An item of the tail must lie behind the one before, so all is checked in the order of the fields.

use myc_schema::schema::{Constraint, Enum, Field, Ty, TypeId, TypeKind, Value};
use mycelium_wire::layout::count_size;

use super::literal::{Literal, float, signed, string};
use super::types::{Types, load_name};
use crate::names::has_word;
use crate::shape::pair;

/// Where a value lies, and what errors call it.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// Expression for the place in the frame.
    pub(super) at: &'a str,
    /// Expression for the name of the field.
    pub(super) field: &'a str,
    /// What functions that have to be declared begin with, `market_Trade_Check_side`.
    pub(super) path: &'a str,
}

impl Types<'_> {
    /// Checks the bytes at a place, unless any will do.
    pub(super) fn check(&mut self, ty: &Ty, place: Place<'_>) -> Option<String> {
        let shape = **self;
        let Place { at, field, .. } = place;
        Some(match shape.resolve(ty) {
            Ty::Bool => format!("myc_check_bool(r, {at}, {field})"),
            Ty::String(None) => format!("myc_check_text(r, {at}, {field})"),
            Ty::Bytes(None) => format!("myc_check_items(r, {at}, 1, 1, {field})"),
            Ty::String(Some(max)) => {
                format!("myc_check_bounded_text(r, {at}, {}, {max}, {field})", count_size(*max))
            }
            Ty::Bytes(Some(max)) => check_count(*max, place),
            Ty::Array(item, len) => {
                let size = shape.size(item);
                let check = self.item_check(item, place)?;
                format!("myc_check_each(r, {at}, {len}, {size}, {field}, {check})")
            }
            Ty::List(item, bound) => self.check_list(item, *bound, place),
            Ty::Map(key, value) => self.check_map(key, value, place),
            Ty::Tuple(items) => {
                let parts: Vec<String> = items
                    .iter()
                    .enumerate()
                    .filter_map(|(index, item)| {
                        let at = format!("{at} + {}", shape.tuple_offset(items, index));
                        let path = format!("{}_V{index}", place.path);
                        self.check(item, Place { at: &at, path: &path, ..place })
                    })
                    .collect();
                all(parts)?
            }
            Ty::Optional(item) => self.check_optional(item, None, place),
            Ty::Named(id) => self.check_named(*id, place)?,
            _ => return None,
        })
    }

    fn check_list(&mut self, item: &Ty, bound: Option<u32>, place: Place<'_>) -> String {
        let Place { at, field, .. } = place;
        let (align, size) = (self.align(item), self.size(item));
        let check = self.item_check(item, place);
        match (bound, check) {
            (None, None) => format!("myc_check_items(r, {at}, {align}, {size}, {field})"),
            (None, Some(check)) => {
                format!("myc_check_list(r, {at}, {align}, {size}, {field}, {check})")
            }
            (Some(max), None) => check_count(max, place),
            (Some(max), Some(check)) => {
                let (width, first) = (count_size(max), self.items_offset(item, max));
                format!(
                    "myc_check_bounded_list(r, {at}, {width}, {max}, {first}, {size}, {field}, {check})"
                )
            }
        }
    }

    fn check_map(&mut self, key: &Ty, value: &Ty, place: Place<'_>) -> String {
        let Place { at, field, .. } = place;
        let pair = pair(key, value);
        let (align, size) = (self.align(&pair), self.size(&pair));
        let check = self.check_function(&pair, place);
        let order = self.order(key);
        format!("myc_check_map(r, {at}, {align}, {size}, {field}, {check}, {order})")
    }

    /// The function that orders keys.
    fn order(&self, key: &Ty) -> String {
        let name = match self.resolve(key) {
            Ty::String(None) | Ty::Bytes(None) => "tail".to_owned(),
            Ty::String(Some(max)) | Ty::Bytes(Some(max)) => format!("bounded{}", count_size(*max)),
            Ty::Named(id) => match &self.def(*id).kind {
                TypeKind::Enum(declared) => declared.repr.name().to_owned(),
                TypeKind::Flags(flags) => flags.repr.name().to_owned(),
                _ => String::new(),
            },
            key => load_name(key).unwrap_or_default().to_owned(),
        };
        format!("myc_order_{name}")
    }

    /// `rule` is what a value that is there is held to beside its type.
    fn check_optional(&mut self, item: &Ty, rule: Option<String>, place: Place<'_>) -> String {
        let Place { at, field, .. } = place;
        if !self.is_reference(item) {
            let present = format!("myc_check_presence(r, {at}, {field})");
            let value = format!("{at} + {}", self.value_offset(item));
            let check = self.check(item, Place { at: &value, ..place });
            return match all(check.into_iter().chain(rule).collect()) {
                Some(check) => format!("{present} && (r->frame[{at}] == 0 || ({check}))"),
                None => present,
            };
        }
        let check = self.check(item, place).unwrap_or_else(|| "1".to_owned());
        let rule = rule.map(|rule| format!(" && {rule}")).unwrap_or_default();
        match self.resolve(item) {
            Ty::Named(_) if self.size(item) == 12 => {
                format!("(myc_is_absent_union(r->frame + {at}) || ({check}{rule}))")
            }
            Ty::Named(_) => format!("(myc_is_absent(r->frame + {at}) || ({check}{rule}))"),
            _ => format!(
                "(myc_is_absent(r->frame + {at}) || ((myc_is_present_empty(r->frame + {at}) || {check}){rule}))"
            ),
        }
    }

    fn check_named(&mut self, id: TypeId, place: Place<'_>) -> Option<String> {
        let Place { at, field, .. } = place;
        let name = self.type_name(id);
        Some(match &self.def(id).kind {
            TypeKind::Flags(_) | TypeKind::Enum(Enum { open: true, .. }) => return None,
            TypeKind::Message(message) => {
                let block = message.block_size;
                format!("myc_check_payload(r, {at}, {block}, {field}, {name}_CheckBlock)")
            }
            _ => format!("{name}_Check(r, {at}, {field})"),
        })
    }

    /// The name of a function that checks an item, unless any will do.
    fn item_check(&mut self, item: &Ty, place: Place<'_>) -> Option<String> {
        let shape = **self;
        match shape.resolve(item) {
            Ty::Bool => return Some("myc_check_bool".to_owned()),
            Ty::String(None) => return Some("myc_check_text".to_owned()),
            Ty::Named(id) => match &shape.def(*id).kind {
                TypeKind::Flags(_) | TypeKind::Enum(Enum { open: true, .. }) => return None,
                TypeKind::Message(_) => {}
                _ => return Some(self.type_name(*id) + "_Check"),
            },
            _ => {}
        }
        let path = format!("{}_Item", place.path);
        let body = self.check(item, Place { at: "at", field: "field", path: &path })?;
        self.check_definition(&path, &body);
        Some(path)
    }

    /// The same, where there must be one.
    fn check_function(&mut self, ty: &Ty, place: Place<'_>) -> String {
        let path = format!("{}_Pair", place.path);
        let body = self.check(ty, Place { at: "at", field: "field", path: &path });
        self.check_definition(&path, &body.unwrap_or_else(|| "1".to_owned()));
        path
    }

    pub(super) fn check_definition(&mut self, name: &str, body: &str) {
        self.function(&format!("int {name}(myc_Reader *r, uint32_t at, const char *field)"), body);
    }

    /// A function that gives an expression. What it does not use is said to be unused.
    pub(super) fn function(&mut self, head: &str, body: &str) {
        let mut unused = String::new();
        let parameters = head.split_once('(').map_or("", |(_, rest)| rest.trim_end_matches(')'));
        for name in
            parameters.split(", ").filter_map(|parameter| parameter.rsplit([' ', '*']).next())
        {
            if !has_word(body, name) {
                unused.push_str(&format!("    (void){name};\n"));
            }
        }
        let body = body.replace(" && myc_", " &&\n           myc_");
        self.declare(&format!("static inline {head} {{\n{unused}    return {body};\n}}"));
    }

    /// Checks a field: its type, and what it is held to beyond that.
    pub(super) fn check_field(&mut self, field: &Field, place: Place<'_>) -> Option<String> {
        let rule = field.constraint.as_ref();
        let shape = **self;
        if let Ty::Optional(item) = shape.resolve(&field.ty) {
            let value = match shape.is_reference(item) {
                true => place.at.to_owned(),
                false => format!("{} + {}", place.at, shape.value_offset(item)),
            };
            let rule = rule.and_then(|rule| self.rule(item, rule, Place { at: &value, ..place }));
            return Some(self.check_optional(item, rule, place));
        }
        let check = self.check(&field.ty, place);
        let rule = rule.and_then(|rule| self.rule(&field.ty, rule, place));
        all(check.into_iter().chain(rule).collect())
    }

    fn rule(&mut self, ty: &Ty, rule: &Constraint, place: Place<'_>) -> Option<String> {
        let Place { at, field, .. } = place;
        let (tests, code) = match rule {
            Constraint::Range { min, max } => {
                let bounds = [(">=", min), ("<=", max)];
                let tests = bounds
                    .iter()
                    .filter_map(|(sign, bound)| self.is_beside(ty, sign, bound.as_ref()?, at));
                (tests.collect(), "MYC_WIRE_OUT_OF_RANGE")
            }
            Constraint::Len { min, max } => {
                let count = self.count(ty, at)?;
                let mut tests = Vec::new();
                if *min > 0 {
                    tests.push(format!("{count} >= {min}u"));
                }
                tests.extend(max.map(|max| format!("{count} <= {max}u")));
                (tests, "MYC_WIRE_LEN")
            }
        };
        let tests = all(tests)?;
        Some(format!("(({tests}) || myc_fail(r, {code}, {at}, {field}))"))
    }

    /// How many bytes, items or pairs there are.
    fn count(&self, ty: &Ty, at: &str) -> Option<String> {
        Some(match self.resolve(ty) {
            Ty::String(Some(max)) | Ty::Bytes(Some(max)) | Ty::List(_, Some(max)) => {
                format!("myc_count(r->frame + {at}, {})", count_size(*max))
            }
            Ty::String(None) | Ty::Bytes(None) | Ty::List(_, None) | Ty::Map(..) => {
                format!("myc_load_ref(r->frame + {at}).count")
            }
            _ => return None,
        })
    }

    /// Whether the number at a place is at least, or at most, a bound.
    fn is_beside(&mut self, ty: &Ty, sign: &str, bound: &Value, at: &str) -> Option<String> {
        let shape = **self;
        let ty = shape.resolve(ty);
        let load = load_name(ty)?;
        if let Ty::I128 | Ty::U128 | Ty::U256 = ty {
            let Literal::Initializer(words) = self.literal(ty, bound)? else { return None };
            let words = words.replace(['{', '}'], "");
            return Some(format!("myc_compare_{load}(r->frame + {at}, {words}) {sign} 0"));
        }
        let bound = match (ty, bound) {
            (_, Value::Float(text)) => float(text),
            (_, Value::Decimal(number) | Value::Nanos(number)) => signed(*number),
            (Ty::Int(repr), Value::Int(number)) => super::literal::integer(*repr, *number),
            _ => return None,
        };
        // Every number of an unsigned type is at least 0, and compilers say so.
        if sign == ">="
            && load.starts_with('u')
            && bound
                .trim_start_matches("UINT64_C(")
                .trim_start_matches("UINT32_C(")
                .trim_end_matches(')')
                == "0"
        {
            return None;
        }
        let bound = if *ty == Ty::F32 { format!("(float){bound}") } else { bound };
        Some(format!("myc_load_{load}(r->frame + {at}) {sign} {bound}"))
    }
}

fn check_count(max: u32, place: Place<'_>) -> String {
    let Place { at, field, .. } = place;
    format!("myc_check_count(r, {at}, {}, {max}, {field})", count_size(max))
}

/// All of them, unless there is none.
pub(super) fn all(parts: Vec<String>) -> Option<String> {
    (!parts.is_empty()).then(|| parts.join(" && "))
}

/// A name as an expression.
pub(super) fn quoted(field: &str) -> String {
    string(field)
}

//! How a field is read: the type that its function gives, and the expression for it.
//!
//! In scope are `at`, where the field lies, and `tail`, from which references count.

use myc_schema::schema::{Ty, TypeId, TypeKind};
use mycelium_wire::layout::count_size;

use super::types::{Types, load_name, scalar};
use crate::shape::pair;

/// What a function gives.
pub(super) struct Access {
    /// Its type.
    pub(super) gives: String,
    /// The value, where it is there.
    pub(super) value: String,
    /// Whether it is a pointer, which is `NULL` where nothing is there; else all its bytes are zero.
    pub(super) is_pointer: bool,
}

impl Access {
    fn value(gives: impl Into<String>, value: impl Into<String>) -> Self {
        Access { gives: gives.into(), value: value.into(), is_pointer: false }
    }

    fn pointer(to: &str) -> Self {
        let gives = format!("const {to} *");
        Access { value: format!("({gives})at"), gives, is_pointer: true }
    }
}

impl Types<'_> {
    /// How a field is read; `path` names the types that are declared for it.
    pub(super) fn access(&mut self, ty: &Ty, path: &str) -> Access {
        let shape = **self;
        let resolved = shape.resolve(ty);
        if let (Some(load), Some(_)) = (load_name(resolved), scalar(resolved)) {
            return Access::value(self.inline(ty, path), format!("myc_load_{load}(at)"));
        }
        match resolved {
            Ty::String(None) => Access::value("myc_Text", "myc_text(at, tail)"),
            Ty::Bytes(None) => Access::value("myc_Bytes", "myc_bytes(at, tail)"),
            Ty::String(Some(max)) => {
                Access::value("myc_Text", format!("myc_bounded_text(at, {})", count_size(*max)))
            }
            Ty::Bytes(Some(max)) => {
                Access::value("myc_Bytes", format!("myc_bounded_bytes(at, {})", count_size(*max)))
            }
            Ty::List(item, bound) if shape.is_byte(item) => self.access(&Ty::Bytes(*bound), path),
            Ty::Array(item, _) => {
                let item = self.inline(item, &format!("{path}_Item"));
                Access::pointer(&item)
            }
            Ty::List(item, bound) => {
                let items = match bound {
                    None => "myc_items(at, tail)".to_owned(),
                    Some(max) => {
                        let first = shape.items_offset(item, *max);
                        format!("myc_bounded_items(at, {}, {first})", count_size(*max))
                    }
                };
                let item = self.inline(item, &format!("{path}_Item"));
                self.items(&item, path, &items)
            }
            Ty::Map(key, value) => {
                let Ty::Tuple(parts) = pair(key, value) else { unreachable!("a pair is a tuple") };
                let members = [(&parts[0], "key".to_owned()), (&parts[1], "value".to_owned())];
                let pair = self.composite(&members, path, "Pair");
                self.items(&pair, path, "myc_items(at, tail)")
            }
            Ty::Optional(item) => self.access_optional(item, path),
            Ty::Named(id) => self.access_named(*id),
            ty => {
                let inline = self.inline(ty, path);
                Access::pointer(&inline)
            }
        }
    }

    /// Items of a type, in a struct of their own.
    fn items(&mut self, item: &str, path: &str, items: &str) -> Access {
        let name = format!("{path}_Items");
        self.declare_once(
            &name,
            &format!(
                "typedef struct {{ const {item} *items; size_t count; }} {name};\n\
             static inline {name} {path}_AsItems(myc_Items all) {{\n    \
                 {name} typed;\n    \
                 typed.items = (const {item} *)all.items;\n    \
                 typed.count = all.count;\n    \
                 return typed;\n}}"
            ),
        );
        Access::value(name, format!("{path}_AsItems({items})"))
    }

    fn access_optional(&mut self, item: &Ty, path: &str) -> Access {
        if self.is_reference(item) {
            let absent = match self.size(item) {
                12 => "myc_is_absent_union(at)",
                _ => "myc_is_absent(at)",
            };
            let access = self.access(item, path);
            let none = match access.is_pointer {
                true => "NULL".to_owned(),
                false => format!("{path}_None()"),
            };
            if !access.is_pointer {
                self.none(&access.gives, path);
            }
            let value = format!("{absent} ? {none} : {}", access.value);
            return Access { value, ..access };
        }
        let offset = self.value_offset(item);
        let inline = self.inline(item, path);
        let pointer = Access::pointer(&inline);
        let value = format!("*at ? ({})(at + {offset}) : NULL", pointer.gives);
        Access { value, ..pointer }
    }

    /// A function that gives nothing of a type.
    pub(super) fn none(&mut self, gives: &str, path: &str) {
        self.declare_once(
            &format!("{path}_None"),
            &format!(
                "static inline {gives} {path}_None(void) {{\n    {gives} none;\n    \
             memset(&none, 0, sizeof none);\n    return none;\n}}"
            ),
        );
    }

    fn access_named(&mut self, id: TypeId) -> Access {
        let name = self.type_name(id);
        match &self.def(id).kind {
            TypeKind::Enum(declared) => {
                let load = declared.repr.name();
                Access::value(name.clone(), format!("({name})myc_load_{load}(at)"))
            }
            TypeKind::Flags(flags) => {
                let load = flags.repr.name();
                Access::value(name.clone(), format!("({name})myc_load_{load}(at)"))
            }
            TypeKind::Message(_) => Access::value(
                format!("{name}_View"),
                format!("{name}_View_of(myc_payload(at, tail))"),
            ),
            _ => Access::pointer(&name),
        }
    }
}

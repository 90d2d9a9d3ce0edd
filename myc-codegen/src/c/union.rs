//! Unions: a tag, and either the arms in one place or a reference to the payload of one.

use myc_schema::schema::{Arm, Ty, TypeDef, TypeKind, Union};
use mycelium_wire::layout::align_up;

use super::check::{Place, quoted};
use super::types::{Types, comment};
use crate::names;

impl Types<'_> {
    pub(super) fn union(
        &mut self,
        name: &str,
        docs: &str,
        def: &TypeDef,
        union: &Union,
        full: &str,
    ) {
        for arm in &union.arms {
            let arm_docs = comment(&arm.docs, arm.deprecated.as_deref(), 0);
            let constant = names::c_member(&arm.name);
            self.declare(&format!("{arm_docs}#define {name}_{constant} {}", arm.tag));
        }
        if union.open {
            self.declare(&format!(
                "{docs}typedef struct {{\n    uint32_t tag; /* One of the arms, or one that is newer than this header. */\n    \
                 myc_Ref payload;\n}} {name};\nMYC_STATIC_ASSERT(sizeof({name}) == 12, \"a tag and a reference\");"
            ));
        } else {
            self.closed_layout(name, docs, def, union);
        }
        self.check_union(name, union, full);
        for arm in &union.arms {
            self.arm_accessor(name, union, arm);
        }
    }

    /// The tag's type, and where the arms lie.
    fn closed_shape(&self, union: &Union) -> (&'static str, &'static str, usize) {
        let is_wide = union.arms.iter().any(|arm| arm.tag > 0xff);
        let (ty, load, size) = if is_wide { ("uint16_t", "u16", 2) } else { ("uint8_t", "u8", 1) };
        let align = union.arms.iter().map(|arm| self.align(&arm.ty)).max().unwrap_or(1);
        (ty, load, align_up(size, align.max(size)))
    }

    fn closed_layout(&mut self, name: &str, docs: &str, def: &TypeDef, union: &Union) {
        let (tag, _, value) = self.closed_shape(union);
        let mut arms = String::new();
        for arm in &union.arms {
            let inner = self.inline(&arm.ty, &format!("{name}_{}", arm.name));
            arms.push_str(&format!("        {inner} {};\n", names::c_name(&arm.name)));
        }
        let size = def.size;
        self.declare(&format!(
            "{docs}typedef struct {{\n    {tag} tag;\n    union {{\n{arms}    }} as;\n}} {name};\n\
             MYC_STATIC_ASSERT(offsetof({name}, as) == {value}, \"where the arms lie\");\n\
             MYC_STATIC_ASSERT(sizeof({name}) == {size}, \"{name} has {size} bytes\");"
        ));
    }

    fn check_union(&mut self, name: &str, union: &Union, full: &str) {
        let (load, value) = match union.open {
            true => ("u32", 4),
            false => {
                let (_, load, value) = self.closed_shape(union);
                (load, value)
            }
        };
        let at = format!("at + {value}");
        let mut cases = String::new();
        for arm in &union.arms {
            let field = quoted(&format!("{full}.{}", arm.name));
            let path = format!("{name}_Check_{}", arm.name);
            let place = Place { at: &at, field: &field, path: &path };
            let check = match union.open {
                true => self.check_open_arm(arm, place),
                false => self.check(&arm.ty, place).unwrap_or_else(|| "1".to_owned()),
            };
            cases.push_str(&format!("    case {}:\n        return {check};\n", arm.tag));
        }
        let refuse = "return myc_fail(r, MYC_WIRE_TAG, at, field);";
        let otherwise = match union.open {
            true => format!(
                "    case 0:\n        {refuse}\n    default:\n        \
                 return myc_check_payload(r, at + 4, 0, field, NULL);\n"
            ),
            false => format!("    default:\n        {refuse}\n"),
        };
        self.declare(&format!(
            "static inline int {name}_Check(myc_Reader *r, uint32_t at, const char *field) {{\n    \
             switch (myc_load_{load}(r->frame + at)) {{\n{cases}{otherwise}    }}\n}}"
        ));
    }

    /// An arm that is no message is a payload whose block is that one value.
    fn check_open_arm(&mut self, arm: &Arm, place: Place<'_>) -> String {
        let shape = **self;
        if let Ty::Named(id) = shape.resolve(&arm.ty)
            && let TypeKind::Message(_) = &shape.def(*id).kind
        {
            return self.check(&arm.ty, place).unwrap_or_default();
        }
        let size = shape.size(&arm.ty);
        let path = format!("{}_Block", place.path);
        let inner = Place { at: "at", field: place.field, path: place.path };
        let check = self.check(&arm.ty, inner);
        let mut parts = vec![format!("myc_require(r, at, there, {size}, {})", place.field)];
        parts.extend(check);
        let head = format!("int {path}(myc_Reader *r, uint32_t at, uint32_t there)");
        self.function(&head, &parts.join(" && "));
        format!("myc_check_payload(r, {}, {size}, {}, {path})", place.at, place.field)
    }

    /// A function that gives the value of an arm, where the union has that one.
    fn arm_accessor(&mut self, name: &str, union: &Union, arm: &Arm) {
        let path = format!("{name}_{}", names::c_name(&arm.name));
        let shape = **self;
        if let Ty::Named(id) = shape.resolve(&arm.ty)
            && let TypeKind::Message(_) = &shape.def(*id).kind
        {
            let view = self.type_name(*id) + "_View";
            self.none(&view, &path);
            let reference = match union.open {
                true => "(const uint8_t *)&value->payload".to_owned(),
                false => format!("(const uint8_t *)value + {}", self.closed_shape(union).2),
            };
            return self.declare(&format!(
                "static inline {view} {path}(const {name} *value, const uint8_t *tail) {{\n    \
                 if (value->tag != {})\n        return {path}_None();\n    \
                 return {view}_of(myc_payload({reference}, tail));\n}}",
                arm.tag
            ));
        }
        let inner = self.inline(&arm.ty, &path);
        let at = match union.open {
            true => "myc_payload((const uint8_t *)&value->payload, tail).block".to_owned(),
            false => format!("(const uint8_t *)value + {}", self.closed_shape(union).2),
        };
        let unused = if union.open { "" } else { "    (void)tail;\n" };
        self.declare(&format!(
            "static inline const {inner} *{path}(const {name} *value, const uint8_t *tail) {{\n{unused}    \
             return value->tag == {} ? (const {inner} *)({at}) : NULL;\n}}",
            arm.tag
        ));
    }
}

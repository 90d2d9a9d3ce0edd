//! Named types: enums, flags, structs and messages; [unions](super::union) stand apart.

use myc_schema::schema::{Enum, Field, Flags, Member, Message, Ty, TypeDef, TypeKind};
use mycelium_wire::layout::align_up;

use super::access::Access;
use super::check::{Place, all, quoted};
use super::literal::{Literal, string};
use super::types::{Types, comment, integer, scalar};
use crate::names;
use crate::shape::Shape;

/// Bytes of a frame's header.
const HEADER: usize = 16;

/// Whether every sender has the field.
fn is_required(shape: &Shape<'_>, field: &Field) -> bool {
    field.default.is_none() && !matches!(shape.resolve(&field.ty), Ty::Optional(_))
}

impl Types<'_> {
    pub(super) fn named(&mut self, def: &TypeDef, full_name: &str) {
        let name = self.qualified(def.package, &def.name);
        let docs = comment(&def.docs, def.deprecated.as_deref(), 0);
        match &def.kind {
            TypeKind::Enum(declared) => self.enumeration(&name, &docs, declared),
            TypeKind::Flags(flags) => self.flags(&name, &docs, flags),
            TypeKind::Struct(fields) => self.structure(&name, &docs, def, fields, full_name),
            TypeKind::Union(union) => self.union(&name, &docs, def, union, full_name),
            TypeKind::Message(message) => self.message(&name, &docs, def, message, full_name),
        }
        self.text.push('\n');
    }

    fn enumeration(&mut self, name: &str, docs: &str, declared: &Enum) {
        let repr = integer(declared.repr);
        self.declare(&format!("{docs}typedef {repr} {name};"));
        for member in &declared.members {
            let value = super::literal::integer(declared.repr, member.value);
            self.member(name, member, &value);
        }
        let cases: Vec<String> = declared
            .members
            .iter()
            .map(|member| {
                let value = format!("{name}_{}", names::c_member(&member.name));
                format!("    if (value == {value})\n        return {};\n", string(&member.name))
            })
            .collect();
        self.declare(&format!(
            "/* The member's name in the schema; NULL where it has none. */\n\
             static inline const char *{name}_Name({name} value) {{\n{}    return NULL;\n}}",
            cases.concat()
        ));
        if !declared.open {
            let load = declared.repr.name();
            let body = format!(
                "{name}_Name(myc_load_{load}(r->frame + at)) != NULL || \
                 myc_fail(r, MYC_WIRE_ENUM, at, field)"
            );
            self.check_definition(&format!("{name}_Check"), &body);
        }
    }

    fn flags(&mut self, name: &str, docs: &str, flags: &Flags) {
        self.declare(&format!("{docs}typedef {} {name};", integer(flags.repr)));
        for member in &flags.members {
            let bit = format!("(UINT64_C(1) << {})", member.value);
            self.member(name, member, &bit);
        }
    }

    fn member(&mut self, name: &str, member: &Member, value: &str) {
        let docs = comment(&member.docs, member.deprecated.as_deref(), 0);
        let constant = names::c_member(&member.name);
        self.declare(&format!("{docs}#define {name}_{constant} (({name}){value})"));
    }

    /// The struct of fields, and what its offsets are.
    fn layout(&mut self, name: &str, docs: &str, fields: &[Field], size: usize) {
        let mut members = String::new();
        let mut asserts = String::new();
        // Of an empty message: C has no empty structs.
        if fields.is_empty() {
            return;
        }
        for field in fields {
            let mut docs = field.docs.clone();
            docs.extend(field.unit.as_ref().map(|unit| format!("In {unit}.")));
            if let Ty::Decimal(scale) = self.resolve(&field.ty) {
                docs.push(format!("Units of 1e-{scale}."));
            }
            let label = names::c_name(&field.name);
            members.push_str(&comment(&docs, field.deprecated.as_deref(), 4));
            members.push_str(&self.field(field, name, &label));
            let text = string(&format!("{name}.{label} lies at {}", field.offset));
            asserts.push_str(&format!(
                "MYC_STATIC_ASSERT(offsetof({name}, {label}) == {}, {text});\n",
                field.offset
            ));
        }
        let text = string(&format!("{name} has {size} bytes"));
        self.declare(&format!(
            "{docs}typedef struct {{\n{members}}} {name};\n{asserts}\
             MYC_STATIC_ASSERT(sizeof({name}) == {size}, {text});"
        ));
    }

    fn field(&mut self, field: &Field, name: &str, label: &str) -> String {
        let path = format!("{name}_{}", field.name);
        let shape = **self;
        match shape.resolve(&field.ty) {
            Ty::Array(item, len) => {
                let inner = self.inline(item, &format!("{path}_Item"));
                format!("    {inner} {label}[{len}];\n")
            }
            _ => {
                let inner = self.inline(&field.ty, &path);
                format!("    {inner} {label};\n")
            }
        }
    }

    fn structure(&mut self, name: &str, docs: &str, def: &TypeDef, fields: &[Field], full: &str) {
        self.layout(name, docs, fields, def.size);
        let check = self.check_fields(name, fields, full, |_, check| check);
        self.check_definition(&format!("{name}_Check"), &check);
        let shape = **self;
        let views = fields.iter().filter(|field| scalar(shape.resolve(&field.ty)).is_none());
        for field in views {
            let path = format!("{name}_{}", names::c_name(&field.name));
            let access = self.access(&field.ty, &path);
            let at = format!("(const uint8_t *)value + {}", field.offset);
            let head = format!("{} {path}(const {name} *value, const uint8_t *tail)", access.gives);
            self.accessor(&head, "", &at, "tail", &access.value);
        }
    }

    /// A function that reads something at `at`, with references that count from `tail`, where it gets
    /// past its guard.
    fn accessor(&mut self, head: &str, guard: &str, at: &str, tail: &str, value: &str) {
        let tail = match (names::has_word(value, "tail"), tail == "tail") {
            (true, true) => String::new(),
            (true, false) => format!("    const uint8_t *tail = {tail};\n"),
            (false, true) => "    (void)tail;\n".to_owned(),
            (false, false) => String::new(),
        };
        self.declare(&format!(
            "static inline {head} {{\n{guard}    const uint8_t *at = {at};\n{tail}    return {value};\n}}"
        ));
    }

    fn check_fields(
        &mut self,
        name: &str,
        fields: &[Field],
        full: &str,
        mut guard: impl FnMut(&Field, Option<String>) -> Option<String>,
    ) -> String {
        let mut parts = Vec::new();
        for field in fields {
            let at = match field.offset {
                0 => "at".to_owned(),
                offset => format!("at + {offset}"),
            };
            let place_name = quoted(&format!("{full}.{}", field.name));
            let path = format!("{name}_Check_{}", field.name);
            let place = Place { at: &at, field: &place_name, path: &path };
            let check = self.check_field(field, place);
            parts.extend(guard(field, check));
        }
        all(parts).unwrap_or_else(|| "1".to_owned())
    }

    fn message(&mut self, name: &str, docs: &str, def: &TypeDef, message: &Message, full: &str) {
        let fields = &message.fields;
        let block = message.block_size;
        let align = fields.iter().map(|field| self.align(&field.ty)).max().unwrap_or(1);
        self.layout(name, docs, fields, align_up(block, align));
        self.declare(&format!(
            "#define {name}_TYPE_ID {}\n#define {name}_TOPIC {}\n#define {name}_DIGEST {}\n\
             /* Bytes of the block: where its last field ends. */\n#define {name}_BLOCK {block}",
            message.id,
            string(&message.topic),
            string(&def.digest.to_string()),
        ));
        let shape = **self;
        let required = fields.iter().rev().find(|field| is_required(&shape, field));
        let reach = required.map_or(0, |field| shape.field_end(field));
        self.check_block(name, fields, full);
        self.view(name, fields, block);
        self.frame(name, message);
        for field in fields {
            self.view_accessor(name, field, self.field_end(field) > reach);
        }
        self.room(name, message);
    }

    /// Checks the fields in their order; those behind the end of an older sender's block are not there.
    fn check_block(&mut self, name: &str, fields: &[Field], full: &str) {
        let shape = **self;
        let mut reach = 0;
        let check = self.check_fields(name, fields, full, |field, check| {
            let end = shape.field_end(field);
            let require = is_required(&shape, field).then(|| {
                reach = end;
                let place = quoted(&format!("{full}.{}", field.name));
                format!("myc_require(r, at, there, {end}, {place})")
            });
            let check = check.map(|check| match end <= reach {
                true => check,
                false => format!("(there < {end} || ({check}))"),
            });
            all(require.into_iter().chain(check).collect())
        });
        let head = format!("int {name}_CheckBlock(myc_Reader *r, uint32_t at, uint32_t there)");
        self.function(&head, &check);
    }

    fn view(&mut self, name: &str, fields: &[Field], block: usize) {
        let (member, set) = match fields.is_empty() {
            false => (
                format!(
                    "    const {name} *block; /* NULL where the sender is older, and knew less of it. */\n"
                ),
                format!(
                    "    view.block = payload.there >= {block} ? (const {name} *)payload.block : NULL;\n"
                ),
            ),
            true => (String::new(), String::new()),
        };
        self.declare(&format!(
            "/* A frame that has been checked, or a message inside one; payload.block is NULL where there is none. */\n\
             typedef struct {{\n{member}    myc_Payload payload;\n}} {name}_View;\n\
             static inline {name}_View {name}_View_of(myc_Payload payload) {{\n    \
                 {name}_View view;\n{set}    view.payload = payload;\n    return view;\n}}\n\
             /* Checks a frame, once. Gives MYC_WIRE_OK, or why not; `error` may be NULL. */\n\
             static inline int {name}_View_open({name}_View *view, const void *frame, size_t len, \
             myc_WireError *error) {{\n    \
                 myc_Payload payload;\n    \
                 int code = myc_open(&payload, frame, len, {name}_TYPE_ID, {name}_BLOCK, {name}_CheckBlock, error);\n    \
                 *view = {name}_View_of(payload);\n    \
                 return code;\n}}"
        ));
    }

    /// The whole frame of a fixed message.
    fn frame(&mut self, name: &str, message: &Message) {
        let is_fixed = message.fields.iter().all(|field| self.is_fixed(&field.ty));
        if !is_fixed || message.fields.is_empty() {
            return;
        }
        let payload = align_up(message.block_size, 8);
        let size = HEADER + payload;
        self.declare(&format!(
            "/* A whole frame, to be written: fill `body`, send sizeof({name}_Frame) bytes. */\n\
             typedef struct {{\n    myc_FrameHeader header;\n    union {{\n        {name} block;\n        \
             uint64_t padded[{}];\n    }} body;\n}} {name}_Frame;\n\
             MYC_STATIC_ASSERT(sizeof({name}_Frame) == {size}, \"a frame of {size} bytes\");\n\
             static inline {name} *{name}_Frame_init({name}_Frame *frame) {{\n    \
                 memset(frame, 0, sizeof *frame);\n    \
                 frame->header.length = {payload};\n    \
                 frame->header.type_id = {name}_TYPE_ID;\n    \
                 frame->header.block = {name}_BLOCK;\n    \
                 return &frame->body.block;\n}}",
            payload / 8
        ));
    }

    fn view_accessor(&mut self, name: &str, field: &Field, may_miss: bool) {
        let path = format!("{name}_{}", names::c_name(&field.name));
        let access = self.access(&field.ty, &path);
        let guard = match may_miss {
            true => self.missing_guard(field, &path, &access),
            false => String::new(),
        };
        let at = format!("view->payload.block + {}", field.offset);
        let head = format!("{} {path}(const {name}_View *view)", access.gives);
        self.accessor(&head, &guard, &at, "view->payload.tail", &access.value);
    }

    /// Returns what there is for a field that the sender's block does not reach.
    fn missing_guard(&mut self, field: &Field, path: &str, access: &Access) -> String {
        let default = field.default.as_ref().and_then(|value| self.literal(&field.ty, value));
        let is_missing = format!("    if (view->payload.there < {})", self.field_end(field));
        let value = match default {
            Some(Literal::Expression(value)) => value,
            Some(Literal::Initializer(words)) => {
                let gives = &access.gives;
                return format!(
                    "{is_missing} {{\n        {gives} value = {words};\n        return value;\n    }}\n"
                );
            }
            None if access.is_pointer => "NULL".to_owned(),
            None => {
                self.none(&access.gives, &format!("{path}_Missing"));
                format!("{path}_Missing_None()")
            }
        };
        format!("{is_missing}\n        return {value};\n")
    }
}

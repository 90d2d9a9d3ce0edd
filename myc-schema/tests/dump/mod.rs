//! A schema as text, all of it, for comparison.

use std::fmt::Write as _;

use myc_schema::Schema;
use myc_schema::schema::{
    Constraint, Field, Item, Package, Reserved, Ty, TypeDef, TypeKind, Value,
};

pub(crate) fn dump(schema: &Schema) -> String {
    let mut dump = Dump { schema, out: String::new() };
    for package in &schema.packages {
        dump.package(package);
    }
    match schema.digest {
        Some(digest) => dump.line(0, &format!("schema {digest}")),
        None => dump.line(0, "schema without messages"),
    }
    dump.out
}

struct Dump<'s> {
    schema: &'s Schema,
    out: String,
}

impl Dump<'_> {
    fn line(&mut self, depth: usize, text: &str) {
        writeln!(self.out, "{}{text}", "    ".repeat(depth)).expect("a string takes all text");
    }

    fn docs(&mut self, depth: usize, docs: &[String]) {
        docs.iter().for_each(|line| self.line(depth, format!("/// {line}").trim_end()));
    }

    fn package(&mut self, package: &Package) {
        let root = if package.is_root { " (root)" } else { "" };
        self.line(0, &format!("package {}{root}", package.name));
        self.docs(0, &package.docs);
        let sources = package.sources.iter().map(|path| path.display().to_string());
        self.line(0, &format!("from {}", sources.collect::<Vec<_>>().join(", ")));
        self.reserved(0, &package.reserved);
        for item in &package.items {
            self.out.push('\n');
            match item {
                Item::Const(constant) => {
                    self.docs(0, &constant.docs);
                    let (ty, value) =
                        (self.ty(&constant.ty), self.value(&constant.value, &constant.ty));
                    self.line(0, &format!("const {}: {ty} = {value}", constant.name));
                }
                Item::Alias(id) => {
                    let alias = &self.schema.aliases[id.0];
                    self.docs(0, &alias.docs);
                    self.line(0, &format!("type {} = {}", alias.name, self.ty(&alias.ty)));
                }
                Item::Type(id) => self.type_def(&self.schema.types[id.0]),
            }
        }
        self.out.push('\n');
    }

    fn reserved(&mut self, depth: usize, reserved: &Reserved) {
        for ids in &reserved.ids {
            self.line(depth, &format!("reserved {} to {}", ids.start(), ids.end()));
        }
        for name in &reserved.names {
            self.line(depth, &format!("reserved {name}"));
        }
    }

    fn type_def(&mut self, def: &TypeDef) {
        self.docs(0, &def.docs);
        let (head, block) = match &def.kind {
            TypeKind::Message(m) => (
                format!("message {} = {} on {}", def.name, m.id, m.topic),
                format!(", block {}", m.block_size),
            ),
            TypeKind::Struct(_) => (format!("struct {}", def.name), String::new()),
            TypeKind::Enum(e) => {
                let repr = e.repr.name();
                (format!("{} enum {}: {repr}", openness(e.open), def.name), String::new())
            }
            TypeKind::Flags(flags) => {
                (format!("flags {}: {}", def.name, flags.repr.name()), String::new())
            }
            TypeKind::Union(union) => {
                (format!("{} union {}", openness(union.open), def.name), String::new())
            }
        };
        self.line(0, &head);
        let fixed = if def.is_fixed { "fixed" } else { "with a tail" };
        self.line(1, &format!("size {}, align {}{block}, {fixed}", def.size, def.align));
        self.line(1, &def.digest.to_string());
        self.deprecated(1, def.deprecated.as_deref());
        self.was(1, def.was.as_deref());
        self.reserved(1, &def.reserved);
        match &def.kind {
            TypeKind::Message(message) => self.fields(&message.fields),
            TypeKind::Struct(fields) => self.fields(fields),
            TypeKind::Enum(e) => self.members(&e.members),
            TypeKind::Flags(flags) => self.members(&flags.members),
            TypeKind::Union(union) => {
                for arm in &union.arms {
                    self.docs(1, &arm.docs);
                    self.deprecated(1, arm.deprecated.as_deref());
                    self.was(1, arm.was.as_deref());
                    let since = since(arm.since);
                    let line = format!("{}: {} = {}{since}", arm.name, self.ty(&arm.ty), arm.tag);
                    self.line(1, &line);
                }
            }
        }
    }

    fn deprecated(&mut self, depth: usize, reason: Option<&str>) {
        if let Some(reason) = reason {
            self.line(depth, &format!("deprecated: {reason}"));
        }
    }

    fn was(&mut self, depth: usize, name: Option<&str>) {
        if let Some(name) = name {
            self.line(depth, &format!("was: {name}"));
        }
    }

    fn fields(&mut self, fields: &[Field]) {
        for field in fields {
            self.docs(1, &field.docs);
            self.deprecated(1, field.deprecated.as_deref());
            self.was(1, field.was.as_deref());
            let mut line = format!("{:4} {}: {}", field.offset, field.name, self.ty(&field.ty));
            if let Some(default) = &field.default {
                line += &format!(" = {}", self.value(default, &field.ty));
            }
            if field.key {
                line += " key";
            }
            if let Some(unit) = &field.unit {
                line += &format!(" in {unit}");
            }
            if let Some(constraint) = &field.constraint {
                line += &format!(" {}", self.constraint(constraint, &field.ty));
            }
            line += &since(field.since);
            self.line(0, &line);
        }
    }

    fn members(&mut self, members: &[myc_schema::schema::Member]) {
        for member in members {
            self.docs(1, &member.docs);
            self.deprecated(1, member.deprecated.as_deref());
            self.was(1, member.was.as_deref());
            let since = since(member.since);
            self.line(1, &format!("{} = {}{since}", member.name, member.value));
        }
    }

    fn ty(&self, ty: &Ty) -> String {
        match ty {
            Ty::Bool => "bool".into(),
            Ty::Int(repr) => repr.name().into(),
            Ty::I128 => "i128".into(),
            Ty::U128 => "u128".into(),
            Ty::U256 => "u256".into(),
            Ty::Uuid => "uuid".into(),
            Ty::F32 => "f32".into(),
            Ty::F64 => "f64".into(),
            Ty::Timestamp => "timestamp".into(),
            Ty::Duration => "duration".into(),
            Ty::Decimal(scale) => format!("decimal<{scale}>"),
            Ty::String(None) => "string".into(),
            Ty::String(Some(max)) => format!("string<{max}>"),
            Ty::Bytes(None) => "bytes".into(),
            Ty::Bytes(Some(max)) => format!("bytes<{max}>"),
            Ty::Array(item, len) => format!("[{}; {len}]", self.ty(item)),
            Ty::List(item, None) => format!("[{}]", self.ty(item)),
            Ty::List(item, Some(max)) => format!("[{}; ..{max}]", self.ty(item)),
            Ty::Map(key, value) => format!("map<{}, {}>", self.ty(key), self.ty(value)),
            Ty::Tuple(items) => {
                let items = items.iter().map(|item| self.ty(item)).collect::<Vec<_>>();
                format!("({})", items.join(", "))
            }
            Ty::Optional(inner) => format!("{}?", self.ty(inner)),
            Ty::Named(id) => self.schema.qualified_name(*id),
            Ty::Alias(id) => self.schema.aliases[id.0].name.clone(),
        }
    }

    fn constraint(&self, constraint: &Constraint, ty: &Ty) -> String {
        let ty = match self.schema.resolve(ty) {
            Ty::Optional(item) => item,
            ty => ty,
        };
        let bound = |bound: &Option<Value>| bound.as_ref().map(|bound| self.value(bound, ty));
        match constraint {
            Constraint::Range { min, max } => {
                let (min, max) = (bound(min), bound(max));
                format!("from {} to {}", min.unwrap_or_default(), max.unwrap_or_default())
            }
            Constraint::Len { min, max: None } => format!("at least {min} long"),
            Constraint::Len { min, max: Some(max) } => format!("{min} to {max} long"),
        }
    }

    fn value(&self, value: &Value, ty: &Ty) -> String {
        let list = |values: &[Value], ty: &dyn Fn(usize) -> Ty| {
            let values = values.iter().enumerate().map(|(i, value)| self.value(value, &ty(i)));
            values.collect::<Vec<_>>().join(", ")
        };
        match (value, self.schema.resolve(ty)) {
            (Value::Absent, _) => "nothing".into(),
            (value, Ty::Optional(item)) => self.value(value, item),
            (Value::Bool(value), _) => value.to_string(),
            (Value::Int(value), _) => value.to_string(),
            (Value::Wide(value), _) => format!("{value} (wide)"),
            (Value::Wider(value), _) => format!("{value} (wider)"),
            (Value::Float(text), _) => format!("{text} (float)"),
            (Value::Decimal(mantissa), _) => format!("{mantissa} (mantissa)"),
            (Value::Nanos(nanos), _) => format!("{nanos} ns"),
            (Value::Text(text), _) => format!("{text:?}"),
            (Value::Uuid(uuid), _) => uuid.to_string(),
            (Value::Bytes(bytes), _) => format!("{bytes:02x?}"),
            (Value::Flags(bits), _) => format!("{bits:#b}"),
            (Value::Items(values), Ty::Tuple(types)) => {
                format!("({})", list(values, &|index| types[index].clone()))
            }
            (Value::Items(values), Ty::Array(item, _) | Ty::List(item, _)) => {
                format!("[{}]", list(values, &|_| (**item).clone()))
            }
            (Value::Map(pairs), Ty::Map(key, of)) => {
                let pair = |(name, value): &(Value, Value)| {
                    format!("{}: {}", self.value(name, key), self.value(value, of))
                };
                format!("{{{}}}", pairs.iter().map(pair).collect::<Vec<_>>().join(", "))
            }
            (Value::Fields(values), Ty::Named(id)) => match &self.schema.types[id.0].kind {
                TypeKind::Struct(fields) => {
                    format!("{{{}}}", list(values, &|index| fields[index].ty.clone()))
                }
                other => panic!("fields of {other:?}"),
            },
            (Value::Member(index), Ty::Named(id)) => match &self.schema.types[id.0].kind {
                TypeKind::Enum(e) => e.members[*index].name.clone(),
                other => panic!("a member of {other:?}"),
            },
            (value, ty) => panic!("{value:?} of {ty:?}"),
        }
    }
}

fn since(version: Option<u32>) -> String {
    version.map(|version| format!(" since {version}")).unwrap_or_default()
}

fn openness(open: bool) -> &'static str {
    if open { "open" } else { "closed" }
}

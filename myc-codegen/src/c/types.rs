//! Types of the schema in C's terms: what the inline form of a value is called, and the declarations that
//! takes.

use std::collections::BTreeSet;
use std::ops::Deref;

use myc_schema::schema::{PackageId, Repr, Schema, Ty, TypeId, TypeKind};
use mycelium_wire::layout::{count_size, repr_size};

use crate::names;
use crate::shape::Shape;

/// A schema seen from one of its packages, and the declarations made so far.
pub(super) struct Types<'s> {
    shape: Shape<'s>,
    /// Text of the header.
    pub(super) text: String,
    /// Packages that the header includes.
    pub(super) included: BTreeSet<usize>,
    package: PackageId,
    /// Types and functions that are declared and may be wanted again.
    declared: BTreeSet<String>,
}

impl<'s> Deref for Types<'s> {
    type Target = Shape<'s>;

    fn deref(&self) -> &Shape<'s> {
        &self.shape
    }
}

impl<'s> Types<'s> {
    pub(super) fn new(schema: &'s Schema, package: PackageId) -> Self {
        Types {
            shape: Shape { schema },
            text: String::new(),
            included: BTreeSet::new(),
            package,
            declared: BTreeSet::new(),
        }
    }

    /// `package_Name`.
    pub(super) fn qualified(&mut self, package: PackageId, name: &str) -> String {
        if package != self.package {
            self.included.insert(package.0);
        }
        format!("{}_{name}", names::c_stem(&self.schema.packages[package.0].name))
    }

    pub(super) fn type_name(&mut self, id: TypeId) -> String {
        let def = self.def(id);
        self.qualified(def.package, &def.name)
    }

    /// Adds to the header.
    pub(super) fn declare(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// Adds what is called so, unless it is there.
    pub(super) fn declare_once(&mut self, name: &str, text: &str) {
        if self.declared.insert(name.to_owned()) {
            self.declare(text);
        }
    }

    /// The type of the inline form; `path` names the types that have to be declared for it.
    pub(super) fn inline(&mut self, ty: &Ty, path: &str) -> String {
        if let Ty::Alias(id) = ty
            && scalar(self.shape.resolve(ty)).is_some()
        {
            let alias = &self.shape.schema.aliases[id.0];
            return self.qualified(alias.package, &alias.name);
        }
        let shape = self.shape;
        match shape.resolve(ty) {
            ty if scalar(ty).is_some() => scalar(ty).unwrap_or_default().to_owned(),
            ty if is_plain_reference(ty) => "myc_Ref".to_owned(),
            Ty::String(Some(max)) => self.bounded("Text", "char", *max),
            Ty::Bytes(Some(max)) => self.bounded("Bytes", "uint8_t", *max),
            Ty::List(item, Some(max)) if shape.is_byte(item) => {
                self.bounded("Bytes", "uint8_t", *max)
            }
            Ty::Array(item, len) => {
                let inner = self.inline(item, &format!("{path}_Item"));
                let name = format!("{path}_Array");
                self.declare_once(&name, &format!("typedef {inner} {name}[{len}];"));
                name
            }
            Ty::List(item, Some(max)) => self.bounded_list(item, *max, path),
            Ty::Tuple(items) => {
                let members: Vec<(&Ty, String)> =
                    items.iter().enumerate().map(|(index, ty)| (ty, format!("v{index}"))).collect();
                self.composite(&members, path, "Tuple")
            }
            Ty::Optional(item) if shape.is_reference(item) => self.inline(item, path),
            Ty::Optional(item) => {
                let members = [(&Ty::Bool, "present".to_owned()), (&**item, "value".to_owned())];
                self.composite(&members, path, "Optional")
            }
            Ty::Named(id) => match &shape.def(*id).kind {
                TypeKind::Message(_) => "myc_Ref".to_owned(),
                _ => self.type_name(*id),
            },
            _ => "myc_Ref".to_owned(),
        }
    }

    /// Text or bytes with a bound, the same type in all headers.
    fn bounded(&mut self, kind: &str, unit: &str, max: u32) -> String {
        let name = format!("myc_{kind}{max}");
        if !self.declared.contains(&name) {
            let guard = format!("MYC_HAS_{}_{max}", kind.to_uppercase());
            let count = count_type(max);
            self.declare_once(&name, &format!(
                "#ifndef {guard}\n#define {guard}\ntypedef struct {{ {count} len; {unit} data[{max}]; }} {name};\n#endif"
            ));
        }
        name
    }

    fn bounded_list(&mut self, item: &Ty, max: u32, path: &str) -> String {
        let inner = self.inline(item, &format!("{path}_Item"));
        let name = format!("{path}_List");
        let count = count_type(max);
        self.declare_once(
            &name,
            &format!("typedef struct {{ {count} count; {inner} items[{max}]; }} {name};"),
        );
        name
    }

    /// A struct of values side by side.
    pub(super) fn composite(
        &mut self,
        members: &[(&Ty, String)],
        path: &str,
        kind: &str,
    ) -> String {
        let name = format!("{path}_{kind}");
        let mut body = String::new();
        for (ty, member) in members {
            let inner = self.inline(ty, &format!("{path}_{}", capitalised(member)));
            body.push_str(&format!(" {inner} {member};"));
        }
        self.declare_once(&name, &format!("typedef struct {{{body} }} {name};"));
        name
    }
}

fn capitalised(name: &str) -> String {
    name[..1].to_uppercase() + &name[1..]
}

/// References whose items are no named type.
fn is_plain_reference(ty: &Ty) -> bool {
    matches!(ty, Ty::String(None) | Ty::Bytes(None) | Ty::List(_, None) | Ty::Map(..))
}

/// The unsigned integer that counts up to `max` items.
pub(super) fn count_type(max: u32) -> &'static str {
    match count_size(max) {
        1 => "uint8_t",
        2 => "uint16_t",
        _ => "uint32_t",
    }
}

/// The type of a value that is one number or a few words.
pub(super) fn scalar(ty: &Ty) -> Option<&'static str> {
    Some(match ty {
        Ty::Bool => "uint8_t",
        Ty::Int(repr) => integer(*repr),
        Ty::I128 => "myc_I128",
        Ty::U128 => "myc_U128",
        Ty::U256 => "myc_U256",
        Ty::Uuid => "myc_Uuid",
        Ty::F32 => "float",
        Ty::F64 => "double",
        Ty::Timestamp | Ty::Duration | Ty::Decimal(_) => "int64_t",
        _ => return None,
    })
}

/// What `myc_load_` and `myc_order_` call the type.
pub(super) fn load_name(ty: &Ty) -> Option<&'static str> {
    Some(match ty {
        Ty::Bool => "u8",
        Ty::Int(repr) => repr.name(),
        Ty::I128 => "i128",
        Ty::U128 => "u128",
        Ty::U256 => "u256",
        Ty::Uuid => "uuid",
        Ty::F32 => "f32",
        Ty::F64 => "f64",
        Ty::Timestamp | Ty::Duration | Ty::Decimal(_) => "i64",
        _ => return None,
    })
}

pub(super) fn integer(repr: Repr) -> &'static str {
    match (repr.name().starts_with('u'), repr_size(repr)) {
        (true, 1) => "uint8_t",
        (true, 2) => "uint16_t",
        (true, 4) => "uint32_t",
        (true, _) => "uint64_t",
        (false, 1) => "int8_t",
        (false, 2) => "int16_t",
        (false, 4) => "int32_t",
        (false, _) => "int64_t",
    }
}

/// A comment of C, `/* … */`, whose lines stand at `indent`; nothing where there is nothing to say.
pub(super) fn comment(docs: &[String], deprecated: Option<&str>, indent: usize) -> String {
    let mut lines: Vec<String> = docs.to_vec();
    lines.extend(deprecated.map(|reason| format!("Deprecated: {reason}")));
    while lines.last().is_some_and(|line| line.trim().is_empty()) {
        lines.pop();
    }
    if lines.is_empty() {
        return String::new();
    }
    let margin = " ".repeat(indent);
    // Neither may a comment end early, nor another begin in it.
    let clean = |line: &String| line.trim_end().replace("*/", "* /").replace("/*", "/ *");
    let lines: Vec<String> = lines.iter().map(clean).collect();
    format!("{margin}/* {} */\n", lines.join(&format!("\n{margin} * ")).replace(" * \n", " *\n"))
}

//! How the view of each type becomes a value: a getter a field.

use std::fmt::Write;

use myc_codegen::names;
use myc_schema::schema::{Schema, TypeDef, TypeKind, Union};

/// Implementations for all types of a schema whose modules lie in `root`, and a function that shows a
/// visitor all its messages.
pub(crate) fn of(schema: &Schema, root: &str) -> String {
    let (mut code, mut visits) = (String::new(), String::new());
    let packages = schema.packages.iter().filter(|package| package.name != "mycelium.control");
    let modules: Vec<String> = packages.map(|package| names::rust_module(&package.name)).collect();
    for def in &schema.types {
        let module = names::rust_module(&schema.packages[def.package.0].name);
        if !modules.contains(&module) {
            continue;
        }
        let ty = format!("{root}::{module}::{}", names::rust_name(&def.name));
        let digest = def.digest;
        if matches!(def.kind, TypeKind::Message(_)) {
            let _ = writeln!(visits, "    visitor.visit::<{ty}>(\"{digest}\");");
        }
        let _ = write!(code, "{}", implementation(def, &ty));
    }
    format!(
        "{code}\n/// Shows the visitor each message, with the digest that the schema gives it.\n\
         pub fn visit(visitor: &mut impl Visitor) {{\n{visits}}}\n"
    )
}

fn implementation(def: &TypeDef, ty: &str) -> String {
    let (of, body) = match &def.kind {
        TypeKind::Message(message) => {
            (format!("{ty}View<'_>"), record(message.fields.iter().map(|field| &field.name)))
        }
        TypeKind::Struct(fields) => {
            (format!("{ty}View<'_>"), record(fields.iter().map(|field| &field.name)))
        }
        TypeKind::Enum(_) => (ty.to_owned(), "Value::Int(self.value().into())".to_owned()),
        TypeKind::Flags(_) => (ty.to_owned(), "Value::Int(self.bits().into())".to_owned()),
        TypeKind::Union(union) => (format!("{ty}View<'_>"), match_arms(union)),
    };
    format!(
        "impl ToValue for {of} {{\n    fn to_value(&self) -> Value {{\n        {body}\n    }}\n}}\n"
    )
}

fn record<'a>(fields: impl Iterator<Item = &'a String>) -> String {
    let getters = fields.map(|name| format!("self.{}().to_value()", names::rust_name(name)));
    format!("Value::Fields(vec![{}])", getters.collect::<Vec<_>>().join(", "))
}

fn match_arms(union: &Union) -> String {
    let mut arms = String::new();
    for arm in &union.arms {
        let (name, tag) = (names::rust_variant(&arm.name), arm.tag);
        let _ = write!(arms, "Self::{name}(value) => arm({tag}, value), ");
    }
    if union.open {
        arms.push_str("Self::Unknown { tag, payload } => unknown(*tag, payload), ");
    }
    format!("match self {{ {arms}}}")
}

//! The set as `.proto` files.
//!
//! proto3 has no defaults, bounds, aliases, constants, keys or topics: these are left out. A struct is
//! a message, a union a message that holds a `oneof`, a tuple a message of its own.

use super::shapes::{Field, Fields, File, Held, Kind, Mark, Members, Message, Use};

/// Text of a file.
pub(super) fn write(file: &File) -> String {
    let package = file.place.package();
    let mut text =
        format!("// {}\nsyntax = \"proto3\";\npackage exchange.{package};\n\n", file.docs);
    for import in &file.imports {
        text.push_str(&format!("import \"{}.proto\";\n", import.stem()));
    }
    let suffix = file.place.suffix();
    text.push_str(&format!(
        "\nmessage Pair{suffix} {{\n  double first = 1;\n  uint32 second = 2;\n}}\n"
    ));
    for members in &file.enums {
        put_members(&mut text, members, |value| value);
    }
    put_members(&mut text, &file.flags, |value| if value == 0 { 0 } else { 1 << value });
    for fields in &file.structs {
        put_body(&mut text, fields, suffix);
    }
    put_union(&mut text, &file.union, suffix);
    for Message { body, .. } in &file.messages {
        put_body(&mut text, body, suffix);
    }
    text
}

fn put_members(text: &mut String, members: &Members, number: impl Fn(usize) -> usize) {
    text.push_str(&format!("\n// {}\nenum {} {{\n", members.docs, members.name));
    for (value, (name, docs)) in members.members.iter().enumerate() {
        put_docs(text, docs.as_deref());
        // Names of values are those of the package: they need the enum's in front.
        let name = format!("{}_{name}", members.name).to_uppercase();
        text.push_str(&format!("  {name} = {};\n", number(value)));
    }
    text.push_str("}\n");
}

fn put_body(text: &mut String, body: &Fields, suffix: usize) {
    text.push_str(&format!("\n// {}\nmessage {} {{\n", body.docs, body.name));
    put_fields(text, &body.fields, suffix);
    text.push_str("}\n");
}

fn put_union(text: &mut String, body: &Fields, suffix: usize) {
    text.push_str(&format!("\n// {}\nmessage {} {{\n  oneof value {{\n", body.docs, body.name));
    put_fields(text, &body.fields, suffix);
    text.push_str("  }\n}\n");
}

fn put_fields(text: &mut String, fields: &[Field], suffix: usize) {
    for (index, field) in fields.iter().enumerate() {
        put_docs(text, field.docs.as_deref());
        let held = match (field.held, &field.kind) {
            (Held::List | Held::Bounded, _) => "repeated ",
            (Held::Optional, _) => "optional ",
            (Held::One, _) => "",
        };
        let deprecated = if field.mark == Mark::Deprecated { " [deprecated = true]" } else { "" };
        let (ty, number) = (type_text(&field.kind, suffix), index + 1);
        text.push_str(&format!("  {held}{ty} {} = {number}{deprecated};\n", field.name));
    }
}

fn put_docs(text: &mut String, docs: Option<&str>) {
    if let Some(docs) = docs {
        text.push_str(&format!("  // {docs}\n"));
    }
}

fn type_text(kind: &Kind, suffix: usize) -> String {
    match kind {
        Kind::Bool => "bool".to_owned(),
        Kind::Int { bits: 64, is_signed: true } => "int64".to_owned(),
        Kind::Int { bits: 64, is_signed: false } => "uint64".to_owned(),
        Kind::Int { is_signed: true, .. } => "int32".to_owned(),
        Kind::Int { is_signed: false, .. } => "uint32".to_owned(),
        Kind::F32 => "float".to_owned(),
        Kind::F64 => "double".to_owned(),
        Kind::Decimal | Kind::Price(_) | Kind::Timestamp | Kind::Duration => "sfixed64".to_owned(),
        Kind::Text(_) => "string".to_owned(),
        Kind::Blob | Kind::Hash => "bytes".to_owned(),
        Kind::Pair => format!("Pair{suffix}"),
        Kind::Enum(named) | Kind::Flags(named) | Kind::Struct(named) => used(named),
        Kind::Union(named) | Kind::Message(named) => used(named),
    }
}

fn used(named: &Use) -> String {
    format!("exchange.{}.{}", named.place.package(), named.name)
}

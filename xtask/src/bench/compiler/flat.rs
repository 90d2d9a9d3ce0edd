//! The set as `.fbs` files.
//!
//! FlatBuffers has no bounds, aliases, constants or topics, and generates nothing for a deprecated
//! field: these are left out. A message is a table, a tuple a struct of its own, text and bytes that
//! are inline elsewhere are references.

use super::shapes::{Field, Fields, File, Held, Kind, Members, Message, Use};

/// Text of a file.
pub(super) fn write(file: &File) -> String {
    let package = file.place.package();
    let mut text = format!("// {}\n", file.docs);
    for import in &file.imports {
        text.push_str(&format!("include \"{}.fbs\";\n", import.stem()));
    }
    let suffix = file.place.suffix();
    text.push_str(&format!("\nnamespace exchange.{package};\n"));
    text.push_str(&format!("\nstruct Pair{suffix} {{\n  first: double;\n  second: uint;\n}}\n"));
    for members in &file.enums {
        put_members(&mut text, "ubyte", members);
    }
    put_members(&mut text, "ushort (bit_flags)", &file.flags);
    for fields in &file.structs {
        put_body(&mut text, "struct", fields, suffix);
    }
    put_union(&mut text, &file.union);
    for Message { body, .. } in &file.messages {
        put_body(&mut text, "table", body, suffix);
    }
    text
}

fn put_members(text: &mut String, repr: &str, members: &Members) {
    text.push_str(&format!("\n/// {}\nenum {} : {repr} {{\n", members.docs, members.name));
    for (value, (name, docs)) in members.members.iter().enumerate() {
        put_docs(text, docs.as_deref());
        text.push_str(&format!("  {name} = {value},\n"));
    }
    text.push_str("}\n");
}

fn put_union(text: &mut String, union: &Fields) {
    text.push_str(&format!("\n/// {}\nunion {} {{\n", union.docs, union.name));
    for Field { name, kind, .. } in &union.fields {
        if let Kind::Message(arm) = kind {
            text.push_str(&format!("  {name}: {},\n", used(arm)));
        }
    }
    text.push_str("}\n");
}

fn put_body(text: &mut String, keyword: &str, body: &Fields, suffix: usize) {
    text.push_str(&format!("\n/// {}\n{keyword} {} {{\n", body.docs, body.name));
    for field in &body.fields {
        put_docs(text, field.docs.as_deref());
        let ty = type_text(&field.kind, suffix, keyword == "struct");
        let ty = match field.held {
            Held::One => ty,
            Held::Optional if is_scalar(&field.kind) => format!("{ty} = null"),
            Held::Optional => ty,
            Held::List | Held::Bounded => format!("[{ty}]"),
        };
        let default = if field.has_default { default_text(&field.kind) } else { "" };
        text.push_str(&format!("  {}: {ty}{default};\n", field.name));
    }
    text.push_str("}\n");
}

fn put_docs(text: &mut String, docs: Option<&str>) {
    if let Some(docs) = docs {
        text.push_str(&format!("  /// {docs}\n"));
    }
}

fn type_text(kind: &Kind, suffix: usize, in_struct: bool) -> String {
    match kind {
        Kind::Bool => "bool".to_owned(),
        Kind::Int { bits, is_signed } => {
            format!("{}int{bits}", if *is_signed { "" } else { "u" })
        }
        Kind::F32 => "float".to_owned(),
        Kind::F64 => "double".to_owned(),
        Kind::Decimal | Kind::Price(_) | Kind::Timestamp | Kind::Duration => "long".to_owned(),
        Kind::Text(_) => "string".to_owned(),
        Kind::Hash if in_struct => "[ubyte:32]".to_owned(),
        Kind::Blob | Kind::Hash => "[ubyte]".to_owned(),
        Kind::Pair => format!("Pair{suffix}"),
        Kind::Enum(named) | Kind::Flags(named) | Kind::Struct(named) => used(named),
        Kind::Union(named) | Kind::Message(named) => used(named),
    }
}

fn is_scalar(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Bool | Kind::Int { .. } | Kind::F32 | Kind::F64 | Kind::Decimal | Kind::Price(_)
    ) || matches!(kind, Kind::Timestamp | Kind::Duration | Kind::Enum(_) | Kind::Flags(_))
}

fn used(named: &Use) -> String {
    format!("exchange.{}.{}", named.place.package(), named.name)
}

fn default_text(kind: &Kind) -> &'static str {
    match kind {
        Kind::Bool => " = true",
        Kind::Int { .. } => " = 7",
        Kind::Decimal => " = 150000000",
        Kind::Duration => " = 500000000",
        _ => "",
    }
}

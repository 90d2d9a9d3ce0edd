//! The set as `.myc` files.

use super::shapes::{Field, Fields, File, Held, Kind, Mark, Members, Message, Use};

/// Text of a file.
pub(super) fn write(file: &File) -> String {
    let mut text = format!("//! {}\npackage exchange.{};\n\n", file.docs, file.place.package());
    for import in &file.imports {
        text.push_str(&format!("import \"../{}.myc\";\n", import.stem()));
    }
    let suffix = file.place.suffix();
    text.push_str(&format!("\n/// Most items.\nconst DEPTH_{suffix}: u32 = 4 * (2 + 3);\n"));
    text.push_str(&format!("\ntype Price{suffix} = decimal<8>;\n"));
    for members in &file.enums {
        let openness = if members.is_open { "open" } else { "closed" };
        put_members(&mut text, &format!("{openness} enum"), "u8", members);
    }
    put_members(&mut text, "flags", "u16", &file.flags);
    for fields in &file.structs {
        put_body(&mut text, "", &format!("struct {}", fields.name), fields, suffix, false);
    }
    let head = format!("open union {}", file.union.name);
    put_body(&mut text, "", &head, &file.union, suffix, true);
    for Message { id, has_topic, body } in &file.messages {
        let topic = match has_topic {
            true => format!("@topic(\"{}.topic_{id}\")\n", file.place.package()),
            false => String::new(),
        };
        put_body(&mut text, &topic, &format!("message {} = {id}", body.name), body, suffix, false);
    }
    text
}

fn put_members(text: &mut String, keyword: &str, repr: &str, members: &Members) {
    text.push_str(&format!("\n/// {}\n{keyword} {}: {repr} {{\n", members.docs, members.name));
    for (value, (name, docs)) in members.members.iter().enumerate() {
        put_docs(text, docs.as_deref());
        text.push_str(&format!("    {name} = {value},\n"));
    }
    text.push_str("}\n");
}

fn put_body(
    text: &mut String,
    attributes: &str,
    head: &str,
    body: &Fields,
    suffix: usize,
    has_tags: bool,
) {
    text.push_str(&format!("\n/// {}\n{attributes}{head} {{\n", body.docs));
    for (index, field) in body.fields.iter().enumerate() {
        put_docs(text, field.docs.as_deref());
        let tag = if has_tags { format!(" = {}", index + 1) } else { String::new() };
        text.push_str(&format!("    {}{tag},\n", field_text(field, suffix)));
    }
    text.push_str("}\n");
}

fn put_docs(text: &mut String, docs: Option<&str>) {
    if let Some(docs) = docs {
        text.push_str(&format!("    /// {docs}\n"));
    }
}

fn field_text(field: &Field, suffix: usize) -> String {
    let mark = match field.mark {
        Mark::None => "",
        Mark::Key => "@key ",
        Mark::Deprecated => "@deprecated(\"nobody reads it\") ",
        Mark::Since => "@since(2) ",
    };
    let ty = type_text(&field.kind);
    let ty = match field.held {
        Held::One => ty,
        Held::Optional => format!("{ty}?"),
        Held::List => format!("[{ty}]"),
        Held::Bounded => format!("[{ty}; ..DEPTH_{suffix}]"),
    };
    let default = if field.has_default { default_text(&field.kind) } else { "" };
    format!("{mark}{}: {ty}{default}", field.name)
}

fn type_text(kind: &Kind) -> String {
    match kind {
        Kind::Bool => "bool".to_owned(),
        Kind::Int { bits, is_signed } => format!("{}{bits}", if *is_signed { 'i' } else { 'u' }),
        Kind::F32 => "f32".to_owned(),
        Kind::F64 => "f64".to_owned(),
        Kind::Decimal => "decimal<8>".to_owned(),
        Kind::Price(place) => format!("Price{}", place.suffix()),
        Kind::Timestamp => "timestamp".to_owned(),
        Kind::Duration => "duration".to_owned(),
        Kind::Text(None) => "string".to_owned(),
        Kind::Text(Some(max)) => format!("string<{max}>"),
        Kind::Blob => "bytes".to_owned(),
        Kind::Hash => "[u8; 32]".to_owned(),
        Kind::Pair => "(f64, u32)".to_owned(),
        Kind::Enum(named) | Kind::Flags(named) | Kind::Struct(named) => used(named),
        Kind::Union(named) | Kind::Message(named) => used(named),
    }
}

fn used(named: &Use) -> String {
    named.name.clone()
}

fn default_text(kind: &Kind) -> &'static str {
    match kind {
        Kind::Bool => " = true",
        Kind::Int { .. } => " = 7",
        Kind::Decimal => " = 1.5",
        Kind::Duration => " = \"500ms\"",
        _ => "",
    }
}

//! Records: structs, and what they share with messages.

use myc_schema::schema::{Field, TypeDef};

use super::compare::Comparison;
use super::docs::comment;
use super::expr::{Expr, atom, bind, bind_all, call, fun, sequence, string};
use super::json::{name_array, name_label, reader_definition};
use super::print::{WIDTH, definition};
use super::read::{SOURCE_OF_READER, SRC, Source};
use super::rule;
use super::types::{Place, Types};
use crate::names;

/// Names that decoders use themselves.
const TAKEN: &[&str] = &["at", "fields", "r", "required", "src", "there"];

/// Definitions and declarations of a struct.
pub(super) fn lower(
    code: &Types<'_>,
    face: &Types<'_>,
    def: &TypeDef,
    fields: &[Field],
    name: &str,
) -> (Vec<String>, Vec<String>) {
    let mut implementation = vec![type_definition(code, fields)];
    implementation.push(make(code, fields));
    implementation.extend(value_functions(code, fields, name));
    implementation.push(decode(code, fields, name));
    implementation.push(check(code, fields, name));
    implementation.push(encode(code, "encode", fields, def.size, name));
    implementation.push(tail_end(code, fields));
    implementation.push(view(code, fields, name));
    let interface = vec![
        type_declaration(face, fields),
        make_declaration(face, fields),
        "include Mycelium_wire.Value.S with type t := t".to_owned(),
        view_declaration(face, fields),
        "(**/**)".to_owned(),
        "include Mycelium_wire.Codec.STRUCT with type t := t".to_owned(),
    ];
    (implementation, interface)
}

/// What a field is called in a record.
pub(super) fn label_of(field: &Field) -> String {
    names::ocaml_name(&field.name)
}

/// The value of a field of `t`.
fn value_of(field: &Field) -> String {
    "t.".to_owned() + &label_of(field)
}

/// What a decoder calls the value of a field.
pub(super) fn local_of(field: &Field) -> String {
    let label = label_of(field);
    if TAKEN.contains(&label.as_str()) || label.ends_with("_rule") {
        format!("{label}'")
    } else {
        label
    }
}

/// What errors call a field, `market.Trade.side`.
pub(super) fn place_of(type_name: &str, field: &Field) -> String {
    [type_name, ".", &field.name].concat()
}

/// The record type as the `.ml` file has it.
pub(super) fn type_definition(types: &Types<'_>, fields: &[Field]) -> String {
    if fields.is_empty() {
        return "type t = unit".to_owned();
    }
    let fields: Vec<String> =
        fields.iter().map(|field| label_of(field) + " : " + &types.text(&field.ty)).collect();
    let flat = format!("type t = {{ {} }}", fields.join("; "));
    if flat.len() + 2 <= WIDTH {
        return flat;
    }
    format!("type t = {{\n    {};\n  }}", fields.join(";\n    "))
}

/// The record type as the `.mli` file has it.
pub(super) fn type_declaration(types: &Types<'_>, fields: &[Field]) -> String {
    if fields.is_empty() {
        return "type t = unit".to_owned();
    }
    let mut text = String::from("type t = {");
    for field in fields {
        let line = label_of(field) + " : " + &types.text(&field.ty) + ";";
        let docs = comment(&field_docs(types, field), field.deprecated.as_deref(), 8);
        text.extend(["\n    ", &line, &beside(&line, &docs, 4)]);
    }
    text.push_str("\n  }");
    text
}

/// What is said of a field: its documentation, its unit and what it is held to.
fn field_docs(types: &Types<'_>, field: &Field) -> Vec<String> {
    let mut docs = field.docs.clone();
    docs.extend(field.unit.as_ref().map(|unit| format!("In {unit}.")));
    docs.extend(rule::docs(types, field));
    docs
}

/// A doc comment behind what it describes, which starts at `indent`; below it where the line would
/// become too long.
pub(super) fn beside(line: &str, docs: &str, indent: usize) -> String {
    if docs.is_empty() {
        return String::new();
    }
    let fits = indent + line.len() + 2 + docs.chars().count() <= WIDTH;
    if fits && !docs.contains('\n') {
        ["  ", docs].concat()
    } else {
        format!("\n{}{docs}", " ".repeat(indent + 4))
    }
}

/// `make`, with a label a field.
pub(super) fn make(types: &Types<'_>, fields: &[Field]) -> String {
    let mut words = vec!["make".to_owned()];
    words.extend(fields.iter().map(|field| parameter(types, field)));
    words.push("()".to_owned());
    let record = match fields.is_empty() {
        true => atom("()"),
        false => Expr::Record(
            fields.iter().map(|field| (label_of(field), atom(label_of(field)))).collect(),
        ),
    };
    definition(&fill("let ", &words, " ="), &record, 2)
}

fn parameter(types: &Types<'_>, field: &Field) -> String {
    let label = label_of(field);
    match &field.default {
        Some(value) => {
            format!("?({label} = {})", types.plain_literal(&field.ty, value))
        }
        None if is_optional(types, field) => ["?", &label].concat(),
        None => ["~", &label].concat(),
    }
}

/// Words side by side, on as few lines as they fit; lines but the first stand at 6.
fn fill(before: &str, words: &[String], behind: &str) -> String {
    let mut text = String::new();
    let mut column = 2 + before.len();
    for (index, word) in words.iter().enumerate() {
        let last = if index + 1 == words.len() { behind.len() } else { 0 };
        if index > 0 && column + 1 + word.len() + last > WIDTH {
            text.push_str("\n      ");
            column = 6;
        } else if index > 0 {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += word.len();
    }
    text
}

/// `make` as the `.mli` file has it.
pub(super) fn make_declaration(types: &Types<'_>, fields: &[Field]) -> String {
    let arrow = |field: &Field| {
        let label = label_of(field);
        match (&field.default, is_optional(types, field)) {
            (None, true) => {
                let text = types.text(&field.ty);
                let text = match types.resolve(&field.ty) {
                    myc_schema::schema::Ty::Optional(item)
                        if !matches!(field.ty, myc_schema::schema::Ty::Alias(_)) =>
                    {
                        types.text(item)
                    }
                    myc_schema::schema::Ty::Optional(item) => types.text(item),
                    _ => text,
                };
                format!("?{label}:{text} -> ")
            }
            (Some(_), _) => format!("?{label}:{} -> ", types.text(&field.ty)),
            (None, false) => label + ":" + &types.text(&field.ty) + " -> ",
        }
    };
    let arrows: Vec<String> = fields.iter().map(arrow).collect();
    let flat = format!("val make : {}unit -> t", arrows.concat());
    let text = match flat.len() + 2 <= WIDTH {
        true => flat,
        false => {
            let lines: Vec<&str> = arrows.iter().map(|arrow| arrow.trim_end()).collect();
            format!("val make :\n    {}\n    unit ->\n    t", lines.join("\n    "))
        }
    };
    match defaults(types, fields) {
        docs if docs.is_empty() => text,
        docs => format!("{}\n  {text}", comment(&docs, None, 2)),
    }
}

/// Says what a field is that is not given.
fn defaults(types: &Types<'_>, fields: &[Field]) -> Vec<String> {
    let given = fields.iter().filter_map(|field| {
        let value = types.plain_literal(&field.ty, field.default.as_ref()?);
        Some(format!("`{}` is `{value}` where it is not given.", label_of(field)))
    });
    given.collect()
}

pub(super) fn is_optional(types: &Types<'_>, field: &Field) -> bool {
    matches!(types.resolve(&field.ty), myc_schema::schema::Ty::Optional(_))
}

/// `equal`, `compare`, the functions for JSON and `pp`.
pub(super) fn value_functions(types: &Types<'_>, fields: &[Field], name: &str) -> Vec<String> {
    let mut functions = vec![
        comparison(types, fields, Comparison::Equal),
        comparison(types, fields, Comparison::Compare),
    ];
    functions.extend(rule::rules(types, fields));
    functions.extend([write_json(types, fields), json_reader(types, fields, name)]);
    functions.extend(text_functions(types));
    functions
}

/// `to_json`, `of_json` and `pp`, the same in every module.
pub(super) fn text_functions(types: &Types<'_>) -> [String; 4] {
    [
        format!("let to_json t = {}.Json.to_string write_json t", types.wire),
        format!("let of_json text = {}.Json_reader.of_string json_reader text", types.wire),
        format!("let of_json_value json = {}.Json_reader.run json_reader json", types.wire),
        format!("let pp ppf t = {}.Json.pp write_json ppf t", types.wire),
    ]
}

fn comparison(types: &Types<'_>, fields: &[Field], how: Comparison) -> String {
    let parts = fields.iter().map(|field| {
        let label = label_of(field);
        let [a, b] = ["a.", "b."].map(|value| [value, &label].concat());
        types.compare_values(&field.ty, how, a, b)
    });
    let body = how.combine(parts.collect());
    let head = format!("{} {} {}", how.function(), body.parameter("a"), body.parameter("b"));
    definition(&head, &body, 2)
}

fn write_json(types: &Types<'_>, fields: &[Field]) -> String {
    let mut steps = Vec::new();
    for (index, field) in fields.iter().enumerate() {
        let before = if index == 0 { "{" } else { "," };
        steps.push(types.json_raw(&[before, "\"", &field.name, "\":"].concat()));
        steps.push(types.json_value(&field.ty, value_of(field)));
    }
    steps.push(types.json_raw(if fields.is_empty() { "{}" } else { "}" }));
    let body = sequence(steps);
    definition(&format!("write_json out {}", body.parameter("t")), &body, 2)
}

fn json_reader(types: &Types<'_>, fields: &[Field], name: &str) -> String {
    let read = |(index, field): (usize, &Field)| {
        let ty = rule::inner(types, &field.ty);
        let mut reader = types.json_reader(ty);
        if field.constraint.is_some() {
            reader = call(types.wire("Json_reader.keeps"), [atom(rule::rule_of(field)), reader]);
        }
        let mut arguments = vec![atom("fields"), atom(index.to_string()), reader];
        let how = match (&field.default, is_optional(types, field)) {
            (_, true) => "optional",
            (Some(value), false) => {
                arguments.push(fun("()", atom(types.plain_literal(&field.ty, value))));
                "defaulted"
            }
            (None, false) => "required",
        };
        (local_of(field), call(types.wire_in("Json_reader", how), arguments))
    };
    let body = bind_all(fields.iter().enumerate().map(read).collect(), record_of(fields));
    let names = name_array(fields.iter().map(|field| field.name.as_str()));
    let body = fun(body.parameter("fields"), body);
    let record = types.wire("Json_reader.record");
    reader_definition(record, vec![name_label(name), names, body])
}

/// The record of fields that have been read.
fn record_of(fields: &[Field]) -> Expr {
    if fields.is_empty() {
        return atom("()");
    }
    let value = |field| (label_of(field), atom(local_of(field)));
    Expr::Record(fields.iter().map(value).collect())
}

fn decode(types: &Types<'_>, fields: &[Field], name: &str) -> String {
    let body = with_source(types, read_fields(types, fields, name, |_, read| read));
    let head = format!("decode {} {}", body.parameter("r"), body.parameter("at"));
    definition(&head, &body, 2)
}

/// Checks what `decode` would.
fn check(types: &Types<'_>, fields: &[Field], name: &str) -> String {
    let body = with_source(types, types.check_fields(fields, name, |_, check| check));
    let head = format!("check {} {}", body.parameter("r"), body.parameter("at"));
    definition(&head, &body, 2)
}

/// The module that reads a struct in place.
fn view(types: &Types<'_>, fields: &[Field], name: &str) -> String {
    let mut definitions = vec![
        format!("type t = {}.View.place", types.wire),
        format!("let read = {}.View.inline", types.wire),
    ];
    definitions.extend(types.accessors(fields, name, |_, view| view));
    super::view::module(&definitions)
}

fn view_declaration(types: &Types<'_>, fields: &[Field]) -> String {
    let mut declarations = vec!["type t".to_owned()];
    declarations.extend(types.accessor_declarations(fields));
    declarations.push("(**/**)".to_owned());
    declarations.push("include Mycelium_wire.View.CODEC with type t := t".to_owned());
    super::view::signature("Reads one in place.", &declarations)
}

/// Reads fields in order and makes the record of them.
pub(super) fn read_fields(
    types: &Types<'_>,
    fields: &[Field],
    name: &str,
    guard: impl Fn(&Field, Expr) -> Expr,
) -> Expr {
    let bindings = fields.iter().map(|field| {
        let place = place_of(name, field);
        let from = Source { src: SRC, field: &place };
        let at = Place(field.offset);
        let read = types.read(&field.ty, at, from);
        let read = rule::checked_read(types, field, read, at, &place);
        (local_of(field), guard(field, read))
    });
    bind_all(bindings.collect(), record_of(fields))
}

/// Binds `src` where it is used.
pub(super) fn with_source(types: &Types<'_>, body: Expr) -> Expr {
    if !body.mentions("src") {
        return body;
    }
    bind("src", atom(SOURCE_OF_READER.replacen("Wire", types.wire, 1)), body)
}

/// The function that writes a struct or a block.
pub(super) fn encode(
    types: &Types<'_>,
    function: &str,
    fields: &[Field],
    size: usize,
    name: &str,
) -> String {
    let body = types.write_fields(fields, size, |field| (value_of(field), place_of(name, field)));
    let head = format!(
        "{function} {} {} {} {}",
        body.parameter("w"),
        body.parameter("dst"),
        body.parameter("at"),
        body.parameter("t")
    );
    definition(&head, &body, 2)
}

/// `tail_end`.
pub(super) fn tail_end(types: &Types<'_>, fields: &[Field]) -> String {
    let values = fields.iter().map(|field| (&field.ty, value_of(field)));
    let body = types.fields_tail_end(values, "at");
    definition(&format!("tail_end {} at", body.parameter("t")), &body, 2)
}

/// A name as a definition, `let name = "…"`.
pub(super) fn text_constant(name: &str, text: &str) -> String {
    format!("let {name} = {}", string(text))
}

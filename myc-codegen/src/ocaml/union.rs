//! Unions as variants.

use myc_schema::schema::{Arm, Ty, TypeDef, TypeKind, Union};
use mycelium_wire::layout::align_up;

use super::compare::Comparison;
use super::docs::comment;
use super::expr::{Expr, atom, bind, call, field_label, fun, label, number, sequence};
use super::json::{name_array, name_label, reader_definition};
use super::print::definition;
use super::read::{SRC, Source};
use super::record::{beside, text_functions, with_source};
use super::types::{Place, Types};
use super::union_view;
use crate::names;

/// Definitions and declarations of a union.
pub(super) fn lower(
    code: &Types<'_>,
    face: &Types<'_>,
    def: &TypeDef,
    union: &Union,
    name: &str,
) -> (Vec<String>, Vec<String>) {
    let code = &code.within(union.arms.iter().map(constructor));
    let mut implementation = vec![type_definition(code, union)];
    if union.open || union.arms.len() > 1 {
        implementation.push(tag(union));
    }
    implementation.push(comparison(code, union, Comparison::Equal));
    implementation.push(comparison(code, union, Comparison::Compare));
    implementation.push(write_json(code, union));
    implementation.push(json_reader(code, union, name));
    implementation.extend(text_functions(code));
    let shape = Shape::of(code, union);
    implementation.push(decode(code, union, &shape, name));
    implementation.push(check(code, union, &shape, name));
    implementation.push(encode(code, union, &shape, def.size, name));
    implementation.push(tail_end(code, union));
    implementation.push(union_view::view(code, union, &shape, name));
    let interface = vec![
        type_declaration(face, union),
        "include Mycelium_wire.Value.S with type t := t".to_owned(),
        union_view::declaration(face, union),
        "(**/**)".to_owned(),
        "include Mycelium_wire.Codec.UNION with type t := t".to_owned(),
    ];
    (implementation, interface)
}

/// Where a union's parts lie.
pub(super) struct Shape {
    /// Integer that carries the tag, `u8`.
    pub(super) tag: &'static str,
    /// Offset of what is behind it.
    pub(super) value: usize,
}

impl Shape {
    fn of(types: &Types<'_>, union: &Union) -> Shape {
        if union.open {
            return Shape { tag: "u32", value: 4 };
        }
        let is_wide = union.arms.iter().any(|arm| arm.tag > 0xff);
        let (tag, size) = if is_wide { ("u16", 2) } else { ("u8", 1) };
        let align = union.arms.iter().map(|arm| types.align(&arm.ty)).max().unwrap_or(1);
        Shape { tag, value: align_up(size, align.max(size)) }
    }
}

pub(super) fn constructor(arm: &Arm) -> String {
    names::ocaml_constructor(&arm.name)
}

pub(super) fn place_of(name: &str, arm: &Arm) -> String {
    format!("{name}.{}", arm.name)
}

pub(super) const UNKNOWN: &str = "Unknown of { tag : int; payload : string }";

fn type_definition(types: &Types<'_>, union: &Union) -> String {
    let mut cases: Vec<String> = union
        .arms
        .iter()
        .map(|arm| format!("{} of {}", constructor(arm), types.text(&arm.ty)))
        .collect();
    if union.open {
        cases.push(UNKNOWN.to_owned());
    }
    format!("type t =\n    | {}", cases.join("\n    | "))
}

fn type_declaration(types: &Types<'_>, union: &Union) -> String {
    let mut text = String::from("type t =");
    for arm in &union.arms {
        let line = format!("| {} of {}", constructor(arm), types.text(&arm.ty));
        let docs = comment(&arm.docs, arm.deprecated.as_deref(), 8);
        text.push_str(&format!("\n    {line}{}", beside(&line, &docs, 4)));
    }
    if union.open {
        let docs = "(** An arm that this version does not know, as it came. *)";
        let line = format!("| {UNKNOWN}");
        text.push_str(&format!("\n    {line}{}", beside(&line, docs, 4)));
    }
    text
}

fn tag(union: &Union) -> String {
    let mut cases: Vec<(String, Expr)> = union
        .arms
        .iter()
        .map(|arm| (format!("{} _", constructor(arm)), atom(arm.tag.to_string())))
        .collect();
    if union.open {
        cases.push(("Unknown { tag; _ }".to_owned(), atom("tag")));
    }
    definition("tag t", &Expr::Match("t".to_owned(), cases), 2)
}

fn comparison(types: &Types<'_>, union: &Union, how: Comparison) -> String {
    let mut cases: Vec<(String, Expr)> = union
        .arms
        .iter()
        .map(|arm| {
            let constructor = constructor(arm);
            let body = types.compare_values(&arm.ty, how, "a", "b");
            (format!("{constructor} a, {constructor} b"), body)
        })
        .collect();
    if union.open {
        let tag =
            types.compare_values(&Ty::Int(myc_schema::schema::Repr::U32), how, "a.tag", "b.tag");
        let payload = types.compare_values(&Ty::Bytes(None), how, "a.payload", "b.payload");
        cases.push(("Unknown a, Unknown b".to_owned(), how.combine(vec![tag, payload])));
    }
    if cases.len() > 1 {
        let otherwise = match how {
            Comparison::Equal => atom("false"),
            Comparison::Compare => {
                call(types.wire("Order.int"), [atom("(tag a)"), atom("(tag b)")])
            }
        };
        cases.push(("_".to_owned(), otherwise));
    }
    let body = Expr::Match("(a, b)".to_owned(), cases);
    definition(&format!("{} a b", how.function()), &body, 2)
}

fn write_json(types: &Types<'_>, union: &Union) -> String {
    let mut cases: Vec<(String, Expr)> = union
        .arms
        .iter()
        .map(|arm| {
            let steps = vec![
                types.json_raw(&format!("{{\"{}\":", arm.name)),
                types.json_value(&arm.ty, "v"),
                types.json_raw("}"),
            ];
            (format!("{} v", constructor(arm)), sequence(steps))
        })
        .collect();
    if union.open {
        let unknown =
            call(types.wire("Json.unknown_arm"), [atom("out"), atom("~tag"), atom("payload")]);
        cases.push(("Unknown { tag; payload }".to_owned(), unknown));
    }
    definition("write_json out t", &Expr::Match("t".to_owned(), cases), 2)
}

fn json_reader(types: &Types<'_>, union: &Union, name: &str) -> String {
    let mut cases: Vec<(String, Expr)> = union
        .arms
        .iter()
        .enumerate()
        .map(|(index, arm)| {
            let value = types.json_reader(&arm.ty);
            let value = call(types.wire("Json_reader.arm"), [atom("arm"), value]);
            (index.to_string(), call(constructor(arm), [value]))
        })
        .collect();
    if union.open {
        let known: Vec<String> = union.arms.iter().map(|arm| arm.tag.to_string()).collect();
        let unknown = call(
            types.wire("Json_reader.unknown_arm"),
            [atom("arm"), atom(format!("~known:[ {} ]", known.join("; ")))],
        );
        let body = bind("tag, payload", unknown, atom("Unknown { tag; payload }"));
        cases.push(("_".to_owned(), body));
    } else if let Some((pattern, _)) = cases.last_mut() {
        *pattern = "_".to_owned();
    }
    let body = match (cases.len(), cases.pop()) {
        (1, Some((_, only))) => fun("arm _", only),
        (_, last) => {
            cases.extend(last);
            fun("arm index", Expr::Match("index".to_owned(), cases))
        }
    };
    let names = name_array(union.arms.iter().map(|arm| arm.name.as_str()));
    let function = if union.open { "Json_reader.open_union" } else { "Json_reader.union" };
    reader_definition(types.wire(function), vec![name_label(name), names, body])
}

fn decode(types: &Types<'_>, union: &Union, shape: &Shape, name: &str) -> String {
    let mut cases: Vec<(String, Expr)> = union
        .arms
        .iter()
        .map(|arm| {
            let value = match union.open {
                true => read_embedded(types, arm, name),
                false => {
                    let place = place_of(name, arm);
                    let from = Source { src: SRC, field: &place };
                    types.read(&arm.ty, Place(shape.value), from)
                }
            };
            (arm.tag.to_string(), call(constructor(arm), [value]))
        })
        .collect();
    let refuse = call(types.wire("Reader.bad_tag"), [atom("at"), atom("tag"), atom("~field")]);
    if union.open {
        cases.push(("0 as tag".to_owned(), refuse));
        let payload =
            call(types.wire("Reader.unknown"), [atom("r"), atom("(at + 4)"), atom("~field")]);
        let unknown =
            Expr::Record(vec![("tag".to_owned(), atom("tag")), ("payload".to_owned(), payload)]);
        cases.push(("tag".to_owned(), call("Unknown", [unknown])));
    } else {
        cases.push(("tag".to_owned(), refuse));
    }
    let tag = format!("{} src at", types.wire(&format!("Reader.{}", shape.tag)));
    let body = with_source(types, Expr::Match(tag, cases));
    definition("decode ~field r at", &body, 2)
}

/// Checks what `decode` would.
fn check(types: &Types<'_>, union: &Union, shape: &Shape, name: &str) -> String {
    let mut cases: Vec<(String, Expr)> = Vec::new();
    for arm in &union.arms {
        let place = place_of(name, arm);
        let from = Source { src: SRC, field: &place };
        let check = match union.open {
            true => Some(check_embedded(types, arm, from)),
            false => types.check(&arm.ty, Place(shape.value), from),
        };
        cases.push((arm.tag.to_string(), check.unwrap_or_else(|| atom("()"))));
    }
    let refuse = call(types.wire("Reader.bad_tag"), [atom("at"), atom("tag"), atom("~field")]);
    if union.open {
        cases.push(("0 as tag".to_owned(), refuse));
        let unknown =
            call(types.wire("Reader.unknown"), [atom("r"), atom("(at + 4)"), atom("~field")]);
        cases.push(("_".to_owned(), call(types.wire("Reader.discard"), [unknown])));
    } else {
        cases.push(("tag".to_owned(), refuse));
    }
    let tag = format!("{} src at", types.wire_in("Reader", shape.tag));
    let body = with_source(types, Expr::Match(tag, cases));
    definition("check ~field r at", &body, 2)
}

fn check_embedded(types: &Types<'_>, arm: &Arm, from: Source<'_>) -> Expr {
    if is_message(types, &arm.ty) {
        return types.check(&arm.ty, Place(4), from).unwrap_or_else(|| atom("()"));
    }
    call(
        types.wire("Reader.embedded_value"),
        [
            atom("r"),
            atom("(at + 4)"),
            number("size", types.size(&arm.ty)),
            field_label(from.field),
            types.item_check(&arm.ty, from.field),
        ],
    )
}

fn read_embedded(types: &Types<'_>, arm: &Arm, name: &str) -> Expr {
    let place = place_of(name, arm);
    if is_message(types, &arm.ty) {
        return types.read(&arm.ty, Place(4), Source { src: SRC, field: &place });
    }
    call(
        types.wire("Reader.embedded_value"),
        [
            atom("r"),
            atom("(at + 4)"),
            number("size", types.size(&arm.ty)),
            field_label(&place),
            types.item_reader(&arm.ty, &place),
        ],
    )
}

pub(super) fn is_message(types: &Types<'_>, ty: &Ty) -> bool {
    match types.resolve(ty) {
        Ty::Named(id) => matches!(types.def(*id).kind, TypeKind::Message(_)),
        _ => false,
    }
}

fn encode(types: &Types<'_>, union: &Union, shape: &Shape, size: usize, name: &str) -> String {
    let mut cases: Vec<(String, Expr)> = union
        .arms
        .iter()
        .map(|arm| {
            let steps = match union.open {
                true => write_embedded(types, arm, name),
                false => write_inline(types, arm, shape, name),
            };
            (format!("{} v", constructor(arm)), sequence(steps))
        })
        .collect();
    if union.open {
        let unknown = call(
            types.wire("Writer.unknown"),
            ["w", "dst", "at", "~tag", "~field", "payload"].map(atom),
        );
        cases.push(("Unknown { tag; payload }".to_owned(), unknown));
    }
    let mut body = Expr::Match("t".to_owned(), cases);
    if !union.open {
        let zero =
            call(types.wire("Writer.zero"), [atom("dst"), atom("at"), atom(size.to_string())]);
        body = Expr::Seq(vec![zero, body]);
    }
    definition(&format!("encode ~field {} dst at t", body.parameter("w")), &body, 2)
}

fn write_embedded(types: &Types<'_>, arm: &Arm, name: &str) -> Vec<Expr> {
    let place = place_of(name, arm);
    let tag = call(types.wire("Writer.tag"), [atom("dst"), atom("at"), atom(arm.tag.to_string())]);
    if is_message(types, &arm.ty) {
        return vec![tag, types.write(&arm.ty, Place(4), "v", &place)];
    }
    let value = call(
        types.wire("Writer.embedded"),
        [
            atom("w"),
            atom("dst"),
            atom("(at + 4)"),
            number("block", types.size(&arm.ty)),
            label("size", types.value_payload_size(&arm.ty, "v")),
            types.item_writer(&arm.ty, &place),
            atom("v"),
        ],
    );
    vec![tag, value]
}

fn write_inline(types: &Types<'_>, arm: &Arm, shape: &Shape, name: &str) -> Vec<Expr> {
    let place = place_of(name, arm);
    let tag = call(
        types.wire(&format!("Writer.{}", shape.tag)),
        [atom("dst"), atom("at"), atom(arm.tag.to_string()), atom("~field")],
    );
    vec![tag, types.write(&arm.ty, Place(shape.value), "v", &place)]
}

fn tail_end(types: &Types<'_>, union: &Union) -> String {
    let end_of = |arm: &Arm| {
        if !union.open {
            return types.fields_tail_end([(&arm.ty, "v".to_owned())].into_iter(), "at");
        }
        if is_message(types, &arm.ty) {
            return types.tail_end(&arm.ty, "v", "at");
        }
        let payload = types.value_payload_size(&arm.ty, "v");
        call(types.wire("Size.embedded"), [payload, atom("at")])
    };
    let mut cases: Vec<(String, Expr)> = union
        .arms
        .iter()
        .map(|arm| {
            let end = end_of(arm);
            let pattern = if end.mentions("v") { "v" } else { "_" };
            (format!("{} {pattern}", constructor(arm)), end)
        })
        .collect();
    if union.open {
        let unknown = call(types.wire("Size.unknown"), [atom("payload"), atom("at")]);
        cases.push(("Unknown { payload; _ }".to_owned(), unknown));
    }
    if cases.iter().all(|(_, end)| *end == atom("at")) {
        return "let tail_end _ at = at".to_owned();
    }
    definition("tail_end t at", &Expr::Match("t".to_owned(), cases), 2)
}

//! Messages: records with a frame of their own.

use myc_schema::schema::{Field, Message, TypeDef};
use mycelium_wire::layout::align_up;

use super::expr::{Expr, atom, call, choose, string};
use super::print::definition;
use super::record::{
    encode, is_optional, make, make_declaration, place_of, read_fields, tail_end, text_constant,
    type_declaration, type_definition, value_functions, with_source,
};
use super::types::Types;

/// Bytes of a frame's header.
const HEADER: usize = 16;

/// Definitions and declarations of a message.
pub(super) fn lower(
    code: &Types<'_>,
    face: &Types<'_>,
    def: &TypeDef,
    message: &Message,
    name: &str,
) -> (Vec<String>, Vec<String>) {
    let fields = &message.fields;
    let mut implementation = vec![type_definition(code, fields)];
    implementation.push(text_constant("name", name));
    implementation.push(format!("let type_id = {}", message.id));
    implementation.push(text_constant("topic", &message.topic));
    implementation.push(text_constant("digest", &def.digest.to_string()));
    implementation.push(ancestors(message));
    implementation.push(format!("let block = {}", message.block_size));
    implementation.push(make(code, fields));
    implementation.extend(value_functions(code, fields, name));
    implementation.extend(decode_block(code, fields, name));
    implementation.push(encode(code, "encode_block", fields, message.block_size, name));
    implementation.extend(sizes(code, message));
    implementation.extend(frame_functions(code));
    let interface = vec![
        type_declaration(face, fields),
        make_declaration(face, fields),
        "include Mycelium_wire.Message.S with type t := t".to_owned(),
        "(**/**)".to_owned(),
        "include Mycelium_wire.Codec.MESSAGE with type t := t".to_owned(),
    ];
    (implementation, interface)
}

/// `ancestors`: digests, one a line where there is more than one.
fn ancestors(message: &Message) -> String {
    let digests = message.ancestors.iter().map(|digest| string(&digest.to_string()));
    let digests: Vec<String> = digests.collect();
    match digests.as_slice() {
        [] => "let ancestors = []".to_owned(),
        [digest] => format!("let ancestors = [ {digest} ]"),
        digests => format!("let ancestors =\n    [\n      {};\n    ]", digests.join(";\n      ")),
    }
}

/// `decode_block`, and the list of required fields that it uses.
///
/// A sender's block may end early. Where it reaches all required fields, only what lies behind
/// them has to be asked for.
fn decode_block(types: &Types<'_>, fields: &[Field], name: &str) -> Vec<String> {
    let is_required = |field: &&Field| field.default.is_none() && !is_optional(types, field);
    let required: Vec<&Field> = fields.iter().filter(is_required).collect();
    let reach = required.last().map_or(0, |field| types.field_end(field));
    let body = read_fields(types, fields, name, |field, read| {
        let end = types.field_end(field);
        if end <= reach {
            return read;
        }
        let otherwise = field.default.as_ref().map(|value| types.literal(&field.ty, value));
        let otherwise = atom(otherwise.unwrap_or_else(|| types.option("None")));
        choose(format!("there < {end}"), otherwise, read)
    });
    let mut body = with_source(types, body);
    let mut definitions = Vec::new();
    if reach > 0 {
        let require = format!("{} at ~block:there required", types.wire("Reader.require"));
        let check = Expr::When(format!("there < {reach}"), Box::new(atom(require)));
        body = Expr::Seq(vec![check, body]);
        definitions.push(required_fields(types, &required, name));
    }
    let head = format!(
        "decode_block {} {} {}",
        body.parameter("r"),
        body.parameter("at"),
        body.parameter("there")
    );
    definitions.push(definition(&head, &body, 2));
    definitions
}

fn required_fields(types: &Types<'_>, required: &[&Field], name: &str) -> String {
    let lines: Vec<String> = required
        .iter()
        .map(|field| format!("({}, {})", types.field_end(field), string(&place_of(name, field))))
        .collect();
    let flat = format!("let required = [ {} ]", lines.join("; "));
    if flat.len() + 2 <= super::print::WIDTH {
        return flat;
    }
    format!("let required =\n    [\n      {};\n    ]", lines.join(";\n      "))
}

/// `payload_size` and `size`, and `tail_end` where they depend on the value.
fn sizes(types: &Types<'_>, message: &Message) -> Vec<String> {
    let is_fixed = message.fields.iter().all(|field| types.is_fixed(&field.ty));
    if is_fixed {
        let payload = align_up(message.block_size, 8);
        return vec![
            format!("let payload_size _ = {payload}"),
            format!("let size _ = {}", HEADER + payload),
        ];
    }
    vec![
        tail_end(types, &message.fields),
        format!("let payload_size t = {} ~block (tail_end t 0)", types.wire("Size.payload")),
        format!("let size t = {} ~name ~block (tail_end t 0)", types.wire("Message.frame_size")),
    ]
}

/// `encode_into`, `to_frame`, `of_frame_exn` and `of_frame`.
fn frame_functions(types: &Types<'_>) -> [String; 4] {
    let function = |head: &str, text: String| definition(head, &words(&text), 2);
    let message = |name: &str| types.wire_in("Message", name);
    [
        function(
            "encode_into ?channel ?sequence t dst ~pos",
            format!(
                "{} ?channel ?sequence t dst ~pos ~type_id ~block ~size:(size\u{a0}t) encode_block",
                message("encode")
            ),
        ),
        function(
            "to_frame t",
            format!("{} t ~type_id ~block ~size:(size\u{a0}t) encode_block", message("to_frame")),
        ),
        function(
            "of_frame_exn ?pos src",
            format!("{} ?pos src ~type_id ~block decode_block", message("decode")),
        ),
        function(
            "of_frame ?pos src",
            format!("{} (of_frame_exn\u{a0}?pos) src", types.wire("Error.catch")),
        ),
    ]
}

/// A call of which each word is an argument; a no-break space is a space inside one.
fn words(text: &str) -> Expr {
    let mut words = text.split(' ').map(|word| word.replace('\u{a0}', " "));
    let function = words.next().unwrap_or_default();
    call(function, words.map(atom))
}

//! Messages: records with a frame of their own.

use myc_schema::schema::{Field, Message, TypeDef};
use mycelium_wire::layout::align_up;

use super::expr::{Expr, atom, bind, choose, string};
use super::frame;
use super::print::{definition, inlined};
use super::record::{
    encode, is_optional, make, make_declaration, place_of, read_fields, tail_end, text_constant,
    type_declaration, type_definition, value_functions,
};
use super::types::Types;

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
    // Without a tail, writing the block is nearly all that writing the frame is.
    let block = encode(code, "encode_block", fields, message.block_size, name);
    implementation.push(if frame::has_no_tail(code, message) { inlined(block) } else { block });
    implementation.extend(sizes(code, message));
    implementation.extend(frame::functions(code, message));
    implementation.push(check_block(code, fields, name));
    implementation.push(view(code, fields, name));
    let interface = vec![
        type_declaration(face, fields),
        make_declaration(face, fields),
        "include Mycelium_wire.Message.S with type t := t".to_owned(),
        view_declaration(face, fields),
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
    let required = required(types, fields);
    let reach = reach(types, fields);
    let mut body = read_fields(types, fields, name, |field, read| {
        let end = types.field_end(field);
        if end <= reach {
            return read;
        }
        let otherwise = field.default.as_ref().map(|value| types.literal(&field.ty, value));
        let otherwise = atom(otherwise.unwrap_or_else(|| types.option("None")));
        choose(format!("there < {end}"), otherwise, read)
    });
    let mut definitions = Vec::new();
    if reach > 0 {
        body = Expr::Seq(vec![require(types, reach), body]);
        definitions.push(required_fields(types, &required, name));
    }
    definitions.push(of_payload(types, "decode_block", body));
    definitions
}

fn required<'f>(types: &Types<'_>, fields: &'f [Field]) -> Vec<&'f Field> {
    let is_required = |field: &&Field| field.default.is_none() && !is_optional(types, field);
    fields.iter().filter(is_required).collect()
}

/// Where the last required field ends.
fn reach(types: &Types<'_>, fields: &[Field]) -> usize {
    required(types, fields).last().map_or(0, |field| types.field_end(field))
}

fn require(types: &Types<'_>, reach: usize) -> Expr {
    let require = format!("{} at ~block:there required", types.wire("Reader.require"));
    Expr::When(format!("there < {reach}"), Box::new(atom(require)))
}

/// Checks what `decode_block` would.
fn check_block(types: &Types<'_>, fields: &[Field], name: &str) -> String {
    let reach = reach(types, fields);
    let mut body = types.check_fields(fields, name, |field, check| {
        let end = types.field_end(field);
        match end <= reach {
            true => check,
            false => Expr::When(format!("there >= {end}"), Box::new(check)),
        }
    });
    if reach > 0 {
        body = match body {
            Expr::Atom(_) => require(types, reach),
            body => Expr::Seq(vec![require(types, reach), body]),
        };
    }
    of_payload(types, "check_block", body)
}

/// A function of the reader `r` of a payload, the parts of which its body uses.
fn of_payload(types: &Types<'_>, name: &str, body: Expr) -> String {
    let parts = ["src", "at", "there"].into_iter().filter(|part| body.mentions(part));
    let parts: Vec<&str> = parts.collect();
    let body = match parts.is_empty() {
        true => body,
        false => {
            let pattern = format!("{{ {}; _ }}", types.wire_in("Reader", &parts.join("; ")));
            bind(pattern, atom("r"), body)
        }
    };
    definition(&format!("{name} {}", body.parameter("r")), &body, 2)
}

/// The module that reads a message in place.
fn view(types: &Types<'_>, fields: &[Field], name: &str) -> String {
    let wire = types.wire;
    let reach = reach(types, fields);
    let mut definitions = vec![format!("type t = {wire}.View.place")];
    definitions.extend(frame::view_functions(types));
    definitions.extend([
        format!("let owned t = {wire}.View.owned decode_block t"),
        format!("let read = {wire}.View.embedded"),
    ]);
    definitions.extend(fields.iter().filter_map(|field| types.encoded_default(field, name)));
    definitions.extend(types.accessors(fields, name, |field, view| {
        let end = types.field_end(field);
        if end <= reach {
            return view;
        }
        choose(format!("there < {end}"), types.view_of_default(field), view)
    }));
    super::view::module(&definitions)
}

fn view_declaration(types: &Types<'_>, fields: &[Field]) -> String {
    let mut declarations = vec!["include Mycelium_wire.View.S with type value := t".to_owned()];
    declarations.extend(types.accessor_declarations(fields));
    declarations.push("(**/**)".to_owned());
    declarations.push("include Mycelium_wire.View.CODEC with type t := t".to_owned());
    super::view::signature("Reads a frame in place.", &declarations)
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
    if frame::has_no_tail(types, message) {
        return vec![
            format!("let payload_size _ = {}", align_up(message.block_size, 8)),
            format!("let size _ = {}", frame::fixed_size(message)),
        ];
    }
    vec![
        tail_end(types, &message.fields),
        format!("let payload_size t = {} ~block (tail_end t 0)", types.wire("Size.payload")),
        format!("let size t = {} ~name ~block (tail_end t 0)", types.wire("Message.frame_size")),
    ]
}

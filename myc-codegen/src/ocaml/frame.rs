//! Frames of messages: the functions that lie between a frame and the block in it.

use myc_schema::schema::Message;
use mycelium_wire::layout::align_up;

use super::expr::{Expr, atom, bind, call, number, sequence};
use super::print::definition;
use super::types::Types;

/// Bytes of a frame's header.
const HEADER: usize = 16;

/// Whether all values of a message are of one size: there is nothing behind the block.
pub(super) fn has_no_tail(types: &Types<'_>, message: &Message) -> bool {
    message.fields.iter().all(|field| types.is_fixed(&field.ty))
}

/// Bytes of the frame of a message that has no tail.
pub(super) fn fixed_size(message: &Message) -> usize {
    HEADER + align_up(message.block_size, 8)
}

/// `encode_into`, `to_frame`, `of_frame_exn` and `of_frame`.
pub(super) fn functions(types: &Types<'_>, message: &Message) -> Vec<String> {
    let mut functions = match has_no_tail(types, message) {
        true => encoders_of_block(types, message),
        false => encoders(types),
    };
    let end = sequence(vec![finish(types), atom("t")]);
    let decoded = bind("t", call("decode_block", [atom("r")]), end);
    functions.push(of_frame_exn(types, decoded, 2));
    functions.push(of_frame(types));
    functions
}

/// The same of a view.
pub(super) fn view_functions(types: &Types<'_>) -> [String; 2] {
    let checked = sequence(vec![
        call("check_block", [atom("r")]),
        finish(types),
        call(types.wire("View.place"), [atom("r")]),
    ]);
    [of_frame_exn(types, checked, 4), of_frame(types)]
}

/// Where there is no tail, nothing has to be kept while a frame is written.
fn encoders_of_block(types: &Types<'_>, message: &Message) -> Vec<String> {
    let size = fixed_size(message);
    let no_tail = atom(types.wire("Writer.no_tail"));
    let mut steps = vec![call("encode_block", [no_tail, atom("dst"), atom("at"), atom("t")])];
    steps.extend(types.gap(message.block_size, size - HEADER));
    steps.push(atom(format!("pos + {size}")));
    let body = bind("at", header(types, number("size", size)), sequence(steps));
    let frame = call("encode_into", ["t", "dst", "~pos:0"].map(atom));
    vec![
        definition("encode_into ?channel ?sequence t dst ~pos", &body, 2),
        definition("to_frame t", &in_room(types, size.to_string(), frame), 2),
    ]
}

fn encoders(types: &Types<'_>) -> Vec<String> {
    let payload = ["dst", "~pos:at", "~stop", "~block"].map(atom);
    let steps = vec![
        call("encode_block", ["w", "dst", "at", "t"].map(atom)),
        call(types.wire("Writer.finish"), ["w", "dst"].map(atom)),
        atom("stop"),
    ];
    let body = bind("w", call(types.wire("Writer.payload"), payload), sequence(steps));
    let body = bind("stop", atom("pos + size"), body);
    let body = bind("at", header(types, atom("~size")), body);
    let into = ["?channel", "?sequence", "t", "dst", "~pos", "~size:(size t)"].map(atom);
    let frame = call("encode_frame", ["t", "dst", "~pos:0", "~size"].map(atom));
    let to_frame = bind("size", atom("size t"), in_room(types, "size".to_owned(), frame));
    vec![
        definition("encode_frame ?channel ?sequence t dst ~pos ~size", &body, 2),
        definition("encode_into ?channel ?sequence t dst ~pos", &call("encode_frame", into), 2),
        definition("to_frame t", &to_frame, 2),
    ]
}

/// Writes the header, and says where the payload starts.
fn header(types: &Types<'_>, size: Expr) -> Expr {
    let given = ["?channel", "?sequence", "dst", "~pos", "~type_id", "~block"].map(atom);
    call(types.wire("Message.header"), given.into_iter().chain([size]))
}

/// A string of its own for the frame that `encode` writes to `dst`.
fn in_room(types: &Types<'_>, size: String, encode: Expr) -> Expr {
    let room = call(types.wire("Message.room"), [atom(size)]);
    bind("dst", room, call(types.wire("Message.whole"), [atom("dst"), encode]))
}

/// Opens a payload, from which `body` makes the result.
fn of_frame_exn(types: &Types<'_>, body: Expr, indent: usize) -> String {
    let reader = call(types.wire("Message.reader"), ["?pos", "src", "~type_id"].map(atom));
    definition("of_frame_exn ?pos src", &bind("r", reader, body), indent)
}

fn of_frame(types: &Types<'_>) -> String {
    format!("let of_frame ?pos src = {}.Error.catch (of_frame_exn ?pos) src", types.wire)
}

fn finish(types: &Types<'_>) -> Expr {
    call(types.wire("Reader.finish"), ["r", "~block"].map(atom))
}

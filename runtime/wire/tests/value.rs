//! The dynamic value against frames written by hand, byte by byte.

use mycelium_wire::Digest;
use mycelium_wire::reflect::{Arm, Def, Field, Kind, Literal, Member, Repr, Type};
use mycelium_wire::value::{Value, decode, encode};
use proptest::prelude::*;

const fn def(name: &'static str, kind: Kind<'static>) -> Def<'static> {
    Def { package: "test", name, was: None, kind, digest: Digest([0; 32]) }
}

const fn message(name: &'static str, fields: &'static [Field<'static>]) -> Def<'static> {
    def(name, Kind::Message { id: 7, topic: "test.topic", fields })
}

const fn field(name: &'static str, ty: &'static Type<'static>) -> Field<'static> {
    Field::new(name, ty)
}

const fn arm(name: &'static str, tag: u16, ty: &'static Type<'static>) -> Arm<'static> {
    Arm::new(name, tag, ty)
}

fn arm_of(tag: u16, value: Value) -> Value {
    Value::Arm { tag, value: Box::new(value) }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// Bytes from hex digits; what stands behind `|` on a line says what they mean.
fn hex(text: &str) -> Vec<u8> {
    let digits = text.lines().flat_map(|line| line.split('|').next());
    let digits: Vec<u8> =
        digits.flat_map(str::bytes).filter(|b| !b.is_ascii_whitespace()).collect();
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(pair).collect()
}

/// The value makes exactly these bytes, and they make the value.
fn check(def: &Def<'_>, value: Value, frame: &str) {
    let frame = hex(frame);
    assert_eq!(encode(def, &value).unwrap(), frame, "encoding {value:?}");
    assert_eq!(decode(def, &frame).unwrap(), value);
}

fn refuse(def: &Def<'_>, frame: &str, path: &str, kind: &str) {
    let error = decode(def, &hex(frame)).unwrap_err();
    assert_eq!((error.path.as_str(), error.error.kind.name()), (path, kind), "{error}");
}

static INNER: Def = message("Inner", &[field("x", &Type::U16)]);

static PLAIN: Def = message(
    "Plain",
    &[field("small", &Type::U8), field("wide", &Type::U32), field("note", &Type::String)],
);

static TAILS: Def = message(
    "Tails",
    &[
        field("words", &Type::List(&Type::String)),
        field("maybe", &Type::Optional(&Type::String)),
        field("numbers", &Type::List(&Type::U64)),
    ],
);

static NESTED: Def = message(
    "Nested",
    &[field("inner", &Type::Named(&INNER)), field("other", &Type::Optional(&Type::Named(&INNER)))],
);

static EVENT: Def = def(
    "Event",
    Kind::Union {
        open: true,
        arms: &[arm("count", 1, &Type::U16), arm("inner", 2, &Type::Named(&INNER))],
    },
);

static SHAPE: Def = def(
    "Shape",
    Kind::Union { open: false, arms: &[arm("dot", 1, &Type::U8), arm("label", 2, &Type::String)] },
);

static UNIONS: Def = message(
    "Unions",
    &[field("event", &Type::Named(&EVENT)), field("shape", &Type::Named(&SHAPE))],
);

static SIDE: Def = def(
    "Side",
    Kind::Enum {
        open: false,
        repr: Repr::I8,
        members: &[Member::new("down", -1), Member::new("up", 1)],
    },
);

static INLINE: Def = message(
    "Inline",
    &[
        field("side", &Type::Named(&SIDE)),
        field("code", &Type::BoundedString(4)),
        field("few", &Type::BoundedList(&Type::U16, 2)),
        field("count", &Type::Optional(&Type::U32)),
        field("pair", &Type::Tuple(&[&Type::Bool, &Type::I128])),
    ],
);

static GROWN: Def = message(
    "Grown",
    &[
        field("first", &Type::U8),
        Field { default: Some(Literal::Number("9")), ..Field::new("second", &Type::U8) },
        field("third", &Type::Optional(&Type::String)),
    ],
);

#[test]
fn a_block_and_a_tail() {
    check(
        &PLAIN,
        Value::Fields(vec![Value::Int(1), Value::Int(0xabcd), text("hi")]),
        "18000000 0700 0000 10000000 00000000 | 24 bytes, type 7, channel 0, block of 16, sequence 0
         01 000000 cdab0000                   | small, padding, wide
         00000000 02000000                    | note: at 0 of the tail, 2 bytes
         6869 000000000000                    | 'hi', padded to 8",
    );
}

#[test]
fn items_of_the_tail_in_depth_first_order() {
    check(
        &TAILS,
        Value::Fields(vec![
            Value::Items(vec![text("a"), text("")]),
            text(""),
            Value::Items(vec![Value::Int(5)]),
        ]),
        "38000000 0700 0000 18000000 00000000
         00000000 02000000                    | words: at 0, 2 items
         01000000 00000000                    | maybe: present, but empty
         18000000 01000000                    | numbers: at 24, 1 item
         10000000 01000000                    | words[0]: at 16, 1 byte
         00000000 00000000                    | words[1]: nothing
         61 00000000000000                    | 'a', then a gap: numbers are aligned to 8
         0500000000000000                     | numbers[0]",
    );
}

#[test]
fn absent_and_empty_are_different_bytes() {
    check(
        &TAILS,
        Value::Fields(vec![Value::Items(vec![]), Value::Absent, Value::Items(vec![])]),
        "18000000 0700 0000 18000000 00000000
         00000000 00000000 00000000 00000000 00000000 00000000",
    );
}

#[test]
fn a_message_inside_a_message_has_its_own_payload() {
    check(
        &NESTED,
        Value::Fields(vec![Value::Fields(vec![Value::Int(0x1234)]), Value::Absent]),
        "20000000 0700 0000 10000000 00000000
         00000000 10000000                    | inner: at 0, 16 bytes with its prefix
         00000000 00000000                    | other: absent
         02000000 00000000                    | prefix: a block of 2
         3412 000000000000                    | x, padded to 8",
    );
}

#[test]
fn arms_lie_inline_or_in_the_tail() {
    check(
        &UNIONS,
        Value::Fields(vec![arm_of(1, Value::Int(0x0102)), arm_of(2, text("ok"))]),
        "30000000 0700 0000 18000000 00000000
         01000000 00000000 10000000           | event: tag 1, at 0, 16 bytes with its prefix
         02 000000 10000000 02000000          | shape: tag 2, then a string at 16, 2 bytes
         02000000 00000000                    | prefix: a block of 2
         0201 000000000000                    | event's count
         6f6b 000000000000                    | shape's label",
    );
}

#[test]
fn an_unknown_arm_is_kept_as_it_came() {
    let payload = hex("01000000 00000000 ff00000000000000");
    check(
        &UNIONS,
        Value::Fields(vec![Value::UnknownArm { tag: 9, payload }, arm_of(1, Value::Int(5))]),
        "28000000 0700 0000 18000000 00000000
         09000000 00000000 10000000           | event: tag 9
         01 000000 05000000 00000000          | shape: tag 1, dot, rest of the room
         01000000 00000000 ff00000000000000   | what tag 9 brought",
    );
}

#[test]
fn bounded_values_lie_inline() {
    check(
        &INLINE,
        Value::Fields(vec![
            Value::Int(-1),
            text("Z\u{e9}"),
            Value::Items(vec![Value::Int(1)]),
            Value::Int(7),
            Value::Items(vec![Value::Bool(true), Value::Int(-2)]),
        ]),
        "30000000 0700 0000 30000000 00000000
         ff                                   | side
         03 5ac3a9 00                         | code: 3 of at most 4 bytes
         01 00 0100 0000                      | few: 1 of at most 2 items, aligned to 2
         01 000000 07000000                   | count: present, aligned to 4
         00000000                             | padding: pair is aligned to 8
         01 00000000000000                    | pair.0
         feffffffffffffff ffffffffffffffff    | pair.1",
    );
}

#[test]
fn older_and_newer_blocks() {
    let whole = Value::Fields(vec![Value::Int(1), Value::Int(2), text("x")]);
    check(
        &GROWN,
        whole.clone(),
        "18000000 0700 0000 0c000000 00000000
         01 02 0000 00000000 01000000         | first, second, padding, third
         00000000                             | the block ends at 12; the tail starts at 16
         78 00000000000000",
    );
    let older = "08000000 0700 0000 01000000 00000000
         01 00000000000000                    | first alone";
    assert_eq!(
        decode(&GROWN, &hex(older)).unwrap(),
        Value::Fields(vec![Value::Int(1), Value::Int(9), Value::Absent])
    );
    let newer = "28000000 0700 0000 14000000 00000000
         01 02 0000 00000000 01000000         | as above
         08000000 01000000                    | a fourth field, not known here
         00000000
         78 00000000000000 79 00000000000000";
    assert_eq!(decode(&GROWN, &hex(newer)).unwrap(), whole);
}

#[test]
fn errors_name_the_path() {
    let head = "18000000 0700 0000 10000000 00000000";
    refuse(&PLAIN, "00", "$", "truncated");
    refuse(&PLAIN, "18000000 0800 0000 10000000 00000000", "$", "truncated");
    refuse(&PLAIN, "00000000 0800 0000 00000000 00000000", "$", "type_id");
    refuse(&PLAIN, "04000000 0700 0000 00000000 00000000 00000000", "$", "length");
    refuse(&PLAIN, "00000000 0700 0000 01000000 00000000", "$", "block");
    refuse(&PLAIN, "00000000 0700 0000 00000000 00000000", "$.small", "missing");
    let payload = |rest: &str| format!("{head} 01 000000 cdab0000 {rest}");
    let note = "$.note";
    refuse(&PLAIN, &payload("00000000 02000000 ff69 000000000000"), note, "utf8");
    refuse(&PLAIN, &payload("01000000 02000000 6869 000000000000"), note, "reference");
    refuse(&PLAIN, &payload("00000000 09000000 6869 000000000000"), note, "reference");
    refuse(&PLAIN, &payload("00000000 00000000 6869 000000000000"), "$", "trailing");
    refuse(&PLAIN, &payload("00000000 02000000 6869 000000000000 00"), "$", "trailing");
}

#[test]
fn values_that_do_not_fit_are_refused_with_their_path() {
    let short = Value::Fields(vec![Value::Int(1)]);
    assert_eq!(
        encode(&PLAIN, &short).unwrap_err().to_string(),
        "$: expected an object for `test.Plain`, found 1 fields"
    );
    let big = Value::Fields(vec![Value::Int(256), Value::Int(0), text("")]);
    assert_eq!(
        encode(&PLAIN, &big).unwrap_err().to_string(),
        "$.small: expected an integer from 0 to 255, found the integer 256"
    );
    let words = Value::Items(vec![text(""), Value::Bool(true)]);
    let list = Value::Fields(vec![words, Value::Absent, Value::Items(vec![])]);
    assert_eq!(
        encode(&TAILS, &list).unwrap_err().to_string(),
        "$.words[1]: expected text, found a bool"
    );
    let known = Value::UnknownArm { tag: 1, payload: vec![0; 8] };
    let union = Value::Fields(vec![known, arm_of(1, Value::Int(5))]);
    assert_eq!(
        encode(&UNIONS, &union).unwrap_err().to_string(),
        "$.event: expected a tag that the union does not have, found 1"
    );
    assert_eq!(encode(&EVENT, &Value::Absent).unwrap_err().found, "`test.Event`");
    assert_eq!(decode(&EVENT, &[0; 16]).unwrap_err().error.kind.name(), "type_id");
}

/// Whatever the bytes are: a value or an error; and a value goes round.
fn survive(frame: &[u8]) {
    for def in [&PLAIN, &TAILS, &NESTED, &UNIONS, &INLINE, &GROWN] {
        if let Ok(value) = decode(def, frame) {
            let again = encode(def, &value).unwrap();
            assert_eq!(decode(def, &again).unwrap(), value);
        }
    }
}

proptest! {
    #[test]
    fn any_payload_is_a_value_or_an_error(
        block in 0_u32..64,
        words in proptest::collection::vec(prop_oneof![0_u32..4, 0_u32..64, any::<u32>()], 0..32),
    ) {
        let payload: Vec<u8> = words.chunks_exact(2).flatten().flat_map(|w| w.to_le_bytes()).collect();
        let mut frame = (payload.len() as u32).to_le_bytes().to_vec();
        frame.extend([7, 0, 0, 0]);
        frame.extend(block.to_le_bytes());
        frame.extend([0; 4]);
        frame.extend(payload);
        survive(&frame);
    }

    #[test]
    fn any_bytes_are_a_value_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        survive(&bytes);
    }
}

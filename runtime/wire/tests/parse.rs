//! Canonical texts are read back to the tables that they came from, and nothing else is read.

use bumpalo::Bump;
use mycelium_wire::canon::{self, ParseErrorKind};
use proptest::prelude::*;

const TEXTS: &str = "\
myc-digest/1 message market.Trade 2 13:market.trades
field time timestamp
field symbol string<16> key
field venue market.Venue default binance
field note string default 6:a\nb \u{e9}
field size decimal<8> default -1.5
field live bool default true
field total u256 default 340282366920938463463374607431768211456
field order uuid default 36:f81d4fae-7dec-11d0-a765-00a0c91e6bf6 key
field best ([market.Level; ..4], [u8; 32])?
field event market.Event?
field spread f64? unit 3:bps range -0.5..=10000
field low i64 default -7 range ..=-7
field legs [u16] default [1, 2] len 1..
field name string<8> len 0..=4
field marks market.Marks default [late, odd]
field level market.Level default [1.5]
field counts map<string<4>, [u8]> default [[1:a, 4:00ff], [1:b, 0:]] len 1..=9
field pairs map<market.Venue, market.Level?>?
field maybe [u8?; 2] default [?, 7]
myc-digest/1 struct market.Level
field price decimal<8>
myc-digest/1 open enum market.Venue u16
member binance 1
member coinbase 2
myc-digest/1 flags market.Marks u8
bit late 0
bit odd 7
myc-digest/1 open union market.Event
arm level 1 market.Level
arm marks 2 market.Marks
arm names 9 [string]
myc-digest/1 message market.Empty 3 1:e
";

fn texts(text: &str) -> Result<String, canon::ParseError> {
    let arena = Bump::new();
    let defs = canon::parse(&arena, text)?;
    Ok(defs.into_iter().map(canon::text).collect())
}

#[track_caller]
fn refused(text: &str) -> (usize, ParseErrorKind) {
    let error = texts(text).expect_err(text);
    assert!(error.to_string().starts_with("line "));
    (error.line, error.kind)
}

#[test]
fn texts_are_read_back() {
    assert_eq!(texts(TEXTS).unwrap(), TEXTS);
    let arena = Bump::new();
    let defs = canon::parse(&arena, TEXTS).unwrap();
    assert!(defs.iter().all(|def| def.digest == def.computed_digest()));
    assert_eq!(texts("").unwrap(), "");
}

#[test]
fn faults_are_named_with_their_line() {
    let line = |line| format!("myc-digest/1 struct a.A\n{line}\n");
    let expected = |text: &str| matches!(refused(text), (2, ParseErrorKind::Expected(_)));
    assert!(expected(&line("field x [u8; 4")));
    assert!(expected(&line("field x (u8, ")));
    assert!(expected(&line("field x u8 default 9:short")));
    assert!(expected(&line("field x u8 default")));
    assert!(expected(&line("fjeld x u8")));
    let unknown = ParseErrorKind::Unknown("a.B".to_owned());
    assert_eq!(refused(&line("field x a.B?")), (1, unknown));
    let cycle = ParseErrorKind::Cycle("a.A".to_owned());
    assert_eq!(refused(&line("field x [a.A]")), (1, cycle));
    let twice = ParseErrorKind::Twice("x".to_owned());
    assert_eq!(refused(&line("field x u8\nfield x u8")), (1, twice));
    for text in [
        "field x u8 default 01",
        "field x u8 default 256",
        "field x u8??",
        "field x u256 default 01",
        "field x u8 range 0..=256",
        "field x u8 range 9..=1",
        "field x u8 range ..",
        "field x u8 range 00..=1",
        "field x u8 range 1.5..",
        "field x u256 range 1..",
        "field x string range 1..",
        "field x u8 len 1..",
        "field x string<4> len 1..=5",
        "field x string len 0..",
        "field x string len 2..=1",
        "field x string len 01..",
        "field x string unit 1:m",
        "field x f32 unit 0:",
        "field x f32 unit 2: m",
        "field x f32 unit 3:a\nb",
        "field x u8 default 0 range 1..",
        "field x f32 default 0.3 range ..=0.2",
        "field x string default 0: len 1..",
        "field x bytes default 4:00ff len 3..",
        "field x [u8] default [1]",
        "field x [u16] default [1, 65536]",
        "field x [u16; 2] default [1]",
        "field x bytes default 3:00f",
        "field x bytes default 2:0F",
        "field x map<f64, u8>",
        "field x map<u8, u8> default [[2, 1], [1, 1]]",
        "field x map<u8, u8> default [[1, 1], [1, 1]]",
        "field x map<u8, u8> default [1, 1]",
        "field x map<string, u8> default [[1:b, 1], [1:a, 1]]",
        "field x u8? default ?",
        "field x (u8)",
        "field x (u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8)",
        "field x u8 default []",
        "field x uuid default 36:F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6",
    ] {
        assert!(
            matches!(
                refused(&line(text)),
                (1, ParseErrorKind::Refused(_) | ParseErrorKind::NotCanonical)
            ),
            "{text}"
        );
    }
    let inner = "myc-digest/1 struct a.B\nfield y u8? range 2..\n";
    let outer = |default: &str| {
        format!("myc-digest/1 struct a.A\nfield x map<u8, [a.B]> default {default}\n{inner}")
    };
    assert!(texts(&outer("[[0, [[?], [2]]]]")).is_ok());
    let held = ParseErrorKind::Refused("a default that a constraint refuses");
    assert_eq!(refused(&outer("[[0, [[?], [1]]]]")), (1, held));
    assert_eq!(refused(&line("field x [u8; 04]")), (1, ParseErrorKind::NotCanonical));
    let members = "myc-digest/1 closed enum a.E u8\nmember b 2\nmember a 1\n";
    assert_eq!(refused(members), (1, ParseErrorKind::NotCanonical));
}

#[test]
fn hostile_texts_end_in_an_error() {
    let deep = "[".repeat(1 << 20);
    refused(&format!("myc-digest/1 struct a.A\nfield x {deep}\n"));
    let claim = "[[[[u8; 4294967295]; 4294967295]; 4294967295]; 4294967295]";
    assert!(matches!(
        refused(&format!("myc-digest/1 struct a.A\nfield x {claim}\n")),
        (1, ParseErrorKind::Limit { .. })
    ));
    // Each type uses the one behind it twice: written out, more than there is memory for.
    let mut doubling = String::new();
    for i in 0..60 {
        let next = if i == 59 { "u8".to_owned() } else { format!("a.A{}", i + 1) };
        doubling += &format!("myc-digest/1 struct a.A{i}\nfield x [{next}]\nfield y [{next}]\n");
    }
    assert!(matches!(refused(&doubling), (_, ParseErrorKind::Limit { .. })));
    let mut chain = String::new();
    for i in 0..10_000 {
        chain += &format!("myc-digest/1 struct a.A{i}\nfield x [a.A{}]\n", i + 1);
    }
    assert!(matches!(refused(&chain), (_, ParseErrorKind::Limit { .. })));
}

fn arb_type() -> impl Strategy<Value = String> {
    let plain = prop::sample::select(vec![
        "u8",
        "i128",
        "u256",
        "uuid",
        "bool",
        "f64",
        "string",
        "bytes<3>",
        "string<300>",
        "decimal<18>",
        "timestamp",
        "duration",
        "a.Side",
    ]);
    plain.prop_map(str::to_owned).prop_recursive(4, 16, 3, |inner| {
        prop_oneof![
            (inner.clone(), 1..9u32).prop_map(|(item, len)| format!("[{item}; {len}]")),
            (inner.clone(), 1..9u32).prop_map(|(item, max)| format!("[{item}; ..{max}]")),
            inner.clone().prop_map(|item| format!("[{item}]")),
            inner.clone().prop_map(|item| format!("map<string<9>, {item}>")),
            inner.clone().prop_map(|item| format!("map<a.Side, {item}>")),
            inner.clone().prop_map(|item| format!("{}?", item.trim_end_matches('?'))),
            prop::collection::vec(inner, 2..4).prop_map(|items| format!("({})", items.join(", "))),
        ]
    })
}

proptest! {
    #[test]
    fn any_types_are_read_back(types in prop::collection::vec(arb_type(), 1..8), id in any::<u16>()) {
        let mut text = format!("myc-digest/1 message a.M {id} 3:a.m\n");
        for (i, ty) in types.iter().enumerate() {
            text += &format!("field f{i} {ty}\n");
        }
        text += "myc-digest/1 closed enum a.Side i8\nmember sell -1\nmember buy 1\n";
        prop_assert_eq!(texts(&text).unwrap(), text);
    }

    #[test]
    fn damaged_texts_are_read_back_or_refused(at in 0..TEXTS.len(), byte in 0..128u8, cut in any::<bool>()) {
        let mut damaged = TEXTS.as_bytes().to_vec();
        damaged[at] = byte;
        damaged.truncate(if cut { at + 1 } else { TEXTS.len() });
        if let Ok(text) = String::from_utf8(damaged)
            && let Ok(again) = texts(&text)
        {
            prop_assert_eq!(again, text);
        }
    }
}

//! Digests are equal exactly where facts are: random choices of facts, each in random spellings.
//!
//! A schema is made of slots. Each slot has facts to choose from, and each fact ways to say it; two
//! schemas have one digest if and only if they choose the same fact in every slot.

use std::fmt::Write as _;

use myc_schema::{Format, Memory, SourceSet, compile};
use proptest::prelude::*;

/// Facts of one slot, each in its spellings.
type Slot = &'static [&'static [&'static str]];

const PACKAGE: Slot = &[&["a"], &["b"], &["a.b"]];
const MESSAGE: Slot = &[
    &["message M = 1", "message M = 0x1", "message M = ONE", "/// Docs.\nmessage M = 1"],
    &["message M = 2", "@deprecated(\"old\") message M = ONE + ONE", "@fixed message M = 2"],
    &["message N = 1", "@was(\"N\") message M = 1", "@was(\"N\") message Other = 1"],
    &["@topic(\"t\") message M = 1", "@topic(TOPIC) message M = 1"],
    &["@topic(\"t.u\") message M = 1"],
];
const NUMBER: Slot = &[
    &["x: u32", "x: Count", "@deprecated(\"no\") x: u32"],
    &["x: u32 = 1", "x: Count = ONE", "/// Docs.\n x: u32 = 2 - 1"],
    &["x: u32 = 2"],
    &["@key x: u32", "@key @deprecated(\"no\") x: Count"],
    &["y: u32", "@was(\"y\") x: u32", "@was(\"y\") other: Count"],
    &["x: u64"],
    &["x: i32"],
    &["x: u32?", "x: Count?"],
    &["@unit(\"bps\") x: u32", "@unit(BPS) x: u32"],
    &["@unit(\"K\") x: u32"],
    &["@range(0..=9) x: u32", "@deprecated(\"no\") @range(0..=NINE) x: u32"],
    // Held to the same values, but said with one end only.
    &["@range(..=9) x: u32"],
    &["@range(0..=10) x: u32", "@range(0..=TEN) x: u32"],
    &["@range(1..=10) x: u32", "@range(ONE..=TEN) x: u32"],
    &["@range(1..) x: u32"],
    &["@range(1..) @unit(\"bps\") x: u32"],
];
const LIST: Slot = &[
    &["l: [u16]", "l: [Short]", "l: Shorts"],
    &["l: [u16] = []", "l: Shorts = []"],
    &["l: [u16] = [1, 2]", "l: Shorts = [ONE, 1 + ONE,]"],
    &["l: [u16] = [2, 1]"],
    &["l: [u16; ..4]", "l: [Short; ..2 + 2]"],
    &["l: [u16; ..5]"],
    &["l: [u16; 4]"],
    &["l: [u16]?"],
    &["@len(1..) l: [u16]", "@nonempty l: [u16]"],
    &["@len(2..) l: [u16]"],
    &["@len(1..=4) l: [u16]"],
    &["l: [(u16, u16)]"],
    &["l: map<u16, u16>", "l: map<Short, Short>"],
    &["l: map<u16, u16> = { 1: 2, 2: 1 }", "l: map<Short, u16> = { 2: ONE, ONE: 2 }"],
    &["l: map<u16, u16> = { 1: 2, 2: 2 }"],
    &["l: map<u16, Short?>"],
    &["l: (u16, u16) = (1, 2)"],
    &["l: (u16, u16) = (1, 3)"],
];
const TEXT: Slot = &[
    &["t: string"],
    &["t: string<8>", "t: string<EIGHT>"],
    &["t: string<9>"],
    &["t: bytes<8>"],
    &["t: string = \"a\"", "t: string = \"\\u{61}\""],
    &["t: string = \"b\""],
    &["t: bytes = \"0a\"", "t: bytes = \"0A\""],
    &["t: bytes = \"0b\""],
    &["t: uuid"],
    &[
        "t: uuid = \"f81d4fae-7dec-11d0-a765-00a0c91e6bf6\"",
        "t: uuid = \"F81D4FAE-7DEC-11d0-a765-00a0c91e6bf6\"",
    ],
    &["t: decimal<8> = 1.5", "t: decimal<8> = 15e-1"],
    &["t: decimal<7> = 1.5"],
    &["t: f64 = 0.5", "t: f64 = 5e-1", "t: f64 = HALF"],
    &["t: f32 = 0.5"],
    &["t: timestamp = \"1970-01-01T00:00:01Z\"", "t: timestamp = 1_000_000_000"],
    &["t: duration = \"1s\"", "t: duration = \"1000ms\"", "t: duration = 1_000_000_000"],
];
const NAMED: Slot = &[
    &["n: E"],
    &["n: E = one"],
    &["n: E = two"],
    &["n: F = []"],
    &["n: F = [late, odd]", "n: F = [odd, late]"],
    &["n: S = { a: 1 }", "n: S = { b: null, a: ONE }"],
    &["n: S = { a: 1, b: 2 }", "n: S = { b: 1 + 1, a: 1 }"],
    &["n: U"],
    &["n: [S]"],
];
/// The types that the last slot names; its own facts count where they are named.
const ENUM: Slot = &[
    &[
        "open enum E: u8 { one = 1, two = 2 }",
        "open enum E: Byte { two = 2, reserved 7..=9, \"gone\"; one = ONE }",
    ],
    &[
        "closed enum E: u8 { one = 1, two = 2 }",
        "closed enum E: u8 { one = 1, @was(\"two\") zwei = 2 }",
    ],
    &["open enum E: u16 { one = 1, two = 2 }"],
    &["open enum E: u8 { one = 1, two = 3 }"],
    &["open enum E: u8 { one = 1, two = 2, three = 3 }"],
    &["open enum G: u8 { one = 1, two = 2 }", "@was(\"G\") open enum E: u8 { one = 1, two = 2 }"],
];

/// Declarations that no digest knows of.
const REST: &str = "\
    const ONE: u8 = 1; const NINE: u32 = 9; const TEN: u32 = 10; const EIGHT: u32 = 8; const HALF: f64 = 0.5;\n\
    const TOPIC: string = \"t\"; const BPS: string = \"bps\";\n\
    type Count = u32; type Short = u16; type Shorts = [Short]; type Byte = u8;\n\
    flags F: u8 { late = 0, odd = 7 }\n\
    struct S { a: u8, b: u16? }\n\
    open union U { a: u8 = 1, s: S = 2 }\n";

const SLOTS: [Slot; 7] = [PACKAGE, MESSAGE, NUMBER, LIST, TEXT, NAMED, ENUM];

/// A fact of each slot, and a number that picks a spelling.
type Choice = [(usize, usize); SLOTS.len()];

fn choice() -> impl Strategy<Value = Choice> {
    let one = |slot: usize| (0..SLOTS[slot].len(), any::<usize>());
    (one(0), one(1), one(2), one(3), one(4), one(5), one(6)).prop_map(|all| all.into())
}

fn source(choice: &Choice, items_first: bool) -> String {
    let said = |slot: usize| {
        let (fact, spelling) = choice[slot];
        SLOTS[slot][fact][spelling % SLOTS[slot][fact].len()]
    };
    let mut text = format!("package {};\n", said(0));
    if items_first {
        text += REST;
    }
    // The enum is always reached, so that each of its facts counts.
    let name = if said(6).contains("enum G:") { "G" } else { "E" };
    let mut named = said(5).replace("n: E", &format!("n: {name}"));
    if said(6).contains("zwei") {
        named = named.replace("= two", "= zwei");
    }
    writeln!(text, "{}\n{} {{", said(6), said(1)).expect("a string takes all");
    for field in [said(2), said(3), said(4), &named] {
        writeln!(text, "    {field},").expect("a string takes all");
    }
    writeln!(text, "    last: {name}?,\n}}").expect("a string takes all");
    if !items_first {
        text += REST;
    }
    text
}

/// What of the choice counts.
fn facts(choice: &Choice) -> Vec<usize> {
    choice.iter().map(|(fact, _)| *fact).collect()
}

fn digest(text: &str) -> String {
    let set = SourceSet::new(Memory::new().file("a.myc", text)).root("a.myc");
    let (schema, diagnostics) = compile(&set);
    let schema = schema.unwrap_or_else(|| panic!("{}{text}", diagnostics.render(Format::Line)));
    format!("{:?}", schema.digest)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..Default::default() })]

    #[test]
    fn digests_are_equal_exactly_where_facts_are(
        first in choice(),
        spellings in any::<[usize; SLOTS.len()]>(),
        slot in 0..SLOTS.len(),
        fact in any::<usize>(),
        items_first in any::<[bool; 2]>(),
    ) {
        // Other spellings of the same facts, and then another fact in one slot.
        let mut same = first;
        for (choice, spelling) in same.iter_mut().zip(spellings) {
            choice.1 = spelling;
        }
        let mut other = same;
        other[slot].0 = fact % SLOTS[slot].len();
        let (a, b) = (source(&first, items_first[0]), source(&same, items_first[1]));
        let c = source(&other, items_first[1]);
        for (text, choice) in [(&b, &same), (&c, &other)] {
            let is_same = facts(&first) == facts(choice);
            prop_assert_eq!(digest(&a) == digest(text), is_same, "{}\n{}", a, text);
        }
    }
}

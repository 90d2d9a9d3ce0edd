//! Edits that change no fact move no digest, and edits of any kind do no harm.

use std::path::Path;

use myc_schema::{Format, Memory, SourceSet, compile};
use proptest::prelude::*;

const MARKET: &str = include_str!("../../schemas/market.myc");
const UNIONS: &str = include_str!("ok/unions.myc");
const DEFAULTS: &str = include_str!("ok/defaults.myc");
const CONSTANTS: &str = include_str!("ok/constants.myc");

/// Digests of all types by name, sorted, and that of the schema.
fn digests(text: &str) -> Vec<String> {
    let (schema, diagnostics) =
        compile(&SourceSet::new(Memory::new().file("a.myc", text)).root("a.myc"));
    let report = diagnostics.render(Format::Line);
    let schema = schema.unwrap_or_else(|| panic!("{report}\n{text}"));
    let types = schema.types.iter().map(|def| format!("{} {}", def.name, def.digest));
    let mut digests: Vec<String> = types.chain([format!("{:?}", schema.digest)]).collect();
    digests.sort();
    digests
}

/// Pieces that white space and comments may stand between.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if first == '"' {
            string_length(rest)
        } else if first.is_alphanumeric() || first == '_' {
            word_length(rest)
        } else if rest.starts_with("..") {
            2
        } else {
            first.len_utf8()
        };
        tokens.push(&rest[..length]);
        rest = rest[length..].trim_start();
    }
    tokens
}

/// Bytes of a name or number; the sign of an exponent belongs to it.
fn word_length(text: &str) -> usize {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let length = text.find(|c| !is_word(c)).unwrap_or(text.len());
    let ends_in_exponent = text[..length].ends_with(['e', 'E']);
    if text.starts_with(|c: char| c.is_ascii_digit()) && ends_in_exponent {
        let digits = &text[length + 1..];
        return length + 1 + digits.find(|c| !is_word(c)).unwrap_or(digits.len());
    }
    length
}

fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// What may stand between two tokens, by number.
fn gap(choice: u8) -> &'static str {
    match choice % 8 {
        0 | 1 => " ",
        2 => "\n",
        3 => "\r\n\t",
        4 => " // a comment { \" @\n",
        5 => "\n\n//// another\n",
        6 => "//\n",
        _ => "   ",
    }
}

/// The same tokens with other gaps; plain comments go, documentation stays on lines of its own.
fn reformat(text: &str, choices: &[u8]) -> String {
    let mut out = String::new();
    let is_plain = |token: &str| {
        token.starts_with("//") && !token.starts_with("///") && !token.starts_with("//!")
    };
    let tokens = tokens(text).into_iter().filter(|token| !is_plain(token));
    for (token, choice) in tokens.zip(choices.iter().cycle()) {
        out.push_str(token);
        out.push_str(if token.starts_with("//") { "\n" } else { gap(*choice) });
    }
    out
}

fn without_docs(text: &str) -> String {
    let is_doc = |line: &&str| line.trim_start().starts_with("//");
    text.lines().filter(|line| !is_doc(line)).collect::<Vec<_>>().join("\n")
}

/// Pieces of sources, right and wrong.
const SOUP: [&str; 64] = [
    "package a;",
    "import \"b.myc\";",
    "const",
    "type",
    "open",
    "closed",
    "enum",
    "flags",
    "struct",
    "message",
    "union",
    "A",
    "B",
    "C",
    "a",
    "b",
    "x_1",
    "x1",
    "unknown",
    "u8",
    "u128",
    "i16",
    "f32",
    "string",
    "bytes",
    "decimal",
    "timestamp",
    "duration",
    "<",
    ">",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ";",
    ":",
    ",",
    "=",
    "@",
    "@key",
    "@topic(\"t\")",
    "@since(2)",
    "@deprecated(\"d\")",
    "?",
    "..",
    ".",
    "+",
    "-",
    "*",
    "/",
    "0",
    "1",
    "0x1F",
    "1.5",
    "1e-3",
    "\"text\"",
    "\"",
    "true",
    "\n",
    "/// doc\n",
    "// comment\n",
    "é\u{1F600}",
];

/// Items that are right by themselves, to be mixed with the above.
const ITEMS: [&str; 8] = [
    "struct A { x: u8, y: B }",
    "type B = [u8; ..N];",
    "const N: u32 = 3;",
    "message C = 1 { @key a: u8, b: A?, @since(2) c: E = one }",
    "open enum E: u8 { one = 1, two = 2 }",
    "flags F: u16 { a = 0 }",
    "open union G { a: A = 1, c: C = 2 }",
    "/// Docs.\n@topic(\"t\") message D = 2 { g: G, n: duration = \"5ms\" }",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() })]

    #[test]
    fn format_and_comments_move_no_digest(choices in prop::collection::vec(any::<u8>(), 1..200)) {
        for text in [MARKET, UNIONS, DEFAULTS, CONSTANTS] {
            prop_assert_eq!(digests(&reformat(text, &choices)), digests(text));
        }
    }

    #[test]
    fn documentation_moves_no_digest(line in "[ -~]{0,40}") {
        let documented = without_docs(MARKET).replace("\nmessage", &format!("\n/// {line}\nmessage"));
        prop_assert_eq!(digests(&documented), digests(MARKET));
    }

    #[test]
    fn the_order_of_items_moves_no_digest(seed in any::<u64>()) {
        let text = without_docs(UNIONS);
        let (head, items) = text.split_once(';').expect("a package");
        let mut items: Vec<&str> = items.lines().filter(|line| !line.trim().is_empty()).collect();
        let joined = items.join("\n");
        items = joined.split_inclusive("}\n").collect();
        let mut state = seed;
        for index in (1..items.len()).rev() {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            items.swap(index, (state >> 33) as usize % (index + 1));
        }
        let shuffled = format!("{head};\n{}", items.join("\n"));
        prop_assert_eq!(digests(&shuffled), digests(UNIONS));
    }

    #[test]
    fn the_last_comma_moves_no_digest(_once in Just(())) {
        let text = MARKET.replace(",\n}", "\n}");
        prop_assert_eq!(digests(&text), digests(MARKET));
    }

    #[test]
    fn soup_is_refused_or_compiled_but_never_panics(
        pieces in prop::collection::vec((any::<u8>(), 0..SOUP.len(), 0..ITEMS.len()), 0..60),
    ) {
        let mut text = String::new();
        for (kind, piece, item) in pieces {
            text += if kind < 100 { ITEMS[item] } else { SOUP[piece] };
            text += if kind % 2 == 0 { " " } else { "" };
        }
        check_whatever_it_is(text.into_bytes())?;
    }

    #[test]
    fn damaged_sources_are_refused_or_compiled_but_never_panic(
        start in 0..MARKET.len(),
        length in 0..40usize,
        insert in "[ -~\n]{0,12}",
    ) {
        let mut bytes = MARKET.as_bytes().to_vec();
        let end = (start + length).min(bytes.len());
        bytes.splice(start..end, insert.bytes());
        check_whatever_it_is(bytes)?;
    }
}

/// Compiles and shows what is wrong, if anything, in each way.
fn check_whatever_it_is(bytes: Vec<u8>) -> Result<(), TestCaseError> {
    let files = Memory::new().file("a.myc", bytes).file("b.myc", "package b; struct Z { x: u8 }");
    let (schema, diagnostics) = compile(&SourceSet::new(files).root("a.myc"));
    prop_assert_eq!(schema.is_none(), diagnostics.has_errors());
    for format in [Format::Text { color: true }, Format::Line, Format::Json, Format::Github] {
        prop_assert_eq!(diagnostics.render(format).is_empty(), diagnostics.is_empty());
    }
    Ok(())
}

#[test]
fn every_fact_moves_the_digest() {
    let base = "package a; message A = 1 { @key x: u8, y: u16 = 1 } ";
    let changed = [
        "package b; message A = 1 { @key x: u8, y: u16 = 1 } ",
        "package a; message A = 2 { @key x: u8, y: u16 = 1 } ",
        "package a; @topic(\"t\") message A = 1 { @key x: u8, y: u16 = 1 } ",
        "package a; message A = 1 { x: u8, y: u16 = 1 } ",
        "package a; message A = 1 { @key x: i8, y: u16 = 1 } ",
        "package a; message A = 1 { @key z: u8, y: u16 = 1 } ",
        "package a; message A = 1 { @key x: u8, y: u16 = 2 } ",
        "package a; message A = 1 { @key x: u8, y: u16 } ",
        "package a; message A = 1 { y: u16 = 1, @key x: u8 } ",
        "package a; message A = 1 { @key x: u8, y: u16 = 1, z: u8? } ",
    ];
    for text in changed {
        assert_ne!(digests(text), digests(base), "{text}");
    }
    let same = [
        "package a; type X = u8; message A = 1 { @key x: X, y: u16 = 1 } ",
        "package a; const N: u8 = 1; message A = N { @key x: u8, y: u16 = N } ",
        "package a; @deprecated(\"no\") message A = 1 { @key x: u8, @deprecated(\"no\") y: u16 = 0x1 } ",
        "package a; message A = 1 { @key x: u8, @since(2) y: u16 = 1 } ",
    ];
    for text in same {
        assert_eq!(digests(text), digests(base), "{text}");
    }
}

#[test]
fn the_order_of_roots_does_not_matter() {
    let files = || {
        Memory::new()
            .file("a.myc", "package p; struct A { x: u8 }")
            .file("b.myc", "package p; import \"a.myc\"; message B = 1 { a: A }")
            .file("c.myc", "package c; import \"b.myc\"; message C = 1 { b: B }")
    };
    let compiled = |roots: [&str; 3]| {
        let (schema, diagnostics) = compile(&SourceSet::new(files()).roots(roots));
        assert!(diagnostics.is_empty());
        schema
    };
    let first = compiled(["a.myc", "b.myc", "c.myc"]);
    assert!(first.is_some());
    assert_eq!(compiled(["c.myc", "b.myc", "a.myc"]), first);
    assert_eq!(compiled(["b.myc", "a.myc", "c.myc"]), first);
    let sources = &first.expect("it compiles").packages[1].sources;
    assert_eq!(*sources, [Path::new("a.myc"), Path::new("b.myc")]);
}

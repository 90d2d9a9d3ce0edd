//! Input that was made to do harm gets an error, soon, on a small stack.

use std::time::{Duration, Instant};

use myc_schema::{Diagnostics, Format, Memory, Schema, SourceSet, compile};

const KIB: usize = 1024;

/// Compiles on a thread with half the usual stack and refuses to wait long.
fn compile_soon(text: impl Into<Vec<u8>>) -> (Option<Schema>, Diagnostics) {
    let text = text.into();
    let start = String::from_utf8_lossy(&text[..text.len().min(60)]).into_owned();
    let files = Memory::new().file("a.myc", text);
    let started = Instant::now();
    let thread = std::thread::Builder::new().stack_size(KIB * KIB);
    let result = thread
        .spawn(move || compile(&SourceSet::new(files).root("a.myc")))
        .expect("a thread can be started")
        .join()
        .expect("the compiler does not panic");
    let took = started.elapsed();
    assert!(
        took < Duration::from_secs(if cfg!(debug_assertions) { 10 } else { 1 }),
        "{took:?} for {start:?}"
    );
    result
}

fn refuse(text: impl Into<Vec<u8>>) -> String {
    let (schema, diagnostics) = compile_soon(text);
    let report = diagnostics.render(Format::Line);
    assert!(schema.is_none() && diagnostics.has_errors(), "{report}");
    report
}

/// Bytes of a long input; less where the compiler itself is not optimised.
const LONG: usize = if cfg!(debug_assertions) { 8 * KIB } else { 64 * KIB };

/// `head`, then as many `piece`s as make a long input.
fn filled(head: &str, piece: &str) -> String {
    head.to_owned() + &piece.repeat(LONG / piece.len())
}

#[test]
fn sixty_four_kib_of_one_bracket() {
    for bracket in ["(", "[", "{", "<"] {
        for head in ["", "package a; struct A { x: "] {
            let report = refuse(head.to_owned() + &bracket.repeat(64 * KIB));
            assert!(report.contains("nested more than 64 deep"), "{report}");
        }
    }
}

#[test]
fn brackets_without_end() {
    for piece in ["(", "[", "{", "<", "()", "{}", ")(", "({[<"] {
        for head in [
            "",
            "package a; ",
            "package a; type A = ",
            "package a; struct A { x: ",
            "package a; const A: u8 = ",
        ] {
            refuse(filled(head, piece));
        }
    }
}

#[test]
fn brackets_at_the_limit() {
    for (open, close) in [("[", "]"), ("(", ")")] {
        let ty = format!("{}u8{}", open.repeat(64), close.repeat(64));
        refuse(format!("package a; type A = {ty};"));
        let value = format!("{}1{}", "(".repeat(64), ")".repeat(64));
        let (schema, diagnostics) = compile_soon(format!("package a; const A: u8 = {value};"));
        assert!(schema.is_some(), "{}", diagnostics.render(Format::Line));
    }
    refuse(format!("package a; type A = {};", "a<".repeat(64)));
}

#[test]
fn words_without_end() {
    for piece in [
        "a",
        "a ",
        "message ",
        "struct A ",
        "@",
        "@a ",
        "@a(",
        "\"",
        "\"a",
        "\\",
        ";",
        ",",
        "=",
        "-",
        "?",
        "..",
        "/// a",
        "/// \n",
        "//!\n",
        "x: u8 ",
        "message A = 1 { ",
        "é",
        "\u{1F600}",
        "%",
        "open ",
        "import \"a\" ",
        "package a; ",
    ] {
        for head in ["", "package a; ", "package a; struct A { ", "package a; closed enum A: u8 { "]
        {
            refuse(filled(head, piece));
        }
    }
}

#[test]
fn chains_without_end() {
    refuse(filled("package a; const A: u8 = 1", "+1") + ";");
    refuse(filled("package a; const A: u8 = 1", "*2") + ";");
    refuse(filled("package a; const A: u8 = ", "-") + "1;");
    refuse(filled("package a; type A = u8", "?") + ";");
    refuse(filled("package a; type A = a", ".a") + ";");
    refuse(format!("package a; const A: u8 = {};", "9".repeat(64 * KIB)));
    refuse(format!("package a; const A: u8 = 0x{};", "f".repeat(64 * KIB)));
    refuse(format!("package a; const A: f64 = 1e{};", "9".repeat(64 * KIB)));
    refuse(format!("package a; const A: f64 = 1{};", ".0".repeat(32 * KIB)));
    refuse(format!("package a; const A: decimal<2> = 0.{}1;", "0".repeat(64 * KIB)));
    refuse(format!("package a; const A: u8 = {};", "a".repeat(64 * KIB)));
    refuse(format!("package a; message {} = 1 {{ }}", "A".repeat(64 * KIB)));
}

/// Declarations of a long input.
const MANY: usize = LONG / 6;

#[test]
fn declarations_without_end() {
    let many = |head: &str, one: &dyn Fn(usize) -> String| {
        (0..MANY).fold(head.to_owned(), |text, index| text + &one(index))
    };
    refuse(many("package a; ", &|i| format!("type A{i} = B{};", i + 1)));
    refuse(many("package a; ", &|i| format!("type A{i} = A{};", i + 1)));
    refuse(many("package a; ", &|i| format!("struct A{} {{ x: A{i} }} ", i + 1)));
    refuse(many("package a; ", &|i| format!("const A{i}: u8 = A{};", i + 1)));
    refuse(many("package a; ", &|i| format!("type A{i} = A{};", (i + 1) % MANY)));
    refuse(many("package a; message A = 1 { ", &|i| format!("x{i}: u8, ")) + "}");
    refuse(many("package a; struct A { ", &|_| "x: u8, ".to_owned()) + "}");
    refuse(many("package a; closed enum A: u8 { ", &|i| format!("x{i} = 1, ")) + "}");
    refuse(many("package a; ", &|_| "import \"a.myc\"; ".to_owned()));
    refuse(many("package a; ", &|i| format!("import \"{i}.myc\"; ")));
}

#[test]
fn types_that_grow_by_each_step() {
    let doubling = |kind: &str, member: &dyn Fn(usize) -> String| {
        let first = format!("package a; struct A0 {{ x: u8 }} {kind}");
        (1..60).fold(first, |text, i| text + &member(i))
    };
    refuse(doubling("", &|i| format!("struct A{i} {{ x: A{0}, y: A{0} }} ", i - 1)));
    refuse(doubling("", &|i| format!("closed union A{i} {{ x: A{0} = 1, y: A{0} = 2 }} ", i - 1)));
    refuse(doubling("", &|i| format!("message A{i} = {i} {{ x: A{0}, y: A{0} }} ", i - 1)));
    refuse(doubling("", &|i| format!("type A{i} = (A{0}, A{0}); ", i - 1)));
    refuse(doubling("", &|i| format!("type A{i} = [A{0}; 4294967295]; ", i - 1)));
    refuse(doubling("", &|i| format!("type A{i} = [[A{0}]; 65536]; ", i - 1)));
}

#[test]
fn circles_inside_circles() {
    let half = MANY / 2;
    let ring =
        |i: usize| format!("struct A{i} {{ x: A{}, y: A{} }} ", i + 1, i.saturating_sub(half));
    let text: String = (0..MANY).map(ring).collect();
    refuse(format!("package a; {text}struct A{MANY} {{ x: A0 }}"));
}

#[test]
fn many_errors_in_a_large_file_are_shown_soon() {
    let line = "struct A { x: Unknown, y u8 } // and a comment\n";
    let text = format!("package a;\n{}", line.repeat(16 * LONG / line.len()));
    let (_, diagnostics) = compile_soon(text);
    let started = Instant::now();
    let report = diagnostics.render(Format::Text { color: false });
    let took = started.elapsed();
    assert!(report.contains("more"));
    assert!(took < Duration::from_secs(if cfg!(debug_assertions) { 10 } else { 1 }), "{took:?}");
}

#[test]
fn bytes_that_are_no_text() {
    assert!(refuse([0xff; 64]).contains("not UTF-8"));
    assert!(refuse("package a;\0").contains("control character 0x00"));
    assert!(refuse("\u{feff}package a;").contains("byte-order mark"));
    assert!(refuse("package a;\r\nmessage A = 1 {\r\n    x u8,\r\n}").contains("a.myc:3:7"));
    assert!(refuse("").contains("no package"));
    assert!(refuse("\r\n\r\n").contains("no package"));
    let (schema, _) = compile_soon("package a;\r\nmessage A = 1 {\r\n\tx: u8,\r\n}\r\n");
    assert!(schema.is_some());
}

#[test]
fn files_beyond_the_limit() {
    assert!(refuse(vec![b' '; KIB * KIB + 1]).contains("more than 1048576 bytes"));
    let most = " ".repeat(KIB * KIB - 10);
    assert!(compile_soon(format!("package a;{most}")).0.is_some());
}

#[test]
fn more_errors_than_anyone_reads() {
    let text = filled("package a; struct A { ", "x u8, ") + "}";
    let (_, diagnostics) = compile_soon(text);
    assert_eq!(diagnostics.iter().count(), 100);
    assert!(diagnostics.left_out() > 1000);
    assert!(diagnostics.render(Format::Line).contains("more"));
}

#[test]
fn more_parts_than_anybody_writes() {
    for (open, part, close) in [
        ("message M = 1 {", "x, ", "}"),
        ("message M = 1 { x: [u8] = [", "1,", "] }"),
        ("flags F: u8 { a = 0 } message M = 1 { x: F = [", "b,", "] }"),
        ("message M = 1 { x: map<u32, u8> = {", "1: 1,", "} }"),
        ("message M = 1 { x: (u8, u8) = (", "1,", ") }"),
    ] {
        let report = refuse(format!("package a; {open}{}{close}", part.repeat(100_000)));
        assert!(report.contains("more than 65536 parts"), "{report}");
    }
    let report = refuse(format!("package a; {} message M = 1 {{}}", "@key ".repeat(LONG / 5)));
    assert!(report.contains("more than 32 attributes"), "{report}");
}

#[test]
fn values_inside_values() {
    for (open, close) in [("[", "]"), ("{ a: ", "}"), ("(1, ", ")"), ("{ \"a\": [", "] }")] {
        let depth = 60 / open.matches(['[', '{', '(']).count();
        let (open, close) = (open.repeat(depth), close.repeat(depth));
        let report = refuse(format!("package a; message M = 1 {{ x: u8 = {open}1{close} }}"));
        assert!(report.contains("expected `u8`"), "{report}");
    }
    let nested = format!("{}u8{}", "map<u8, ".repeat(30), ">".repeat(30));
    let (schema, diagnostics) = compile_soon(format!("package a; message M = 1 {{ x: {nested} }}"));
    assert!(schema.is_some(), "{}", diagnostics.render(Format::Line));
    let endless = filled("package a; message M = 1 { x: ", "map<u8, ");
    assert!(refuse(endless).contains("nested more than 64 deep"));
    let digits = "9".repeat(LONG);
    let range = format!("package a; message M = 1 {{ @range({digits}..) x: u8 }}");
    assert!(refuse(range).contains("beyond 256 bits"));
}

/// A struct of optional fields has a whole value in two bytes, a constant one in its name.
#[test]
fn defaults_that_hold_more_than_they_say() {
    let fields: String = (0..1024).map(|i| format!("f{i}: u8?, ")).collect();
    let head = format!("package a; struct S {{ {fields} }} message M = 1 {{ x: [S] = [");
    let report = refuse(head + &"{},".repeat(LONG) + "] }");
    assert!(report.contains("leave out more than 1048576 fields"), "{report}");
    let named: String = (0..1024).map(|i| format!("f{i}: string = TEXT, ")).collect();
    let text = "t".repeat(256 * KIB);
    let report =
        refuse(format!("package a; const TEXT: string = \"{text}\"; message M = 1 {{ {named} }}"));
    assert!(report.contains("bytes of constants"), "{report}");
}

/// Each value asks for its type, and each mark for its member, without a copy of it.
#[test]
fn small_values_of_large_types() {
    let docs = format!("/// {}\n", "d".repeat(LONG));
    let items = "[],".repeat(LONG / 3);
    for ty in ["F", "[G]", "Alias"] {
        let wide = format!("({})", ["(u8, u16, [u32], [F])"; 8].join(", "));
        let text = format!(
            "package a;\nflags F: u8 {{\n{docs} a = 0 }}\ntype G = [{wide}];\n\
             type Alias = [{wide}];\nmessage M = 1 {{ x: [{ty}] = [{items}] }}"
        );
        let (schema, diagnostics) = compile_soon(text);
        assert!(schema.is_some(), "{}", diagnostics.render(Format::Line));
    }
}

#[test]
fn ids_reserved_one_by_one() {
    let ids: String = (0..2 * LONG).map(|i| format!("{}, ", i % 5000 + 1)).collect();
    let messages: String =
        (0..LONG).map(|i| format!("message M{i} = {} {{}}\n", 6000 + i % 50_000)).collect();
    let messages = &messages[..messages.len().min(900 * KIB)];
    let messages = &messages[..messages.rfind('\n').unwrap_or_default()];
    refuse(format!("package a;\nreserved message {ids} 6000;\n{messages}"));
}

/// Found by fuzzing: the line end was quoted, and one error took two lines.
#[test]
fn white_space_that_is_out_of_place_is_told_on_one_line() {
    for space in ["\n", "\r\n", " ", "\t"] {
        let report =
            refuse(format!("package a;\nclosed enum B: u8l.{space}\nmessage A = 1 {{ x: u8 }}\n"));
        let error = "a.myc:2:20: error[E0001]: expected a name";
        assert!(report.lines().any(|line| line.starts_with(error)), "{report}");
        assert!(report.lines().all(|line| line.starts_with("a.myc:")), "{report}");
    }
}
